"""The panel's section "Inputs": a scan for each channel, guessed until somebody chooses; frames and the box."""

from __future__ import annotations

import numpy as np
import pytest

from support.panels import add_scan, sequence_of, wait
from support.sections import Bench, card, shown

BRAIN = card(name="brats", channels=("T1c", "T1", "T2", "FLAIR"))
CT = card(name="ct", modality="CT")


@pytest.fixture
def bench(module):
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def inputs(bench):
    from MedAIModuleLib.sections.inputs import Inputs

    return bench.hold(Inputs)


def modality(volume, word: str):
    import slicer

    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName()
    volume.SetAttribute(attribute, word)
    return volume


def add_scans(*names: str) -> list:
    """Scans that come at once, as from a study, so that no selector takes the first one."""
    import slicer

    slicer.mrmlScene.StartState(slicer.mrmlScene.BatchProcessState)
    scans = [add_scan(name) for name in names]
    slicer.mrmlScene.EndState(slicer.mrmlScene.BatchProcessState)
    return scans


def names(inputs) -> list[str | None]:
    return [volume.GetName() if volume is not None else None for volume in inputs.volumes]


def selector(bench, channel: str):
    import slicer

    found = bench.ui.channelsWidget.findChildren(slicer.qMRMLNodeComboBox)
    (one,) = [widget for widget in found if widget.accessibleName == channel and shown(widget)]
    return one


def labels(bench) -> list[str]:
    import qt

    return [str(label.text) for label in bench.ui.channelsWidget.findChildren(qt.QLabel) if shown(label)]


def test_a_scan_is_needed(bench, inputs):
    assert inputs.volumes == [None]
    assert inputs.missing() == "Choose a scan"
    scan = add_scan("scan")
    assert inputs.volumes == [scan]
    assert inputs.missing() == ""


def test_the_first_scan_is_chosen_where_several_are_there_already(bench, inputs):
    bench.leave()
    first, _ = add_scans("first", "second")
    bench.enter()
    assert bench.parameterNode.inputVolume is first


def test_label_maps_and_hidden_volumes_are_not_guessed(app, bench, inputs):
    import slicer

    bench.leave()
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "labels")
    add_scan("hidden").SetHideFromEditors(True)
    bench.enter()
    assert inputs.volumes == [None]


def test_a_model_of_several_channels_has_a_row_for_each(bench, inputs):
    own = bench.ui.inputSelectorLabel.text, bench.ui.inputSelector.toolTip
    assert not shown(bench.ui.channelsWidget)
    inputs.setModel(BRAIN)
    assert bench.ui.inputSelectorLabel.text == "T1c:"
    assert "T1c" in bench.ui.inputSelector.toolTip
    assert labels(bench) == ["T1:", "T2:", "FLAIR:"]
    assert "FLAIR" in selector(bench, "FLAIR").toolTip
    inputs.setModel(card(channels=("CT & more", "PET")))
    assert bench.ui.inputSelectorLabel.text == "CT && more:"
    assert labels(bench) == ["PET:"]
    inputs.setModel(card())
    assert (bench.ui.inputSelectorLabel.text, bench.ui.inputSelector.toolTip) == own
    assert not shown(bench.ui.channelsWidget)
    inputs.setModel(None)
    assert len(inputs.volumes) == 1


def test_channels_are_filled_by_guess(bench, inputs):
    bench.leave()
    add_scans("case FLAIR", "case T1", "case T1c", "case T2")
    bench.enter()
    inputs.setModel(BRAIN)
    assert names(inputs) == ["case T1c", "case T1", "case T2", "case FLAIR"]
    assert selector(bench, "FLAIR").currentNode().GetName() == "case FLAIR"
    assert inputs.missing() == ""


def test_scans_that_come_later_are_guessed_too(app, bench, inputs):
    inputs.setModel(BRAIN)
    assert inputs.missing() == "Choose a scan for T1c"
    add_scans("case T1c", "case T1", "case T2")
    wait(app, lambda: names(inputs) == ["case T1c", "case T1", "case T2", None])
    assert inputs.missing() == "Choose a scan for FLAIR"
    assert bench.changes >= 1
    add_scan("case FLAIR")
    wait(app, lambda: inputs.missing() == "")


