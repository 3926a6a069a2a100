"""The panel in the stand-in application, with a real worker process whose model does what the scan's name says."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from support.workers import empty_bundle, fault_client

MODULE = Path(__file__).parents[2] / "MedAIModule"


@pytest.fixture
def panel(module, tmp_path, monkeypatch):
    """The module's panel, shown, with the model "some-model"."""
    empty_bundle(tmp_path / "home" / "models" / "some-model")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    widget = module.widgetRepresentation()
    widget.enter()
    widget.show()
    from MedAIModuleLib import worker

    with fault_client() as client:
        monkeypatch.setattr(worker, "_client", client)
        panel = widget.self().panel
        choose_model(panel, "some-model")
        yield panel


def choose_model(panel, name):
    panel.ui.modelSelector.currentIndex = panel.ui.modelSelector.findData(name)


def add_scan(behavior: str):
    """A scan whose positive half is the label."""
    import slicer

    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", behavior)
    slicer.util.updateVolumeFromArray(volume, np.arange(-60, 60, dtype=np.int16).reshape(6, 5, 4))
    volume.SetSpacing(1.5, 2, 3)
    return volume


def wait(app, condition, seconds: float = 60.0):
    end = time.monotonic() + seconds
    while not condition():
        app.processEvents()
        time.sleep(0.01)
        assert time.monotonic() < end, "what was waited for did not happen"


def apply(app, panel):
    panel.ui.applyButton.click()
    wait(app, lambda: panel.run is None)


@pytest.fixture
def answer(monkeypatch):
    """Answers the panel's questions, which Slicer's testing mode takes for declined; gives the questions asked."""
    import slicer

    def answer(confirmed: bool) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or confirmed)
        return asked

    return answer


def segmentations():
    import slicer

    return slicer.util.getNodesByClass("vtkMRMLSegmentationNode")


def test_apply_waits_for_a_scan_and_says_so(app, panel):
    assert not panel.ui.applyButton.enabled
    assert panel.ui.applyButton.toolTip == "Choose a scan"
    add_scan("work")
    assert panel.ui.applyButton.enabled
    assert panel.ui.inputSelector.currentNode().GetName() == "work"


def test_apply_makes_a_segmentation_and_shows_it_as_the_output(app, panel):
    scan = add_scan("work")
    assert panel.ui.outputSelector.currentNode() is None
    apply(app, panel)
    (segmentation,) = segmentations()
    assert segmentation.GetName() == "work segmentation"
    assert segmentation.GetSegmentation().GetSegment("some-model_1").GetName() == "Thing"
    voxels = slicer_array(segmentation, "some-model_1", scan)
    assert np.array_equal(voxels > 0, slicer_volume(scan) > 0)
    assert panel.ui.outputSelector.currentNode() is segmentation
    assert panel.ui.statusLabel.text == "Segments in work segmentation: 1"
    assert panel.ui.applyButton.text == "Apply"
    assert not panel.ui.progressBar.visible


def slicer_volume(volume):
    import slicer

    return slicer.util.arrayFromVolume(volume)


def slicer_array(segmentation, identifier, volume):
    from support.mrml import segment_voxels

    return segment_voxels(segmentation, identifier, volume).transpose(2, 1, 0)


def test_progress_is_shown_and_apply_turns_into_cancel_which_leaves_the_scene_as_it_was(app, panel, caplog):
    from support.mrml import node_ids

    scan = add_scan("wait")
    before = node_ids(scan.GetScene())
    panel.ui.applyButton.click()
    assert panel.ui.applyButton.text == "Cancel"
    wait(app, lambda: panel.ui.statusLabel.text == "working, 3 s left")
    assert panel.ui.progressBar.visible
    assert panel.ui.progressBar.value == 25
    panel.ui.applyButton.click()
    assert not panel.ui.applyButton.enabled
    wait(app, lambda: panel.run is None)
    assert panel.ui.statusLabel.text == "The run was cancelled; nothing was changed."
    assert panel.ui.applyButton.enabled
    assert node_ids(scan.GetScene()) == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("behavior", ["fail", "be killed", "exit"])
