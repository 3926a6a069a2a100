"""A whole result can be taken back: with Slicer's own undo where it is switched on, and with the result's own record."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from support.scans import blobs

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from support.mrml import (
    layer_of,
    layer_of_segment,
    linear_transform,
    node_ids,
    paint_beside,
    prediction_of,
    put,
    segment_voxels,
    state_of,
    volume_of,
)

SHAPE = (20, 18, 16)


@pytest.fixture
def scan() -> Image:
    return blobs(SHAPE)


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


@pytest.fixture
def first(scan) -> np.ndarray:
    labels = np.zeros(scan.shape, int)
    labels[4:9, 5:11, 6:10] = 1
    labels[12:16, 5:11, 6:10] = 2
    return labels


@pytest.fixture
def second(scan) -> np.ndarray:
    labels = np.zeros(scan.shape, int)
    labels[1:3, 1:3, 1:3] = 2
    labels[5:7, 1:3, 1:3] = 7
    return labels


@pytest.fixture
def edited(scene, scan, volume, first):
    """A segmentation with a model's segments, and one of the user's in the same label map between them in the list."""
    segmentation = put(prediction_of(scan, first), volume).segmentation
    drawn = np.zeros(scan.shape, bool)
    drawn[0:2, 14:17, 0:2] = True
    paint_beside(segmentation, "brain-mr_1", "mine", drawn)
    segmentation.GetSegmentation().SetSegmentIndex("mine", 1)
    segmentation.SetAttribute("MedAI.Model", "earlier")
    return segmentation


def test_a_new_result_goes_away_with_everything_that_came_with_it(scene, scan, volume, first):
    before = node_ids(scene)
    nodes = put(prediction_of(scan, first), volume, labelmap=True)
    nodes.segmentation.AddDefaultStorageNode()
    assert not nodes.is_changed
    assert nodes.undo() == ""
    assert node_ids(scene) == before
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    assert hierarchy.GetNumberOfItems() == 1
    assert nodes.undo() == "The result was removed already; there is nothing to undo."


def test_an_existing_segmentation_becomes_what_it_was(scene, scan, volume, second, edited):
    before = state_of(edited, volume), node_ids(scene)
    nodes = put(prediction_of(scan, second), volume, segmentation=edited)
    assert edited.GetSegmentation().GetSegmentIDs() == ("mine", "brain-mr_2", "brain-mr_7")
    assert edited.GetAttribute("MedAI.Model") == "brain-mr"
    assert nodes.undo() == ""
    assert (state_of(edited, volume), node_ids(scene)) == before
    assert edited.GetSegmentation().GetSegmentIDs() == ("brain-mr_1", "mine", "brain-mr_2")
    assert edited.GetSegmentation().GetNumberOfLayers() == 1


def test_results_are_taken_back_one_after_the_other(scene, scan, volume, first, second, edited):
    states, results = [], []
    for labels in (second, first, np.zeros(scan.shape)):
        states.append(state_of(edited, volume))
        results.append(put(prediction_of(scan, labels), volume, segmentation=edited))
    while results:
        assert results.pop().undo() == ""
        assert state_of(edited, volume) == states.pop()


def test_an_empty_segmentation_is_where_it_was_again(scene, scan, volume, first):
    volume.SetAndObserveTransformNodeID(linear_transform(scene, np.diag([1, 2, 1, 1.0])).GetID())
    chosen = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "chosen")
    own = linear_transform(scene, np.diag([-1, 1, 1, 1.0])).GetID()
    chosen.SetAndObserveTransformNodeID(own)
    before = node_ids(scene)
    nodes = put(prediction_of(scan, first), volume, segmentation=chosen)
    assert chosen.GetTransformNodeID() == volume.GetTransformNodeID()
    assert nodes.undo() == ""
    assert chosen.GetTransformNodeID() == own
    assert chosen.GetNodeReference("referenceImageGeometryRef") is None
    assert [name for name in chosen.GetAttributeNames() if "MedAI" in name] == []
    assert node_ids(scene) == before


def test_an_empty_segmentation_is_in_its_own_folder_again(scene, scan, volume, first):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "study")
    own = hierarchy.CreateFolderItem(hierarchy.GetSceneItemID(), "own")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volume), study)
    chosen = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "chosen")
    item = hierarchy.GetItemByDataNode(chosen)
    hierarchy.SetItemParent(item, own)
    nodes = put(prediction_of(scan, first), volume, segmentation=chosen)
    assert hierarchy.GetItemParent(item) == study
    assert nodes.undo() == ""
    assert hierarchy.GetItemParent(item) == own


def test_no_surfaces_are_made_while_a_result_is_taken_back(scene, scan, volume, second, edited):
    edited.CreateClosedSurfaceRepresentation()
    nodes = put(prediction_of(scan, second), volume, segmentation=edited)
    edited.CreateClosedSurfaceRepresentation()
    assert nodes.undo() == ""
    assert not edited.GetSegmentation().ContainsRepresentation("Closed surface")


def test_what_the_user_has_changed_about_the_node_since_is_kept(scene, scan, volume, second, edited):
    nodes = put(prediction_of(scan, second), volume, segmentation=edited)
    moved = linear_transform(scene, np.diag([-1, 1, 1, 1.0])).GetID()
    edited.SetAndObserveTransformNodeID(moved)
    edited.SetAttribute("MedAI.Model", "user's")
    edited.SetAttribute("note", "user's")
    assert nodes.undo() == ""
    assert (edited.GetTransformNodeID(), edited.GetAttribute("MedAI.Model"), edited.GetAttribute("note")) == (
        moved,
        "user's",
        "user's",
    )


def remove_segment(segmentation):
    segmentation.GetSegmentation().RemoveSegment("brain-mr_2")


def paint(segmentation):
    layer_of(segmentation, "brain-mr_2")[0, 9, 9, 9] = 2
    layer_of_segment(segmentation, "brain-mr_2").Modified()


def add_segment(segmentation):
    segmentation.GetSegmentation().AddEmptySegment("new one")


@pytest.mark.parametrize("edit", [remove_segment, paint, add_segment])
@pytest.mark.parametrize("is_new", [True, False])
def test_an_edited_result_is_taken_back_only_if_that_is_wanted(scene, scan, volume, first, second, edited, edit, is_new):
    before = node_ids(scene)
    nodes = put(prediction_of(scan, second), volume, segmentation=None if is_new else edited)
    edit(nodes.segmentation)
    after = state_of(nodes.segmentation, volume)
    assert nodes.is_changed
    assert nodes.undo() == f"{nodes.segmentation.GetName()} was edited since; nothing was undone."
    assert state_of(nodes.segmentation, volume) == after
    assert nodes.undo(even_if_changed=True) == ""
    assert node_ids(scene) == before
    assert {"brain-mr_1", "mine", "brain-mr_2"} <= set(edited.GetSegmentation().GetSegmentIDs())
    assert np.array_equal(segment_voxels(edited, "brain-mr_2", volume), first == 2)


def test_what_the_user_painted_meanwhile_in_a_segment_of_their_own_is_kept(scene, scan, volume, first, second, edited):
    nodes = put(prediction_of(scan, second), volume, segmentation=edited)
    layer_of(edited, "mine")[0, 19, 17, 15] = 9
    layer_of_segment(edited, "mine").Modified()
    mine = segment_voxels(edited, "mine", volume)
    assert nodes.undo() == ""
    assert np.array_equal(segment_voxels(edited, "mine", volume), mine)
    assert np.array_equal(segment_voxels(edited, "brain-mr_1", volume), first == 1)
    assert np.array_equal(segment_voxels(edited, "brain-mr_2", volume), first == 2)
    assert 9 not in layer_of(edited, "brain-mr_1")


def test_looking_at_a_result_does_not_change_it(scene, scan, volume, first):
    nodes = put(prediction_of(scan, first), volume)
    nodes.segmentation.GetDisplayNode().SetSegmentVisibility("brain-mr_1", False)
    nodes.segmentation.CreateClosedSurfaceRepresentation()
    segment_voxels(nodes.segmentation, "brain-mr_2", volume)
    slicer.util.arrayFromSegmentInternalBinaryLabelmap(nodes.segmentation, "brain-mr_1")
    nodes.segmentation.SetName("renamed")
    assert not nodes.is_changed


def test_a_result_that_is_gone_is_said(scene, scan, volume, first, edited):
    for chosen in (None, edited):
        nodes = put(prediction_of(scan, first), volume, segmentation=chosen)
        scene.RemoveNode(nodes.segmentation)
        before = node_ids(scene)
        assert nodes.is_changed
        assert nodes.undo(even_if_changed=True) == "The result was removed already; there is nothing to undo."
        assert node_ids(scene) == before


def test_slicers_undo_and_redo_take_a_new_result_back_and_forth(scene, scan, volume, first):
    scene.SetUndoOn()
    before = node_ids(scene)
    nodes = put(prediction_of(scan, first), volume, labelmap=True)
    after, state = node_ids(scene), state_of(nodes.segmentation, volume)
    scene.Undo()
    assert node_ids(scene) == before
    scene.Redo()
    assert sorted(node_ids(scene)) == sorted(after)
    segmentation = scene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
    assert state_of(segmentation, volume) == state
    assert segmentation.GetDisplayNode() is not None
    labelmap = scene.GetFirstNodeByClass("vtkMRMLLabelMapVolumeNode")
    assert np.array_equal(slicer.util.arrayFromVolume(labelmap).transpose(2, 1, 0), first)
    assert labelmap.GetDisplayNode().GetColorNode().GetColorName(2) == "Brainstem"


def test_slicers_undo_and_redo_take_an_existing_segmentation_back_and_forth(scene, scan, volume, second, edited):
    scene.SetUndoOn()
    before = state_of(edited, volume), node_ids(scene)
    put(prediction_of(scan, second), volume, segmentation=edited)
    after = state_of(edited, volume)
    scene.Undo()
    assert (state_of(edited, volume), node_ids(scene)) == before
    scene.Redo()
    assert state_of(edited, volume) == after


def test_both_undos_do_not_get_into_each_others_way(scene, scan, volume, second, edited):
    scene.SetUndoOn()
    nodes = put(prediction_of(scan, second), volume, segmentation=edited)
    scene.Undo()
    before = state_of(edited, volume)
    assert nodes.undo() == "blobs segmentation was edited since; nothing was undone."
    assert nodes.undo(even_if_changed=True) == ""
    assert state_of(edited, volume) == before


def test_without_slicers_undo_nothing_is_kept_for_it(scene, scan, volume, first):
    put(prediction_of(scan, first), volume)
    assert scene.GetNumberOfUndoLevels() == 0


@pytest.mark.parametrize("edit", ["name", "color", "codes"])
def test_a_new_name_color_or_code_of_a_segment_is_an_edit(scan, volume, first, edit):
    nodes = put(prediction_of(scan, first), volume)
    segment = nodes.segmentation.GetSegmentation().GetSegment("brain-mr_1")
    if edit == "name":
        segment.SetName("Mine")
    elif edit == "color":
        segment.SetColor(0.1, 0.2, 0.3)
    else:
        segment.SetTerminology(nodes.segmentation.GetSegmentation().GetSegment("brain-mr_2").GetTerminology())
    assert nodes.is_changed
    assert nodes.undo() == "blobs segmentation was edited since; nothing was undone."


def test_names_are_free_again_after_a_result_was_taken_back(scene, scan, volume, first):
    def names(nodes):
        return [node.GetName() for node in (nodes.segmentation, nodes.labelmap, nodes.labelmap.GetDisplayNode().GetColorNode())]

    expected = ["blobs segmentation", "blobs labels", "blobs label colors"]
    nodes = put(prediction_of(scan, first), volume, labelmap=True)
    assert names(nodes) == expected
    assert names(put(prediction_of(scan, first), volume, labelmap=True)) == [f"{name}_1" for name in expected]
    nodes.undo()
    assert names(put(prediction_of(scan, first), volume, labelmap=True)) == expected
