"""Boxes with scores against lesions: a curve worked out by hand, MONAI's own counting, and boxes that are turned."""

import json
import math

import numpy as np
import pytest

from medai.errors import InputError
from medai.evaluation import BoxMatches, froc, match_to_boxes, match_to_mask
from medai.evaluation.froc import RATES
from medai.finding import Detection
from medai.image import Image
from medai.region import Box


def found(center, score=1.0, size=(4.0, 4.0, 4.0), label="nodule", axes=None):
    return Detection(label, score, Box(center, size, axes) if axes else Box(center, size))


def test_the_curve_of_two_scans_worked_out_by_hand():
    # Three lesions; hits with 0.9 and 0.6, one is never hit; false positives with 0.8, 0.5, 0.3 and 0.2.
    scans = [BoxMatches((0.8, 0.3), (0.9, None)), BoxMatches((0.5, 0.2), (0.6,))]
    curve = froc(scans)
    assert (curve.scans, curve.lesions) == (2, 3)
    assert curve.thresholds == (0.2, 0.3, 0.5, 0.6, 0.8, 0.9, math.inf)
    assert curve.false_positives == (2, 1.5, 1, 0.5, 0.5, 0, 0)
    assert curve.sensitivity == pytest.approx((2 / 3, 2 / 3, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 0))
    assert curve.at_rates == pytest.approx((1 / 3, 1 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3))
    assert curve.score == pytest.approx(np.mean(curve.at_rates))


def test_between_thresholds_sensitivity_is_interpolated():
    # One threshold brings a hit and a false positive together: from (0, 0) to (1, 1).
    curve = froc([BoxMatches((0.5,), (0.5,))])
    assert curve.at_rates == pytest.approx((0.125, 0.25, 0.5, 1, 1, 1, 1))


def test_the_lowest_score_counts_where_every_lesion_is_hit():
    curve = froc([BoxMatches((0.7,), (0.1, 0.9))])
    assert curve.sensitivity[0] == 1  # MONAI alone leaves the lowest score of all out
    assert curve.at_rates[RATES.index(1.0)] == 1


def test_no_lesion_and_no_box_have_no_sensitivity_and_json_holds_no_nan():
    alone = froc([BoxMatches((0.5,), ()), BoxMatches((), ())])
    assert math.isnan(alone.score)
    assert alone.false_positives == (0.5, 0)
    json.dumps(alone.as_dict(), allow_nan=False)
    assert alone.as_dict()["sensitivity_at"][0] == {"false_positives_per_scan": 0.125, "sensitivity": None}
    nothing_found = froc([BoxMatches((), (None, None))])
    assert (nothing_found.score, nothing_found.thresholds) == (0, (math.inf,))


def test_a_lesion_counts_once_with_its_best_box_and_further_boxes_on_it_are_no_false_positives():
    reference = [found((0, 0, 0)), found((20, 0, 0))]
    boxes = [found((1, 1, 1), 0.4), found((0, -1, 0), 0.7), found((10, 0, 0), 0.9)]
    assert match_to_boxes(boxes, reference) == {"nodule": BoxMatches((0.9,), (0.7, None))}


def test_names_are_kept_apart_where_both_sides_have_them():
    boxes = [found((0, 0, 0), 0.9, label="stone"), found((20, 0, 0), 0.8)]
    reference = [found((0, 0, 0)), found((20, 0, 0))]
    assert match_to_boxes(boxes, reference) == {
        "nodule": BoxMatches((), (None, 0.8)),
        "stone": BoxMatches((0.9,), ()),
    }
    nameless = [found(each.box.center_ras, label="") for each in reference]
    assert match_to_boxes(boxes, nameless) == {"": BoxMatches((), (0.9, 0.8))}


def test_an_overlap_is_that_of_volumes():
    reference = [found((0, 0, 0))]
    shifted = [found((2, 0, 0), 0.5)]  # 32 of 96 mm3 are common
    assert match_to_boxes(shifted, reference, 0.33)["nodule"].best_scores == (0.5,)
    assert match_to_boxes(shifted, reference, 0.34)["nodule"].best_scores == (None,)


def test_boxes_along_turned_axes_are_compared_where_the_axes_are_the_same():
    turn = np.deg2rad(25)
    axes = ((np.cos(turn), np.sin(turn), 0.0), (-np.sin(turn), np.cos(turn), 0.0), (0.0, 0.0, 1.0))
    swapped = (axes[1], tuple(-np.array(axes[0])), axes[2])
    reference = [found((5, 5, 5), size=(8, 4, 4), axes=axes)]
    same = [found((5, 5, 5), 0.5, size=(4, 8, 4), axes=swapped)]
    assert match_to_boxes(same, reference, 0.999)["nodule"].best_scores == (0.5,)
    with pytest.raises(InputError, match="same axes"):
        match_to_boxes([found((5, 5, 5), 0.5)], reference, 0.5)


def mask():
    voxels = np.zeros((1, 20, 20, 20), np.uint8)
    voxels[0, 2:6, 2:6, 2:6] = 1
    voxels[0, 12:14, 12:16, 12:18] = 3
    return Image(voxels, np.array([[-2.0, 0, 0, 7], [0, 0, 1, 3], [0, 1.5, 0, -4], [0, 0, 0, 1]]), "lesions")


def at(reference, *voxel):
    return tuple((reference.affine @ [*voxel, 1])[:3].tolist())


def test_centers_in_a_mask_are_counted_as_monai_counts_them():
    from monai.metrics.froc import compute_fp_tp_probs_nd

    reference = mask()
    generator = np.random.default_rng(5)
    places, scores = generator.integers(0, 20, (60, 3)), generator.random(60)
    boxes = [found(at(reference, *place), score) for place, score in zip(places.tolist(), scores.tolist(), strict=True)]
    components = (reference.voxels[0] > 0).astype(int)
    components[reference.voxels[0] == 3] = 2
    false, right, count = compute_fp_tp_probs_nd(scores, places, components)
    matches = match_to_mask(boxes, reference)
    assert sorted(matches.false_scores) == pytest.approx(sorted(false.tolist()))
    assert [score or 0 for score in matches.best_scores] == pytest.approx(right.tolist())
    assert len(matches.best_scores) == count == 2


def test_a_center_beyond_the_grid_or_on_a_value_that_was_not_asked_for_hits_nothing():
    reference = mask()
    boxes = [found(at(reference, -3, 3, 3), 0.9), found(at(reference, 3, 3, 3), 0.8), found(at(reference, 13, 13, 13), 0.7)]
    assert match_to_mask(boxes, reference) == BoxMatches((0.9,), (0.8, 0.7))
    assert match_to_mask(boxes, reference, [3]) == BoxMatches((0.9, 0.8), (0.7,))


def test_the_box_around_a_lesion_is_what_a_box_overlaps():
    reference = mask()
    axes = ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0))
    exact = found(at(reference, 12.5, 13.5, 14.5), 0.6, size=(4, 6, 6), axes=axes)
    assert match_to_mask([exact], reference, minimum_iou=0.999).best_scores == (None, 0.6)
    upright = found(at(reference, 12.5, 13.5, 14.5), 0.6, size=(4, 6, 6))
    assert match_to_mask([upright], reference, minimum_iou=0.999).best_scores == (None, 0.6)
