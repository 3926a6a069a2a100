"""Results arrive, whatever the user has done to the scan and the chosen segmentation while the run was under way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medai import Image
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import Origin, add_prediction, image_from_volume
from support.mrml import corners_of, linear_transform, prediction_of, segment_voxels, volume_of, warp, world_center

SHAPE = (20, 18, 16)


class Run:
    """A run on a scan that is under a transform, from its start to the arrival of its result."""

    def __init__(self, scene, transform=None, affine=None):
        self.scene = scene
        self.scan = blobs(SHAPE, affine=affine)
        self.volume = volume_of(scene, self.scan)
        if transform is not None:
            self.volume.SetAndObserveTransformNodeID(transform.GetID())
        self.image = image_from_volume(self.volume)
        self.labels = np.zeros(self.image.shape, int)
        self.labels[4:9, 5:11, 6:10] = 2
        self.origin = Origin.of(self.volume)

    def arrive(self, **options):
        return add_prediction(prediction_of(self.image, self.labels), self.scene, self.origin, **options)

    @property
    def where_it_was(self) -> np.ndarray:
        """Where the middle of the label was shown when the run began."""
        middle = np.argwhere(self.labels).mean(axis=0)
        return (self.image.affine @ [*middle, 1])[:3]


@pytest.fixture
def turned(scene):
    return linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1)))


def shift(scene, *offset):
    matrix = np.eye(4)
    matrix[:3, 3] = offset
    return linear_transform(scene, matrix)


def test_nothing_has_happened_and_there_is_nothing_to_say(scene, turned):
    run = Run(scene, turned)
    assert run.arrive().notes == ()


def test_a_renamed_scan_gives_its_new_name(scene):
    run = Run(scene)
    run.volume.SetName("renamed")
    nodes = run.arrive(labelmap=True)
    assert (nodes.segmentation.GetName(), nodes.labelmap.GetName(), nodes.notes) == ("renamed segmentation", "renamed labels", ())


@given(matrix=st.tuples(*[st.floats(-2, 2)] * 9), offset=st.tuples(*[st.floats(-99, 99)] * 3))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_result_lies_on_its_voxels_under_any_linear_transform_that_came_meanwhile(scene, matrix, offset):
    scene.Clear(False)
    run = Run(scene, shift(scene, 5, 6, 7), oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))
    moved = np.eye(4)
    moved[:3, :3] = np.array(matrix).reshape(3, 3) + 5 * np.eye(3)
    moved[:3, 3] = offset
    if abs(np.linalg.det(moved[:3, :3])) < 1:
        return
    run.volume.SetAndObserveTransformNodeID(linear_transform(scene, moved).GetID())
    nodes = run.arrive(labelmap=True)
    now = image_from_volume(run.volume)
    middle = np.argwhere(run.labels).mean(axis=0)
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), (now.affine @ [*middle, 1])[:3], atol=1e-6)
    assert np.allclose(image_from_volume(nodes.labelmap).affine, now.affine, atol=1e-9)
    assert nodes.segmentation.GetTransformNodeID() == run.volume.GetTransformNodeID()
    assert nodes.notes == ()


def test_a_hardened_linear_transform_is_followed(scene, turned):
    run = Run(scene, turned)
    run.volume.HardenTransform()
    nodes = run.arrive()
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), run.where_it_was, atol=1e-6)
    assert np.array_equal(segment_voxels(nodes.segmentation, "brain-mr_2", run.volume), run.labels == 2)
    assert nodes.notes == ()


def test_a_scan_that_came_under_a_warp_has_its_result_under_the_same_warp(scene):
    run = Run(scene)
    bent = warp(scene, corners_of(run.image), (6, -4, 3))
    run.volume.SetAndObserveTransformNodeID(bent.GetID())
    nodes = run.arrive(labelmap=True)
    assert nodes.segmentation.GetTransformNodeID() == nodes.labelmap.GetTransformNodeID() == bent.GetID()
    nodes.segmentation.SetAndObserveTransformNodeID(None)
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), run.where_it_was, atol=1e-6)
    assert np.array_equal(slicer.util.arrayFromVolume(nodes.labelmap).transpose(2, 1, 0), run.labels)


@pytest.mark.parametrize("meanwhile", ["removed", "changed", "replaced"])
def test_a_scan_whose_warp_was_changed_has_its_result_where_it_was_shown(scene, meanwhile):
    corners = corners_of(blobs(SHAPE))
    bent = warp(scene, corners, (6, -4, 3))
    run = Run(scene, bent)
    if meanwhile == "removed":
        run.volume.SetAndObserveTransformNodeID(None)
    elif meanwhile == "changed":
        bent.SetAndObserveTransformToParent(warp(scene, corners, (1, 1, 1)).GetTransformToParent())
    else:
        run.volume.SetAndObserveTransformNodeID(shift(scene, 9, 9, 9).GetID())
    nodes = run.arrive()
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), run.where_it_was, atol=1e-6)
    assert nodes.segmentation.GetTransformNodeID() is None
    (note,) = nodes.notes
    assert note == "The transform of blobs was changed during the run; the result is where the scan was before."


def test_a_scan_under_the_same_warp_needs_no_note(scene):
    run = Run(scene, warp(scene, corners_of(blobs(SHAPE)), (6, -4, 3)))
    assert run.arrive().notes == ()


@pytest.mark.parametrize("meanwhile", ["removed", "removed with its transform", "replaced by another image"])
@pytest.mark.parametrize("kind", ["linear", "warp"])
def test_a_scan_that_is_gone_has_its_result_in_the_world_where_it_was(scene, turned, meanwhile, kind):
    transform = turned if kind == "linear" else warp(scene, corners_of(blobs(SHAPE)), (6, -4, 3))
    run = Run(scene, transform)
    if meanwhile == "replaced by another image":
        slicer.util.updateVolumeFromArray(run.volume, np.zeros((4, 5, 6)))
    else:
        scene.RemoveNode(run.volume)
    if meanwhile == "removed with its transform":
        scene.RemoveNode(transform)
    nodes = run.arrive(labelmap=True)
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), run.where_it_was, atol=1e-6)
    assert np.allclose(image_from_volume(nodes.labelmap).affine, run.image.affine, atol=1e-9)
    assert (nodes.segmentation.GetTransformNodeID(), nodes.segmentation.GetName()) == (None, "blobs segmentation")
    fate = meanwhile.removesuffix(" with its transform")
    assert nodes.notes == (f"blobs was {fate} during the run; the result is in a new segmentation, at the place where it was.",)


def test_without_its_scan_a_segmentation_can_still_be_exported_voxel_by_voxel(scene, turned):
    run = Run(scene, turned)
    scene.RemoveNode(run.volume)
    exported = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    segmentation = run.arrive().segmentation
    assert logic.ExportAllSegmentsToLabelmapNode(segmentation, exported, slicer.vtkSegmentation.EXTENT_REFERENCE_GEOMETRY)
    found = image_from_volume(exported)
    assert np.array_equal(found.voxels[0] > 0, run.labels == 2)
    assert np.allclose(found.affine, run.image.affine, atol=1e-6)


def test_without_its_scan_a_segmentation_lies_in_the_scans_study(scene):
    run = Run(scene)
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "study")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(run.volume), study)
    run.origin = Origin.of(run.volume)
    scene.RemoveNode(run.volume)
    item = hierarchy.GetItemByDataNode(run.arrive().segmentation)
    assert hierarchy.GetItemParent(item) == study
    hierarchy.RemoveItem(study, False, True)
    assert run.arrive().segmentation.GetScene() is scene


def test_a_result_of_a_scan_that_is_gone_is_not_written_into_the_chosen_segmentation(scene):
    run = Run(scene)
    chosen = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "chosen")
    scene.RemoveNode(run.volume)
    assert run.arrive(segmentation=chosen).segmentation is not chosen
    assert chosen.GetSegmentation().GetNumberOfSegments() == 0


def test_another_node_with_the_same_id_is_another_scan(scene):
    run = Run(scene)
    scene.RemoveNode(run.volume)
    other = volume_of(scene, blobs((5, 5, 5)))
    other.SetName("other")
    origin = Origin(other.GetID(), *list(vars(run.origin).values())[1:])
    assert origin.volume_in(scene) is None


def test_painting_in_the_scan_is_said_but_changes_nothing_else(scene):
    run = Run(scene)
    slicer.util.arrayFromVolume(run.volume)[0, 0, 0] = 7
    slicer.util.arrayFromVolumeModified(run.volume)
    nodes = run.arrive()
    assert nodes.segmentation.GetNodeReference("referenceImageGeometryRef") is run.volume
    assert nodes.notes == ("The voxels of blobs were changed during the run; the result is of the earlier ones.",)


def test_other_voxels_at_another_place_are_another_image_though_they_are_as_many(scene):
    run = Run(scene)
    other = Image(run.scan.voxels.copy(), oblique_affine((2, 2, 2)))
    replacement = volume_of(scene, other)
    run.volume.CopyContent(replacement)
    nodes = run.arrive()
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), run.where_it_was, atol=1e-6)
    assert "replaced by another image" in nodes.notes[0]


def test_looking_at_a_scan_does_not_change_it(scene):
    run = Run(scene)
    run.volume.GetDisplayNode().SetWindowLevel(100, 50)
    run.volume.GetImageData().GetScalarRange()
    run.volume.GetImageData().Modified()
    assert run.arrive().notes == ()


def test_a_chosen_segmentation_that_is_gone_is_replaced_by_a_new_one(scene):
    run = Run(scene)
    chosen = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "chosen")
    scene.RemoveNode(chosen)
    nodes = run.arrive(segmentation=chosen)
    assert nodes.segmentation.GetName() == "blobs segmentation"
    assert nodes.notes == ("chosen was removed during the run; the result is in a new segmentation.",)


@pytest.mark.parametrize("which", ["the scan", "the segmentation"])
def test_a_chosen_segmentation_that_a_warp_has_parted_from_the_scan_is_left_alone(scene, which):
    run = Run(scene)
    chosen = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "chosen")
    chosen.GetSegmentation().AddEmptySegment("mine")
    bent = warp(scene, corners_of(run.image), (6, -4, 3))
    (run.volume if which == "the scan" else chosen).SetAndObserveTransformNodeID(bent.GetID())
    nodes = run.arrive(segmentation=chosen)
    assert nodes.segmentation is not chosen
    assert chosen.GetSegmentation().GetSegmentIDs() == ("mine",)
    assert nodes.notes == ("chosen and the scan are under different transforms; the result is in a new one.",)


def test_a_chosen_segmentation_under_the_scans_own_warp_is_written_into(scene):
    run = Run(scene)
    chosen = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "chosen")
    chosen.GetSegmentation().AddEmptySegment("mine")
    bent = warp(scene, corners_of(run.image), (6, -4, 3))
    for node in (run.volume, chosen):
        node.SetAndObserveTransformNodeID(bent.GetID())
    nodes = run.arrive(segmentation=chosen)
    assert (nodes.segmentation, nodes.notes) == (chosen, ())
    assert chosen.GetSegmentation().GetSegmentIDs() == ("mine", "brain-mr_2")
