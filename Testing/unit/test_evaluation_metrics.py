"""Agreement of label maps: against shapes counted by hand, SimpleITK's filters and MONAI's own metrics."""

import json
import math

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medai.errors import InputError
from medai.evaluation import evaluate
from medai.evaluation.surfaces import surface_distances
from medai.image import Image

SPACING = (1.0, 2.0, 3.0)


def image(voxels, affine=None, name="labels"):
    return Image(np.asarray(voxels)[None], np.diag([*SPACING, 1.0]) if affine is None else affine, name)


def cube(start=(5, 5, 5), size=6, shape=(30, 28, 26), value=1):
    voxels = np.zeros(shape, np.uint8)
    voxels[tuple(slice(first, first + size) for first in start)] = value
    return voxels


def ball(center, radius, shape=(30, 28, 26)):
    place = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1) * SPACING
    return (np.linalg.norm(place - np.multiply(center, SPACING), axis=-1) <= radius).astype(np.uint8)


def blobs():
    rng = np.random.default_rng(3)
    first = ball((12, 13, 12), 12)
    second = ball((14, 12, 13), 11)
    second[rng.random(second.shape) < 0.002] = 1
    return first, second


def as_itk(voxels):
    picture = sitk.GetImageFromArray(np.ascontiguousarray(voxels.transpose(2, 1, 0)))
    picture.SetSpacing(SPACING)
    return picture


def test_equal_masks_agree_wholly():
    result = evaluate(image(cube()), image(cube()))[0]
    assert (result.dice, result.iou, result.surface_dice) == (1, 1, 1)
    assert (result.hd95_mm, result.surface_distance_mm, result.volume_difference_ml) == (0, 0, 0)
    assert (result.reference_lesions, result.found_lesions, result.false_positives) == (1, 1, 0)


def test_a_shifted_cube_gives_the_numbers_counted_by_hand():
    # Two cubes of 6x6x6 voxels, one shifted by 2 voxels of 3 mm along k: 144 of 216 voxels are common.
    result = evaluate(image(cube((5, 5, 7))), image(cube()), tolerance_mm=0)[0]
    assert result.dice == pytest.approx(144 / 216)
    assert result.iou == pytest.approx(144 / 288)
    assert result.volume_difference_ml == 0
    assert result.prediction_ml == pytest.approx(216 * 6 / 1000)
    # The far face lies 6 mm beyond the other cube's surface, the slice before it 3 mm.
    assert result.hd95_mm == pytest.approx(6)
    # 4 side columns of 4 common slices, 20 voxels each, lie on both surfaces; each cube has 152 surface voxels.
    sides = 20 * 4
    assert 6**3 - 4**3 == 152
    assert result.surface_dice == pytest.approx(sides / 152)


def test_a_shift_of_one_voxel_is_within_a_tolerance_of_its_spacing():
    shifted, reference = image(cube((5, 6, 5))), image(cube())
    assert evaluate(shifted, reference, tolerance_mm=2.0)[0].surface_dice == 1
    assert evaluate(shifted, reference, tolerance_mm=1.9)[0].surface_dice < 1


def test_overlap_and_volumes_equal_those_of_simpleitk():
    predicted, expected = blobs()
    measures = sitk.LabelOverlapMeasuresImageFilter()
    measures.Execute(as_itk(expected), as_itk(predicted))
    result = evaluate(image(predicted), image(expected))[0]
    assert result.dice == pytest.approx(measures.GetDiceCoefficient(1))
    assert result.iou == pytest.approx(measures.GetJaccardCoefficient(1))
    assert result.volume_difference_percent == pytest.approx(
        100 * (int(predicted.sum()) - int(expected.sum())) / int(expected.sum())
    )


def test_distances_between_surfaces_equal_those_of_simpleitk():
    predicted, expected = blobs()
    edges = [sitk.LabelContour(as_itk(mask), fullyConnected=False) for mask in (predicted, expected)]
    hausdorff = sitk.HausdorffDistanceImageFilter()
    hausdorff.Execute(*edges)
    distances = surface_distances(predicted > 0, expected > 0, SPACING)
    assert distances.hausdorff(100) == pytest.approx(hausdorff.GetHausdorffDistance(), rel=1e-5)
    distance_to = [sitk.Abs(sitk.SignedMaurerDistanceMap(edge, squaredDistance=False, useImageSpacing=True)) for edge in edges]
    all_distances = [
        sitk.GetArrayFromImage(distance)[sitk.GetArrayFromImage(edge) > 0]
        for distance, edge in zip(distance_to, reversed(edges), strict=True)
    ]
    assert distances.average() == pytest.approx(np.concatenate(all_distances).mean(), rel=1e-5)


def test_measures_equal_those_of_monai():
    import torch
    from monai.metrics import (
        DiceMetric,
        MeanIoU,
        compute_average_surface_distance,
        compute_hausdorff_distance,
        compute_surface_dice,
    )

    predicted, expected = blobs()
    pair = [torch.from_numpy(mask)[None, None] for mask in (predicted, expected)]
    result = evaluate(image(predicted), image(expected), tolerance_mm=1.5)[0]
    assert result.dice == pytest.approx(DiceMetric()(*pair).item())
    assert result.iou == pytest.approx(MeanIoU()(*pair).item())
    options = {"include_background": True, "spacing": list(SPACING)}
    assert result.hd95_mm == pytest.approx(compute_hausdorff_distance(*pair, percentile=95, **options).item(), rel=1e-5)
    average = compute_average_surface_distance(*pair, symmetric=True, **options).item()
    assert result.surface_distance_mm == pytest.approx(average, rel=1e-5)
    assert result.surface_dice == pytest.approx(compute_surface_dice(*pair, [1.5], **options).item(), rel=1e-5)


