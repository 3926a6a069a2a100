"""A result arrives as one thing, segmentation, lesions and maps, and goes as one; also in a scene file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.finding import Landmark
from medai.results import Review, find_lesions
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
from medai.mrml import (
    Origin,
    add_findings,
    add_prediction,
    add_prediction_steps,
    image_from_volume,
    lesions_of,
    split_segment,
    write_scene,
)
from medai.mrml.maps import kind_of
from support.boxes import boxes_in, columns_of
from support.lesionnodes import centers_of, lesions_in, one_voxel, shown_points, with_lesions
from support.mrml import draw, found, linear_transform, node_ids, segment_voxels, state_of, volume_of

TURNED = oblique_affine((1, 1, 1), (1, 1, 1))


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


@pytest.fixture
def labels(scan) -> np.ndarray:
    labels = np.zeros(scan.shape, np.uint8)
    labels[3:9, 4:10, 5:9] = 1
    labels[12:18, 8:15, 2:12] = 2
    return labels


@pytest.fixture
def whole(scan, labels):
    """A prediction with label map, three lesions and both maps."""
    maps = {name: scan.with_voxels(np.full((1, *scan.shape), 50, np.uint8)) for name in ("confidence", "saliency")}
    return with_lesions(scan, lesions_in(scan, 3), labels, **maps)


def test_everything_arrives_and_goes_together(scene, scan, volume, whole):
    before = node_ids(scene)
    nodes = add_prediction(whole, scene, Origin.of(volume), labelmap=True)
    assert nodes.node is nodes.segmentation
    assert nodes.lesions.ids == (1, 2, 3)
    assert nodes.lesions.segmentation is nodes.segmentation
    assert [node.GetName() for node in nodes.maps] == ["blobs confidence", "blobs saliency"]
    assert not nodes.is_changed
    assert nodes.undo() == ""
    assert node_ids(scene) == before
    assert nodes.undo() == "The result was removed already; there is nothing to undo."


def test_a_segmentation_that_was_written_into_becomes_what_it_was(scene, scan, volume, whole):
    segmentation = add_prediction(with_lesions(scan, ()), scene, Origin.of(volume)).segmentation
    draw(segmentation, "mine", scan, np.ones(scan.shape, bool))
    before, there = state_of(segmentation, volume), node_ids(scene)
    nodes = add_prediction(whole, scene, Origin.of(volume), segmentation=segmentation)
    assert nodes.lesions.segmentation is segmentation
    assert nodes.undo() == ""
    assert state_of(segmentation, volume) == before
    assert node_ids(scene) == there


def test_a_run_that_is_stopped_on_the_way_leaves_the_scene_as_it_was(scene, scan, volume, whole):
    segmentation = add_prediction(with_lesions(scan, ()), scene, Origin.of(volume)).segmentation
    before, there = state_of(segmentation, volume), node_ids(scene)
    count = sum(1 for _step in add_prediction_steps(whole, scene, Origin.of(volume)))
    assert count > 8
    made = [node for node in node_ids(scene) if node not in there]
    assert made
    for node in made:
        scene.RemoveNode(scene.GetNodeByID(node))
    for stop in range(1, count):
        steps = add_prediction_steps(whole, scene, Origin.of(volume), segmentation=segmentation, labelmap=True)
        for _step in range(stop):
            next(steps)
        steps.close()
        assert node_ids(scene) == there, stop
    assert state_of(segmentation, volume) == before


def test_one_undo_of_slicers_own_takes_the_whole_result_back(scene, scan, volume, whole):
    scene.SetUndoOn()
    before = node_ids(scene)
    add_prediction(whole, scene, Origin.of(volume))
    scene.Undo()
    assert node_ids(scene) == before


def test_no_lesions_no_nodes(scene, scan, volume, labels):
    nodes = add_prediction(with_lesions(scan, (), labels), scene, Origin.of(volume))
    assert (nodes.lesions, nodes.maps) == (None, ())
    assert not scene.GetNumberOfNodesByClass("vtkMRMLTableNode")


def test_reviews_count_as_work_that_is_not_thrown_away_unasked(scene, volume, whole):
    nodes = add_prediction(whole, scene, Origin.of(volume))
    nodes.lesions.review(1, "rejected")
    assert nodes.is_changed
    assert nodes.undo() == "blobs lesions was edited since; nothing was undone."
    assert nodes.segmentation.GetScene() is scene
    assert nodes.undo(even_if_changed=True) == ""
    assert nodes.segmentation.GetScene() is None
    assert not nodes.lesions.are_there


def test_lesions_and_maps_of_a_segmentation_that_the_user_has_removed_go_too(scene, volume, whole):
    nodes = add_prediction(whole, scene, Origin.of(volume))
    scene.RemoveNode(nodes.segmentation)
    assert nodes.undo() == ""
    assert not nodes.lesions.are_there
    assert [node.GetScene() for node in nodes.maps] == [None, None]


def test_an_edited_segmentation_keeps_its_lesions(scene, volume, whole):
    nodes = add_prediction(whole, scene, Origin.of(volume))
    nodes.segmentation.GetSegmentation().GetNthSegment(0).SetName("mine")
    assert nodes.undo() == "blobs segmentation was edited since; nothing was undone."
    assert nodes.lesions.are_there


def test_all_of_it_follows_a_scan_that_was_moved_during_the_run(scene, scan, volume, whole):
    origin = Origin.of(volume)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    nodes = add_prediction(whole, scene, origin)
    assert np.allclose(shown_points(nodes.lesions), centers_of(whole.lesions, TURNED), atol=1e-9)
    for node in nodes.maps:
        assert np.allclose(image_from_volume(node).affine, TURNED @ scan.affine, atol=1e-9)
    assert nodes.notes == ()


def test_all_of_it_arrives_if_the_scan_is_gone(scene, volume, whole):
    origin = Origin.of(volume)
    scene.RemoveNode(volume)
    nodes = add_prediction(whole, scene, origin)
    assert len(nodes.notes) == 1
    assert np.allclose(shown_points(nodes.lesions), centers_of(whole.lesions), atol=1e-9)
    assert [node.GetName() for node in nodes.maps] == ["blobs confidence", "blobs saliency"]


def test_a_scene_file_holds_all_of_it(scene, scan, whole, tmp_path):
    reviewed = replace(whole, reviews=(Review("lesion", 2, "accepted", "seen"),))
    path = write_scene(tmp_path / "scene.mrb", scan, reviewed)
    assert scene.ReadFromMRB(str(path), True)
    nodes = lesions_of(scene.GetNthNodeByClass(0, "vtkMRMLTableNode")) or lesions_of(
        scene.GetNthNodeByClass(1, "vtkMRMLTableNode")
    )
    assert np.allclose(shown_points(nodes), centers_of(whole.lesions), atol=1e-4)
    assert nodes.reviews == reviewed.reviews
    assert nodes.segmentation.GetName() == "blobs segmentation"
    length = nodes.lines[1]["long"].GetMeasurement("length").GetValue()
    assert length == pytest.approx(whole.lesions[0].longest.length_mm, rel=1e-5)
    volumes = (scene.GetNthNodeByClass(n, "vtkMRMLScalarVolumeNode") for n in range(4))
    assert {node.GetName(): kind_of(node) for node in volumes if kind_of(node)} == {
        "blobs confidence": "confidence",
        "blobs saliency": "saliency",
    }
    assert not scene.GetFirstNodeByName("blobs segmentation").GetAttribute("MedAI.NotFound")


def test_a_scene_file_of_one_lesion_of_one_voxel(scene, scan, tmp_path):
    labels = np.zeros(scan.shape, np.uint8)
    labels[3, 4, 5] = 1
    path = write_scene(tmp_path / "scene.mrb", scan, with_lesions(scan, [one_voxel(scan, (3, 4, 5))], labels))
    assert scene.ReadFromMRB(str(path), True)
    tables = [scene.GetNthNodeByClass(number, "vtkMRMLTableNode") for number in range(2)]
    (nodes,) = [each for each in map(lesions_of, tables) if each is not None]
    assert np.allclose(nodes.position(1), (scan.affine @ [3, 4, 5, 1])[:3], atol=1e-4)


def test_boxes_are_reviewed_too(scene, scan, volume, tmp_path):
    reviews = (Review("detection", 2, "rejected", "a vessel"),)
    nodes = add_findings(found(detections=boxes_in(scan, 3), reviews=reviews), scene, Origin.of(volume))
    assert nodes.reviews == reviews
    nodes.review(1, "accepted")
    nodes.review(2, "")
    assert columns_of(nodes.detections)["Review"] == ["accepted", "", ""]
    assert nodes.is_changed
    with pytest.raises(InputError, match="blobs findings has no detection 4"):
        nodes.review(4, "accepted")
    assert scene.WriteToMRB(str(tmp_path / "scene.mrb"))
    scene.Clear()
    assert scene.ReadFromMRB(str(tmp_path / "scene.mrb"), True)
    assert columns_of(scene.GetFirstNodeByName("blobs findings"))["Review"] == ["accepted", "", ""]


def test_a_table_of_boxes_of_an_earlier_version_gets_a_column_for_reviews(scene, scan, volume):
    nodes = add_findings(found(detections=boxes_in(scan, 2)), scene, Origin.of(volume))
    for title in ("Review", "Note"):
        nodes.detections.GetTable().RemoveColumnByName(title)
    assert nodes.reviews == ()
    nodes.review(2, "edited", "smaller")
    assert nodes.reviews == (Review("detection", 2, "edited", "smaller"),)


def test_flags_of_boxes_are_in_their_table(scene, scan, volume):
    boxes = boxes_in(scan, 2)
    lesion = replace(
        one_voxel(scan, (1, 1, 1)), label="nodule", value=0, center_ras=boxes[1].box.center_ras, flags=("at the edge",)
    )
    nodes = add_findings(found(detections=boxes, lesions=(lesion,)), scene, Origin.of(volume))
    assert columns_of(nodes.detections)["Flags"] == ["", "at the edge"]


def test_points_have_no_reviews(scene, scan, volume):
    nodes = add_findings(found(landmarks=(Landmark("apex", (1, 2, 3)),)), scene, Origin.of(volume))
    assert nodes.reviews == ()
    with pytest.raises(InputError, match="blobs landmarks holds no boxes"):
        nodes.review(1, "accepted")


def test_lesions_that_were_measured_in_a_label_map_lie_on_its_segments_and_can_be_split(scene, scan, volume, labels):
    labels[15:18, 1:4, 13:15] = 1
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    shown = image_from_volume(volume)
    prediction = with_lesions(shown, (), labels)
    prediction = replace(prediction, lesions=find_lesions(prediction, shown))
    nodes = add_prediction(prediction, scene, Origin.of(volume))
    assert nodes.lesions.ids == (1, 2)
    for lesion in prediction.lesions:
        assert np.allclose(nodes.lesions.position(lesion.id), lesion.center_ras, atol=1e-6)
        for axis, line in nodes.lesions.lines.get(lesion.id, {}).items():
            expected = lesion.longest if axis == "long" else lesion.short
            assert line.GetLineLengthWorld() == pytest.approx(expected.length_mm)
    split = split_segment(nodes.segmentation, "brain-mr_1", nodes.lesions)
    for number, lesion in zip(split.segments, prediction.lesions, strict=True):
        assert segment_voxels(split.segmentation, split.segments[number], volume).sum() == lesion.voxels
