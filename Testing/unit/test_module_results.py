"""The section "Results" with real segmentations: what it shows, what it changes, and that it follows the scene."""

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


def column(results, number: int) -> list:
    import qt

    table = results.ui.segmentsTable
    return [table.item(row, number).data(qt.Qt.DisplayRole) for row in range(table.rowCount)]


def volumes(results) -> dict:
    texts = zip(column(results, 1), column(results, 2), strict=True)
    return {name: float(text) if text not in ("", "...") else text for name, text in texts}


def counted(app, results) -> dict:
    wait(app, lambda: "..." not in column(results, 2))
    return volumes(results)


def row_of(results, name: str) -> int:
    return column(results, 1).index(name)


def check(results, name: str, shown: bool) -> None:
    import qt

    item = results.ui.segmentsTable.item(row_of(results, name), 0)
    item.setCheckState(qt.Qt.Checked if shown else qt.Qt.Unchecked)


def shown(results) -> set:
    import qt

    table = results.ui.segmentsTable
    rows = range(table.rowCount)
    return {column(results, 1)[row] for row in rows if table.item(row, 0).checkState() == qt.Qt.Checked}


def visible(segmentation) -> set:
    content, display = segmentation.GetSegmentation(), segmentation.GetDisplayNode()
    return {content.GetSegment(each).GetName() for each in content.GetSegmentIDs() if display.GetSegmentVisibility(each)}


def test_a_result_is_shown_with_names_and_volumes_once_they_are_counted(app, results):
    nodes = run()
    results.show(nodes)
    assert not results.ui.resultsCollapsibleButton.collapsed
    assert column(results, 1) == list(NAMES.values())
    assert set(column(results, 2)) == {"..."}
    voxel = 1.5 * 2 * 2.5 / 1000
    expected = {name: 12 * depth * voxel for name, depth in zip(NAMES.values(), (2, 3, 4), strict=True)}
    assert counted(app, results) == pytest.approx(expected, abs=5e-3)


def test_without_a_result_the_section_says_what_to_do_and_offers_nothing(results):
    assert "press Apply" in results.ui.resultLabel.text
    controls = results.ui.undoButton, results.ui.showAllButton, results.ui.hideAllButton, results.ui.opacitySlider
    assert not any(control.enabled for control in controls)


def test_rows_are_sorted_by_volume_as_numbers(app, results):
    import qt

    labels = np.zeros((12, 10, 8), np.uint8)
    labels[0, 0, 0], labels[1:11], labels[11, :5] = 1, 2, 7
    results.show(run(labels=labels))
    counted(app, results)
    results.ui.segmentsTable.sortItems(2, qt.Qt.AscendingOrder)
    assert column(results, 2) == sorted(column(results, 2))
    assert column(results, 1) == [NAMES[1], NAMES[7], NAMES[2]]


def test_labels_that_were_not_found_and_notes_are_said(app, results):
    import slicer

    results.show(run(labels=np.where(labels_of() == 2, 0, labels_of())))
    assert results.ui.resultLabel.text == "Scan segmentation\nNot found: Brainstem"
    scan = slicer.mrmlScene.GetFirstNodeByName("Scan")
    from medai import Image
    from medai.mrml import Origin, add_prediction
    from support.mrml import prediction_of

    origin, image = Origin.of(scan), Image(np.zeros((1, 12, 10, 8), np.float32), np.eye(4), "Scan")
    slicer.mrmlScene.RemoveNode(scan)
    nodes = add_prediction(prediction_of(image, labels_of()), slicer.mrmlScene, origin)
    results.show(nodes)
    assert nodes.notes
    assert results.ui.resultLabel.text == "\n".join([nodes.segmentation.GetName(), *nodes.notes])


def test_the_first_line_says_whose_result_it_is_also_under_a_new_name(app, results):
    nodes = run()
    results.show(nodes)
    assert results.ui.resultLabel.text == "Scan segmentation"
    nodes.segmentation.SetName("Before surgery")
    wait(app, lambda: results.ui.resultLabel.text == "Before surgery")


def test_a_result_that_ends_at_a_box_says_so(app, results):
    from dataclasses import asdict

    from medai import Image
    from medai.region import Box
    from support.mrml import prediction_of

    image = Image(np.zeros((1, 12, 10, 8), np.float32), np.eye(4), "Scan")
    prediction = prediction_of(image, np.where(labels_of() == 2, 0, labels_of()))
    prediction.run["options"] = {"roi": asdict(Box((1, 2, 3), (30.5, 40, 50)))}
    results.show(put_beside(image, prediction))
    assert results.ui.resultLabel.text.splitlines()[1:] == [
        "Only inside the box: volumes are of the parts inside.",
        "Not in the box: Brainstem",
    ]


