"""Segments as they are now become a label map on the scan's grid, whoever drew them and whatever grid they are on."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
from medai.mrml import image_from_volume, prediction_from_segmentation
from support.mrml import draw, layered_prediction, linear_transform, paint_beside, prediction_of, put, volume_of, warp

SHAPE = (40, 36, 30)
GRIDS = {"straight": np.diag([1.0, 1.0, 2.0, 1.0]), "oblique, left-handed": oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1))}


def labels_in(image: Image) -> np.ndarray:
    labels = np.zeros(image.shape, int)
    labels[8:14, 10:15, 5:9] = 1
    labels[20:30, 18:27, 12:20] = 2
    return labels


@pytest.fixture(params=GRIDS.values(), ids=GRIDS)
def scan(request) -> Image:
    return Image(blobs(SHAPE).voxels, request.param, "scan")


def test_what_a_run_has_written_is_read_back_with_names_colors_and_codes(scene, scan):
    made = prediction_of(scan, labels_in(scan))
    volume = volume_of(scene, scan)
    nodes = put(made, volume)
    found = prediction_from_segmentation(nodes.segmentation, volume)
    np.testing.assert_array_equal(found.label_image.voxels[0], labels_in(scan))
    assert found.label_image.on_same_grid(image_from_volume(volume))
    for now, then in zip(found.labels, made.labels, strict=False):
        assert (now.name, now.color, now.category, now.type) == (then.name, then.color, then.category, then.type)


def test_segments_that_overlap_stay_whole_in_layers(scene, scan):
    first, second = np.zeros((2, *SHAPE), bool)
    first[5:20, 5:20, 5:20] = True
    second[10:25, 10:25, 10:25] = True
    volume = volume_of(scene, scan)
    nodes = put(layered_prediction(scan, {1: first, 2: second}), volume)
    found = prediction_from_segmentation(nodes.segmentation, volume)
    one, two = found.labels
    np.testing.assert_array_equal(found.label_image.voxels[one.layer] == one.value, first)
    np.testing.assert_array_equal(found.label_image.voxels[two.layer] == two.value, second)


def test_it_follows_both_transforms(scene, scan):
    turn = oblique_affine((1.0, 1.0, 1.0), (1, 1, 1))
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, turn).GetID())
    nodes = put(prediction_of(image_from_volume(volume), labels_in(scan)), volume)
    found = prediction_from_segmentation(nodes.segmentation, volume)
    np.testing.assert_array_equal(found.label_image.voxels[0], labels_in(scan))
    np.testing.assert_allclose(found.label_image.affine, turn @ scan.affine, atol=1e-9)


def test_what_a_user_painted_is_there_without_codes(scene, scan):
    volume = volume_of(scene, scan)
    nodes = put(prediction_of(scan, labels_in(scan)), volume)
    drawn = np.zeros(SHAPE, np.uint8)
    drawn[2:5, 2:4, 2:3] = 1
    content = nodes.segmentation.GetSegmentation()
    draw(nodes.segmentation, "By hand", scan, drawn)
    content.GetSegment("By hand").SetColor(0.5, 0.25, 1.0)
    found = prediction_from_segmentation(nodes.segmentation, volume)
    label = found.labels[-1]
    assert (label.name, label.color) == ("By hand", (128, 64, 255))
    np.testing.assert_array_equal(found.label_image.voxels[label.layer] == label.value, drawn.astype(bool))


def test_a_segmentation_on_another_grid_is_brought_to_the_scans(scene):
    fine = Image(np.zeros((1, 40, 40, 40), np.int16) + np.arange(40, dtype=np.int16), np.eye(4), "fine")
    coarse = Image(np.zeros((1, 20, 20, 20), np.int16) + np.arange(20, dtype=np.int16), np.diag([2.0, 2, 2, 1]), "coarse")
    coarse.affine[:3, 3] = 0.5
    labels = np.zeros((40, 40, 40), int)
    labels[10:20, 12:24, 8:30] = 1
    nodes = put(prediction_of(fine, labels), volume_of(scene, fine))
    found = prediction_from_segmentation(nodes.segmentation, volume_of(scene, coarse))
    assert found.label_image.shape == (20, 20, 20)
    assert np.count_nonzero(found.label_image.voxels) * 8 == pytest.approx(labels.sum(), rel=0.01)


def test_part_of_the_segments_beyond_the_scan_is_left_out(scene):
    large = blobs(SHAPE)
    part = Image(np.ascontiguousarray(large.voxels[:, 10:, :, :25]), large.affine.copy(), "part")
    part.affine[:3, 3] = large.affine[:3] @ [10, 0, 0, 1]
    nodes = put(prediction_of(large, labels_in(large)), volume_of(scene, large))
    found = prediction_from_segmentation(nodes.segmentation, volume_of(scene, part))
    np.testing.assert_array_equal(found.label_image.voxels[0], labels_in(large)[10:, :, :25])


def test_no_segments_and_bent_space_are_refused(scene, scan):
    volume = volume_of(scene, scan)
    empty = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "nothing")
    with pytest.raises(InputError, match="nothing has no segments"):
        prediction_from_segmentation(empty, volume)
    nodes = put(prediction_of(scan, labels_in(scan)), volume)
    corners = np.array([[0, 0, 0], [40, 0, 0], [0, 36, 0], [0, 0, 60.0]])
    nodes.segmentation.SetAndObserveTransformNodeID(warp(scene, corners, (3, 0, 0)).GetID())
    with pytest.raises(InputError, match="non-linear"):
        prediction_from_segmentation(nodes.segmentation, volume)


def test_segments_in_one_shared_label_map_are_told_apart(scene):
    scan = blobs(SHAPE)
    volume = volume_of(scene, scan)
    nodes = put(prediction_of(scan, labels_in(scan)), volume)
    extra = np.zeros(SHAPE, np.uint8)
    extra[35:38, 30:33, 25:28] = 1
    neighbor = nodes.segmentation.GetSegmentation().GetNthSegmentID(0)
    paint_beside(nodes.segmentation, neighbor, "third", extra)
    found = prediction_from_segmentation(nodes.segmentation, volume)
    assert found.label_image.channels == 1
    assert sorted(np.unique(found.label_image.voxels)) == [0, 1, 2, 3]
