"""Boxes, points and classes can be taken back, and come back from a scene file."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.finding import ClassScore, Detection, Landmark
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer
import vtk

from medai.mrml import FindingNodes, Origin, add_findings, boxes_of, show_boxes_at_least, shown_at_least, write_scene
from support.boxes import assert_shown_at, boxes_in, columns_of
from support.mrml import found, linear_transform, node_ids, volume_of

ROUNDED = 1e-4
TURNED = oblique_affine((1, 1, 1), (1, 1, 1))
POINTS = (Landmark("apex", (1.5, 2, 3)), Landmark("base", (-4, 5, 6)))
CLASSES = (ClassScore("normal", 0.75, 2.5, True), ClassScore("dense", None, -1.5, False))


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    return volume


def detections_in(scan: Image, count: int = 4) -> tuple[Detection, ...]:
    """Boxes where the scan is shown."""
    return boxes_in(Image(scan.voxels, TURNED @ scan.affine), count)


@pytest.fixture
def nodes(scene, scan, volume) -> FindingNodes:
    return add_findings(found(detections=detections_in(scan)), scene, Origin.of(volume))


def items_of(scene) -> int:
    return int(slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene).GetNumberOfItems())


@pytest.mark.parametrize("kind", ["boxes", "points", "classes"])
def test_a_result_goes_away_with_everything_that_came_with_it(scene, scan, volume, kind):
    before = node_ids(scene), items_of(scene)
    findings = {"boxes": {"detections": detections_in(scan)}, "points": {"landmarks": POINTS}, "classes": {"classes": CLASSES}}
    nodes = add_findings(found(**findings[kind]), scene, Origin.of(volume))
    nodes.node.AddDefaultStorageNode()
    nodes.show_at_least(0.3)
    assert not nodes.is_changed
    assert nodes.undo() == ""
    assert (node_ids(scene), items_of(scene)) == before
    assert nodes.undo() == "The result was removed already; there is nothing to undo."


EDITS = {
    "moved": lambda nodes: nodes.boxes[1].SetCenter(1, 2, 3),
    "resized": lambda nodes: nodes.boxes[1].SetSize(1, 2, 3),
    "renamed": lambda nodes: nodes.boxes[1].SetName("mine"),
    "removed": lambda nodes: nodes.boxes[1].GetScene().RemoveNode(nodes.boxes[1]),
    "written into the table": lambda nodes: nodes.detections.GetTable().SetValueByName(0, "Label", vtk.vtkVariant("vessel")),
    "table removed": lambda nodes: nodes.detections.GetScene().RemoveNode(nodes.detections),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_the_user_has_edited_is_taken_back_only_if_that_is_meant(scene, nodes, edit):
    EDITS[edit](nodes)
    there = node_ids(scene)
    assert nodes.is_changed
    assert nodes.undo() == "blobs findings was edited since; nothing was undone."
    assert node_ids(scene) == there
    assert nodes.undo(even_if_changed=True) == ""
    assert not scene.GetNumberOfNodesByClass("vtkMRMLMarkupsROINode")
    assert not scene.GetNumberOfNodesByClass("vtkMRMLTableNode")


def test_moved_or_renamed_points_are_edits(scene, volume):
    nodes = add_findings(found(landmarks=POINTS), scene, Origin.of(volume))
    nodes.landmarks.SetNthControlPointPosition(0, 1, 1, 1)
    assert nodes.is_changed
    nodes.landmarks.SetNthControlPointPosition(0, *first_point())
    assert not nodes.is_changed


def first_point() -> list[float]:
    """The first point in the coordinates under the scan's transform."""
    return (np.linalg.inv(TURNED) @ [*POINTS[0].position_ras, 1])[:3].tolist()


def test_following_the_scan_is_no_edit(scene, volume, nodes):
    transform = scene.GetNodeByID(volume.GetTransformNodeID())
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(np.diag([1, -1, 1, 1.0])))
    assert not nodes.is_changed


def test_a_folder_that_the_user_has_put_something_into_stays(scene, volume, nodes):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volume), nodes.folder)
    assert nodes.undo() == ""
    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(volume)) == nodes.folder


def test_slicers_own_undo_takes_the_nodes_back(scene, scan, volume):
    scene.SetUndoOn()
    before = node_ids(scene)
    add_findings(found(detections=detections_in(scan)), scene, Origin.of(volume))
    scene.Undo()
    assert node_ids(scene) == before


def test_boxes_come_back_from_a_saved_scene_with_their_threshold(scene, scan, nodes, tmp_path):
    path = tmp_path / "scene.mrb"
    nodes.show_at_least(0.7)
    assert scene.WriteToMRB(str(path))
    scene.Clear()
    assert scene.ReadFromMRB(str(path), True)
    table = scene.GetFirstNodeByName("blobs findings")
    boxes = boxes_of(table)
    assert sorted(boxes) == [1, 2, 3, 4]
    for number, detection in enumerate(detections_in(scan), 1):
        assert_shown_at(boxes[number], detection.box, within=ROUNDED)
        assert boxes[number].GetLocked()
    assert shown_at_least(table) == 0.7
    assert columns_of(table)["Shown"] == [1, 0, 0, 0]
    assert show_boxes_at_least(table, 0.5) == 2
    assert [bool(boxes[number].GetDisplayNode().GetVisibility()) for number in range(1, 5)] == [True, True, False, False]


@pytest.mark.parametrize("kind", ["boxes", "points", "classes"])
def test_scene_files_hold_the_findings(scene, scan, tmp_path, kind):
    labels = {"detections": boxes_in(scan, 2, 'a "b"')}
    findings = {"boxes": labels, "points": {"landmarks": POINTS}, "classes": {"classes": CLASSES}}
    path = write_scene(tmp_path / "scene.mrb", scan, found(**findings[kind]))
    assert scene.ReadFromMRB(str(path), True)
    assert not scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode")
    if kind == "boxes":
        (_one, box), (_two, _box) = sorted(boxes_of(scene.GetFirstNodeByName("blobs findings")).items())
        assert box.GetName() == 'a "b" 1 (0.67)'
        assert_shown_at(box, labels["detections"][0].box, within=ROUNDED)
    elif kind == "points":
        node = scene.GetFirstNodeByName("blobs landmarks")
        assert np.allclose(node.GetNthControlPointPosition(1), POINTS[1].position_ras)
        assert node.GetNthControlPointLabel(1) == "base"
    else:
        columns = columns_of(scene.GetFirstNodeByName("blobs classes"))
        assert columns["Class"] == ["normal", "dense"]
        assert columns["Probability"][0] == 0.75
        assert columns["Chosen"] == [1, 0]
