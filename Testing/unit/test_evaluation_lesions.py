"""Lesion by lesion: which are hit, by any voxel or by an overlap; labels that overlap; what turns and shifts do to numbers."""

import math

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medai.evaluation import evaluate
from medai.evaluation.summary import MEASURES
from medai.image import Image
from support.data import real_data

AFFINE = np.array([[0.0, -2.0, 0.0, 10.0], [1.5, 0.0, 0.0, -20.0], [0.0, 0.0, 3.0, 5.0], [0.0, 0.0, 0.0, 1.0]])


def image(voxels, affine=AFFINE):
    return Image(np.asarray(voxels)[None], affine, "labels")


def scene(*boxes, shape=(24, 22, 20)):
    voxels = np.zeros(shape, np.uint8)
    for start, size in boxes:
        voxels[tuple(slice(a, a + b) for a, b in zip(start, size, strict=True))] = 1
    return voxels


def test_every_lesion_is_listed_with_its_volume_its_place_and_whether_it_was_hit():
    reference = scene(((2, 2, 2), (2, 2, 2)), ((10, 10, 10), (4, 4, 4)), ((18, 2, 2), (3, 2, 1)))
    result = evaluate(image(scene(((11, 10, 10), (4, 4, 4)), ((2, 18, 16), (2, 2, 2)))), image(reference))[0]
    assert [(lesion.id, lesion.hit) for lesion in result.lesions] == [(1, True), (2, False), (3, False)]
    assert [lesion.volume_ml for lesion in result.lesions] == pytest.approx([64 * 9e-3, 8 * 9e-3, 6 * 9e-3])
    assert result.lesions[0].center_ras == pytest.approx((AFFINE @ [11.5, 11.5, 11.5, 1])[:3])
    assert result.lesions[2].center_ras == pytest.approx((AFFINE @ [19, 2.5, 2, 1])[:3])
    assert result.lesions[0].iou == pytest.approx(48 / 80)
    assert [(lesion.hit, lesion.iou) for lesion in result.predicted] == [(True, pytest.approx(48 / 80)), (False, 0)]
    assert (result.lesion_sensitivity, result.lesion_precision) == (pytest.approx(1 / 3), 1 / 2)
    assert result.lesion_f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_one_voxel_is_a_hit_unless_an_overlap_is_asked_for():
    reference, predicted = scene(((4, 4, 4), (4, 4, 4))), scene(((6, 4, 4), (4, 4, 4)))  # 32 of 96 voxels are common
    assert evaluate(image(predicted), image(reference))[0].found_lesions == 1
    assert evaluate(image(predicted), image(reference), lesion_iou=1 / 3)[0].found_lesions == 1
    missed = evaluate(image(predicted), image(reference), lesion_iou=0.34)[0]
    assert (missed.found_lesions, missed.false_positives) == (0, 1)
    assert (missed.lesion_sensitivity, missed.lesion_precision, missed.lesion_f1) == (0, 0, 0)


def test_with_an_overlap_two_lesions_need_two_components():
    # One component covers two equal lesions and the voxels between them; without an overlap it hits both.
    reference = scene(((4, 4, 4), (4, 4, 4)), ((9, 4, 4), (4, 4, 4)))
    bridge = scene(((4, 4, 4), (9, 4, 4)))
    any_voxel = evaluate(image(bridge), image(reference))[0]
    assert (any_voxel.found_lesions, any_voxel.predicted_lesions, any_voxel.false_positives) == (2, 1, 0)
    one_to_one = evaluate(image(bridge), image(reference), lesion_iou=0.2)[0]
    assert (one_to_one.found_lesions, one_to_one.false_positives) == (1, 0)
    back = evaluate(image(reference), image(bridge), lesion_iou=0.2)[0]
    assert (back.found_lesions, back.false_positives) == (1, 1)


def test_partners_are_chosen_so_that_the_most_lesions_have_one():
    # The first component overlaps both lesions, and the left one most; the second overlaps the left one alone.
    reference = scene(((2, 2, 2), (4, 4, 6)), ((6 + 1, 2, 2), (4, 4, 6)))
    reference[6] = 0
    predicted = np.zeros_like(reference)
    predicted[3:9, 2:6, 2:6] = 1
    predicted[2:5, 2:6, 7:8] = 1
    result = evaluate(image(predicted), image(reference), lesion_iou=0.05)[0]
    assert (result.reference_lesions, result.predicted_lesions) == (2, 2)
    assert (result.found_lesions, result.false_positives) == (2, 0)


