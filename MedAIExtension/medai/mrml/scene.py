"""A scene without the application, and scene files (.mrb) of a scan with its prediction."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import slicer

from ..errors import MedAIError
from ..image import Image
from ..results import Prediction
from .findings import add_findings
from .origin import Origin
from .predictions import add_prediction
from .tables import label_table
from .vtkdata import fill, matrix_from

# Slicer warns of scenes that another application or a version after its own has made. The nodes here are those of the oldest
# version that MedAI supports.
_WRITTEN_AS = "Slicer 5.12.0 0"
_VIEWS = {"Red": ("Axial", "R"), "Yellow": ("Sagittal", "Y"), "Green": ("Coronal", "G")}


def new_scene() -> Any:
    """An empty vtkMRMLScene that knows the kinds of nodes MedAI makes; independent of the application's scene."""
    scene = slicer.vtkMRMLScene()
    scene.SetVersion(_WRITTEN_AS)
    for kind in (slicer.vtkSlicerSegmentationsModuleLogic, slicer.vtkSlicerTablesLogic, slicer.vtkSlicerSequencesLogic):
        kind().SetMRMLScene(scene)  # registers the module's node classes
    # The scene knows markups itself, but not how to store them; the logic that does expects an application.
    for node in (slicer.vtkMRMLMarkupsJsonStorageNode(), slicer.vtkMRMLMarkupsROIJsonStorageNode()):
        scene.RegisterNodeClass(node)
    # Markups look up their units in it. The application has its own, which a file must not replace.
    selection = slicer.vtkMRMLSelectionNode()
    selection.SetSaveWithScene(False)
    scene.AddNode(selection)
    return scene


def write_scene(path: Path, image: Image, prediction: Prediction) -> Path:
    """Write a .mrb file that opens in 3D Slicer with the scan and its segmentation, label map and table of the labels, or its
    boxes, points or classes.

    Args:
        path: the file; one that is there is replaced, and only once the new one is complete.
        image: the scan; its channels become the components of one volume.
        prediction: its prediction, on its grid.

    Returns:
        ``path``.

    Raises:
        MedAIError: if the file cannot be written; nothing is left of it then.
    """
    scene = new_scene()
    volume = add_volume(scene, image)
    if prediction.labelmap is not None:
        add_prediction(prediction, scene, Origin.of(volume), labelmap=True)
        table = label_table(prediction)
        table.SetName(f"{image.name} findings")
        scene.AddNode(table)
    else:
        add_findings(prediction, scene, Origin.of(volume))
    _show(scene, volume)
    try:
        with tempfile.TemporaryDirectory(prefix=".medai-", dir=path.parent) as folder:
            # The scene's file and the folder in the archive are named after the archive.
            temporary = Path(folder).absolute() / path.name
            if not scene.WriteToMRB(str(temporary)):
                raise OSError("the scene could not be saved")
            temporary.replace(path)
    except OSError as problem:
        reason = problem.strerror or problem
        raise MedAIError(f"{path} cannot be written ({reason}); choose another folder or free some space.") from problem
    return path


def add_volume(scene: Any, image: Image) -> Any:
    """A new volume node with an image's voxels, affine and name."""
    import vtk

    node = slicer.vtkMRMLScalarVolumeNode() if image.channels == 1 else slicer.vtkMRMLVectorVolumeNode()
    voxels = vtk.vtkImageData()
    fill(voxels, image.voxels)
    node.SetName(image.name)
    node.SetAndObserveImageData(voxels)
    node.SetIJKToRASMatrix(matrix_from(image.affine))
    if image.modality:
        node.SetAttribute(slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName(), image.modality)
    scene.AddNode(node)
    node.CreateDefaultDisplayNodes()
    return node


def _show(scene: Any, volume: Any) -> None:
    """Set the three slice views of the application's usual layout to the scan, so that it is seen when the file is opened."""
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
    for name, (orientation, label) in _VIEWS.items():
        logic = slicer.vtkMRMLSliceLogic()
        logic.SetMRMLScene(scene)
        view = logic.AddSliceNode(name)
        view.SetOrientation(orientation)
        view.SetLayoutLabel(label)
        view.SetLayoutColor(*getattr(view, f"Get{name}Color")())
        logic.GetSliceCompositeNode().SetBackgroundVolumeID(volume.GetID())
        logic.FitSliceToBackground()
