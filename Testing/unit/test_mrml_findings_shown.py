"""The table of the boxes, and which of them are shown; hundreds of boxes come in short steps."""

from __future__ import annotations

import pytest

from medai import Image
from medai.errors import InputError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import Origin, add_findings, add_findings_steps, boxes_of, show_boxes_at_least, shown_at_least
from support.boxes import boxes_in, columns_of, drained, visible
from support.mrml import found, node_ids, volume_of


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


def test_the_table_has_a_row_for_every_box(scene, scan, volume):
    detections = boxes_in(scan, 3)
    nodes = add_findings(found(detections=detections), scene, Origin.of(volume))
    columns = columns_of(nodes.detections)
    assert columns["Number"] == [1, 2, 3]
    assert columns["Label"] == ["nodule"] * 3
    assert columns["Score"] == [0.75, 0.5, 0.25]
    assert columns["Shown"] == [1, 1, 0]
    for row, detection in enumerate(detections):
        assert tuple(columns[f"Center {axis} (mm)"][row] for axis in "RAS") == detection.box.center_ras
        assert tuple(columns[f"Size {axis} (mm)"][row] for axis in "ijk") == detection.box.size_mm


def test_a_run_that_finds_nothing_says_so_with_an_empty_table(scene, volume):
    nodes = add_findings(found(), scene, Origin.of(volume))
    assert nodes.detections.GetNumberOfRows() == 0
    assert "Score" in columns_of(nodes.detections)
    assert nodes.show_at_least(0.1) == 0
    assert nodes.undo() == ""


def test_the_threshold_shows_and_hides_boxes_and_says_so_in_the_table(scene, scan, volume):
    nodes = add_findings(found(detections=boxes_in(scan, 3)), scene, Origin.of(volume))
    assert nodes.notes == ()
    assert visible(nodes) == [True, True, False]
    assert nodes.show_at_least(0.6) == 1
    assert visible(nodes) == [True, False, False]
    assert columns_of(nodes.detections)["Shown"] == [1, 0, 0]
    assert shown_at_least(nodes.detections) == 0.6
    assert nodes.show_at_least(0) == 3
    assert visible(nodes) == [True] * 3


def test_a_box_that_the_user_hid_stays_hidden_and_one_that_is_gone_is_not_missed(scene, scan, volume):
    nodes = add_findings(found(detections=boxes_in(scan, 4)), scene, Origin.of(volume), threshold=0)
    nodes.boxes[0].GetDisplayNode().SetVisibility(False)
    scene.RemoveNode(nodes.boxes[1])
    assert nodes.show_at_least(0.3) == 3
    assert [bool(nodes.boxes[n].GetDisplayNode().GetVisibility()) for n in (0, 2, 3)] == [False, True, False]
    assert set(boxes_of(nodes.detections)) == {1, 3, 4}


def test_another_table_has_no_threshold(scene):
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", "other")
    with pytest.raises(InputError, match="other is no table of boxes"):
        show_boxes_at_least(table, 0.5)


def test_hundreds_of_boxes_come_one_in_a_step_and_go_so(scene, scan, volume):
    before = node_ids(scene)
    steps = add_findings_steps(found(detections=boxes_in(scan, 300)), scene, Origin.of(volume), threshold=0.25)
    nodes, most = drained(scene, steps)
    assert len(nodes.boxes) == 300
    assert most == 2  # a node and its display node
    assert nodes.show_at_least(0.9) == sum(visible(nodes)) == 30
    reason, most = drained(scene, nodes.undo_steps())
    assert (reason, most) == ("", 2)
    assert node_ids(scene) == before


@pytest.mark.parametrize("meanwhile", ["nothing", "table removed", "scene closed"])
def test_a_result_that_is_given_up_halfway_leaves_nothing(scene, scan, volume, meanwhile):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    before, items = node_ids(scene), hierarchy.GetNumberOfItems()
    steps = add_findings_steps(found(detections=boxes_in(scan, 20)), scene, Origin.of(volume))
    for _step in range(9):
        next(steps)
    assert scene.GetNumberOfNodesByClass("vtkMRMLMarkupsROINode") > 3
    if meanwhile == "table removed":
        scene.RemoveNode(scene.GetFirstNodeByClass("vtkMRMLTableNode"))
    elif meanwhile == "scene closed":
        scene.Clear()
        before = node_ids(scene)
    steps.close()
    assert node_ids(scene) == before
    if meanwhile != "scene closed":
        assert hierarchy.GetNumberOfItems() == items
