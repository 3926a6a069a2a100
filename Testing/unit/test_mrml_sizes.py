"""How large segments are and where: as Slicer's own tools say, and at voxels of theirs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import center_of_segment, segment_volume_steps, segment_volumes, show_slices_at
from support.mrml import corners_of, draw, linear_transform, paint_beside, prediction_of, put, volume_of, warp

SHAPE = (16, 14, 12)


def segmentation_of(scene, labels, scan=None, transform=None):
    scan = blobs(labels.shape) if scan is None else scan
    volume = volume_of(scene, scan)
    if transform is not None:
        volume.SetAndObserveTransformNodeID(transform.GetID())
    return put(prediction_of(scan, labels), volume).segmentation


def two_labels() -> np.ndarray:
    labels = np.zeros(SHAPE, int)
    labels[2:5, 3:7, 4:9] = 1
    labels[8:14, 3:7, 4:9] = 2
    return labels


@given(
    seed=st.integers(0, 99),
    spacing=st.tuples(*[st.floats(0.2, 5)] * 3),
    flips=st.tuples(*[st.sampled_from([-1, 1])] * 3),
    scale=st.floats(0.3, 3),
)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_volumes_are_voxels_times_their_size_on_any_grid(scene, seed, spacing, flips, scale):
    scene.Clear(False)
    labels = np.random.default_rng(seed).choice([0, 1, 2, 7], SHAPE)
    scan = blobs(SHAPE, affine=oblique_affine(spacing, flips))
    sheared = np.array([[scale, 0.4, 0, 5], [0, 1, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1.0]])
    segmentation = segmentation_of(scene, labels, scan, linear_transform(scene, sheared))
    expected = {f"brain-mr_{value}": (labels == value).sum() * np.prod(spacing) * scale / 1000 for value in (1, 2, 7)}
    assert segment_volumes(segmentation) == pytest.approx(expected)


def test_segments_with_label_maps_of_their_own_or_shared_ones_are_all_there_in_order(scene):
    scan = blobs(SHAPE)
    segmentation = segmentation_of(scene, two_labels(), scan)
    mine, other = np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    mine[0:2, 0:2, 0:2] = True
    other[3:13, 3:7, 4:9] = True  # over both labels
    paint_beside(segmentation, "brain-mr_1", "mine", mine)
    draw(segmentation, "other", scan, other)
    segmentation.GetSegmentation().AddEmptySegment("nothing yet")
    each = scan.voxel_volume_ml
    found = segment_volumes(segmentation)
    assert list(found) == ["brain-mr_1", "brain-mr_2", "mine", "other", "nothing yet"]
    assert list(found.values()) == pytest.approx([60 * each, 120 * each, 8 * each, other.sum() * each, 0])


def test_a_label_map_of_signed_numbers_that_covers_a_part_is_counted(scene):
    """As Slicer's importers and its editor make them."""
    scan = blobs(SHAPE)
    volume = volume_of(scene, scan)
    labelmap = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "from a file")
    labelmap.CopyOrientation(volume)
    slicer.util.updateVolumeFromArray(labelmap, two_labels().transpose(2, 1, 0).astype(np.int16))
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "imported")
    assert slicer.vtkSlicerSegmentationsModuleLogic.ImportLabelmapToSegmentationNode(labelmap, segmentation)
    assert list(segment_volumes(segmentation).values()) == pytest.approx([60 * scan.voxel_volume_ml, 120 * scan.voxel_volume_ml])
    for identifier, value in zip(segmentation.GetSegmentation().GetSegmentIDs(), (1, 2), strict=True):
        center = np.linalg.inv(scan.affine) @ [*center_of_segment(segmentation, identifier), 1]
        assert two_labels()[tuple(np.rint(center[:3]).astype(int))] == value