def test_a_failed_run_is_one_message_and_the_next_one_works(app, panel, caplog, behavior):
    from support.mrml import node_ids

    scan = add_scan(behavior)
    before = node_ids(scan.GetScene())
    apply(app, panel)
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert panel.ui.statusLabel.text.endswith(".")
    assert panel.ui.statusLabel.text in errors[0]
    assert node_ids(scan.GetScene()) == before
    scan.SetName("work")
    apply(app, panel)
    assert len(segmentations()) == 1


def test_a_scan_without_voxels_is_refused_before_anything_starts(app, panel, caplog):
    import slicer

    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Hollow")
    panel.ui.applyButton.click()
    assert panel.run is None
    assert panel.ui.statusLabel.text == "Hollow has no voxels; load it again or choose another volume."
    assert panel.ui.applyButton.text == "Apply"


def test_a_scan_that_is_deleted_meanwhile_ends_the_run(app, panel, caplog):
    import slicer

    scan = add_scan("wait")
    panel.ui.applyButton.click()
    slicer.mrmlScene.RemoveNode(scan)
    wait(app, lambda: panel.run is None)
    assert panel.ui.statusLabel.text == "wait was removed, so its segmentation was stopped."
    assert not segmentations()


def test_a_scene_that_is_closed_meanwhile_ends_the_run_and_the_next_scene_gets_nothing(app, panel):
    import slicer

    scan = add_scan("finish after cancel")
    identifier = scan.GetID()
    panel.ui.applyButton.click()
    wait(app, lambda: panel.ui.statusLabel.text.startswith("working"))
    slicer.mrmlScene.Clear()
    assert add_scan("another patient").GetID() == identifier
    wait(app, lambda: panel.run is None)
    assert panel.ui.statusLabel.text == "The scene was closed, so the run was stopped."
    assert not segmentations()


def test_an_output_that_is_deleted_meanwhile_is_made_anew(app, panel):
    import slicer

    add_scan("work")
    output = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    panel.ui.outputSelector.setCurrentNode(output)
    panel.ui.applyButton.click()
    slicer.mrmlScene.RemoveNode(output)
    wait(app, lambda: panel.run is None)
    assert [segmentation.GetName() for segmentation in segmentations()] == ["work segmentation"]


def test_a_chosen_output_is_written_into_and_earlier_segments_are_replaced_once_the_user_agrees(app, panel, answer):
    import slicer

    add_scan("work")
    output = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    panel.ui.outputSelector.setCurrentNode(output)
    asked = answer(confirmed=True)
    apply(app, panel)
    assert not asked
    segment = output.GetSegmentation().GetSegment("some-model_1")
    apply(app, panel)
    assert len(asked) == 1
    assert "mine" in asked[0]
    assert segmentations() == [output]
    assert output.GetSegmentation().GetSegmentIDs() == ("some-model_1",)
    assert output.GetSegmentation().GetSegment("some-model_1") is not segment


def test_who_does_not_agree_keeps_the_earlier_segments(app, panel, answer):
    add_scan("work")
    apply(app, panel)
    segment = segmentations()[0].GetSegmentation().GetSegment("some-model_1")
    asked = answer(confirmed=False)
    panel.ui.applyButton.click()
    assert len(asked) == 1
    assert panel.run is None
    assert segmentations()[0].GetSegmentation().GetSegment("some-model_1") is segment


def test_a_result_for_another_scan_than_the_chosen_one_does_not_become_the_output(app, panel):
    add_scan("work")
    panel.ui.applyButton.click()
    panel.ui.inputSelector.setCurrentNode(add_scan("second"))
    wait(app, lambda: panel.run is None)
    assert len(segmentations()) == 1
    assert panel.ui.outputSelector.currentNode() is None


def test_choices_are_kept_in_the_scene_and_come_back_with_the_module(app, panel, module):
    add_scan("work")
    second = add_scan("second")
    panel.ui.inputSelector.setCurrentNode(second)
    panel.ui.deviceSelector.currentIndex = 1
    module.widgetRepresentation().exit()
    panel.ui.deviceSelector.currentIndex = 0
    module.widgetRepresentation().enter()
    assert panel.ui.deviceSelector.currentText == "Processor (CPU)"
    assert panel.ui.inputSelector.currentNode() is second
    assert panel.ui.modelSelector.itemData(panel.ui.modelSelector.currentIndex) == "some-model"