def test_shares_of_nothing_have_no_meaning_and_f1_says_nothing_was_right():
    empty, lesion = scene(), scene(((4, 4, 4), (3, 3, 3)))
    missed = evaluate(image(empty), image(lesion))[0]
    assert (missed.lesion_sensitivity, missed.lesion_f1, missed.empty) == (0, 0, "prediction")
    assert math.isnan(missed.lesion_precision)
    invented = evaluate(image(lesion), image(empty))[0]
    assert (invented.lesion_precision, invented.lesion_f1, invented.empty) == (0, 0, "reference")
    assert math.isnan(invented.lesion_sensitivity)
    neither = evaluate(image(empty), image(empty), [1])[0]
    assert neither.empty == "both"
    assert neither.as_dict()["lesion_f1"] is None


def test_labels_that_overlap_are_compared_whole():
    organ, tumor = scene(((2, 2, 2), (12, 12, 12))), scene(((5, 5, 5), (4, 4, 4)))
    layers = Image(np.stack([organ, 2 * tumor]), AFFINE, "layers")
    flat = image(np.where(tumor > 0, 2, organ))
    whole = evaluate(layers, layers, layered=True)
    assert [(result.value, result.reference_ml) for result in whole] == [
        (1, pytest.approx(1728 * 9e-3)),
        (2, pytest.approx(0.576)),
    ]
    assert [result.dice for result in whole] == [1, 1]
    painted = evaluate(layers, flat, layered=True)
    assert [result.dice for result in painted] == [pytest.approx(2 * (1728 - 64) / (2 * 1728 - 64)), 1]


masks = arrays(np.uint8, (6, 5, 4), elements=st.integers(0, 2))


@settings(deadline=None, max_examples=40)
@given(masks, masks, st.permutations((0, 1, 2)), st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_the_order_and_direction_of_axes_change_nothing(first, second, order, flips):
    there = evaluate(image(first), image(second))
    step = np.zeros((4, 4))
    step[3, 3] = 1
    for new, (old, flip) in enumerate(zip(order, flips, strict=True)):
        step[old, new] = -1 if flip else 1
        step[old, 3] = first.shape[old] - 1 if flip else 0
    turn = tuple(slice(None, None, -1 if flip else 1) for flip in flips)
    moved = [image(voxels.transpose(order)[turn], AFFINE @ step) for voxels in (first, second)]
    for before, after in zip(there, evaluate(*moved), strict=True):
        for name in MEASURES:
            assert getattr(after, name) == pytest.approx(getattr(before, name), nan_ok=True)
        centers = [sorted(lesion.center_ras for lesion in result.lesions) for result in (before, after)]
        assert np.allclose(*centers)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 6), st.integers(0, 2), st.integers(1, 3))
def test_a_box_that_moves_by_n_voxels_is_n_voxels_away(steps, axis, value):
    voxels = np.zeros((20, 20, 20), np.uint8)
    voxels[6:8, 6:8, 6:8] = value
    result = evaluate(image(np.roll(voxels, steps, axis)), image(voxels))[0]
    spacing = np.linalg.norm(AFFINE[:3, axis])
    assert result.value == value
    assert result.hd95_mm == pytest.approx(steps * spacing)
    if steps >= 2:
        assert result.dice == 0


def test_distances_on_a_sheared_grid_are_those_between_the_voxels():
    affine = np.eye(4)
    affine[0, 2] = 1.0  # a tilted gantry: each slice lies 1 mm further
    first, second = np.zeros((12, 6, 6), np.uint8), np.zeros((12, 6, 6), np.uint8)
    first[3, 3, 1], second[3, 3, 4] = 1, 1
    assert evaluate(image(first, affine), image(second, affine))[0].hd95_mm == pytest.approx(math.hypot(3, 3))


def test_organs_of_a_real_scan_agree_with_simpleitk_label_by_label():
    path = real_data("ct_mr_totalseg", "example_seg.nii.gz")
    picture = sitk.ReadImage(str(path))
    array = sitk.GetArrayFromImage(picture).astype(np.uint8)
    moved = np.zeros_like(array)
    moved[:, 1:, 2:] = array[:, :-1, :-2]
    affine = np.diag([*picture.GetSpacing(), 1.0])
    measures = sitk.LabelOverlapMeasuresImageFilter()
    measures.Execute(sitk.GetImageFromArray(array), sitk.GetImageFromArray(moved))
    results = evaluate(*(image(each.transpose(2, 1, 0), affine) for each in (moved, array)))
    assert len(results) > 20
    for result in results:
        assert result.dice == pytest.approx(measures.GetDiceCoefficient(result.value))
        assert result.iou == pytest.approx(measures.GetJaccardCoefficient(result.value))
        assert result.hd95_mm <= math.hypot(3, 6) + 1e-6