def test_a_choice_is_kept_in_the_scene_and_never_overwritten(app, bench, inputs):
    bench.leave()
    _, t1, _, _, spare = add_scans("case T1c", "case T1", "case T2", "case FLAIR", "spare")
    bench.enter()
    inputs.setModel(BRAIN)
    selector(bench, "FLAIR").setCurrentNode(spare)
    bench.ui.inputSelector.setCurrentNode(t1)
    assert inputs.missing() == "T1c and T1 are the same scan"
    selector(bench, "T1").setCurrentNode(None)
    assert inputs.missing() == "Choose a scan for T1"
    inputs.setModel(CT)
    inputs.setModel(BRAIN)
    assert names(inputs)[0] == "case T1"
    assert names(inputs)[3] == "spare"
    bench.enter()
    add_scan("another FLAIR")
    wait(app, lambda: inputs.volumes[1] is not None or not inputs._delay.active)
    assert (names(inputs)[0], names(inputs)[3]) == ("case T1", "spare")
    assert selector(bench, "FLAIR").currentNode() is spare


def test_a_scan_that_was_only_guessed_gives_way_to_one_that_fits_another_model(bench, inputs):
    bench.leave()
    head, chest = add_scans("head", "chest")
    modality(head, "MR"), modality(chest, "CT")
    bench.enter()
    inputs.setModel(card())
    assert inputs.volumes == [head]
    inputs.setModel(CT)
    assert inputs.volumes == [chest]
    bench.ui.inputSelector.setCurrentNode(head)
    inputs.setModel(card())
    inputs.setModel(CT)
    assert inputs.volumes == [head]


def test_the_first_scan_that_comes_in_counts_as_guessed(app, bench, inputs):
    inputs.setModel(BRAIN)
    t1 = add_scan("case T1")
    inputs.setModel(card())
    assert inputs.volumes == [t1]  # the selector's own doing
    add_scans("case T1c")
    inputs.setModel(BRAIN)
    assert names(inputs)[:2] == ["case T1c", "case T1"]


def test_a_scan_that_fits_no_better_does_not_replace_another(bench, inputs):
    bench.leave()
    add_scans("FLAIR", "T1c", "T1", "T2")
    bench.enter()
    inputs.setModel(BRAIN)
    assert names(inputs)[0] == "T1c"
    inputs.setModel(card())
    assert names(inputs) == ["T1c"]


def test_a_deleted_scan_is_missing_and_the_next_one_takes_its_place(app, bench, inputs):
    import slicer

    inputs.setModel(BRAIN)
    scans = add_scans("case T1c", "case T1", "case T2", "case FLAIR")
    wait(app, lambda: inputs.missing() == "")
    slicer.mrmlScene.RemoveNode(scans[2])
    assert inputs.missing() == "Choose a scan for T2"
    add_scan("again T2")
    wait(app, lambda: inputs.missing() == "")


def test_channels_of_the_same_name_are_told_apart(bench, inputs):
    inputs.setModel(card(channels=("image", "image")))
    assert bench.ui.inputSelectorLabel.text == "image 1:"
    assert labels(bench) == ["image 2:"]


def test_scans_of_different_frames_of_reference_are_warned_of(bench, inputs):
    import slicer

    bench.leave()
    scans = add_scans("case T1c", "case T1", "case T2", "case FLAIR")
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMFrameOfReferenceUIDAttributeName()
    for scan, frame in zip(scans, ("1.2.3", "1.2.3", "", "1.2.4"), strict=True):
        hierarchy.SetItemAttribute(hierarchy.GetItemByDataNode(scan), attribute, frame)
    bench.enter()
    inputs.setModel(BRAIN)
    assert shown(bench.ui.inputHintLabel)
    assert bench.ui.inputHintLabel.text == (
        "T1c and FLAIR have different DICOM frames of reference; check in the views that they fit each other."
    )
    selector(bench, "FLAIR").setCurrentNode(None)
    assert not shown(bench.ui.inputHintLabel)