def test_the_result_becomes_the_output_although_the_user_is_in_another_module(app, panel, module):
    add_scan("work")
    panel.ui.applyButton.click()
    module.widgetRepresentation().exit()
    wait(app, lambda: panel.run is None)
    module.widgetRepresentation().enter()
    assert [panel.ui.outputSelector.currentNode()] == segmentations()


def test_an_output_that_cannot_take_the_result_is_refused_before_anything_starts(app, panel, caplog, answer):
    import slicer

    from medai.mrml import image_from_volume
    from support.mrml import corners_of, warp

    scan = add_scan("work")
    output = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "bent")
    output.GetSegmentation().AddEmptySegment("mine")
    transform = warp(slicer.mrmlScene, corners_of(image_from_volume(scan)), (3, 2, 1))
    output.SetAndObserveTransformNodeID(transform.GetID())
    panel.ui.outputSelector.setCurrentNode(output)
    answer(confirmed=True)
    panel.ui.applyButton.click()
    assert panel.run is None
    assert panel.ui.statusLabel.text == "bent is under a non-linear transform; choose another segmentation."


def test_a_mistake_of_the_program_is_a_sentence_with_its_place_in_the_details(app, panel, monkeypatch, caplog):
    import slicer

    def fail(*_args, **_options):
        raise KeyError("spacing")

    shown = []
    add_scan("work")
    monkeypatch.setattr(panel.logic, "start", fail)
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, detailedText="": shown.append((text, detailedText)))
    panel.ui.applyButton.click()
    ((sentence, details),) = shown
    assert sentence == "The run failed unexpectedly (KeyError: 'spacing'); the details say where."
    assert "in fail" in details


def test_the_chosen_device_is_asked_of_the_worker(app, panel):
    add_scan("wait")
    panel.ui.deviceSelector.currentIndex = 1
    panel.ui.applyButton.click()
    from MedAIModuleLib import worker

    assert worker.workerClient()._current.request.options.device == "cpu"


def test_closing_the_module_during_a_run_ends_it_quietly(app, panel, module):
    add_scan("wait")
    panel.ui.applyButton.click()
    module.unload()
    app.processEvents()
    assert not segmentations()


def test_nothing_but_the_segmentation_is_added_to_the_scene(app, panel):
    from support.mrml import node_ids

    scan = add_scan("work")
    before = node_ids(scan.GetScene())
    apply(app, panel)
    added = [scan.GetScene().GetNodeByID(identifier) for identifier in node_ids(scan.GetScene())[len(before) :]]
    assert [node.GetClassName() for node in added] == ["vtkMRMLSegmentationNode", "vtkMRMLSegmentationDisplayNode"]


IN_A_PROCESS = """
import sys
from pathlib import Path
sys.path.append(sys.argv[2])
import host
app = host.start()
for name in sys.argv[3:]:
    sys.modules[name] = None  # as where it is not installed
from host.app import ScriptedModule
module = ScriptedModule(Path(sys.argv[1]) / "MedAIModule.py")
widget = module.widgetRepresentation()
widget.enter()
app.processEvents()
"""


def run_in_a_process(code, *lacking):
    command = [sys.executable, "-c", IN_A_PROCESS + code, str(MODULE), str(MODULE.parent / "Testing"), *lacking]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_module_opens_before_anything_is_installed(app):
    code = "print(widget.self().panel.ui.modelSelector.findData('brain-mr') >= 0); module.unload()"
    done = run_in_a_process(code, "torch", "monai", "nibabel", "psutil", "yaml", "pydicom", "typer", "rich", "matplotlib")
    assert done.stdout == "True\n", done.stderr


def test_reloading_the_module_gives_a_panel_that_works(app):
    done = run_in_a_process(
        "old = widget.self().panel; widget.self().onReload(); new = widget.self().panel; app.processEvents(); "
        "print(new is not old, new.ui.applyButton.toolTip); module.unload()"
    )
    assert done.stdout.endswith("True Choose a scan\n"), done.stderr
