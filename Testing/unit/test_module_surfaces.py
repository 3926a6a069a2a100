"""Surfaces of segments for the 3D views: as Slicer makes them, piece by piece, and given up with what they are of."""

from __future__ import annotations

import numpy as np
import pytest

from support.panels import wait
from support.sections import UI
from support.segments import NAMES, identifier_of, labels_of, paint, put_beside, run


@pytest.fixture
def results(module):
    """The section alone; what it calls ``onChanged`` for is counted in ``changes``."""
    import slicer

    from MedAIModuleLib.sections.results import Results

    widget = slicer.util.loadUI(str(UI))
    ui = slicer.util.childWidgetVariables(widget)
    ui.changes = []
    section = Results(ui, lambda: ui.changes.append(True))
    section.ui = ui
    yield section
    section.close()
    widget.deleteLater()


def surface_of(segmentation, name: str):
    return segmentation.GetSegmentation().GetSegment(identifier_of(segmentation, name)).GetRepresentation("Closed surface")


def same(surface, other) -> bool:
    from vtk.util.numpy_support import vtk_to_numpy

    parts = [
        [vtk_to_numpy(each.GetPoints().GetData()), vtk_to_numpy(each.GetPolys().GetConnectivityArray())]
        for each in (surface, other)
    ]
    return all(np.array_equal(*pair) for pair in zip(*parts, strict=True))


def test_surfaces_are_those_that_slicer_makes_and_are_shown(app, results):
    labels = labels_of()
    labels[0, 0, 0], labels[5:8, 3:9, 1:7] = 7, 1  # at the border, and beside others
    expected = run(labels=labels).segmentation
    expected.CreateClosedSurfaceRepresentation()
    nodes = run(labels=labels)
    results.show(nodes, surfaces=True)
    assert "surfaces" in results.ui.resultLabel.text
    wait(app, lambda: nodes.segmentation.GetSegmentation().ContainsRepresentation("Closed surface"))
    for name in NAMES.values():
        assert surface_of(nodes.segmentation, name).GetNumberOfPolys() > 0
        assert same(surface_of(nodes.segmentation, name), surface_of(expected, name))
    display = nodes.segmentation.GetDisplayNode()
    assert display.GetDisplayRepresentationName3D() == "Closed surface"
    assert display.GetDisplayRepresentationName2D() == "Binary labelmap"
    assert results.ui.show3DButton.checked
    wait(app, lambda: "surfaces" not in results.ui.resultLabel.text)


def test_surfaces_of_several_results_are_made_one_after_the_other(app, results):
    results.show(first := run(), surfaces=True)
    results.show(second := run(), surfaces=True)
    for nodes in (first, second):
        wait(app, lambda nodes=nodes: nodes.segmentation.GetSegmentation().ContainsRepresentation("Closed surface"))


def test_surfaces_are_of_the_segments_as_they_are_after_an_edit_meanwhile(app, results):
    nodes = run()
    results.show(nodes, surfaces=True)
    paint(nodes.segmentation, "Brainstem")
    wait(app, lambda: nodes.segmentation.GetSegmentation().ContainsRepresentation("Closed surface"))
    bounds = surface_of(nodes.segmentation, "Brainstem").GetBounds()
    assert bounds[1] - bounds[0] > 12


def test_an_empty_segment_has_an_empty_surface(app, results):
    nodes = run()
    nodes.segmentation.GetSegmentation().AddEmptySegment("mine", "Mine")
    results.show(nodes, surfaces=True)
    wait(app, lambda: nodes.segmentation.GetSegmentation().ContainsRepresentation("Closed surface"))
    assert surface_of(nodes.segmentation, "Mine").GetNumberOfPolys() == 0


def test_surfaces_that_cannot_be_made_are_not_waited_for(app, results, monkeypatch, no_hidden_errors):
    from MedAIModuleLib.sections import surfaces

    def fail(*_args):
        raise MemoryError("no room for the surface")

    with monkeypatch.context() as patch:
        patch.setattr(surfaces, "_surface", fail)
        results.show(run(), surfaces=True)
        wait(app, lambda: "surfaces" not in results.ui.resultLabel.text)
    assert "no room for the surface" in no_hidden_errors.pop()
    results.show(nodes := run(), surfaces=True)
    wait(app, lambda: nodes.segmentation.GetSegmentation().ContainsRepresentation("Closed surface"))