def test_rows_are_little_higher_than_their_text(results):
    table = results.ui.segmentsTable
    results.show(run())
    assert table.fontMetrics().height() <= table.rowHeight(0) <= table.fontMetrics().height() + 6


def test_check_boxes_show_and_hide_segments(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    check(results, "Brainstem", False)
    assert visible(segmentation) == set(NAMES.values()) - {"Brainstem"}
    results.ui.hideAllButton.click()
    assert visible(segmentation) == set()
    wait(app, lambda: shown(results) == set())
    check(results, "Brainstem", True)
    assert visible(segmentation) == {"Brainstem"}
    results.ui.showAllButton.click()
    assert visible(segmentation) == set(NAMES.values())
    wait(app, lambda: shown(results) == set(NAMES.values()))


def test_the_table_follows_what_other_modules_change(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    content = segmentation.GetSegmentation()
    segmentation.GetDisplayNode().SetSegmentVisibility(identifier_of(segmentation, "Brainstem"), False)
    wait(app, lambda: "Brainstem" not in shown(results))
    content.GetSegment(identifier_of(segmentation, "Brainstem")).SetName("Stem")
    wait(app, lambda: "Stem" in column(results, 1))
    content.RemoveSegment(identifier_of(segmentation, "Stem"))
    wait(app, lambda: sorted(column(results, 1)) == sorted({*NAMES.values()} - {"Brainstem"}))
    content.AddEmptySegment("mine", "Mine")
    wait(app, lambda: "Mine" in column(results, 1))
    assert counted(app, results)["Mine"] == 0


def test_rows_are_in_the_segmentations_order(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    segmentation.GetSegmentation().SetSegmentIndex(identifier_of(segmentation, "Brainstem"), 0)
    wait(app, lambda: column(results, 1) == [NAMES[2], NAMES[1], NAMES[7]])


def test_what_was_not_drawn_as_a_label_map_has_no_volume(app, results):
    import slicer
    import vtk

    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "surfaces")
    segmentation.CreateDefaultDisplayNodes()
    sphere = vtk.vtkSphereSource()
    sphere.Update()
    segmentation.SetSourceRepresentationToClosedSurface()
    segmentation.AddSegmentFromClosedSurfaceRepresentation(sphere.GetOutput(), "Ball", [1, 0, 0])
    results.setSegmentation(segmentation)
    wait(app, lambda: volumes(results) == {"Ball": ""})


def test_a_new_color_is_shown(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)

    def color():
        item = results.ui.segmentsTable.item(row_of(results, "Brainstem"), 1)
        return item.icon().pixmap(16, 16).toImage().pixelColor(8, 8).getRgb()[:3]

    segmentation.GetSegmentation().GetSegment(identifier_of(segmentation, "Brainstem")).SetColor(1, 0, 0)
    wait(app, lambda: color() == (255, 0, 0))


def test_volumes_are_counted_again_after_an_edit(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    counted(app, results)
    paint(segmentation, "Brainstem")
    wait(app, lambda: set(column(results, 2)) == {"..."})
    everything = 12 * 10 * 8 * 1.5 * 2 * 2.5 / 1000
    wait(app, lambda: volumes(results)["Brainstem"] == pytest.approx(everything, abs=5e-3))


def test_volumes_are_those_of_the_frame_that_is_shown(app, results):
    import slicer
    from test_mrml_sequences import add_scan, result

    volume, browser, _sequence = add_scan(slicer.mrmlScene)
    results.show(result(volume))
    first, second = list(NAMES.values())[:2]
    assert counted(app, results)[first] > 0
    browser.SetSelectedItemNumber(2)
    wait(app, lambda: set(column(results, 2)) == {"..."})
    after = counted(app, results)
    assert after[first] == 0
    assert after[second] > 0


def test_volumes_are_counted_again_when_a_transform_scales(app, results):
    import slicer

    from support.mrml import linear_transform

    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    before = counted(app, results)["Brainstem"]
    transform = linear_transform(slicer.mrmlScene, np.diag([2.0, 1, 1, 1]))
    segmentation.SetAndObserveTransformNodeID(transform.GetID())
    wait(app, lambda: volumes(results)["Brainstem"] == pytest.approx(2 * before, abs=2e-3))


@pytest.mark.parametrize("signal", ["cellClicked", "cellActivated"])
def test_a_row_that_is_clicked_or_entered_brings_the_views_there(app, results, signal):
    import slicer

    from support.mrml import world_center

    view = slicer.vtkMRMLSliceNode()
    view.SetLayoutName("Red")
    view = slicer.mrmlScene.AddNode(view)
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    getattr(results.ui.segmentsTable, signal).emit(row_of(results, "Brainstem"), 1)
    matrix = view.GetSliceToRAS()
    place = np.array([matrix.GetElement(axis, 3) for axis in range(3)])
    assert np.allclose(place, world_center(segmentation, identifier_of(segmentation, "Brainstem")), atol=2.5)


def test_a_click_on_a_check_box_leaves_the_views_where_they_are(app, results):
    import slicer

    view = slicer.vtkMRMLSliceNode()
    view.SetLayoutName("Red")
    view = slicer.mrmlScene.AddNode(view)
    results.setSegmentation(run().segmentation)
    before = view.GetMTime()
    results.ui.segmentsTable.cellClicked.emit(row_of(results, "Brainstem"), 0)
    assert view.GetMTime() == before


def test_opacity_goes_both_ways(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    results.ui.opacitySlider.value = 40
    assert segmentation.GetDisplayNode().GetOpacity() == pytest.approx(0.4)
    segmentation.GetDisplayNode().SetOpacity(0.75)
    wait(app, lambda: results.ui.opacitySlider.value == 75)
    assert segmentation.GetDisplayNode().GetOpacity() == pytest.approx(0.75)


def test_the_button_for_3d_gets_the_segmentation(app, results):
    segmentation = run().segmentation
    results.setSegmentation(segmentation)
    assert results.ui.show3DButton.segmentationNode() is segmentation
    results.setSegmentation(None)
    assert results.ui.show3DButton.segmentationNode() is None


def test_a_result_is_taken_back_as_a_whole(app, results):
    import slicer

    from support.mrml import node_ids

    mine = run().segmentation
    before = node_ids(slicer.mrmlScene)
    results.setSegmentation(mine)
    assert not results.ui.undoButton.enabled
    results.show(run())
    assert results.ui.undoButton.enabled
    results.ui.undoButton.click()
    assert node_ids(slicer.mrmlScene) == before
    assert results.ui.changes == [True]
    assert not results.ui.undoButton.enabled
    assert results.ui.segmentsTable.rowCount == 0


def test_two_results_in_one_segmentation_are_taken_back_one_after_the_other(app, results):
    first = run()
    results.show(first)
    segmentation = first.segmentation
    results.show(run(segmentation, labels=np.full((12, 10, 8), 2, np.uint8)))
    wait(app, lambda: column(results, 1) == ["Brainstem"])
    results.ui.undoButton.click()
    wait(app, lambda: sorted(column(results, 1)) == sorted(NAMES.values()))
    assert results.ui.undoButton.enabled
    results.ui.undoButton.click()
    assert segmentation.GetScene() is None


@pytest.mark.parametrize("confirmed", [True, False])
def test_edits_since_are_lost_only_if_the_user_agrees(app, results, monkeypatch, confirmed):
    import slicer

    asked = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or confirmed)
    nodes = run()
    results.show(nodes)
    paint(nodes.segmentation, "Brainstem")
    results.ui.undoButton.click()
    assert len(asked) == 1
    assert (nodes.segmentation.GetScene() is None) is confirmed
    assert results.ui.undoButton.enabled is not confirmed


def test_the_table_lets_go_of_a_segmentation_that_is_removed_and_of_a_scene_that_is_closed(app, results):
    import slicer

    results.show(run())
    slicer.mrmlScene.RemoveNode(results.ui.show3DButton.segmentationNode())
    assert results.ui.segmentsTable.rowCount == 0
    assert results.ui.show3DButton.segmentationNode() is None
    results.show(run())
    slicer.mrmlScene.Clear()
    app.processEvents()
    assert results.ui.segmentsTable.rowCount == 0
    assert not results.ui.undoButton.enabled


def test_what_is_closed_hears_of_nothing_any_more(app, results):
    segmentation = run().segmentation
    before = segmentation.HasObserver("ModifiedEvent"), segmentation.HasObserver("AnyEvent")
    results.setSegmentation(segmentation)
    results.close()
    assert (segmentation.HasObserver("ModifiedEvent"), segmentation.HasObserver("AnyEvent")) == before
    segmentation.GetSegmentation().RemoveAllSegments()
    app.processEvents()
    assert results.ui.segmentsTable.rowCount == 0


def test_a_hundred_segments_are_shown_and_followed(app, results):
    names = {value: f"Part {value}" for value in range(1, 106)}
    labels = np.arange(12 * 10 * 8).reshape(12, 10, 8) % 106
    segmentation = run(labels=labels.astype(np.uint8), names=names).segmentation
    results.setSegmentation(segmentation)
    assert len(counted(app, results)) == 105
    results.ui.hideAllButton.click()
    wait(app, lambda: shown(results) == set())
