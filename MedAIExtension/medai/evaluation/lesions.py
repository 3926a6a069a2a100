"""Lesion by lesion: which were found, and what was marked where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..region import Vector

_NEIGHBORS = np.ones((3, 3, 3), bool)
_AT_ONCE = 4_000_000  # voxels whose indices are in memory together


@dataclass(frozen=True)
class LesionMatch:
    """One connected component of a mask, and whether the other mask has it.

    Attributes:
        id: from 1 within its mask and label; the largest is the first.
        volume_ml: its volume.
        center_ras: centroid of its voxels, RAS mm.
        hit: whether the other mask has it.
        iou: largest intersection over union with a component of the other mask, 0..1.
    """

    id: int
    volume_ml: float
    center_ras: Vector
    hit: bool
    iou: float


class Matched(NamedTuple):
    """Components of the reference, and components of the prediction."""

    reference: tuple[LesionMatch, ...]
    prediction: tuple[LesionMatch, ...]


class _Parts(NamedTuple):
    """Connected components of a mask, numbered from 1: (i, j, k), their sizes in voxels, their centroids in voxels (n, 3)."""

    numbers: NDArray[np.integer]
    sizes: NDArray[np.int64]
    centers: NDArray[np.float64]


class _Pairs(NamedTuple):
    """Components (from 0) of the reference and of the prediction that share voxels, and their intersection over union."""

    reference: NDArray[np.int64]
    prediction: NDArray[np.int64]
    iou: NDArray[np.float64]


def match_lesions(
    prediction: NDArray[np.bool_], reference: NDArray[np.bool_], affine: NDArray[np.float64], minimum_iou: float = 0.0
) -> Matched:
    """Compare the connected components (26 neighbors) of two masks.

    Args:
        prediction, reference: masks (i, j, k) on one grid.
        affine: ijk-to-RAS (4, 4) in mm of the grid.
        minimum_iou: 0: components that share a voxel hit each other, however many they are. Above 0: components hit each other
            whose intersection over union is at least this; each has one partner at most, chosen so that the most have one and
            their intersections over unions are the largest.
    """
    expected, predicted = _parts(reference), _parts(prediction)
    pairs = _overlapping(expected, predicted, prediction & reference)
    hits = _hits(pairs, minimum_iou)
    milliliters = abs(np.linalg.det(affine[:3, :3])) / 1000
    return Matched(
        _matches(expected, pairs.reference, pairs.iou, hits, affine, milliliters),
        _matches(predicted, pairs.prediction, pairs.iou, hits, affine, milliliters),
    )


def _parts(mask: NDArray[np.bool_]) -> _Parts:
    from scipy import ndimage

    numbers, count = ndimage.label(mask, _NEIGHBORS)
    sizes, sums = np.zeros(count + 1, np.int64), np.zeros((count + 1, 3))
    planes = max(1, _AT_ONCE // max(1, mask[0].size)) if len(mask) else 1
    for start in range(0, len(mask), planes):
        part = numbers[start : start + planes]
        places = np.nonzero(part)
        owners = part[places]
        sizes += np.bincount(owners, minlength=count + 1)
        for axis, along in enumerate(places):
            sums[:, axis] += np.bincount(owners, along + (start if axis == 0 else 0), count + 1)
    return _Parts(numbers, sizes[1:], sums[1:] / sizes[1:, None])


def _overlapping(reference: _Parts, prediction: _Parts, common: NDArray[np.bool_]) -> _Pairs:
    count = len(prediction.sizes) + 1
    codes = reference.numbers[common].astype(np.int64) * count + prediction.numbers[common]
    pairs, voxels = np.unique(codes, return_counts=True)
    first, second = pairs // count - 1, pairs % count - 1
    return _Pairs(first, second, voxels / (reference.sizes[first] + prediction.sizes[second] - voxels))


def _hits(pairs: _Pairs, minimum_iou: float) -> NDArray[np.bool_]:
    """Which pairs count as hits."""
    from scipy.optimize import linear_sum_assignment

    enough = pairs.iou >= minimum_iou
    if minimum_iou <= 0 or not enough.any():
        return enough
    rows, row = np.unique(pairs.reference[enough], return_inverse=True)
    columns, column = np.unique(pairs.prediction[enough], return_inverse=True)
    worth = np.zeros((len(rows), len(columns)))
    worth[row, column] = 1 + pairs.iou[enough]  # one more pair is worth more than any better pair
    chosen = np.zeros(worth.shape, bool)
    chosen[linear_sum_assignment(worth, maximize=True)] = True
    hits = enough.copy()
    hits[enough] = chosen[row, column]
    return hits


def _matches(
    parts: _Parts,
    owners: NDArray[np.int64],
    iou: NDArray[np.float64],
    hits: NDArray[np.bool_],
    affine: NDArray[np.float64],
    milliliters: float,
) -> tuple[LesionMatch, ...]:
    best, hit = np.zeros(len(parts.sizes)), np.zeros(len(parts.sizes), bool)
    np.maximum.at(best, owners, iou)
    hit[owners[hits]] = True
    centers = parts.centers @ affine[:3, :3].T + affine[:3, 3]
    order = np.argsort(-parts.sizes, kind="stable")
    return tuple(
        LesionMatch(number, float(parts.sizes[n] * milliliters), tuple(centers[n].tolist()), bool(hit[n]), float(best[n]))
        for number, n in enumerate(order, 1)
    )
