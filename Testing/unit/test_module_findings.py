"""The section "Findings" in the panel with a real worker: boxes, points and classes listed, found, filtered and taken back."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.mrml import node_ids
from support.panels import add_scan, apply, segmentations, status, wait
from support.sections import shown


@pytest.fixture
def kind(tmp_path):
    """Makes the model "some-model" one of another kind, before the panel looks at it."""

    def kind(pred: dict) -> None:
        path = tmp_path / "home" / "models" / "some-model" / "configs"
        metadata = json.loads((path / "metadata.json").read_text())
        metadata["network_data_format"]["outputs"]["pred"] = pred
        (path / "metadata.json").write_text(json.dumps(metadata))
        (path / "inference.json").write_text("{}")

    return kind


@pytest.fixture
def errors(monkeypatch):
    import slicer

    errors: list[str] = []
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, **_options: errors.append(text))
    return errors


def cells(panel, column: int) -> list[str]:
    table = panel.ui.findingsTable
    return [table.item(row, column).text() for row in range(table.rowCount) if not table.isRowHidden(row)]


def visible(nodes) -> int:
    """How many boxes the views show."""
    return sum(bool(box.GetDisplayNode().GetVisibility()) for box in nodes.boxes)


def last(panel):
    """The nodes that are shown."""
    return panel.findings._results[-1][0]


def test_the_section_is_there_once_something_was_found(app, panel):
    assert not shown(panel.ui.findingsCollapsibleButton)
    add_scan("work")
    apply(app, panel)
    assert not shown(panel.ui.findingsCollapsibleButton)


def test_boxes_are_listed_best_first_and_filtered_without_another_run(app, panel):
    add_scan("find boxes")
    apply(app, panel)
    assert segmentations() == []
    assert status(panel).startswith("Boxes: 100, in find boxes findings, ")
    assert shown(panel.ui.findingsCollapsibleButton)
    assert not panel.ui.findingsCollapsibleButton.collapsed
    scores = [float(score) for score in cells(panel, 1)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0.5
    assert cells(panel, 0)[0] == "nodule"
    assert cells(panel, 3)[0] == "4.0 x 5.0 x 6.0"
    before = visible(last(panel))
    assert panel.ui.findingsLabel.text.splitlines() == [
        "find boxes findings",
        f"{before} of 100 boxes with a score of at least 0.50",
    ]
    panel.ui.thresholdSlider.value = 90
    assert not panel.runs
    assert len(cells(panel, 0)) == visible(last(panel)) < before
    assert f"{len(cells(panel, 0))} of 100 boxes with a score of at least 0.90" in panel.ui.findingsLabel.text
    panel.ui.thresholdSlider.value = 0
    assert len(cells(panel, 0)) == visible(last(panel)) == 100


def test_a_reader_accepts_and_rejects_boxes(app, panel):
    add_scan("find boxes")
    apply(app, panel)
    assert not panel.ui.acceptBoxButton.enabled
    panel.ui.findingsTable.setCurrentCell(2, 0)
    panel.ui.rejectBoxButton.click()
    panel.ui.findingsTable.setCurrentCell(0, 0)
    panel.ui.acceptBoxButton.click()
    assert cells(panel, 4)[:4] == ["accepted", "", "rejected", ""]
    assert [(review.kind, review.id, review.state) for review in last(panel).reviews] == [
        ("detection", 1, "accepted"),
        ("detection", 3, "rejected"),
    ]
    panel.ui.acceptBoxButton.click()
    assert cells(panel, 4)[:4] == ["", "", "rejected", ""]


@pytest.mark.parametrize("signal", ["cellClicked", "cellActivated"])
def test_a_row_brings_the_views_to_the_box_where_it_is_now(app, panel, signal):
    import numpy as np
    import slicer

    from support.mrml import linear_transform

    scan = add_scan("find boxes")
    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
    view.SetLayoutName("Red")
    view.SetOrientation("Axial")
    apply(app, panel)
    moved = np.eye(4)
    moved[:3, 3] = 10, 20, 30
    transform = linear_transform(slicer.mrmlScene, moved)
    for box in last(panel).boxes:
        box.SetAndObserveTransformNodeID(transform.GetID())
    getattr(panel.ui.findingsTable, signal).emit(3, 1)
    assert view.GetSliceOffset() == pytest.approx(last(panel).boxes[3].GetCenterWorld()[2])
    assert scan.GetScene() is slicer.mrmlScene
    slicer.mrmlScene.RemoveNode(last(panel).boxes[4])
    getattr(panel.ui.findingsTable, signal).emit(4, 1)  # nobody falls over a box that is gone


def test_points_are_listed_by_name_without_a_threshold(app, panel):
    import slicer

    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
    view.SetLayoutName("Red")
    view.SetOrientation("Axial")
    add_scan("find points")
    apply(app, panel)
    assert status(panel).startswith("Points: 2, in find points landmarks, ")
    assert cells(panel, 0) == ["left valve", "right valve"]
    assert cells(panel, 1) == ["1.0, 2.0, 3.0", "-4.0, 5.0, 6.5"]
    assert not shown(panel.ui.thresholdSlider)
    panel.ui.findingsTable.cellClicked.emit(1, 0)
    assert view.GetSliceOffset() == pytest.approx(6.5)


def test_classes_are_listed_with_the_chosen_one_in_front(app, panel):
    add_scan("find classes")
    apply(app, panel)
    assert status(panel).startswith("Class: normal, in find classes classes, ")
    assert list(zip(cells(panel, 0), cells(panel, 1), cells(panel, 2), strict=True)) == [
        ("normal", "75.0 %", "yes"),
        ("dense", "25.0 %", ""),
    ]
    panel.ui.findingsTable.cellClicked.emit(0, 0)


def test_the_chosen_class_comes_first_also_where_others_come_before_it(module):
    import slicer

    from medai.finding import ClassScore
    from medai.mrml import Origin, add_findings
    from MedAIModuleLib.sections.findings import foundText
    from MedAIModuleLib.sections.findingstable import rowsOf
    from support.mrml import found

    scan = add_scan("work")
    classes = (ClassScore("a", None, 0.25, False), ClassScore("b", None, 7.5, True), ClassScore("c", None, 3, False))
    nodes = add_findings(found(classes=classes), slicer.mrmlScene, Origin.of(scan))
    assert [row.cells for row in rowsOf(nodes)[1]] == [("b", "7.5", "yes"), ("c", "3", ""), ("a", "0.25", "")]
    assert foundText(nodes) == "Class: b"
    nothing = add_findings(found(), slicer.mrmlScene, Origin.of(scan))
    assert foundText(nothing) == "Boxes: 0"


def test_results_are_taken_back_as_a_whole_the_last_one_first(app, panel, errors):
    scan = add_scan("find boxes")
    before = node_ids(scan.GetScene())
    apply(app, panel)
    scan.SetName("find points")
    apply(app, panel)
    assert cells(panel, 0)[0] == "left valve"
    panel.ui.undoFindingsButton.click()
    wait(app, lambda: len(panel.findings._results) == 1)
    assert cells(panel, 0)[0] == "nodule"
    wait(app, lambda: panel.ui.undoFindingsButton.enabled)
    panel.ui.undoFindingsButton.click()
    wait(app, lambda: not panel.findings._results)
    wait(app, lambda: not shown(panel.ui.findingsCollapsibleButton))
    assert node_ids(scan.GetScene()) == before
    assert errors == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_the_user_changed_is_lost_only_after_a_question(app, panel, monkeypatch, confirmed):
    import slicer

    asked: list[str] = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or confirmed)
    add_scan("find points")
    apply(app, panel)
    last(panel).landmarks.SetNthControlPointLabel(0, "mine")
    panel.ui.undoFindingsButton.click()
    assert len(asked) == 1
    if confirmed:
        wait(app, lambda: not panel.findings._results)
    else:
        assert last(panel).landmarks.GetScene() is not None


def test_what_an_answer_rests_on_is_laid_over_the_scan(app, panel):
    import numpy as np
    import slicer

    from medai.finding import ClassScore
    from medai.mrml import Origin, add_findings, image_from_volume
    from MedAIModuleLib.runs.record import Record
    from support.mrml import found

    composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    scan = add_scan("work")
    image = image_from_volume(scan)
    saliency = image.with_voxels(np.full((1, *image.shape), 40, np.uint8))
    prediction = found(classes=(ClassScore("a", 0.9, 1.0, True),), saliency=saliency)
    nodes = add_findings(prediction, slicer.mrmlScene, Origin.of(scan))
    panel.findings.show(nodes, Record({"warnings": ["The scan is an unusual one."]}))
    assert panel.ui.findingsLabel.text.splitlines()[-1] == "The scan is an unusual one."
    assert panel.ui.findingsMapCheckBox.text.replace("&", "") == "Show what the answer rests on"
    panel.ui.findingsMapCheckBox.click()
    assert composite.GetForegroundVolumeID() == nodes.maps[0].GetID()
    panel.ui.undoFindingsButton.click()
    wait(app, lambda: not panel.findings._results)
    assert not composite.GetForegroundVolumeID()


def test_findings_go_with_their_nodes_and_with_the_scene(app, panel):
    import slicer

    scan = add_scan("find boxes")
    apply(app, panel)
    slicer.mrmlScene.RemoveNode(last(panel).detections)
    assert not shown(panel.ui.findingsCollapsibleButton)
    scan.SetName("find points")
    apply(app, panel)
    assert shown(panel.ui.findingsCollapsibleButton)
    slicer.mrmlScene.Clear()
    assert not shown(panel.ui.findingsCollapsibleButton)


@pytest.mark.parametrize(
    ("pred", "text"),
    [
        ({"type": "object", "format": "bounding boxes"}, "Boxes with scores"),
        ({"type": "array", "format": "points"}, "list of points"),
        ({"type": "probabilities", "format": "classes"}, "table of classes"),
    ],
)
def test_outputs_offer_only_what_the_kind_of_model_makes(app, panel, module, kind, pred, text):
    kind(pred)
    parameters = panel.logic.getParameterNode()
    parameters.labelmap = True
    parameters.someLabels = True
    module.widgetRepresentation().enter()
    wait(app, lambda: text in panel.ui.outputKindLabel.text)
    for widget in (panel.ui.outputSelector, panel.ui.labelmapCheckBox, panel.ui.show3DCheckBox, panel.ui.labelsList):
        assert not shown(widget)
    assert panel.outputs.segmentation is None
    assert not panel.outputs.labelmap
    assert panel.outputs.labels == ()
    parameters.model = "brain-mr"
    wait(app, lambda: shown(panel.ui.outputSelector))
    assert not shown(panel.ui.outputKindLabel)
    assert panel.outputs.labelmap


def test_a_detection_model_runs_from_the_panel_to_boxes_beside_the_scan(app, module, tmp_path, monkeypatch):
    """With the worker that users have, a RetinaNet with random weights."""
    from medai.jobs import WorkerClient
    from MedAIModuleLib.runs import worker
    from support.detection import make_detection_bundle

    make_detection_bundle(tmp_path / "home" / "models" / "nodules", classes=("nodule",))
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    with WorkerClient(idle_seconds=60) as client:
        monkeypatch.setattr(worker, "_client", client)
        widget = module.widgetRepresentation()
        widget.self().logic.getParameterNode().model = "nodules"
        widget.enter()
        widget.show()
        panel = widget.self().panel
        add_scan("scan", (40, 64, 64))
        wait(app, lambda: panel.models.finding is not None)
        assert "Safe: nothing of its own runs" in panel.ui.modelSummaryLabel.text
        assert not shown(panel.ui.outputSelector)
        apply(app, panel)
        assert status(panel).startswith("Boxes: "), status(panel)
        count = panel.ui.findingsTable.rowCount
        assert count == len(last(panel).boxes) > 0
        panel.ui.thresholdSlider.value = 0
        assert visible(last(panel)) == count