def test_volumes_come_in_pieces(scene):
    labels = np.zeros((300, 300, 60), int)
    labels[5:9, 5:9, 5:9] = 1
    segmentation = segmentation_of(scene, labels)
    assert sum(1 for _step in segment_volume_steps(segmentation)) > 2


@given(seed=st.integers(0, 999), count=st.integers(1, 60))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_center_is_the_segments_voxel_that_is_nearest_to_its_centroid(scene, seed, count):
    scene.Clear(False)
    labels = np.zeros(SHAPE, int)
    inside = np.random.default_rng(seed).choice(labels.size, count, replace=False)
    labels.ravel()[inside] = 2
    scan = blobs(SHAPE, affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))
    segmentation = segmentation_of(scene, labels, scan, linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1))))
    affine = oblique_affine((1, 1, 1), (1, 1, 1)) @ scan.affine
    positions = np.argwhere(labels) @ affine[:3, :3].T + affine[:3, 3]
    distances = np.linalg.norm(positions - positions.mean(axis=0), axis=1)
    center = np.array(center_of_segment(segmentation, "brain-mr_2"))
    assert np.linalg.norm(positions - center, axis=1).min() < 1e-6
    assert np.linalg.norm(center - positions.mean(axis=0)) == pytest.approx(distances.min(), abs=1e-6)


def test_the_center_of_a_large_hollow_structure_is_in_its_wall(scene):
    i, j, k = np.indices((120, 120, 120)) - 59.5
    radius = np.sqrt(i**2 + j**2 + k**2)
    labels = ((radius > 30) & (radius < 59)).astype(int)
    segmentation = segmentation_of(scene, labels)
    index = np.linalg.inv(blobs(labels.shape).affine) @ [*center_of_segment(segmentation, "brain-mr_1"), 1]
    index = np.rint(index[:3]).astype(int)
    assert labels[tuple(index)] == 1
    assert radius[tuple(index)] < 33


def test_the_center_under_a_warp_is_where_the_voxel_is_shown(scene):
    labels = np.zeros(SHAPE, int)
    labels[6:9, 5:8, 5:8] = 1
    segmentation = segmentation_of(scene, labels)
    transform = warp(scene, corners_of(blobs(SHAPE)), (5, 4, 3))
    straight = center_of_segment(segmentation, "brain-mr_1")
    segmentation.SetAndObserveTransformNodeID(transform.GetID())
    shown = transform.GetTransformToParent().TransformPoint(straight)
    assert np.linalg.norm(np.subtract(shown, straight)) > 1
    assert center_of_segment(segmentation, "brain-mr_1") == pytest.approx(shown)


def test_what_has_no_voxels_has_no_center(scene):
    segmentation = segmentation_of(scene, two_labels())
    segmentation.GetSegmentation().AddEmptySegment("empty")
    assert center_of_segment(segmentation, "empty") is None
    assert center_of_segment(segmentation, "missing") is None


def test_all_slice_views_are_centered_and_cameras_turn_about_the_position(scene):
    segmentation = segmentation_of(scene, two_labels())
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene)
    views = []
    for name, orientation in (("Red", "Axial"), ("Yellow", "Sagittal"), ("Green", "Coronal")):
        logic = slicer.vtkMRMLSliceLogic()
        logic.SetMRMLScene(scene)
        views.append(logic.AddSliceNode(name))
        views[-1].SetOrientation(orientation)
    camera = scene.AddNewNodeByClass("vtkMRMLCameraNode")
    direction = np.subtract(camera.GetFocalPoint(), camera.GetPosition())
    center = center_of_segment(segmentation, "brain-mr_2")
    show_slices_at(scene, center)
    for view in views:
        matrix = view.GetSliceToRAS()
        assert [matrix.GetElement(row, 3) for row in range(3)] == pytest.approx(center)
    assert camera.GetFocalPoint() == pytest.approx(center)
    assert np.subtract(camera.GetFocalPoint(), camera.GetPosition()) == pytest.approx(direction)
