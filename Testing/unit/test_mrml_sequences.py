"""Scans that are played: their frames as images, and a sequence of segmentations that plays along."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.region import Box
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import Origin, add_sequence_predictions, frames_of, image_from_volume, image_of_frame
from medai.mrml.sequences import add_sequence_prediction_steps
from support.mrml import (
    corners_of,
    layer_of,
    layer_of_segment,
    linear_transform,
    node_ids,
    prediction_of,
    segment_voxels,
    volume_of,
    warp,
    world_center,
)

VALUES = ("0", "1.5", "4")
SHAPE = (12, 10, 8)


def frame(number: int) -> Image:
    """Frame by frame brighter, and a little farther to the right."""
    scan = blobs(SHAPE, affine=oblique_affine((0.9, 1.4, 3.0)))
    affine = scan.affine.copy()
    affine[0, 3] += number
    return Image(scan.voxels + number, affine, "frame")


def add_scan(scene) -> tuple:
    """A sequence of three frames with its browser, and the volume node that shows the first one."""
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "scan")
    for number, value in enumerate(VALUES):
        data = volume_of(slicer.vtkMRMLScene(), frame(number))
        sequence.SetDataNodeAtValue(data, value)
    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "browser")
    browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
    volume = browser.GetProxyNode(sequence)
    volume.SetName("beating")
    return volume, browser, sequence


def labels_of(number: int) -> np.ndarray:
    """Label 1 in every frame but the last, label 2 in the last, moving."""
    labels = np.zeros(SHAPE, int)
    labels[1 + number : 4 + number, 2:5, 3:6] = 2 if number == 2 else 1
    return labels


def predictions_of(frames):
    return [prediction_of(image_of_frame(frames, number), labels_of(number)) for number in range(frames.count)]


def result(volume):
    frames = frames_of(volume)
    return add_sequence_predictions(predictions_of(frames), frames, Origin.of(volume))


def test_a_scan_that_is_played_has_frames(scene):
    volume, browser, sequence = add_scan(scene)
    browser.SetSelectedItemNumber(1)
    frames = frames_of(volume)
    assert (frames.volume, frames.browser, frames.sequence) == (volume, browser, sequence)
    assert (frames.index_name, frames.index_unit, frames.index_values, frames.count, frames.current) == (
        "time",
        "s",
        VALUES,
        3,
        1,
    )


def test_any_other_scan_has_none(scene):
    add_scan(scene)
    assert frames_of(volume_of(scene, blobs(SHAPE))) is None
    assert frames_of(slicer.vtkMRMLScalarVolumeNode()) is None


def test_each_frame_is_what_the_volume_shows_at_it_and_the_browser_stays_where_it_is(scene):
    volume, browser, _sequence = add_scan(scene)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, oblique_affine((1, 1, 1), (-1, 1, 1))).GetID())
    frames = frames_of(volume)
    images = [image_of_frame(frames, number) for number in range(3)]
    assert browser.GetSelectedItemNumber() == 0
    for number, image in enumerate(images):
        browser.SetSelectedItemNumber(number)
        shown = image_from_volume(volume)
        assert np.array_equal(image.voxels, shown.voxels)
        assert np.allclose(image.affine, shown.affine)
    assert [image.name for image in images] == ["beating (time 0 s)", "beating (time 1.5 s)", "beating (time 4 s)"]


def test_a_frame_under_a_warp_is_resampled_to_where_it_is_shown(scene):
    volume, browser, _sequence = add_scan(scene)
    volume.SetAndObserveTransformNodeID(warp(scene, corners_of(frame(0)), (4, -3, 2)).GetID())
    image = image_of_frame(frames_of(volume), 2)
    browser.SetSelectedItemNumber(2)
    shown = image_from_volume(volume)
    assert np.array_equal(image.voxels, shown.voxels)
    assert np.allclose(image.affine, shown.affine)


def test_a_frame_without_voxels_is_refused_by_name(scene):
    volume, _browser, sequence = add_scan(scene)
    sequence.SetDataNodeAtValue(slicer.vtkMRMLScalarVolumeNode(), "4")
    with pytest.raises(InputError, match="has no voxels"):
        image_of_frame(frames_of(volume), 2)


def test_the_segmentations_play_along_with_the_scan(scene):
    volume, browser, _sequence = add_scan(scene)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1))).GetID())
    browser.SetSelectedItemNumber(1)
    nodes = result(volume)
    segmentation = nodes.segmentation
    assert (segmentation.GetName(), nodes.notes) == ("beating segmentation", ())
    assert browser.GetSelectedItemNumber() == 1
    for number in (1, 2, 0, 2):
        browser.SetSelectedItemNumber(number)
        for value in (1, 2):
            found = segment_voxels(segmentation, f"brain-mr_{value}", volume)
            assert np.array_equal(found, labels_of(number) == value)
    middle = np.argwhere(labels_of(2)).mean(axis=0)
    expected = image_from_volume(volume).affine @ [*middle, 1]
    assert np.allclose(world_center(segmentation, "brain-mr_2"), expected[:3], atol=1e-6)
    assert segmentation.GetTransformNodeID() == volume.GetTransformNodeID()
    assert scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode") == 1


def test_every_frame_has_the_same_segments_and_says_what_was_not_found_in_it(scene):
    volume, _browser, _sequence = add_scan(scene)
    sequence = result(volume).sequence
    data = [sequence.GetNthDataNode(number) for number in range(3)]
    assert [sequence.GetNthIndexValue(number) for number in range(3)] == list(VALUES)
    assert {node.GetSegmentation().GetSegmentIDs() for node in data} == {("brain-mr_1", "brain-mr_2")}
    assert [node.GetAttribute("MedAI.NotFound") for node in data] == [
        "Brainstem; Cerebrospinal fluid",
        "Brainstem; Cerebrospinal fluid",
        "Left hippocampus and amygdala; Cerebrospinal fluid",
    ]


def test_what_the_user_hides_or_paints_in_a_frame_stays_so(scene):
    volume, browser, _sequence = add_scan(scene)
    segmentation = result(volume).segmentation
    segmentation.GetDisplayNode().SetSegmentVisibility("brain-mr_2", False)
    layer_of(segmentation, "brain-mr_1")[0, 0, 0, 0] = 1
    layer_of_segment(segmentation, "brain-mr_1").Modified()
    browser.SetSelectedItemNumber(2)
    assert not segmentation.GetDisplayNode().GetSegmentVisibility("brain-mr_2")
    browser.SetSelectedItemNumber(0)
    assert segment_voxels(segmentation, "brain-mr_1", volume)[0, 0, 0]


def test_nothing_is_in_the_scene_before_the_last_step(scene):
    volume, _browser, _sequence = add_scan(scene)
    frames, before = frames_of(volume), node_ids(scene)
    steps = add_sequence_prediction_steps(predictions_of(frames), frames, Origin.of(volume))
    for _step in range(3):
        next(steps)
    assert node_ids(scene) == before


def test_it_can_be_taken_back(scene):
    volume, browser, _sequence = add_scan(scene)
    before = node_ids(scene)
    nodes = result(volume)
    browser.SetSelectedItemNumber(1)
    assert not nodes.is_changed
    assert nodes.undo() == ""
    assert node_ids(scene) == before
    browser.SetSelectedItemNumber(2)
    assert node_ids(scene) == before


def test_its_name_is_free_again_when_it_was_taken_back(scene):
    volume, _browser, _sequence = add_scan(scene)
    for _run in range(2):
        nodes = result(volume)
        assert (nodes.segmentation.GetName(), nodes.sequence.GetName()) == (
            "beating segmentation",
            "beating segmentation-Sequence",
        )
        nodes.undo()


def test_a_box_is_said_of_every_frame_that_is_shown(scene):
    volume, browser, _sequence = add_scan(scene)
    frames = frames_of(volume)
    predictions = predictions_of(frames)
    for prediction in predictions:
        prediction.run["options"] = {"roi": asdict(Box((1, 2, 3), (4, 5, 6)))}
    segmentation = add_sequence_predictions(predictions, frames, Origin.of(volume)).segmentation
    for number in range(3):
        browser.SetSelectedItemNumber(number)
        assert segmentation.GetAttribute("MedAI.Box") == "center 1 2 3; size 4 5 6; axes 1 0 0, 0 1 0, 0 0 1"


def test_it_is_taken_back_after_edits_only_if_that_is_wanted(scene):
    volume, _browser, _sequence = add_scan(scene)
    before = node_ids(scene)
    nodes = result(volume)
    layer_of_segment(nodes.sequence.GetNthDataNode(2), "brain-mr_2").Modified()
    assert nodes.undo() == "beating segmentation was edited since; nothing was undone."
    assert nodes.undo(even_if_changed=True) == ""
    assert node_ids(scene) == before


def test_it_comes_back_with_the_scene(scene, tmp_path):
    volume, browser, _sequence = add_scan(scene)
    result(volume)
    browser.SetSelectedItemNumber(1)
    assert scene.WriteToMRB(str(tmp_path / "scene.mrb"))
    scene.Clear(False)
    assert scene.ReadFromMRB(str(tmp_path / "scene.mrb"), False)
    browser = scene.GetFirstNodeByClass("vtkMRMLSequenceBrowserNode")
    segmentation = scene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
    volume = browser.GetProxyNode(browser.GetMasterSequenceNode())
    for number in (1, 2, 0):
        browser.SetSelectedItemNumber(number)
        for value in (1, 2):
            found = segment_voxels(segmentation, f"brain-mr_{value}", volume)
            assert np.array_equal(found, labels_of(number) == value)


@pytest.mark.parametrize("gone", ["the scan", "the browser", "everything"])
def test_without_its_scan_or_browser_it_still_arrives_and_plays(scene, gone):
    volume, browser, sequence = add_scan(scene)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1))).GetID())
    frames, origin = frames_of(volume), Origin.of(volume)
    predictions = predictions_of(frames)
    for node in {"the scan": [volume], "the browser": [browser], "everything": [browser, sequence, volume]}[gone]:
        scene.RemoveNode(node)
    before = node_ids(scene)
    nodes = add_sequence_predictions(predictions, frames, origin)
    player_of = scene.GetFirstNodeByClass("vtkMRMLSequenceBrowserNode")
    player_of.SetSelectedItemNumber(2)
    middle = np.argwhere(labels_of(2)).mean(axis=0)
    expected = predictions[2].labelmap.affine @ [*middle, 1]
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), expected[:3], atol=1e-6)
    note = "beating was removed during the run; the result is at the place where it was."
    assert nodes.notes == (() if gone == "the browser" else (note,))
    assert nodes.undo() == ""
    assert set(node_ids(scene)) <= {*before, volume.GetID()}
