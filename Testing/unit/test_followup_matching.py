"""Which lesion became which: pairs, splits, merges, new and vanished ones, whatever the order of the time points."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai.errors import InputError
from medai.followup import compare, parts_of
from medai.followup.matching import best_pairs, shared_volumes
from medai.geometry import LPS_RAS
from support.lesions import labeled, measured, predicted
from support.scans import oblique_affine


def followed(before, after, matrix=None, **options):
    one, two = predicted(before), predicted(after)
    return compare(one.lesions, two.lesions, matrix, baseline_map=before, followup_map=after, **options)


def kinds(comparison):
    return sorted(change.kind for change in comparison.changes)


def ids(change):
    return [lesion.id for lesion in change.baseline], [lesion.id for lesion in change.followup]


def test_the_same_label_map_matches_itself_without_change():
    grid = labeled({(2, 2, 2, 6, 6, 6): 1, (20, 20, 20, 3, 3, 3): 1, (30, 5, 5, 1, 1, 1): 1})
    comparison = followed(grid, grid)
    assert [ids(change) for change in comparison.matched] == [([1], [1]), ([2], [2]), ([3], [3])]
    assert [change.volume_percent for change in comparison.changes] == [0, 0, 0]
    assert comparison.changes[0].doubling_days(100) is None


def test_growth_is_in_percent_of_the_baseline():
    before, after = labeled({(10, 10, 10, 4, 4, 4): 1}), labeled({(10, 10, 10, 8, 4, 4): 1})
    (change,) = followed(before, after).changes
    assert change.volume_percent == pytest.approx(100)
    assert change.doubling_days(91) == pytest.approx(91)
    assert change.diameter_percent == pytest.approx(100 * (change.followup_mm / change.baseline_mm - 1))
    (shrunk,) = followed(after, before).changes
    assert shrunk.volume_percent == pytest.approx(-50)
    assert shrunk.doubling_days(91) == pytest.approx(-91)


def test_new_and_vanished_lesions():
    before, after = labeled({(2, 2, 2, 5, 5, 5): 1}), labeled({(30, 30, 30, 5, 5, 5): 1})
    comparison = followed(before, after)
    assert kinds(comparison) == ["new", "vanished"]
    assert comparison.new[0].volume_percent is None
    assert comparison.vanished[0].volume_percent == -100
    assert comparison.volume_percent == 0


def test_a_lesion_that_split_and_two_that_merged():
    whole = labeled({(5, 10, 10, 20, 6, 6): 1})
    pieces = labeled({(5, 10, 10, 8, 6, 6): 1, (16, 10, 10, 9, 6, 6): 1})
    (split,) = followed(whole, pieces).changes
    (merged,) = followed(pieces, whole).changes
    assert (split.kind, ids(split)) == ("split", ([1], [1, 2]))
    assert (merged.kind, ids(merged)) == ("merged", ([1, 2], [1]))
    assert split.volume_percent == pytest.approx(100 * (17 / 20 - 1))
    assert split.followup_mm == pytest.approx(sum(lesion.longest.length_mm for lesion in split.followup))


def test_rejected_lesions_of_the_baseline_leave_with_what_became_of_them():
    before = labeled({(5, 10, 10, 8, 6, 6): 1, (16, 10, 10, 9, 6, 6): 1, (2, 30, 30, 3, 3, 3): 1})
    after = labeled({(5, 10, 10, 20, 6, 6): 1, (2, 30, 30, 3, 3, 3): 1, (30, 30, 30, 2, 2, 2): 1})
    comparison = followed(before, after)
    assert kinds(comparison) == ["matched", "merged", "new"]
    one, _, three = predicted(before).lesions
    assert [ids(change) for change in comparison.without([three]).changes] == [([1, 2], [1]), ([], [3])]
    assert [ids(change) for change in comparison.without([one]).changes] == [([2], [1]), ([3], [2]), ([], [3])]
    assert kinds(comparison.without([one, three])) == ["matched", "new"]


def test_neighbors_that_touch_a_little_stay_two_pairs():
    before = labeled({(5, 10, 10, 8, 8, 8): 1, (15, 10, 10, 8, 8, 8): 1})
    after = labeled({(9, 10, 10, 8, 8, 8): 1, (19, 10, 10, 8, 8, 8): 1})
    moved = followed(before, after)
    assert kinds(moved) == ["matched", "matched"]
    for change in moved.changes:
        assert change.followup[0].center_ras[0] - change.baseline[0].center_ras[0] == pytest.approx(4)


def test_lesions_of_other_labels_do_not_become_each_other():
    grid, other = labeled({(5, 5, 5, 5, 5, 5): 1}), labeled({(5, 5, 5, 5, 5, 5): 2})
    names = {1: "tumor", 2: "cyst"}
    one, two = predicted(grid, names), predicted(other, names)
    comparison = compare(one.lesions, two.lesions, baseline_map=grid, followup_map=other)
    assert kinds(comparison) == ["new", "vanished"]


def test_other_grids_and_a_transform_change_nothing():
    """The same boxes on an oblique grid that was moved: matched by the transform, lost without it."""
    boxes = {(4, 4, 4, 6, 6, 4): 1, (20, 20, 10, 4, 4, 3): 1, (5, 25, 12, 9, 3, 3): 1}
    shift = np.eye(4)
    shift[:3, 3] = (80, -40, 25)
    before = labeled(boxes, (40, 40, 20), oblique_affine())
    after = labeled(boxes, (40, 40, 20), shift @ oblique_affine())
    assert kinds(followed(before, after, shift)) == ["matched"] * 3
    assert kinds(followed(before, after)) == ["new"] * 3 + ["vanished"] * 3


def test_a_lesion_outside_of_the_other_scan_is_marked():
    before, after = labeled({(2, 2, 2, 3, 3, 3): 1}), labeled({(1, 1, 1, 3, 3, 3): 1}, (8, 8, 8), LPS_RAS @ np.eye(4))
    comparison = followed(before, after)
    assert [change.outside for change in comparison.changes] == [True, True]


def test_boxes_are_matched_by_distance_and_size():
    before = [measured(1, 10, at=0), measured(2, 4, at=9)]
    after = [measured(1, 4.2, at=10), measured(2, 11, at=2), measured(3, 10, at=60)]
    comparison = compare(before, after)
    assert [ids(change) for change in comparison.matched] == [([1], [2]), ([2], [1])]
    assert [ids(change) for change in comparison.new] == [([], [3])]
    assert compare(before, after, tolerance_mm=0).matched[0].label == "tumor"


def test_a_speck_beside_a_giant_is_no_pair():
    assert kinds(compare([measured(1, 100)], [measured(1, 1)])) == ["new", "vanished"]


def test_no_lesions_at_all():
    assert compare([], []).changes == ()
    assert kinds(compare([], [measured(1, 5)])) == ["new"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"minimum_overlap": 1.5}, "overlap"),
        ({"tolerance_mm": -1}, "tolerance"),
        ({"tolerance_mm": math.nan}, "tolerance"),
        ({"baseline_to_followup": np.zeros((4, 4))}, "4 x 4"),
        ({"baseline_to_followup": np.diag([-1.0, 1, 1, 1])}, "4 x 4"),
        ({"baseline_to_followup": np.full((4, 4), np.nan)}, "4 x 4"),
    ],
)
def test_what_has_no_meaning_is_refused(options, words):
    with pytest.raises(InputError, match=words):
        compare([measured(1, 5)], [measured(1, 5)], **options)


def test_a_label_map_of_another_result_is_refused():
    grid = labeled({(5, 5, 5, 5, 5, 5): 1})
    lesion = predicted(grid).lesions[0]
    for other in (replace(lesion, voxels=124), replace(lesion, center_ras=(0, 0, 0)), replace(lesion, value=2)):
        with pytest.raises(InputError, match="does not hold lesion 1"):
            compare([other], [lesion], baseline_map=grid, followup_map=grid)
    with pytest.raises(InputError, match="one number"):
        compare([lesion, lesion], [])


SPOTS = st.lists(st.tuples(*[st.integers(0, 10)] * 3, *[st.integers(1, 5)] * 3), min_size=0, max_size=8)


SPACINGS = st.sampled_from([(1, 1, 2.0), (1.7, 0.8, 1.1)])


@settings(max_examples=40, deadline=None)
@given(
    SPOTS, SPOTS, st.integers(0, 3), st.sampled_from([0.0, 0.5]), st.sampled_from([(1, 1, 2.0), (1.7, 0.8, 1.1)]), st.booleans()
)
def test_exchanging_the_time_points_exchanges_new_and_vanished(before, after, turns, shift, spacing, maps):
    """Every lesion is in one change, and both directions tell the same story, with label maps and without."""
    angle = turns * np.pi / 2
    forward = np.eye(4)
    forward[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    forward[:3, 3] = shift
    one = labeled(dict.fromkeys(before, 1), (16, 16, 16), np.diag([1, 1, 2.0, 1]))
    two = labeled(dict.fromkeys(after, 1), (16, 16, 16), forward @ np.diag((*spacing, 1)))
    lesions = predicted(one).lesions, predicted(two).lesions
    grids = (one, two) if maps else (None, None)
    there = compare(*lesions, forward, baseline_map=grids[0], followup_map=grids[1])
    back = compare(*lesions[::-1], np.linalg.inv(forward), baseline_map=grids[1], followup_map=grids[0])
    assert sorted(ids(change) for change in there.changes) == sorted(ids(change)[::-1] for change in back.changes)
    for side, number in ((0, len(lesions[0])), (1, len(lesions[1]))):
        assert sorted(each for change in there.changes for each in ids(change)[side]) == list(range(1, number + 1))
    other = {"new": "vanished", "vanished": "new", "split": "merged", "merged": "split"}
    assert kinds(there) == sorted(other.get(kind, kind) for kind in kinds(back))


def test_shared_volumes_are_the_same_in_both_directions_and_right_on_fine_grids():
    coarse = labeled({(1, 1, 1, 4, 4, 2): 1}, (8, 8, 5), np.diag([3.0, 3, 7, 1]))
    fine = labeled({(6, 6, 14, 12, 12, 7): 1}, (40, 40, 40))
    parts = [parts_of(grid, predicted(grid).lesions) for grid in (coarse, fine)]
    there, back = shared_volumes(*parts, np.eye(4)), shared_volumes(*parts[::-1], np.eye(4))
    assert there == {(1, 1): pytest.approx((there_of(fine, coarse) + there_of(coarse, fine)) / 2000)}
    assert back == pytest.approx(there)


def there_of(source, target):
    """Cubic mm of the source's voxels whose centers lie in the target's box of ones, voxel by voxel."""
    inside = 0
    for place in np.argwhere(source.voxels[0]):
        at = np.linalg.inv(target.affine) @ source.affine @ [*place, 1]
        inside += int(target.voxels[0][tuple(np.floor(at[:3] + 0.5).astype(int))])
    return inside * np.prod(source.spacing)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 5), st.integers(1, 5)), st.sampled_from([0.25, 0.5]), max_size=12))
def test_equally_good_pairs_are_chosen_alike_in_both_directions(scores):
    there = best_pairs(scores)
    back = best_pairs({(two, one): score for (one, two), score in scores.items()})
    assert sorted(there) == sorted((one, two) for two, one in back)
    assert len({one for one, _ in there}) == len({two for _, two in there}) == len(there)
