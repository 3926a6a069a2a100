"""Which lesion became which: first by shared voxels, then by distance and size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..results import Lesion
from .parts import Parts

Pair = tuple[int, int]
Group = tuple[frozenset[int], frozenset[int]]

# Of the volumes of two lesions that are matched by distance alone: a fourfold diameter.
_MOST_RATIO = 64.0
_STEP = 1e-6  # scores are rounded to it, so that equals are equals
_PREFERENCE = 1e-9


def shared_volumes(baseline: Parts, followup: Parts, forward: NDArray[np.float64]) -> dict[Pair, float]:
    """Milliliters that lesions of both time points share, by their ids.

    The mean of two counts: voxels of the baseline whose centers, moved by ``forward`` (4, 4; RAS to RAS), lie in a lesion of the
    follow-up, and voxels of the follow-up whose centers, moved back, lie in one of the baseline. So the two time points can
    change places, whatever their grids.
    """
    shared: dict[Pair, float] = {}
    for source, target, matrix, order in (
        (baseline, followup, forward, 1),
        (followup, baseline, undone(forward), -1),
    ):
        hit = target.at(moved(source.points(), matrix))
        pairs, counts = np.unique(np.stack([source.ids, hit])[:, hit > 0], axis=1, return_counts=True)
        for pair, count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
            key = (pair[0], pair[1])[::order]
            shared[key[0], key[1]] = shared.get((key[0], key[1]), 0.0) + count * source.voxel_ml / 2
    return shared


def groups_by_overlap(
    baseline: Sequence[Lesion], followup: Sequence[Lesion], shared: Mapping[Pair, float], minimum: float
) -> list[Group]:
    """Groups of ids that are the same lesions: a share ``minimum`` (0 to 1) of the smaller of two must be common.

    Pairs are chosen for the largest sum of Dice coefficients. A lesion that is then left over goes with the one that it shares
    most with, which so has split, or merged with others.
    """
    before, after = ({lesion.id: lesion.volume_ml for lesion in lesions} for lesions in (baseline, followup))
    scores = {
        (one, two): 2 * volume / (before[one] + after[two])
        for (one, two), volume in shared.items()
        if volume >= minimum * min(before[one], after[two]) and volume > 0
    }
    partner = best_pairs(scores)
    groups = {pair: (set(pair[:1]), set(pair[1:])) for pair in partner}
    of_one, of_two = {pair[0]: pair for pair in partner}, {pair[1]: pair for pair in partner}
    for one in sorted({one for one, _ in scores} - of_one.keys()):
        most = min((two for first, two in scores if first == one), key=lambda two: (-_rounded(scores[one, two]), two))
        groups[of_two[most]][0].add(one)
    for two in sorted({two for _, two in scores} - of_two.keys()):
        most = min((one for one, second in scores if second == two), key=lambda one: (-_rounded(scores[one, two]), one))
        groups[of_one[most]][1].add(two)
    return [(frozenset(one), frozenset(two)) for one, two in groups.values()]


def pairs_by_distance(
    baseline: Sequence[Lesion], followup: Sequence[Lesion], forward: NDArray[np.float64], tolerance_mm: float
) -> list[Group]:
    """Pairs of ids of lesions that lie as near as their own radius and the tolerance, for the largest sum of likeness.

    Likeness falls with the distance of the centers and with the ratio of the volumes; one above 64 is no pair.
    """
    if not baseline or not followup:
        return []
    before = np.array([lesion.center_ras for lesion in baseline])
    after = np.array([lesion.center_ras for lesion in followup])
    apart = (_distances(moved(before, forward), after) + _distances(before, moved(after, undone(forward)))) / 2
    one, two = (np.array([lesion.volume_ml for lesion in lesions]) for lesions in (baseline, followup))
    larger, smaller = np.maximum.outer(one, two), np.maximum(np.minimum.outer(one, two), 1e-12)
    reach = tolerance_mm + np.cbrt(3000 * larger / (4 * math.pi))
    likeness = np.where(larger <= _MOST_RATIO * smaller, (1 - apart / reach) * (smaller / larger) ** (1 / 3), 0)
    scores = {
        (baseline[row].id, followup[column].id): float(likeness[row, column])
        for row, column in np.argwhere(likeness > 0).tolist()
    }
    return [(frozenset(pair[:1]), frozenset(pair[1:])) for pair in best_pairs(scores)]


def moved(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 3) in mm, moved by a matrix (4, 4)."""
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])


def undone(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of a matrix (4, 4)."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def best_pairs(scores: Mapping[Pair, float]) -> list[Pair]:
    """The pairs with the largest sum of scores, each id in one; of equal sums the one that keeps the order of the ids."""
    from scipy.optimize import linear_sum_assignment

    chosen: list[Pair] = []
    for ones, twos in _connected(scores):
        table = np.zeros((len(ones), len(twos)))
        for row, one in enumerate(ones):
            for column, two in enumerate(twos):
                if (one, two) in scores:
                    preference = (row + 1) * (column + 1) / table.size
                    table[row, column] = max(_rounded(scores[one, two]), _STEP) + _PREFERENCE * preference
        rows, columns = linear_sum_assignment(table, maximize=True)
        chosen += [(ones[row], twos[column]) for row, column in zip(rows, columns, strict=True) if table[row, column]]
    return sorted(chosen)


def _connected(scores: Mapping[Pair, float]) -> list[tuple[list[int], list[int]]]:
    """Ids of both sides, sorted, of each set that pairs connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not scores:
        return []
    ones, twos = sorted({one for one, _ in scores}), sorted({two for _, two in scores})
    rows = np.searchsorted(ones, [one for one, _ in scores])
    columns = np.searchsorted(twos, [two for _, two in scores]) + len(ones)
    size = len(ones) + len(twos)
    count, part = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)), directed=False)
    sets: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
    for place, number in enumerate(part.tolist()):
        side = 0 if place < len(ones) else 1
        sets[number][side].append(twos[place - len(ones)] if side else ones[place])
    return sets


def _distances(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(one[:, None] - two[None], axis=2))


def _rounded(score: float) -> float:
    return round(score / _STEP) * _STEP
