"""Runs in the panel: progress, cancel, failure, several in a row, a scene that changes meanwhile. The worker is a real one."""

from __future__ import annotations

import logging

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.mrml import linear_transform, node_ids, segment_voxels
from support.panels import add_scan, apply, segmentations, status, wait

TURN = np.array([[0.8, -0.6, 0, 30], [0.6, 0.8, 0, -20], [0, 0, 1, 10], [0, 0, 0, 1.0]])


def test_progress_is_shown_and_apply_turns_into_cancel_which_leaves_the_scene_as_it_was(app, panel, caplog):
    scan = add_scan("wait")
    before = node_ids(scan.GetScene())
    panel.ui.applyButton.click()
    assert panel.ui.applyButton.text == "Cancel"
    wait(app, lambda: status(panel) == "working, 3 s left")
    assert panel.ui.progressBar.visible
    assert panel.ui.progressBar.value == 250
    panel.ui.applyButton.click()
    assert not panel.ui.applyButton.enabled
    assert status(panel) == "Cancelling..."
    wait(app, lambda: not panel.runs, seconds=4)
    assert status(panel) == "The run was cancelled; nothing was changed."
    assert panel.ui.applyButton.enabled
    assert not panel.ui.progressBar.visible
    assert node_ids(scan.GetScene()) == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("behavior", ["wait", "ignore cancel", "compute"])
def test_after_a_cancel_the_worker_is_free_or_gone_and_the_next_run_works(app, panel, behavior):
    scan = add_scan(behavior)
    panel.ui.applyButton.click()
    wait(app, lambda: panel.ui.progressBar.maximum > 0)
    panel.ui.applyButton.click()
    wait(app, lambda: not panel.runs, seconds=4)
    scan.SetName("work")
    apply(app, panel)
    assert len(segmentations()) == 1


@pytest.mark.parametrize("behavior", ["fail", "be killed", "exit"])
def test_a_failed_run_is_one_message_and_the_next_one_works(app, panel, caplog, behavior):
    scan = add_scan(behavior)
    before = node_ids(scan.GetScene())
    apply(app, panel)
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert status(panel).endswith(".")
    assert status(panel) in errors[0]
    assert status(panel)[:20] in panel.ui.logText.plainText
    assert node_ids(scan.GetScene()) == before
    scan.SetName("work")
    apply(app, panel)
    assert len(segmentations()) == 1


def test_a_mistake_of_the_program_is_a_sentence_with_its_place_in_the_details(app, panel, monkeypatch):
    import slicer

    import MedAIModuleLib.panel

    def fail(*_args, **_options):
        raise KeyError("spacing")

    shown = []
    add_scan("work")
    monkeypatch.setattr(MedAIModuleLib.panel, "BackgroundRun", fail)
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, detailedText="": shown.append((text, detailedText)))
    panel.ui.applyButton.click()
    ((sentence, details),) = shown
    assert sentence == "The run failed unexpectedly (KeyError: 'spacing'); the details say where."
    assert "in fail" in details
    assert "Traceback" not in sentence + status(panel)


@pytest.mark.parametrize(("seconds", "text"), [(0.9, "almost done"), (1.2, "1 s left"), (200, "3 min left")])
def test_the_time_left_is_never_zero(module, seconds, text):
    from medai.inference import Progress
    from MedAIModuleLib.sections.progress import progressText

    assert progressText(Progress(0.5, "segmenting", seconds)) == f"Segmenting, {text}"
    assert progressText(Progress(0.5, "segmenting", seconds), 2, 3) == f"Segmenting, frame 2 of 3, {text}"
    assert progressText(Progress(0.0, "copying")) == progressText(Progress(0.0, "starting")) == "Starting"


def test_a_double_click_on_apply_starts_a_run_and_does_not_cancel_it(app, panel, monkeypatch):
    import MedAIModuleLib.panel

    monkeypatch.setattr(MedAIModuleLib.panel, "_DOUBLE_CLICK_SECONDS", 10.0)
    add_scan("work")
    panel.ui.applyButton.click()
    panel.ui.applyButton.click()
    wait(app, lambda: not panel.runs)
    assert len(segmentations()) == 1


def test_a_second_run_waits_for_its_turn_and_both_results_arrive(app, panel):
    first, second = add_scan("work in stages"), add_scan("work")
    panel.ui.inputSelector.setCurrentNode(first)
    assert not panel.ui.queueButton.visible
    panel.ui.applyButton.click()
    panel.ui.inputSelector.setCurrentNode(second)
    panel.ui.queueButton.click()
    assert len(panel.runs) == 2
    assert panel.ui.queueWidget.visible
    assert panel.ui.queueList.item(0).text() == "some-model on work"
    wait(app, lambda: not panel.runs)
    assert sorted(node.GetName() for node in segmentations()) == ["work in stages segmentation", "work segmentation"]
    assert not panel.ui.queueWidget.visible
    assert not panel.ui.queueButton.visible


def test_a_waiting_run_can_be_taken_out_of_the_queue_and_the_present_one_goes_on(app, panel):
    first, second = add_scan("wait"), add_scan("work")
    panel.ui.inputSelector.setCurrentNode(first)
    panel.ui.applyButton.click()
    wait(app, lambda: "working" in status(panel))
    panel.ui.inputSelector.setCurrentNode(second)
    panel.ui.queueButton.click()
    assert not panel.ui.removeRunButton.enabled
    panel.ui.queueList.setCurrentRow(0)
    panel.ui.show3DCheckBox.click()
    assert panel.ui.removeRunButton.enabled
    panel.ui.removeRunButton.click()
    wait(app, lambda: len(panel.runs) == 1)
    assert panel.ui.applyButton.text == "Cancel"
    assert "working" in status(panel)
    panel.ui.applyButton.click()
    wait(app, lambda: not panel.runs)
    assert not segmentations()


