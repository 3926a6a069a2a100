"""The section "Lesions": listed, filtered, found in the views, accepted and rejected, split, and there again in a saved scene."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.lumps import LUMPS, NAMES, SPACING, add_lumps, labels_of, put_lumps
from support.mrml import linear_transform, node_ids
from support.panels import apply, segmentations, status, wait
from support.sections import UI, shown
from support.workers import empty_bundle


@pytest.fixture
def lesions(module):
    """The section alone."""
    import slicer

    from MedAIModuleLib.sections.lesions import Lesions

    widget = slicer.util.loadUI(str(UI))
    section = Lesions(slicer.util.childWidgetVariables(widget))
    section.ui = section._ui
    yield section
    section.close()
    widget.deleteLater()


@pytest.fixture
def tumors(panel, tmp_path):
    """The panel with a model whose only label is "Tumor"."""
    empty_bundle(tmp_path / "home" / "models" / "some-model", tuple(NAMES.values()))
    return panel


@pytest.fixture
def view(app):
    """An axial slice view."""
    import slicer

    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
    view.SetLayoutName("Red")
    view.SetOrientation("Axial")
    return view


def rows(section) -> list[list[str]]:
    """Texts of the rows that are not hidden."""
    table = section.ui.lesionsTable
    visible = (row for row in range(table.rowCount) if not table.isRowHidden(row))
    return [[table.item(row, column).text() for column in range(table.columnCount)] for row in visible]


def text(section) -> list[str]:
    return section.ui.lesionsLabel.text.splitlines()


def points_shown(nodes) -> list[str]:
    points = nodes.points
    indices = range(points.GetNumberOfControlPoints())
    return [points.GetNthControlPointLabel(n) for n in indices if points.GetNthControlPointVisibility(n)]


def select(section, row: int) -> None:
    section.ui.lesionsTable.setCurrentCell(row, 0)


def tip(section, row: int, column: int) -> str:
    """What is said where the mouse comes over a cell."""
    table = section.ui.lesionsTable
    table.cellEntered.emit(row, column)
    return table.item(row, column).toolTip()


def test_a_run_whose_model_finds_tumors_leads_to_the_list_of_them(app, tumors):
    assert not shown(tumors.ui.lesionsCollapsibleButton)
    add_lumps()
    apply(app, tumors)
    assert status(tumors).startswith("3 lesions, largest 1.73 ml; 1 segment in work segmentation, ")
    assert shown(tumors.ui.lesionsCollapsibleButton)
    assert text(tumors) == ["work lesions", "3 lesions, largest 1.73 ml"]
    assert [row[:3] for row in rows(tumors)] == [["1", "Tumor", "1.73"], ["2", "Tumor", "0.432"], ["3", "Tumor", "0.072"]]
    assert rows(tumors)[0][3] == "17.0 x 17.0"  # the diagonals of 12 x 12 mm
    tumors.ui.undoButton.click()
    wait(app, lambda: not shown(tumors.ui.lesionsCollapsibleButton))
    assert tumors.ui.lesionsTable.rowCount == 0


def test_a_second_run_into_the_same_segmentation_shows_its_own_lesions_and_marks(app, tumors, monkeypatch):
    import slicer

    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_args, **_options: True)
    volume = add_lumps()
    apply(app, tumors)
    first = tumors.lesions.nodes
    labels = labels_of(LUMPS[1:])
    slicer.util.updateVolumeFromArray(volume, np.where(labels, 100, -100).astype(np.int16).transpose(2, 1, 0).copy())
    apply(app, tumors)
    assert len(segmentations()) == 1
    assert [row[1:3] for row in rows(tumors)] == [["Tumor", "0.432"], ["Tumor", "0.072"]]
    assert not first.points.GetDisplayNode().GetVisibility2D()
    assert tumors.lesions.nodes.points.GetDisplayNode().GetVisibility2D()
    tumors.ui.undoButton.click()
    wait(app, lambda: len(rows(tumors)) == 3)
    assert first.points.GetDisplayNode().GetVisibility2D()


def test_limits_hide_rows_and_points_at_once_and_are_kept_with_the_nodes(app, lesions):
    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    lesions.ui.minimumVolumeSpinBox.value = 0.1
    assert [row[0] for row in rows(lesions)] == points_shown(nodes.lesions) == ["1", "2"]
    assert text(lesions)[1] == "2 of 3 lesions shown, largest 1.73 ml"
    lesions.ui.minimumDiameterSpinBox.value = 12
    assert [row[0] for row in rows(lesions)] == points_shown(nodes.lesions) == ["1"]
    select(lesions, 1)
    assert lesions._table.selected is None  # nobody reviews what is not shown
    lesions.setSegmentation(None)
    assert not shown(lesions.ui.lesionsCollapsibleButton)
    lesions.setSegmentation(nodes.segmentation)
    assert (lesions.ui.minimumVolumeSpinBox.value, lesions.ui.minimumDiameterSpinBox.value) == (0.1, 12)
    assert [row[0] for row in rows(lesions)] == ["1"]
    lesions.ui.minimumVolumeSpinBox.value = lesions.ui.minimumDiameterSpinBox.value = 0
    assert len(rows(lesions)) == len(points_shown(nodes.lesions)) == 3


@pytest.mark.parametrize("signal", ["cellClicked", "cellActivated"])
def test_a_row_brings_the_views_to_the_lesion_where_it_is_now(app, lesions, view, signal):
    import slicer

    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    moved = np.eye(4)
    moved[:3, 3] = 10, 20, 30
    nodes.lesions.points.SetAndObserveTransformNodeID(linear_transform(slicer.mrmlScene, moved).GetID())
    getattr(lesions.ui.lesionsTable, signal).emit(1, 0)
    first, size = np.array(LUMPS[1][:3]), np.array(LUMPS[1][3:])
    assert view.GetSliceOffset() == pytest.approx(((first + (size - 1) / 2) * SPACING)[2] + 30)
    slicer.mrmlScene.RemoveNode(nodes.lesions.points)
    getattr(lesions.ui.lesionsTable, signal).emit(0, 0)  # nobody falls over points that are gone


def test_a_reader_accepts_rejects_and_takes_back(app, lesions):
    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    assert not lesions.ui.acceptLesionButton.enabled
    select(lesions, 1)
    assert lesions.ui.acceptLesionButton.enabled
    lesions.ui.rejectLesionButton.click()
    assert rows(lesions)[1][5] == "rejected"
    assert [(review.id, review.state) for review in nodes.lesions.reviews] == [(2, "rejected")]
    lesions.ui.acceptLesionButton.click()
    assert [(review.id, review.state) for review in nodes.lesions.reviews] == [(2, "accepted")]
    lesions.ui.acceptLesionButton.click()
    assert nodes.lesions.reviews == ()
    assert rows(lesions)[1][5] == ""
    nodes.lesions.review(3, "rejected")  # in the console
    assert rows(lesions)[2][5] == "rejected"


def test_what_deserves_a_look_is_marked_and_says_why(app, lesions):
    nodes = put_lumps(labels=labels_of([(0, 3, 2, 8, 6, 4), *LUMPS[1:]]))
    lesions.setSegmentation(nodes.segmentation)
    assert [row[4] for row in rows(lesions)] == ["!", "", "!"]
    assert tip(lesions, 0, 4) == "It touches the edge of the scan, where it may go on."
    assert "too few voxels" in tip(lesions, 2, 4)
    assert tip(lesions, 1, 4) == ""
    assert "Mean 100, SD 0" in tip(lesions, 1, 1)


def test_each_lesion_becomes_a_segment_of_its_own(app, lesions):
    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    lesions.ui.splitLesionsButton.click()
    assert not lesions.ui.splitLesionsButton.enabled
    wait(app, lambda: len(segmentations()) == 2)
    content = segmentations()[1].GetSegmentation()
    assert [content.GetSegment(name).GetName() for name in content.GetSegmentIDs()] == ["Tumor 1", "Tumor 2", "Tumor 3"]
    wait(app, lambda: lesions.ui.splitLesionsButton.enabled)
    (whole,) = nodes.segmentation.GetSegmentation().GetSegmentIDs()
    assert not nodes.segmentation.GetDisplayNode().GetSegmentVisibility(whole)


def test_splitting_segments_that_are_gone_is_one_sentence(app, lesions, monkeypatch):
    import slicer

    said: list[str] = []
    monkeypatch.setattr(slicer.util, "errorDisplay", said.append)
    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    nodes.segmentation.GetSegmentation().RemoveAllSegments()
    lesions.ui.splitLesionsButton.click()
    wait(app, lambda: said)
    assert said == ["The segments of work lesions are gone; measure the lesions again."]


def test_the_section_goes_with_table_segmentation_and_scene(app, lesions):
    import slicer

    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    lesions.ui.splitLesionsButton.click()
    slicer.mrmlScene.RemoveNode(nodes.lesions.table)
    wait(app, lambda: not shown(lesions.ui.lesionsCollapsibleButton))
    nodes = put_lumps()
    lesions.setSegmentation(nodes.segmentation)
    assert shown(lesions.ui.lesionsCollapsibleButton)
    lesions.ui.splitLesionsButton.click()
    slicer.mrmlScene.Clear()
    lesions.setSegmentation(None)
    for _ in range(20):
        app.processEvents()
    assert not shown(lesions.ui.lesionsCollapsibleButton)
    assert segmentations() == []


def test_lesions_of_a_saved_scene_are_shown_again(app, panel, tmp_path):
    import slicer

    scene = slicer.mrmlScene
    nodes = put_lumps()
    nodes.lesions.select(minimum_ml=0.1)
    nodes.lesions.review(2, "rejected")
    panel.logic.getParameterNode().segmentation = nodes.segmentation
    wait(app, lambda: len(rows(panel)) == 2)
    assert scene.WriteToMRB(str(tmp_path / "scene.mrb"))
    scene.Clear()
    wait(app, lambda: not shown(panel.ui.lesionsCollapsibleButton))
    assert scene.ReadFromMRB(str(tmp_path / "scene.mrb"), True)
    wait(app, lambda: shown(panel.ui.lesionsCollapsibleButton))
    assert panel.ui.minimumVolumeSpinBox.value == pytest.approx(0.1)
    assert [(row[0], row[5]) for row in rows(panel)] == [("1", ""), ("2", "rejected")]


def test_a_thousand_lesions_are_listed_and_filtered(app, lesions):
    from medai.mrml import Origin, add_prediction, image_from_volume
    from support.lesionnodes import lesions_in, with_lesions

    volume = add_lumps()
    image = image_from_volume(volume)
    prediction = with_lesions(image, lesions_in(image, 1000))
    nodes = add_prediction(prediction, volume.GetScene(), Origin.of(volume))
    lesions.setSegmentation(nodes.segmentation)
    assert lesions.ui.lesionsTable.rowCount == 1000
    lesions.ui.minimumDiameterSpinBox.value = 22
    nodes.lesions.review(400, "accepted")
    wait(app, lambda: not lesions._table._filling.busy)
    expected = sum(lesion.longest.length_mm >= 22 for lesion in prediction.lesions)
    assert len(rows(lesions)) == len(points_shown(nodes.lesions)) == expected < 1000
    assert [row[0] for row in rows(lesions) if row[5]] == ["400"]


def test_what_is_closed_hears_of_nothing_any_more(app, lesions):
    nodes = put_lumps()
    before = node_ids(nodes.segmentation.GetScene())
    lesions.setSegmentation(nodes.segmentation)
    lesions.close()
    nodes.lesions.review(1, "accepted")
    app.processEvents()
    assert node_ids(nodes.segmentation.GetScene()) == before
    assert lesions.ui.lesionsTable.rowCount == 0