def test_all_frames_can_be_chosen_only_for_a_sequence(bench, inputs):
    bench.leave()
    still, moving, single = add_scan("still"), sequence_of("moving", 5), sequence_of("single", 1)
    bench.enter()
    bench.ui.inputSelector.setCurrentNode(still)
    assert not shown(bench.ui.framesSelector)
    bench.ui.inputSelector.setCurrentNode(moving)
    assert shown(bench.ui.framesSelector)
    assert shown(bench.ui.framesSelectorLabel)
    assert not inputs.allFrames
    bench.ui.framesSelector.currentIndex = bench.ui.framesSelector.findText("All 5")
    assert inputs.allFrames
    for other in (still, single):
        bench.ui.inputSelector.setCurrentNode(other)
        assert not inputs.allFrames
        assert not shown(bench.ui.framesSelectorLabel)


def test_a_new_box_is_half_the_scan_in_its_middle_and_shown(bench, inputs):
    from medai.mrml import box_from_roi

    scan = add_scan("scan")
    assert inputs.roi is None
    bench.ui.roiSelector.addNode()
    assert inputs.roi is bench.ui.roiSelector.currentNode()
    box = box_from_roi(inputs.roi)
    bounds = np.zeros(6)
    scan.GetRASBounds(bounds)
    assert np.allclose(box.center_ras, (bounds[::2] + bounds[1::2]) / 2)
    assert np.allclose(sorted(box.size_mm), sorted((bounds[1::2] - bounds[::2]) / 2))
    assert inputs.roi.GetDisplayVisibility()


def test_a_box_that_is_chosen_is_left_as_it_is(bench, inputs):
    import slicer

    add_scan("scan")
    roi = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "drawn")
    roi.SetSize(1, 2, 3)
    bench.ui.roiSelector.setCurrentNode(roi)
    assert inputs.roi is roi
    assert tuple(roi.GetSize()) == (1, 2, 3)


def test_a_box_that_was_made_before_there_was_a_scan_is_fitted_to_the_one_that_comes(app, bench, inputs):
    bench.ui.roiSelector.addNode()
    assert inputs.roi.GetName() == "Box"
    assert not any(inputs.roi.GetSize())
    scan = add_scan("scan")
    wait(app, lambda: any(inputs.roi.GetSize()))
    bounds = np.zeros(6)
    scan.GetRASBounds(bounds)
    assert np.allclose(sorted(inputs.roi.GetSize()), sorted((bounds[1::2] - bounds[::2]) / 2))
    inputs.roi.SetSize(1, 2, 3)
    inputs.update()
    assert tuple(inputs.roi.GetSize()) == (1, 2, 3)


def test_a_scan_that_comes_later_and_fits_better_takes_the_place_of_a_guessed_one(app, bench, inputs):
    inputs.setModel(CT)
    head = add_scan("head")
    assert inputs.volumes == [head]
    chest = modality(add_scan("chest"), "CT")
    wait(app, lambda: inputs.volumes == [chest])
    inputs.keep()
    modality(chest, "MR")
    modality(add_scan("another"), "CT")
    wait(app, lambda: not inputs._delay.active)
    assert inputs.volumes == [chest]


def test_no_channel_is_filled_with_a_scan_that_is_called_otherwise(app, bench, inputs):
    inputs.setModel(BRAIN)
    add_scan("case FLAIR")
    wait(app, lambda: inputs.volumes[3] is not None)
    assert names(inputs) == [None, None, None, "case FLAIR"]
    assert bench.ui.inputSelector.currentNode() is None
    assert inputs.missing() == "Choose a scan for T1c"


def test_closing_the_scene_forgets_all_scans(app, bench, inputs):
    import slicer

    inputs.setModel(BRAIN)
    add_scans("case T1c", "case T1", "case T2", "case FLAIR")
    wait(app, lambda: inputs.missing() == "")
    bench.leave()
    slicer.mrmlScene.Clear()
    assert inputs.volumes == [None] * 4
    bench.enter()
    assert inputs.volumes == [None] * 4
    add_scans("next T1", "next T1c")
    wait(app, lambda: names(inputs)[:2] == ["next T1c", "next T1"])


def test_nothing_is_guessed_while_the_module_is_left(app, bench, inputs):
    inputs.setModel(BRAIN)
    bench.leave()
    changes = bench.changes
    add_scans("case T1c", "case T1", "case T2", "case FLAIR")
    inputs.setModel(CT)
    assert inputs.volumes == [None]
    assert bench.changes == changes