def test_cancelling_the_present_run_starts_the_waiting_one(app, panel):
    first, second = add_scan("wait"), add_scan("work")
    panel.ui.inputSelector.setCurrentNode(first)
    panel.ui.applyButton.click()
    panel.ui.inputSelector.setCurrentNode(second)
    panel.ui.queueButton.click()
    wait(app, lambda: "working" in status(panel))
    panel.ui.applyButton.click()
    wait(app, lambda: not panel.runs)
    assert [node.GetName() for node in segmentations()] == ["work segmentation"]


def test_a_scan_that_is_renamed_and_moved_meanwhile_gets_its_result_where_it_is_now(app, panel):
    import slicer

    scan = add_scan("work in stages")
    panel.ui.applyButton.click()
    wait(app, lambda: panel.ui.progressBar.maximum > 0)
    scan.SetName("New name")
    scan.SetAndObserveTransformNodeID(linear_transform(slicer.mrmlScene, TURN).GetID())
    wait(app, lambda: not panel.runs)
    (segmentation,) = segmentations()
    assert segmentation.GetName() == "New name segmentation"
    assert segmentation.GetTransformNodeID() == scan.GetTransformNodeID()
    expected = slicer.util.arrayFromVolume(scan).transpose(2, 1, 0) > 0
    assert np.array_equal(segment_voxels(segmentation, "some-model_1", scan), expected)


def test_a_scan_that_is_deleted_meanwhile_gets_its_result_in_a_new_node_and_that_is_said(app, panel):
    import slicer

    scan = add_scan("work in stages")
    copy = slicer.modules.volumes.logic().CloneVolume(scan, "copy") if hasattr(slicer.modules, "volumes") else add_scan("copy")
    panel.ui.inputSelector.setCurrentNode(scan)
    panel.ui.applyButton.click()
    wait(app, lambda: panel.ui.progressBar.maximum > 0)
    expected = slicer.util.arrayFromVolume(scan).transpose(2, 1, 0) > 0
    slicer.mrmlScene.RemoveNode(scan)
    wait(app, lambda: not panel.runs)
    (segmentation,) = segmentations()
    assert np.array_equal(segment_voxels(segmentation, "some-model_1", copy), expected)
    assert "work in stages" in panel.ui.resultLabel.text
    assert "removed" in panel.ui.resultLabel.text
    assert panel.ui.outputSelector.currentNode() is None


def test_a_scene_that_is_closed_meanwhile_ends_the_run_and_the_next_scene_gets_nothing(app, panel):
    import slicer

    scan = add_scan("finish after cancel")
    identifier = scan.GetID()
    panel.ui.applyButton.click()
    wait(app, lambda: "working" in status(panel))
    slicer.mrmlScene.Clear()
    assert add_scan("another patient").GetID() == identifier
    wait(app, lambda: not panel.runs)
    assert status(panel) == "The scene was closed, so the run was stopped."
    assert not segmentations()


def test_a_closed_scene_leaves_no_name_behind(app, panel):
    import slicer

    add_scan("work")
    apply(app, panel)
    assert "work" in status(panel)
    slicer.mrmlScene.Clear()
    assert status(panel) == "Choose a scan"
    assert not panel.ui.undoButton.enabled


def test_an_output_that_is_deleted_meanwhile_is_made_anew(app, panel):
    import slicer

    add_scan("work")
    output = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    panel.ui.outputSelector.setCurrentNode(output)
    panel.ui.applyButton.click()
    slicer.mrmlScene.RemoveNode(output)
    wait(app, lambda: not panel.runs)
    assert [segmentation.GetName() for segmentation in segmentations()] == ["work segmentation"]


def test_a_result_for_another_scan_than_the_chosen_one_does_not_become_the_output(app, panel):
    add_scan("work")
    panel.ui.applyButton.click()
    panel.ui.inputSelector.setCurrentNode(add_scan("second"))
    wait(app, lambda: not panel.runs)
    assert len(segmentations()) == 1
    assert panel.ui.outputSelector.currentNode() is None


def test_the_result_becomes_the_output_although_the_user_is_in_another_module(app, panel, module):
    add_scan("work")
    panel.ui.applyButton.click()
    module.widgetRepresentation().exit()
    wait(app, lambda: not panel.runs)
    module.widgetRepresentation().enter()
    assert [panel.ui.outputSelector.currentNode()] == segmentations()


def test_closing_the_module_during_a_run_ends_it_quietly(app, panel, module):
    add_scan("wait")
    panel.ui.applyButton.click()
    module.unload()
    app.processEvents()
    assert not segmentations()


def test_quitting_the_application_during_a_run_ends_the_worker(app, panel, module):
    from MedAIModuleLib.runs import worker
    from support.workers import gone, until

    add_scan("wait")
    panel.ui.applyButton.click()
    wait(app, lambda: "working" in status(panel))
    process = worker.workerClient().pid
    module.unload()
    worker.closeWorker()
    until(lambda: gone(process))


def test_nothing_but_the_segmentation_is_added_to_the_scene(app, panel):
    scan = add_scan("work")
    before = node_ids(scan.GetScene())
    apply(app, panel)
    added = [scan.GetScene().GetNodeByID(identifier) for identifier in node_ids(scan.GetScene())[len(before) :]]
    assert [node.GetClassName() for node in added] == ["vtkMRMLSegmentationNode", "vtkMRMLSegmentationDisplayNode"]
