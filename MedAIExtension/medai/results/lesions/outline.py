"""The outermost voxels of a lesion, and the two places of it that are farthest apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 32
FEW = 400
_ROWS = 512
_EQUAL = 1e-9
_AT_MOST = 64


@dataclass(frozen=True)
class Outline:
    """Voxels of which the convex hull of each slice is made, and a few more.

    Attributes:
        points: int (n, 3) index along the first and the second axis of the slices, and of the slice; sorted by slice.
        begins: (slices + 1,) where each slice's points begin, and the end.
        counts: (slices,) number of all voxels in each slice.
    """

    points: NDArray[np.int64]
    begins: NDArray[np.intp]
    counts: NDArray[np.int64]


def outline_of(mask: NDArray[np.bool_]) -> Outline:
    """Of a mask (a, b, slice): the ends of its rows, without those that lie between others; every slice has a voxel or none."""
    occupied = mask.any(axis=0).T
    slices, rows = np.nonzero(occupied)
    first = mask.argmax(axis=0).T[slices, rows]
    last = (mask.shape[0] - 1 - mask[::-1].argmax(axis=0)).T[slices, rows]
    lower, upper = _chain(first, rows, slices, 1), _chain(last, rows, slices, -1)
    points = np.concatenate([lower, upper])
    points = points[np.argsort(points[:, 2], kind="stable")]
    begins = np.searchsorted(points[:, 2], np.arange(mask.shape[2] + 1))
    return Outline(points, begins, mask.sum(axis=(0, 1)))


def _chain(along: NDArray, rows: NDArray, slices: NDArray, side: int) -> NDArray[np.int64]:
    """Without the points on or within the line between their neighbors of the same slice; what is left has all corners."""
    points = np.stack([along, rows, slices], axis=1)
    for _ in range(_ROUNDS):
        if len(points) < 3:
            break
        before, here, after = points[:-2], points[1:-1], points[2:]
        step, reach = here - before, after - before
        turn = side * (step[:, 1] * reach[:, 0] - step[:, 0] * reach[:, 1])
        within = (turn <= 0) & (before[:, 2] == after[:, 2])
        if not within.any():
            break
        points = points[np.concatenate([[True], ~within, [True]])]
    return points


def share_of_voxel(voxels: int, box: NDArray) -> float:
    """How much of the outermost voxels belongs to a diameter: 0.5 of each as a rule, up to all of it for a full box.

    The border lies anywhere between the center of the last voxel and that of the next. Around a sphere, some center lies close
    to the border on either side: from center to center is right, and whole voxels would add one. A box that fills its voxels
    is a whole voxel longer. Half of the voxel is at most half a voxel wrong for both. A lesion that fills the box of its
    voxels, gradually from 95 percent on, is taken as one, unless an ellipsoid with axes along the voxels would fill it too.

    Args:
        voxels: number of them.
        box: (axes,) size of the box around them, in voxels, at least 1.
    """
    ellipsoid = (((box - 1) / (box + 1)) ** 2).sum() < 1
    return 0.5 if ellipsoid else 0.5 + 0.5 * min(1.0, max(0.0, (voxels / float(np.prod(box)) - 0.95) / 0.05))


def farthest(points: NDArray, shares: NDArray, steps: NDArray, groups: NDArray | None = None) -> tuple[NDArray, NDArray, float]:
    """The two places of voxels that are farthest apart, when a share of each voxel belongs to them, around its center.

    Args:
        points: int (n, axes), voxels.
        shares: (n,) 0 to 1.
        steps: (mm, axes), the vector of each axis.
        groups: (n,) numbers; only places of the same group are compared, and their shares are the same. None: all with all.

    Returns:
        Index of both ends (pairs, 2, axes), for the few pairs that are equally far apart but for rounding; the place of the
        first end of each in ``points``; and how far apart they are, in mm.
    """
    one, other = _far_apart(points @ steps.T, float(shares.max()) * float(np.linalg.norm(steps, axis=0).sum()), groups)
    apart = (points[one] - points[other]).astype(float)
    gram = steps.T @ steps
    upright = np.abs(gram - np.diag(np.diag(gram))).max() <= _EQUAL * np.diag(gram).max()
    ways = [None] if upright else [np.array(way) for way in product((1.0, -1.0), repeat=points.shape[1])]
    squares = np.stack([_squares(apart, shares[one, None], gram, way) for way in ways])
    most = float(squares.max())
    ends, firsts = [], []
    for number, pair in np.argwhere(squares >= most * (1 - _EQUAL))[:_AT_MOST].tolist():
        way = ways[number]
        for sign in [way] if way is not None else _signs(apart[pair]):
            half = sign * shares[one[pair]] / 2
            ends.append((points[other[pair]] - half, points[one[pair]] + half))
            firsts.append(other[pair])
    return np.array(ends), np.array(firsts), float(np.sqrt(most))


def _far_apart(places: NDArray, reach: float, groups: NDArray | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of places among which the farthest are, also when up to ``reach`` is added; a place alone with itself."""
    places = places - places.mean(axis=0)
    squares = (places**2).sum(axis=1)

    def piece(n: int) -> NDArray[np.float64]:
        found = squares[n : n + _ROWS, None] + squares - 2 * places[n : n + _ROWS] @ places.T
        return found if groups is None else np.where(groups[n : n + _ROWS, None] == groups, found, -1.0)

    pieces = [piece(0)] if len(places) <= _ROWS else None
    starts = range(0, len(places), _ROWS)
    most = max(float(each.max()) for each in pieces or map(piece, starts))
    least = max(0.0, max(most, 0.0) ** 0.5 - reach) ** 2 * (1 - _EQUAL) - _EQUAL
    found = []
    for n, each in zip(starts, pieces or map(piece, starts), strict=True):
        one, other = np.nonzero(each >= least)
        upper = one + n <= other
        found.append((one[upper] + n, other[upper]))
    one, other = (np.concatenate(each) for each in zip(*found, strict=True))
    return one, other


def _squares(apart: NDArray, shares: NDArray, gram: NDArray, way: NDArray | None) -> NDArray[np.float64]:
    if way is None:
        return (np.abs(apart) + shares) ** 2 @ np.diag(gram)
    longer = apart + shares * way
    return np.einsum("na,ab,nb->n", longer, gram, longer)


def _signs(apart: NDArray) -> list[NDArray[np.float64]]:
    """Where two voxels share a row, either side of it is as far."""
    return [np.array(each) for each in product(*([1.0] if a > 0 else [-1.0] if a < 0 else [1.0, -1.0] for a in apart))]


def corners_of_hull(points: NDArray) -> NDArray:
    """The points (n, axes) of the convex hull of many voxels; all of them where they are few."""
    if len(points) <= FEW:
        return points
    from scipy.spatial import ConvexHull

    # A corner of every voxel makes it a body, also where all voxels lie in one plane; corners of the hull stay corners.
    away = np.array(list(product((-0.25, 0.25), repeat=points.shape[1])))
    hull = ConvexHull((points[:, None] + away).reshape(-1, points.shape[1]))
    return points[np.unique(hull.vertices // len(away))]
