"""Boxes, points and classes as nodes: where the scan is shown, named, colored, locked, in a folder beside it, and back again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai import Image
from medai.finding import ClassScore, Detection, Landmark
from medai.region import Box
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import Origin, add_findings, boxes_of, image_from_volume, new_scene
from medai.mrml.vtkdata import affine_from
from support.boxes import assert_shown_at, boxes_in, columns_of
from support.mrml import corners_of, found, linear_transform, volume_of, warp

FIXED = {"max_examples": 30, "deadline": None}
ROUNDED = 1e-4
TURNED = oblique_affine((1, 1, 1), (1, 1, 1))


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


def test_each_box_is_a_locked_node_along_the_axes_of_an_oblique_scan(scene, scan, volume):
    detections = boxes_in(scan, 3)
    nodes = add_findings(found(detections=detections), scene, Origin.of(volume))
    assert [node.GetName() for node in nodes.boxes] == ["nodule 1 (0.75)", "nodule 2 (0.50)", "nodule 3 (0.25)"]
    for node, detection in zip(nodes.boxes, detections, strict=True):
        assert_shown_at(node, detection.box)
        assert np.linalg.det(affine_from(node.GetObjectToNodeMatrix())) == pytest.approx(1)
        assert node.GetLocked()
        assert not node.GetDisplayNode().GetHandlesInteractive()
        assert not node.GetDisplayNode().GetFillVisibility()
        assert node.GetAttribute("MedAI.Model") == "brain-mr"
        assert float(node.GetAttribute("MedAI.Score")) == detection.score
    assert nodes.node is nodes.detections


@settings(**FIXED)
@given(
    turn=st.lists(st.floats(-3.1, 3.1), min_size=6, max_size=6),
    scale=st.lists(st.floats(0.3, 3), min_size=3, max_size=3),
    flips=st.lists(st.sampled_from((-1, 1)), min_size=3, max_size=3),
)
def test_boxes_lie_where_they_were_found_under_any_turned_and_scaled_transform_and_follow_it(turn, scale, flips):
    scene = new_scene()
    scan = blobs((6, 5, 4), affine=affine_of(turn[:3], np.array((0.7, 1.0, 2.5)) * flips, (9, -8, 7)))
    parent = affine_of(turn[3:], np.full(3, scale[0]), (-30, 20, 10))
    volume = volume_of(scene, scan)
    transform = linear_transform(scene, parent)
    volume.SetAndObserveTransformNodeID(transform.GetID())
    detections = boxes_in(image_from_volume(volume), 2)
    nodes = add_findings(found(detections=detections), scene, Origin.of(volume))
    further = affine_of(scale, np.ones(3), (1, 2, 3))
    for node, detection in zip(nodes.boxes, detections, strict=True):
        assert node.GetTransformNodeID() == volume.GetTransformNodeID()
        assert_shown_at(node, detection.box)
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(further @ parent))
    for node, detection in zip(nodes.boxes, detections, strict=True):
        assert_shown_at(node, detection.box, further, ROUNDED)


def affine_of(angles, scale, shift) -> np.ndarray:
    """(4, 4) that scales, turns about each axis, and shifts."""
    affine = np.diag([*scale, 1.0])
    for axis, angle in enumerate(angles):
        turn = np.eye(4)
        a, b = (n for n in range(3) if n != axis)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        affine = turn @ affine
    affine[:3, 3] = shift
    return affine


def test_boxes_of_a_scan_that_was_moved_during_the_run_are_on_it(scene, scan, volume):
    detections = boxes_in(scan, 2)
    origin = Origin.of(volume)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    nodes = add_findings(found(detections=detections), scene, origin, threshold=0)
    assert nodes.notes == ()
    for node, detection in zip(nodes.boxes, detections, strict=True):
        assert_shown_at(node, detection.box, TURNED)


def test_boxes_of_a_scan_that_was_hardened_during_the_run_are_on_it(scene, scan, volume):
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    detections, origin = boxes_in(image_from_volume(volume), 2), Origin.of(volume)
    volume.HardenTransform()
    nodes = add_findings(found(detections=detections), scene, origin, threshold=0)
    assert nodes.notes == ()
    for node, detection in zip(nodes.boxes, detections, strict=True):
        assert_shown_at(node, detection.box)


@pytest.mark.parametrize("fate", ["removed", "replaced by another image"])
def test_boxes_of_a_scan_that_is_gone_are_where_it_was(scene, scan, volume, fate):
    origin = Origin.of(volume)
    if fate == "removed":
        scene.RemoveNode(volume)
    else:
        slicer.util.updateVolumeFromArray(volume, np.zeros((3, 3, 3)))
    detections = boxes_in(scan, 2)
    nodes = add_findings(found(detections=detections), scene, origin, threshold=0)
    assert nodes.notes == (f"blobs was {fate} during the run; the result is at the place where it was.",)
    assert nodes.detections.GetName() == "blobs findings"
    assert_shown_at(nodes.boxes[0], detections[0].box)


def test_boxes_of_a_warped_scan_are_in_the_world(scene, scan, volume):
    volume.SetAndObserveTransformNodeID(warp(scene, corners_of(scan), (12.0, -8.0, 6.0)).GetID())
    detections = boxes_in(image_from_volume(volume), 1)
    nodes = add_findings(found(detections=detections), scene, Origin.of(volume), threshold=0)
    assert "blobs is under a non-linear transform" in nodes.notes[0]
    assert nodes.boxes[0].GetTransformNodeID() is None
    assert_shown_at(nodes.boxes[0], detections[0].box)


def test_boxes_of_a_sheared_scan_are_in_the_world(scene, scan, volume):
    shear = np.eye(4)
    shear[0, 1] = 0.2
    volume.SetAndObserveTransformNodeID(linear_transform(scene, shear).GetID())
    detections = (Detection("nodule", 0.9, Box((1, 2, 3), (4, 5, 6))),)
    nodes = add_findings(found(detections=detections), scene, Origin.of(volume))
    assert nodes.notes == ("The transform of blobs shears it; the boxes are where the scan was shown, and do not follow it.",)
    assert_shown_at(nodes.boxes[0], detections[0].box)


def test_labels_have_colors_of_their_own(scene, scan, volume):
    detections = (*boxes_in(scan, 1, "nodule"), *boxes_in(scan, 2, "liver"))
    first, second, third = add_findings(found(detections=detections), scene, Origin.of(volume)).boxes
    colors = [node.GetDisplayNode().GetSelectedColor() for node in (first, second, third)]
    assert colors[0] != colors[1] == colors[2]


def test_boxes_and_table_are_in_a_folder_beside_the_scan(scene, scan, volume):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "study")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volume), study)
    nodes = add_findings(found(detections=boxes_in(scan, 2)), scene, Origin.of(volume))
    assert hierarchy.GetItemName(nodes.folder) == "blobs findings"
    assert hierarchy.GetItemParent(nodes.folder) == study
    for node in (nodes.detections, *nodes.boxes):
        assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == nodes.folder
    again = add_findings(found(detections=boxes_in(scan, 2)), scene, Origin.of(volume))
    assert hierarchy.GetItemName(again.folder) == again.detections.GetName() == "blobs findings_1"
    assert len(nodes.boxes) == len(boxes_of(nodes.detections)) == 2


def test_points_are_a_locked_list_under_the_scans_transform(scene, scan, volume):
    transform = linear_transform(scene, TURNED)
    volume.SetAndObserveTransformNodeID(transform.GetID())
    points = (Landmark("mitral valve", (1.5, 2, 3)), Landmark("apex", (-4, 5, 6), frame=2), Landmark("apex", (-4, 5, 7), frame=3))
    nodes = add_findings(found(landmarks=points), scene, Origin.of(volume))
    node = nodes.landmarks
    assert (node.GetName(), nodes.node, nodes.detections, nodes.folder) == ("blobs landmarks", node, None, 0)
    assert [node.GetNthControlPointLabel(n) for n in range(3)] == ["mitral valve", "apex", "apex"]
    assert [node.GetNthControlPointDescription(n) for n in range(3)] == ["", "frame 2", "frame 3"]
    assert nodes.notes == ("The points are of 3 frames; each point's description says of which.",)
    assert node.GetLocked()
    assert node.GetTransformNodeID() == volume.GetTransformNodeID()
    for number, point in enumerate(points):
        position = np.zeros(3)
        node.GetNthControlPointPositionWorld(number, position)
        assert np.allclose(position, point.position_ras, atol=1e-9)


def test_classes_are_a_table(scene, volume):
    classes = (ClassScore("normal", 0.75, 2.5, True), ClassScore("dense", None, -1.5, False))
    nodes = add_findings(found(classes=classes), scene, Origin.of(volume))
    columns = columns_of(nodes.classes)
    assert columns["Class"] == ["normal", "dense"]
    assert columns["Probability"][0] == 0.75
    assert np.isnan(columns["Probability"][1])
    assert columns["Score"] == [2.5, -1.5]
    assert columns["Chosen"] == [1, 0]
    assert (nodes.node, nodes.classes.GetName()) == (nodes.classes, "blobs classes")
    assert nodes.classes.GetAttribute("MedAI.ModelHash") == "c0ffee"