def test_surfaces_are_given_up_with_the_node_and_the_scene(app, results):
    import slicer

    nodes = run()
    results.show(nodes, surfaces=True)
    slicer.mrmlScene.RemoveNode(nodes.segmentation)
    for _ in range(20):
        app.processEvents()
    assert not nodes.segmentation.GetSegmentation().ContainsRepresentation("Closed surface")
    results.show(run(), surfaces=True)
    slicer.mrmlScene.Clear()
    for _ in range(20):
        app.processEvents()
    assert results.ui.segmentsTable.rowCount == 0


def test_what_comes_back_by_undo_is_in_3d_again_if_the_result_was(app, results):
    nodes = run()
    segmentation = nodes.segmentation
    segmentation.CreateClosedSurfaceRepresentation()
    again = run(segmentation=segmentation, labels=np.where(labels_of() == 2, 0, labels_of()))
    segmentation.CreateClosedSurfaceRepresentation()
    results.show(again)
    results.ui.undoButton.click()
    wait(app, lambda: segmentation.GetSegmentation().ContainsRepresentation("Closed surface"))
    assert surface_of(segmentation, "Brainstem").GetNumberOfPoints() > 0


@pytest.mark.parametrize("step", [2, 3])
def test_a_surface_with_very_many_faces_is_coarser_and_in_the_same_place(app, results, monkeypatch, step):
    from MedAIModuleLib.sections import surfaces

    i, j, k = np.ogrid[:48, :44, :40]
    ball = (i - 24) ** 2 + (j - 20) ** 2 + (k - 19) ** 2 < 17**2
    faces = sum(np.count_nonzero(np.diff(ball.astype(np.int8), axis=axis)) for axis in range(3))
    whole, coarse = (segmentation_of(ball) for _ in range(2))
    whole.CreateClosedSurfaceRepresentation()
    monkeypatch.setattr(surfaces, "_MOST_FACES", faces / step**2)
    monkeypatch.setattr(surfaces, "_VOXELS_AT_ONCE", 5000)
    surface = surfaces._surface, []
    monkeypatch.setattr(surfaces, "_surface", lambda *args: surface[1].append(args[2]) or surface[0](*args))
    maker = surfaces.SurfaceMaker(lambda: None)
    maker.start(coarse)
    wait(app, lambda: not maker.isMaking(coarse))
    assert surface[1][0].GetNumberOfPoints() < ball.sum() / 2
    expected, found = (surface_of(each, NAMES[1]) for each in (whole, coarse))
    assert 0 < found.GetNumberOfPolys() < expected.GetNumberOfPolys() / 2
    assert np.allclose(found.GetCenter(), expected.GetCenter(), atol=0.5 * step)
    assert np.allclose(found.GetBounds(), expected.GetBounds(), atol=step)


def segmentation_of(mask):
    """One segment of voxels (i, j, k) of 1.5 x 1 x 1 mm, turned, away from the middle of the world."""
    from medai import Image

    image = Image(
        np.zeros((1, *mask.shape), np.float32), np.array([[0, -1, 0, 9], [1.5, 0, 0, -7], [0, 0, 1, 5], [0, 0, 0, 1.0]]), "Ball"
    )
    from support.mrml import prediction_of

    return put_beside(image, prediction_of(image, mask.astype(np.uint8), {1: NAMES[1]})).segmentation


def test_a_layer_one_voxel_thick_stays_in_a_coarse_copy(module):
    from medai.mrml.vtkdata import result_of
    from MedAIModuleLib.sections.surfaces import _coarser

    layer = np.zeros((18, 18, 18), np.uint8)
    layer[7] = 4
    coarse = result_of(_coarser(layer, 4, 3))
    assert coarse.shape == (6, 6, 6)
    assert (coarse[2] == 4).all()
    assert np.count_nonzero(coarse) == 36


def test_surfaces_of_a_frame_are_dropped_when_another_is_shown_meanwhile(app, module):
    import slicer
    from test_mrml_sequences import add_scan, result

    from medai.mrml.vtkdata import result_of
    from MedAIModuleLib.sections.surfaces import _surfaceSteps

    volume, browser, _sequence = add_scan(slicer.mrmlScene)
    segmentation = result(volume).segmentation
    steps = _surfaceSteps(segmentation)
    next(steps)
    browser.SetSelectedItemNumber(2)
    assert result_of(steps) is None
    surfaces = result_of(_surfaceSteps(segmentation))
    assert [surfaces[identifier].GetNumberOfPolys() > 0 for identifier in ("brain-mr_1", "brain-mr_2")] == [False, True]
