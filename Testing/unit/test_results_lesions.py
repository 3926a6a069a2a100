"""Lesions: parts that hang together, their numbers, and that storage and place of the voxels change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from medai.errors import InputError
from medai.finding import Detection
from medai.geometry import lps_from_affine, to_kji
from medai.image import Image
from medai.region import Box
from medai.results import Prediction, describe_labels, find_lesions, flags, is_finding
from medai.results.lesions.components import components
from support.shapes import grid_affine, labeled, places_of, rotation

SMALL = arrays(np.uint8, st.tuples(*[st.integers(1, 7)] * 3), elements=st.sampled_from([0, 0, 0, 1, 1, 2, 3]))


@settings(max_examples=60, deadline=None)
@given(SMALL, st.permutations(range(3)), st.booleans())
def test_parts_are_those_of_scipys_labeling(voxels, axes, backward):
    turned = voxels.transpose(axes)[:: -1 if backward else 1]
    expected = np.zeros(turned.shape, int)
    for value in (1, 2, 3):
        labeled, number = ndimage.label(turned == value, np.ones((3, 3, 3)))
        expected[labeled > 0] = labeled[labeled > 0] + expected.max()
    painted = np.zeros(turned.shape, int)
    for number, part in enumerate(components(turned, (1, 2, 3)), 1):
        assert (turned[part.box][part.mask] == part.value).all()
        assert not painted[part.box][part.mask].any()
        painted[part.box][part.mask] = number
    pairs = set(zip(expected.ravel().tolist(), painted.ravel().tolist(), strict=True))
    assert len(pairs) == len(np.unique(expected)) == len(np.unique(painted))


def test_many_values_are_found_like_few():
    voxels = np.random.default_rng(0).integers(0, 9, (9, 8, 7)).astype(np.uint16)
    assert len(list(components(voxels, range(1, 9)))) == sum(
        ndimage.label(voxels == value, np.ones((3, 3, 3)))[1] for value in range(1, 9)
    )


def test_only_findings_are_lesions_unless_asked_for():
    voxels = np.zeros((8, 8, 8), np.uint8)
    voxels[1:3, 1:3, 1:3], voxels[4:7, 4:7, 4:7], voxels[1, 6, 6] = 1, 2, 1
    prediction, image = labeled(voxels, np.eye(4))
    assert [is_finding(label) for label in prediction.labels] == [True, False, False]
    assert [(lesion.id, lesion.label, lesion.voxels) for lesion in find_lesions(prediction, image)] == [
        (1, "Tumor", 8),
        (2, "Tumor", 1),
    ]
    both = find_lesions(prediction, image, values=(1, 2))
    assert [(lesion.id, lesion.value, lesion.voxels) for lesion in both] == [(1, 2, 27), (2, 1, 8), (3, 1, 1)]
    with pytest.raises(InputError, match="no label 9; choose from 1, 2, 3"):
        find_lesions(prediction, image, values=(9,))


def test_nothing_found_has_no_lesions():
    prediction, image = labeled(np.zeros((3, 3, 3), np.uint8), np.eye(4))
    assert find_lesions(prediction, image) == ()
    assert find_lesions(Prediction(None), None) == ()


def test_another_grid_is_refused():
    prediction, image = labeled(np.ones((3, 3, 3), np.uint8), np.eye(4))
    with pytest.raises(InputError, match="scan has another grid than the label map"):
        find_lesions(prediction, replace(image, affine=np.diag([2.0, 1, 1, 1])))


def test_overlapping_labels_lie_in_their_own_layers():
    voxels = np.zeros((2, 9, 9, 9), np.uint8)
    voxels[0, 1:8, 1:8, 1:8], voxels[1, 3:5, 3:5, 3:5] = 1, 2
    names = describe_labels({1: "liver", 2: "tumor"})
    image = Image(np.zeros((1, 9, 9, 9)), np.eye(4))
    prediction = Prediction(image.with_voxels(voxels), (names[0], replace(names[1], layer=1)))
    (lesion,) = find_lesions(prediction, image)
    assert (lesion.voxels, lesion.label) == (8, "Tumor")
    assert (lesion.nearest.name, lesion.nearest.distance_mm) == ("Liver", 0)


def test_one_voxel_is_measured_as_half_of_its_own_diameters():
    voxels = np.zeros((4, 5, 6), np.uint8)
    voxels[1, 2, 3] = 1
    prediction, image = labeled(voxels, np.diag([1.0, 2, 2, 1]))
    (lesion,) = find_lesions(prediction, image)
    assert lesion.voxels == 1
    assert lesion.flags == (flags.TINY,)
    assert lesion.slice_axis == 2
    assert lesion.longest.length_mm == pytest.approx(5**0.5 / 2)
    assert lesion.short.length_mm == pytest.approx(5**0.5 / 4)
    assert lesion.feret.length_mm == pytest.approx(1.5)
    assert lesion.volume_ml == pytest.approx(0.004)
    assert lesion.bounds_ras == (0.5, 1.5, 3, 5, 5, 7)
    assert lesion.intensity.sd == 0
    assert lesion.intensity.minimum == lesion.intensity.maximum == image.voxels[0, 1, 2, 3]


def test_the_edge_is_flagged():
    voxels = np.zeros((9, 9, 9), np.uint8)
    voxels[3:6, 3:6, 6:9], voxels[3:6, 3:6, 1:4] = 1, 1
    prediction, image = labeled(voxels, np.eye(4))
    assert sorted(lesion.flags for lesion in find_lesions(prediction, image)) == [(), (flags.AT_THE_EDGE,)]
    flat, picture = labeled(voxels[:, :, 3:4], np.eye(4))
    assert find_lesions(flat, picture)[0].flags == (flags.TINY,)


def test_boxes_are_lesions_in_the_models_order():
    turn = tuple(map(tuple, rotation((0, 0, np.pi / 4)).T))
    boxes = (
        Detection("nodule", 0.9, Box((20, 20, 20), (10, 10, 4), turn)),
        Detection("nodule", 0.3, Box((2, 20, 20), (9, 9, 9))),
    )
    image = Image(np.zeros((1, 41, 41, 41)), np.eye(4))
    first, second = find_lesions(Prediction(None, detections=boxes), image)
    assert (first.id, first.value, first.voxels, first.score, first.longest) == (1, 0, 0, 0.9, None)
    assert first.volume_ml == pytest.approx(0.4)
    half = 10 / 2**0.5
    assert first.bounds_ras == pytest.approx((20 - half, 20 + half, 20 - half, 20 + half, 18, 22))
    assert (first.flags, second.flags) == ((), (flags.AT_THE_EDGE,))


def test_values_without_meaning_are_left_out_and_confidence_is_a_mean():
    voxels = np.zeros((6, 6, 6), np.uint8)
    voxels[1:4, 1:4, 1:4] = 1
    values = np.full((6, 6, 6), 5.0)
    values[1, 1, 1], values[2, 2, 2], values[3, 3, 3] = np.nan, np.inf, 31
    prediction, image = labeled(voxels, np.eye(4), values)
    percent = np.zeros((1, 6, 6, 6), np.uint8)
    percent[0, 1:4, 1:4, 1:4] = 80
    (lesion,) = find_lesions(replace(prediction, confidence=image.with_voxels(percent)), image)
    assert lesion.intensity.mean == pytest.approx((24 * 5 + 31) / 25)
    assert lesion.intensity.sd == pytest.approx(np.std([5] * 24 + [31], ddof=1))
    assert lesion.confidence == pytest.approx(0.8)
    (sizes,) = find_lesions(prediction, None)
    assert sizes.intensity is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(3)), st.tuples(*[st.booleans()] * 3), st.floats(0.3, 20))
def test_the_order_of_axes_changes_nothing(seed, axes, flipped, thick):
    rng = np.random.default_rng(seed)
    voxels = (ndimage.gaussian_filter(rng.normal(size=(12, 11, 9)), 1.3) > 0.08).astype(np.uint8)
    voxels[(rng.random(voxels.shape) < 0.01) & (voxels == 0)] = 2
    affine = grid_affine((1, 1.2, thick), rng.uniform(-0.4, 0.4, 3), rng.uniform(-50, 50, 3))
    values = rng.normal(size=voxels.shape)
    first = find_lesions(*labeled(voxels, affine, values))
    flips = tuple(slice(None, None, -1 if flip else 1) for flip in flipped)
    other = affine @ np.array(
        [[-1.0 if a == b and flipped[a] else float(a == b) for b in range(4)] for a in range(3)] + [[0, 0, 0, 1]]
    )
    other[:3, 3] += affine[:3, :3] @ [(n - 1) * flip for n, flip in zip(voxels.shape, flipped, strict=True)]
    other = other[:, [*axes, 3]]
    second = find_lesions(*labeled(voxels[flips].transpose(axes), other, values[flips].transpose(axes)))
    assert len(first) == len(second)
    for one, two in zip(first, second, strict=True):
        assert one.slice_axis == axes[two.slice_axis]
        assert (one.id, one.label, one.voxels, one.flags) == (two.id, two.label, two.voxels, two.flags)
        assert one.nearest == two.nearest or one.nearest.distance_mm == pytest.approx(two.nearest.distance_mm, abs=1e-5)
        for name in ("center_ras", "bounds_ras"):
            assert getattr(one, name) == pytest.approx(getattr(two, name), abs=1e-6)
        for name in ("longest", "short", "feret"):
            for end in ("start_ras", "end_ras"):
                assert getattr(getattr(one, name), end) == pytest.approx(getattr(getattr(two, name), end), abs=1e-5)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_a_turned_patient_has_the_same_lesions_turned(seed):
    rng = np.random.default_rng(seed)
    voxels = (ndimage.gaussian_filter(rng.normal(size=(13, 12, 8)), 1.5) > 0.07).astype(np.uint8)
    affine = grid_affine((1, 1, 2.5), origin=(-5, 3, 9))
    turn = np.eye(4)
    turn[:3, :3] = rotation(rng.uniform(-3, 3, 3))
    turn[:3, 3] = rng.uniform(-30, 30, 3)
    first, second = (find_lesions(*labeled(voxels, each)) for each in (affine, turn @ affine))
    assert len(first) == len(second)
    by_place = {tuple(np.round(turn[:3, :3] @ each.center_ras + turn[:3, 3], 3)): each for each in first}
    for lesion in second:
        before = by_place[tuple(np.round(lesion.center_ras, 3))]
        assert before.voxels == lesion.voxels
        for name in ("longest", "feret"):
            assert getattr(before, name).length_mm == pytest.approx(getattr(lesion, name).length_mm, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_numbers_agree_with_simpleitk(seed):
    rng = np.random.default_rng(seed)
    voxels = (ndimage.gaussian_filter(rng.normal(size=(14, 11, 9)), 1.4) > 0.08).astype(np.uint8)
    prediction, image = labeled(voxels, grid_affine(rng.uniform(0.5, 4, 3), rng.uniform(-1, 1, 3), rng.uniform(-90, 90, 3)))
    mask = sitk.GetImageFromArray(to_kji(prediction.labelmap.voxels))
    origin, spacing, direction = lps_from_affine(image.affine)
    mask.SetOrigin(origin), mask.SetSpacing(spacing), mask.SetDirection(direction)
    shape = sitk.LabelShapeStatisticsImageFilter()
    shape.Execute(sitk.ConnectedComponent(mask, True))
    theirs = {tuple(np.round(np.array(shape.GetCentroid(n)) * (-1, -1, 1), 4)): n for n in shape.GetLabels()}
    lesions = find_lesions(prediction, image)
    assert len(lesions) == len(theirs)
    places = places_of(image.shape, image.affine)
    for lesion in lesions:
        number = theirs[tuple(np.round(lesion.center_ras, 4))]
        assert lesion.voxels == shape.GetNumberOfPixels(number)
        assert lesion.volume_ml * 1000 == pytest.approx(shape.GetPhysicalSize(number), rel=1e-6)
        assert np.array(lesion.center_ras) * (-1, -1, 1) == pytest.approx(shape.GetCentroid(number), abs=1e-6)
        box = shape.GetBoundingBox(number)
        inside = places[tuple(slice(at, at + size) for at, size in zip(box[:3], box[3:], strict=True))].reshape(-1, 3)
        half = np.abs(image.affine[:3, :3]).sum(axis=1) / 2
        outer = np.stack([inside.min(axis=0) - half, inside.max(axis=0) + half], axis=1)
        bounds = np.array(lesion.bounds_ras).reshape(3, 2)
        assert (bounds[:, 0] >= outer[:, 0] - 1e-6).all()
        assert (bounds[:, 1] <= outer[:, 1] + 1e-6).all()


def test_bounds_of_an_upright_grid_are_simpleitks_box():
    voxels = np.zeros((9, 8, 7), np.uint8)
    voxels[2:5, 1:7, 3:5] = 1
    prediction, image = labeled(voxels, grid_affine((1, 2, 3), origin=(10, 20, 30)))
    (lesion,) = find_lesions(prediction, image)
    assert lesion.bounds_ras == pytest.approx((11.5, 14.5, 21, 33, 37.5, 43.5))
