"""Runs over all frames of a sequence: what they make, what they are refused, and others that wait meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from medai.errors import InputError
from support.panels import add_scan, segmentations, sequence_of, status, wait


@pytest.fixture
def slow_frames(monkeypatch):
    """Every frame takes a second; the worker does what images are called."""
    from MedAIModuleLib.runs import order

    real = order.image_of_frame
    monkeypatch.setattr(order, "image_of_frame", lambda *frame: replace(real(*frame), name="work in stages"))


def choose_all_frames(panel, scan):
    panel.ui.inputSelector.setCurrentNode(scan)
    panel.ui.framesSelector.setCurrentIndex(1)


def test_all_frames_go_into_a_new_segmentation_and_the_panel_offers_nothing_else(app, panel, slow_frames):
    import slicer

    still, moving = add_scan("work"), sequence_of("moving", 2)
    mine = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    panel.ui.outputSelector.setCurrentNode(mine)
    panel.ui.labelmapCheckBox.checked = True
    choose_all_frames(panel, moving)
    assert not panel.ui.outputSelector.enabled
    assert not panel.ui.labelmapCheckBox.enabled
    panel.ui.applyButton.click()
    assert panel.runs[0].order.count == 2
    wait(app, lambda: "frame 1 of 2" in status(panel))
    wait(app, lambda: "frame 2 of 2" in status(panel))
    wait(app, lambda: not panel.runs)
    assert [node.GetName() for node in segmentations()] == ["mine", "moving segmentation"]
    assert not slicer.util.getNodesByClass("vtkMRMLLabelMapVolumeNode")
    panel.ui.inputSelector.setCurrentNode(still)
    assert panel.ui.outputSelector.enabled
    assert panel.ui.labelmapCheckBox.enabled


def test_a_run_that_overtakes_one_of_several_frames_leaves_what_is_said_of_that_one(app, panel, slow_frames):
    still, moving = add_scan("work"), sequence_of("moving", 2)
    choose_all_frames(panel, moving)
    panel.ui.applyButton.click()
    panel.ui.inputSelector.setCurrentNode(still)
    panel.ui.queueButton.click()
    wait(app, lambda: len(panel.runs) == 1)
    said = status(panel)
    assert panel.runs[0].order.count == 2
    assert said != "Starting..."
    wait(app, lambda: not panel.runs)


def test_a_result_of_all_frames_cannot_be_written_elsewhere(module, panel):
    import slicer

    from MedAIModuleLib.runs.order import Order

    moving = sequence_of("moving", 2)
    mine = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    for choice in ({"segmentation": mine}, {"labelmap": True}):
        with pytest.raises(InputError, match="All frames of moving make a new segmentation and no label map"):
            Order(moving, "some-model", allFrames=True, **choice)


def test_channels_with_another_number_of_frames_are_refused_before_anything_starts(module, panel):
    from MedAIModuleLib.runs.order import Order

    two, three, still = sequence_of("two", 2), sequence_of("three", 3), add_scan("still")
    for first, second, counts in ((two, three, "two has 2 frames and three has 3"), (three, two, "three has 3 .* two has 2")):
        with pytest.raises(InputError, match=counts):
            Order([first, second], "some-model", allFrames=True)
    assert Order([three, still], "some-model", allFrames=True).request(2).images[1].name == "still"
