"""Measurements of segments, also drawn ones, under transforms and on other grids; Slicer's own where it is there."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.results import measure_labels
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import segment_statistics, segment_volumes
from support.mrml import draw, linear_transform, node_ids, prediction_of, put, volume_of

TURNED = oblique_affine((1, 1, 1), (1, 1, 1))


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def labels(scan) -> np.ndarray:
    labels = np.zeros(scan.shape, np.uint8)
    labels[3:9, 4:10, 5:9] = 1
    labels[0, 0, 0] = 2
    labels[12:18, 8:15, 2:12] = 7
    return labels


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


@pytest.mark.parametrize("turned", [False, True])
def test_segments_are_measured_as_labels_are(scene, scan, volume, labels, turned):
    prediction = prediction_of(scan, labels)
    if turned:
        volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    segmentation = put(prediction, volume).segmentation
    before = node_ids(scene)
    found = segment_statistics(segmentation, volume)
    assert list(found) == ["brain-mr_1", "brain-mr_2", "brain-mr_7"]
    for measured, expected in zip(found.values(), measure_labels(prediction, scan), strict=True):
        assert (measured.value, measured.voxels) == (expected.value, expected.voxels)
        assert measured.volume_ml == pytest.approx(expected.volume_ml)
        for name in ("mean", "minimum", "maximum", "median"):
            assert getattr(measured, name) == pytest.approx(getattr(expected, name), rel=1e-6)
    inside = scan.voxels[0][labels == 7]
    assert found["brain-mr_7"].sd == pytest.approx(inside.std(ddof=1), rel=1e-6)
    assert node_ids(scene) == before


def test_without_a_scan_sizes_are_measured_on_the_segments_own_voxels(scene, scan, volume, labels):
    segmentation = put(prediction_of(scan, labels), volume).segmentation
    found = segment_statistics(segmentation)
    assert {name: each.volume_ml for name, each in found.items()} == pytest.approx(segment_volumes(segmentation))
    assert found["brain-mr_1"].voxels == 6 * 6 * 4
    assert found["brain-mr_1"].mean is None


def test_drawn_segments_that_overlap_others_count_too_and_empty_ones_do_not(scene, scan, volume, labels):
    segmentation = put(prediction_of(scan, labels), volume).segmentation
    draw(segmentation, "everywhere", scan, np.ones(scan.shape, bool))
    draw(segmentation, "nowhere", scan, np.zeros(scan.shape, bool))
    found = segment_statistics(segmentation, volume)
    assert list(found) == ["brain-mr_1", "brain-mr_2", "brain-mr_7", "everywhere"]
    assert found["everywhere"].voxels == labels.size
    assert found["everywhere"].mean == pytest.approx(scan.voxels.mean(), rel=1e-5)


def test_values_are_taken_on_the_grid_of_the_scan_that_is_asked_for(scene, scan, volume, labels):
    segmentation = put(prediction_of(scan, labels), volume).segmentation
    finer = np.diag([0.5, 0.5, 0.5, 1.0])
    finer[:3, 3] = -0.25
    voxels = np.repeat(np.repeat(np.repeat(scan.voxels, 2, 1), 2, 2), 2, 3)
    other = volume_of(scene, Image(voxels, scan.affine @ finer, "finer"))
    found = segment_statistics(segmentation, other)
    inside = scan.voxels[0][labels == 7]
    assert found["brain-mr_7"].voxels == 8 * inside.size
    assert found["brain-mr_7"].mean == pytest.approx(inside.mean(), rel=1e-6)


def test_a_volume_without_voxels_is_refused(scene, scan, volume, labels):
    segmentation = put(prediction_of(scan, labels), volume).segmentation
    empty = scene.AddNode(slicer.vtkMRMLScalarVolumeNode())
    empty.SetName("empty")
    with pytest.raises(InputError, match="empty has no voxels"):
        segment_statistics(segmentation, empty)


def test_slicers_own_measurements_agree(app):
    pytest.importorskip("SegmentStatistics", reason="Slicer's module SegmentStatistics is only in the application")
    from medai.mrml.segmentstatistics import _by_medai

    scene = slicer.mrmlScene
    scan = blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))
    labels = np.zeros(scan.shape, np.uint8)
    labels[3:9, 4:10, 5:9] = 1
    labels[0, 0, 0] = 2
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    segmentation = put(prediction_of(scan, labels), volume).segmentation
    segmentation.CreateClosedSurfaceRepresentation()
    before = node_ids(scene)
    theirs, ours = segment_statistics(segmentation, volume), _by_medai(segmentation, volume)
    assert list(theirs) == list(ours)
    for name, expected in ours.items():
        assert (theirs[name].value, theirs[name].voxels) == (expected.value, expected.voxels)
        assert theirs[name].volume_ml == pytest.approx(expected.volume_ml, rel=1e-6)
        for value in ("mean", "sd", "minimum", "maximum"):
            assert getattr(theirs[name], value) == pytest.approx(getattr(expected, value), rel=1e-5, abs=1e-6), value
        # Slicer reads the median off a histogram.
        assert theirs[name].median == pytest.approx(expected.median, abs=1)
    assert theirs["brain-mr_1"].surface_mm2 == pytest.approx(ours["brain-mr_1"].surface_mm2, rel=0.1)
    assert node_ids(scene) == before