def test_lesions_are_counted_one_by_one():
    reference = cube((2, 2, 2), 3) + cube((10, 10, 10), 3) + cube((20, 20, 20), 3)
    predicted = cube((3, 3, 3), 3) + cube((20, 2, 2), 2) + cube((2, 20, 20), 2)
    result = evaluate(image(predicted), image(reference))[0]
    assert (result.reference_lesions, result.found_lesions, result.false_positives) == (3, 1, 2)
    assert result.lesion_sensitivity == pytest.approx(1 / 3)


def test_voxels_that_touch_at_a_corner_are_one_lesion():
    reference = cube((2, 2, 2), 2) + cube((4, 4, 4), 2)
    assert evaluate(image(reference), image(reference))[0].reference_lesions == 1


def test_a_label_that_one_side_lacks_has_no_overlap_and_no_distance():
    empty = np.zeros_like(cube())
    missed = evaluate(image(empty), image(cube()))[0]
    assert (missed.dice, missed.iou, missed.surface_dice, missed.lesion_sensitivity) == (0, 0, 0, 0)
    assert math.isnan(missed.hd95_mm)
    assert missed.volume_difference_percent == pytest.approx(-100)
    invented = evaluate(image(cube()), image(empty))[0]
    assert (invented.dice, invented.false_positives) == (0, 1)
    assert math.isnan(invented.lesion_sensitivity)
    assert math.isnan(invented.volume_difference_percent)


def test_a_label_that_both_lack_agrees_and_json_holds_no_nan():
    empty = np.zeros_like(cube())
    result = evaluate(image(empty), image(empty), labels=[4])[0]
    assert (result.value, result.dice, result.iou, result.surface_dice) == (4, 1, 1, 1)
    assert result.as_dict()["hd95_mm"] is None
    json.dumps(result.as_dict(), allow_nan=False)
    assert evaluate(image(empty), image(empty)) == []


def test_labels_are_those_of_both_sides_unless_chosen():
    both = image(cube(value=2)), image(cube((5, 5, 6), value=5))
    assert [result.value for result in evaluate(*both)] == [2, 5]
    assert [result.value for result in evaluate(*both, labels=[5])] == [5]


def test_other_numbering_is_mapped_before_the_comparison():
    reference = cube(value=41) + cube((20, 20, 18), value=2)
    result = evaluate(image(cube(value=1)), image(reference.astype(np.int32)), reference_map={41: 1})
    assert [(one.value, one.dice) for one in result] == [(1, 1)]
    back = evaluate(image(cube(value=1)), image(cube(value=41)), prediction_map={1: 41})
    assert [(one.value, one.dice) for one in back] == [(41, 1)]


def test_another_grid_is_refused_unless_resampling_is_asked_for():
    predicted, reference = image(cube(size=3)), image(np.kron(cube(size=3), np.ones((2, 2, 2), np.uint8)))
    affine = predicted.affine @ np.diag([0.5, 0.5, 0.5, 1])
    affine[:3, 3] = predicted.affine[:3, :3] @ [-0.25, -0.25, -0.25]
    reference = Image(reference.voxels, affine, "fine")
    with pytest.raises(InputError, match="different grids"):
        evaluate(predicted, reference)
    assert evaluate(predicted, reference, resample=True)[0].dice == 1


@pytest.mark.parametrize("axes", [(2, 0, 1), (1, 0, 2)])
def test_resampling_follows_flips_and_permutations(axes):
    voxels = cube((2, 9, 4), 5)
    flipped = voxels.transpose(axes)[::-1]
    back = np.zeros((4, 4))
    for new, old in enumerate(axes):
        back[old, new] = 1
    back[3, 3] = 1
    turn = np.diag([-1.0, 1, 1, 1])
    turn[0, 3] = flipped.shape[0] - 1
    stored = Image(flipped[None], np.diag([*SPACING, 1.0]) @ back @ turn, "turned")
    assert evaluate(stored, image(voxels), resample=True)[0].dice == 1


def test_images_that_are_no_label_maps_are_refused():
    with pytest.raises(InputError, match="whole numbers"):
        evaluate(image(cube() + 0.5), image(cube()))
    with pytest.raises(InputError, match="values per voxel"):
        evaluate(Image(np.zeros((3, 4, 4, 4), np.uint8), np.eye(4)), image(cube()))
    with pytest.raises(InputError, match="tolerance"):
        evaluate(image(cube()), image(cube()), tolerance_mm=-1)
    assert evaluate(image(cube().astype(np.float32)), image(cube() > 0))[0].dice == 1


masks = arrays(np.uint8, (5, 6, 7), elements=st.integers(0, 1))


@settings(deadline=None, max_examples=50)
@given(masks, masks)
def test_agreement_does_not_depend_on_who_is_the_reference(first, second):
    there, back = evaluate(image(first), image(second), [1])[0], evaluate(image(second), image(first), [1])[0]
    assert (there.dice, there.iou) == (back.dice, back.iou)
    assert there.iou == pytest.approx(there.dice / (2 - there.dice))
    for name in ("hd95_mm", "surface_distance_mm", "surface_dice"):
        assert getattr(there, name) == pytest.approx(getattr(back, name), nan_ok=True)
    assert there.volume_difference_ml == -back.volume_difference_ml
    assert there.found_lesions <= there.reference_lesions
