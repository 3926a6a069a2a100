"""Measures in space: the Feret diameter and the bounds along the patient's axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .lesion import Bounds
from .outline import Outline, corners_of_hull, farthest, share_of_voxel
from .planar import ordered, preferred


def feret_diameter(outline: Outline, shape: tuple[int, ...], affine: NDArray, center: NDArray) -> NDArray[np.float64]:
    """Ends (2, 3) in RAS mm of the longest line through a lesion in any direction, from edge to edge.

    Args:
        outline: of the lesion.
        shape: of the lesion's mask.
        affine: of the outline's index to RAS.
        center: (3,) of the lesion in RAS mm; of lines that are equally long, the one next to it is taken.
    """
    share = share_of_voxel(int(outline.counts.sum()), np.array(shape))
    points = corners_of_hull(outline.points)
    pairs, _firsts, _length = farthest(points, np.full(len(points), share), affine[:3, :3])
    ends = pairs @ affine[:3, :3].T + affine[:3, 3]
    return ordered(ends[preferred(ends, center)])


def bounds_of(outline: Outline, affine: NDArray) -> Bounds:
    """Least and largest R, A and S in mm of the corners of a lesion's voxels."""
    places = outline.points @ affine[:3, :3].T + affine[:3, 3]
    half = np.abs(affine[:3, :3]).sum(axis=1) / 2
    low, high = places.min(axis=0) - half, places.max(axis=0) + half
    r, a, s = ((float(least), float(most)) for least, most in zip(low, high, strict=True))
    return (*r, *a, *s)
