"""The panel in the stand-in application: what is chosen, kept, asked and refused; the worker is a real process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.panels import add_scan, apply, model_row, segmentations, status, wait

MODULE = Path(__file__).parents[2] / "MedAIModule"


@pytest.fixture
def answer(monkeypatch):
    """Answers the panel's questions, which Slicer's testing mode takes for declined; gives the questions asked."""
    import slicer

    def answer(confirmed: bool) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_options: asked.append(text) or confirmed)
        return asked

    return answer


def test_apply_waits_for_a_scan_and_says_so(app, panel):
    assert not panel.ui.applyButton.enabled
    assert panel.ui.applyButton.toolTip == status(panel) == "Choose a scan"
    assert panel.ui.statusLabel.visible
    add_scan("work")
    assert panel.ui.applyButton.enabled
    assert status(panel) == ""
    assert panel.ui.inputSelector.currentNode().GetName() == "work"


def test_apply_makes_a_segmentation_and_shows_it_as_the_output(app, panel):
    import slicer

    from support.mrml import segment_voxels

    scan = add_scan("work")
    assert panel.ui.outputSelector.currentNode() is None
    apply(app, panel)
    (segmentation,) = segmentations()
    assert segmentation.GetName() == "work segmentation"
    assert segmentation.GetSegmentation().GetSegment("some-model_1").GetName() == "Thing"
    expected = slicer.util.arrayFromVolume(scan).transpose(2, 1, 0) > 0
    assert np.array_equal(segment_voxels(segmentation, "some-model_1", scan), expected)
    assert panel.ui.outputSelector.currentNode() is segmentation
    assert re.fullmatch("1 segment in work segmentation, [0-9]+ s", status(panel))
    assert panel.ui.applyButton.text == "Apply"
    assert not panel.ui.progressBar.visible


def test_names_of_nodes_are_shown_as_they_are_and_never_as_rich_text(app, panel):
    import qt

    for label in (panel.ui.statusLabel, panel.ui.resultLabel, panel.ui.storageFolderLabel):
        assert label.textFormat == qt.Qt.PlainText


def test_searching_finds_the_model_and_typing_something_else_hides_it(app, panel):
    panel.ui.modelSearchEdit.text = "some-model"
    assert model_row(panel, "some-model") == 0
    panel.ui.modelSearchEdit.text = "no such organ"
    assert model_row(panel, "some-model") == -1
    assert panel.models.card.name == "some-model"
    panel.ui.modelSearchEdit.text = ""
    assert panel.ui.modelList.count > 1


def test_the_result_is_listed_with_its_volume(app, panel):
    scan = add_scan("work")
    apply(app, panel)
    expected = np.count_nonzero(__import__("slicer").util.arrayFromVolume(scan) > 0) * 1.5 * 2 * 3 / 1000
    assert panel.ui.segmentsTable.rowCount == 1
    wait(app, lambda: panel.ui.segmentsTable.item(0, 2).text() not in ("", "..."))
    assert float(panel.ui.segmentsTable.item(0, 2).text()) == pytest.approx(expected, abs=0.01)
    assert not panel.ui.resultsCollapsibleButton.collapsed


def test_the_whole_result_can_be_undone(app, panel):
    from support.mrml import node_ids

    scan = add_scan("work")
    panel.ui.labelmapCheckBox.checked = True
    before = node_ids(scan.GetScene())
    apply(app, panel)
    assert panel.ui.undoButton.enabled
    panel.ui.undoButton.click()
    assert node_ids(scan.GetScene()) == before
    assert not panel.ui.undoButton.enabled
    assert status(panel) == ""
    apply(app, panel)
    assert len(segmentations()) == 1


def test_what_is_said_of_the_last_run_goes_with_the_choice_it_was_about(app, panel, module):
    add_scan("work")
    apply(app, panel)
    module.widgetRepresentation().exit()
    module.widgetRepresentation().enter()
    assert "work segmentation" in status(panel)
    panel.ui.inputSelector.setCurrentNode(add_scan("second"))
    assert status(panel) == ""


def test_another_scan_gets_a_segmentation_of_its_own(app, panel):
    add_scan("work")
    apply(app, panel)
    panel.ui.inputSelector.setCurrentNode(add_scan("work"))
    assert panel.ui.outputSelector.currentNode() is None
    apply(app, panel)
    assert len(segmentations()) == 2


@pytest.mark.parametrize(("size", "reason"), [((0, 0, 0), "has no size"), ((1, 1, 1), "does not touch work")])
def test_a_box_that_cannot_be_used_is_found_out_before_anything_is_asked(app, panel, answer, monkeypatch, size, reason):
    import slicer

    shown = []
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, detailedText="": shown.append((text, detailedText)))
    add_scan("work")
    apply(app, panel)
    asked = answer(confirmed=True)
    box = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Box")
    box.SetSize(1, 1, 1)
    panel.ui.roiSelector.setCurrentNode(box)
    box.SetSize(*size)
    box.SetCenter(500, 0, 0)
    panel.ui.applyButton.click()
    ((sentence, details),) = shown
    assert reason in sentence
    assert details == ""
    assert not asked
    assert not panel.runs


def test_a_scan_without_voxels_is_refused_before_anything_starts(app, panel, caplog):
    import slicer

    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Hollow")
    panel.ui.applyButton.click()
    assert not panel.runs
    assert status(panel) == "Hollow has no voxels; load it again or choose another volume."
    assert panel.ui.applyButton.text == "Apply"


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
    assert not panel.runs
    assert segmentations()[0].GetSegmentation().GetSegment("some-model_1") is segment


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
    assert not panel.runs
    assert status(panel) == "bent is under a non-linear transform; choose another segmentation."


def test_what_was_chosen_is_asked_of_the_worker(app, panel):
    import slicer

    add_scan("wait")
    box = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Box")
    box.SetCenter(2, 3, 4)
    box.SetSize(4, 5, 6)
    panel.ui.deviceSelector.setCurrentIndex(1)
    panel.ui.roiSelector.setCurrentNode(box)
    panel.ui.someLabelsCheckBox.checked = True
    panel.ui.applyButton.click()
    options = panel.runs[0].order.request(0).options
    assert (options.device, options.mode) == ("cpu", "exact")
    assert options.roi.center_ras == pytest.approx((2, 3, 4))
    assert options.roi.size_mm == pytest.approx((4, 5, 6))
    assert options.labels in ((), ("Thing",))
    panel.ui.deviceSelector.setCurrentIndex(0)


def test_choices_are_kept_in_the_scene_and_come_back_with_the_module(app, panel, module):
    add_scan("work")
    second = add_scan("second")
    panel.ui.inputSelector.setCurrentNode(second)
    panel.ui.labelmapCheckBox.checked = True
    module.widgetRepresentation().exit()
    panel.ui.labelmapCheckBox.checked = False
    module.widgetRepresentation().enter()
    assert panel.ui.labelmapCheckBox.checked
    assert panel.ui.inputSelector.currentNode() is second
    assert panel.models.card.name == "some-model"


def test_choices_come_back_with_a_saved_scene(app, panel, tmp_path):
    import slicer

    add_scan("work")
    panel.ui.inputSelector.setCurrentNode(add_scan("second"))
    panel.ui.show3DCheckBox.checked = True
    panel.ui.someLabelsCheckBox.checked = True
    file = tmp_path / "scene.mrb"
    assert slicer.mrmlScene.WriteToMRB(str(file))
    slicer.mrmlScene.Clear()
    app.processEvents()
    assert not panel.ui.show3DCheckBox.checked
    assert slicer.mrmlScene.ReadFromMRB(str(file))
    app.processEvents()
    assert panel.ui.inputSelector.currentNode().GetName() == "second"
    assert panel.ui.show3DCheckBox.checked
    assert panel.ui.someLabelsCheckBox.checked
    assert panel.models.card.name == "some-model"
    assert panel.ui.applyButton.enabled


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
    code = "print(widget.self().panel.models.card.name); module.unload()"
    done = run_in_a_process(code, "torch", "monai", "nibabel", "psutil", "yaml", "pydicom", "typer", "rich", "matplotlib")
    assert done.stdout == "brain-mr\n", done.stderr


def test_opening_the_module_loads_neither_torch_nor_monai(app):
    done = run_in_a_process("print([name for name in ('torch', 'monai', 'scipy') if name in sys.modules]); module.unload()")
    assert done.stdout == "[]\n", done.stderr


def test_reloading_the_module_gives_a_panel_that_works(app):
    done = run_in_a_process(
        "old = widget.self().panel; widget.self().onReload(); new = widget.self().panel; app.processEvents(); "
        "print(new is not old, new.ui.applyButton.toolTip); module.unload()"
    )
    assert done.stdout.endswith("True Choose a scan\n"), done.stderr
