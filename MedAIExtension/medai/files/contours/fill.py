"""Contours to voxels: a voxel is inside where its center is, by the even-odd rule over all contours of its slice."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# Of a voxel. Contours that run through voxel centers are moved by less than files round them, so that all of them decide alike.
_ON_THE_LINE = 1e-3


def filled(shape: tuple[int, int], contours: Iterable[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Which pixels (a, b) have their center inside closed contours, each (point, 2) in pixel coordinates.

    Contours within others are holes (XOR), and so are keyholes, whose bridge is drawn forth and back. Of a contour that runs
    exactly through centers, those on its lower sides are inside and those on its upper sides are not, so that neighbors that
    share a line share no voxel.

    Source: crossing number along rows; J. D. Foley et al., Computer Graphics: Principles and Practice, 2nd ed., section 3.6.
    """
    toggles = np.zeros((shape[0] + 1, shape[1]), np.int32)
    for contour in contours:
        points = contour - _ON_THE_LINE
        row, at = _crossings(points, np.roll(points, -1, axis=0), shape[1])
        first = np.clip(np.ceil(at), 0, shape[0]).astype(int)
        np.add.at(toggles, (first, row), 1)
    inside: NDArray[np.bool_] = np.cumsum(toggles[:-1], axis=0) % 2 == 1
    return inside


def _crossings(start: NDArray[np.float64], end: NDArray[np.float64], rows: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where edges cross the rows b = 0, 1...: the row and the coordinate along a of each crossing."""
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.clip(np.ceil(low), 0, rows).astype(np.int64)
    count = np.clip(np.ceil(high), 0, rows).astype(np.int64) - first
    edge = np.repeat(np.arange(len(start)), count)
    row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    rise = end[edge, 1] - start[edge, 1]
    at = start[edge, 0] + (row - start[edge, 1]) / rise * (end[edge, 0] - start[edge, 0])
    return row, at
