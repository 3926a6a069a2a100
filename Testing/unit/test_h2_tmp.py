import numpy as np, slicer, vtk, pytest
from test_mrml_sequences import add_scan, result
def test_x(scene):
    volume, browser, _ = add_scan(scene)
    n = result(volume).segmentation
    ev=[]
    print()
    def cb(o,e): ev.append(e)
    K=slicer.vtkSegmentation
    names={getattr(K,a):a for a in dir(K) if isinstance(getattr(K,a),int) and getattr(K,a)>1000}
    print(names)
    M=slicer.vtkMRMLSegmentationNode
    names.update({getattr(M,a):a for a in dir(M) if 'Event' in a and isinstance(getattr(M,a),int)})
    for i,a in names.items(): n.AddObserver(i, lambda o,e,a=a: ev.append(a))
    n.AddObserver("AnyEvent", cb)
    for f in (1,2,0):
        s=n.GetSegmentation(); l=s.GetSegment("brain-mr_1").GetRepresentation("Binary labelmap")
        del ev[:]
        browser.SetSelectedItemNumber(f)
        print(f, n.GetSegmentation() is s, n.GetSegmentation().GetSegment("brain-mr_1").GetRepresentation("Binary labelmap") is l, ev)
    del ev[:]
    n.SetName("x"); print(ev)
    del ev[:]
    n.GetDisplayNode().SetOpacity(.3); print(ev)
    del ev[:]
    n.GetSegmentation().GetSegment("brain-mr_1").SetName("q"); print(ev)
    del ev[:]
    n.SetAttribute("MedAI.Box","q"); print(ev)
