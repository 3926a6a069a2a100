"""The module's logic with models that give boxes, points or classes, and with one that waits for the user's consent."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from medai.errors import CancelledError, InputError, TrustError
from medai.finding import Detection
from medai.mrml import Origin, add_findings_steps, boxes_of, image_from_volume, show_boxes_at_least
from medai.region import Box
from support.boxes import assert_shown_at
from support.mrml import found, linear_transform, node_ids
from support.panels import add_scan, wait

TURN = np.array([[0.8, -0.6, 0, 30], [0.6, 0.8, 0, -20], [0, 0, 1, 10], [0, 0, 0, 1.0]])
KINDS = {"find boxes": "vtkMRMLTableNode", "find points": "vtkMRMLMarkupsFiducialNode", "find classes": "vtkMRMLTableNode"}


@pytest.fixture
def logic(module, tmp_path, monkeypatch):
    """The module's logic, the model "some-model", and a worker that does what the scan's name says."""
    from support.workers import empty_bundle, fault_client

    empty_bundle(tmp_path / "home" / "models" / "some-model")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    logic = module.python().MedAIModuleLogic()
    from MedAIModuleLib.runs import worker

    with fault_client() as client:
        monkeypatch.setattr(worker, "_client", client)
        yield logic


def detector_in(tmp_path: Path) -> str:
    """A bundle that says of itself that it gives boxes."""
    folder = tmp_path / "detector"
    (folder / "configs").mkdir(parents=True)
    pred = {"type": "object", "format": "boxes"}
    metadata = {"name": "Detector", "version": "1.0", "network_data_format": {"outputs": {"pred": pred}}}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    return str(folder)


def turned_scan(name: str):
    scan = add_scan(name)
    scan.SetAndObserveTransformNodeID(linear_transform(scan.GetScene(), TURN).GetID())
    return scan


@pytest.mark.parametrize("behavior", KINDS)
def test_process_gives_the_node_that_stands_for_the_result(logic, behavior):
    scan = turned_scan(behavior)
    node = logic.process(scan, model="some-model")
    assert node.GetClassName() == KINDS[behavior]
    assert node.GetScene() is scan.GetScene()
    assert node.GetAttribute("MedAI.Model") == "some-model"
    assert not scan.GetScene().GetNumberOfNodesByClass("vtkMRMLSegmentationNode")


def test_boxes_lie_on_the_scan_and_a_threshold_needs_no_new_run(logic):
    from support.faults import FINDINGS

    scan = turned_scan("find boxes")
    table = logic.process(scan, model="some-model")
    boxes = boxes_of(table)
    expected = FINDINGS["find boxes"](image_from_volume(scan))["detections"]
    assert len(boxes) == len(expected) == 100
    for number, detection in enumerate(expected, 1):
        assert_shown_at(boxes[number], detection.box)
    assert show_boxes_at_least(table, 0.9) == sum(detection.score >= 0.9 for detection in expected) > 0


@pytest.mark.parametrize("behavior", KINDS)
def test_runs_in_the_background_give_the_same_node_and_can_be_undone(app, logic, behavior):
    scan, results, problems = turned_scan(behavior), [], []
    before = node_ids(scan.GetScene())
    run = logic.start(scan, model="some-model", onFinished=results.append, onFailed=problems.append)
    wait(app, lambda: results or problems)
    assert problems == []
    assert results == [run.nodes.node]
    assert results[0].GetClassName() == KINDS[behavior]
    assert run.nodes.undo() == ""
    assert node_ids(scan.GetScene()) == before


@pytest.mark.parametrize("end", ["cancel", "close"])
def test_a_run_that_is_given_up_while_its_boxes_arrive_leaves_nothing(app, logic, end):
    scan, results, problems, arrived = turned_scan("find boxes"), [], [], []
    scene, before = scan.GetScene(), node_ids(scan.GetScene())
    run = logic.start(scan, model="some-model", onFinished=results.append, onFailed=problems.append)
    wait(app, lambda: run._writing is not None)
    while not arrived:  # the first boxes, as the run itself would bring them
        next(run._writing)
        arrived += node_ids(scene)[len(before) + 5 :]
    getattr(run, end)()
    if end == "cancel":
        wait(app, lambda: problems)
        assert isinstance(problems[0], CancelledError)
    assert results == []
    assert node_ids(scene) == before


@pytest.mark.parametrize("way", ["waited for", "in the background"])
def test_a_model_that_waits_for_consent_is_named_by_the_error_and_nothing_asks(app, logic, way):
    from MedAIModuleLib.runs.consent import ConsentNeededError

    scan, problems = add_scan("ask for trust"), []
    before = node_ids(scan.GetScene())
    if way == "waited for":
        with pytest.raises(TrustError) as caught:
            logic.process(scan, model="some-model")
        problems.append(caught.value)
    else:
        logic.start(scan, model="some-model", onFailed=problems.append)
        wait(app, lambda: problems)
    (problem,) = problems
    assert isinstance(problem, ConsentNeededError)
    assert problem.bundle.name == "some-model"
    assert str(problem).startswith("some-model brings code of its own (scripts/own.py)")
    assert node_ids(scan.GetScene()) == before


def test_what_a_detector_does_not_make_is_refused_before_the_run(logic, tmp_path):
    model, scan = detector_in(tmp_path), add_scan("find boxes")
    segmentation = scan.GetScene().AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    before = node_ids(scan.GetScene())
    with pytest.raises(InputError, match=r"Detector makes neither segmentation nor label map; leave that out\."):
        logic.process(scan, model=model, segmentation=segmentation)
    with pytest.raises(InputError, match=r"Detector makes neither segmentation nor label map; leave that out\."):
        logic.process(scan, model=model, labelmap=True)
    with pytest.raises(InputError, match=r"Detector makes no segmentation of all frames"):
        logic.process(scan, model=model, allFrames=True)
    assert node_ids(scan.GetScene()) == before


def test_hundreds_of_boxes_do_not_stop_the_application(app, module):
    """Each is a step of its own, and between them the application comes to its turn."""
    from MedAIModuleLib.loop.steps import Steps

    scan, done, turns = add_scan("scan"), [], set()
    boxes = tuple(Detection("nodule", 1 - number / 300, Box((number, 0, 0), (1, 2, 3))) for number in range(300))
    steps = Steps(done.append)
    steps.start(add_findings_steps(found(detections=boxes), scan.GetScene(), Origin.of(scan)))

    def ended():
        turns.add(scan.GetScene().GetNumberOfNodesByClass("vtkMRMLMarkupsROINode"))
        return done

    wait(app, ended)
    assert len(done[0].boxes) == 300
    assert len(turns) > 5
