"""Diameters in the slice plane, as RECIST 1.1 has them: the longest, and the longest at a right angle to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .components import counted
from .outline import FEW, Outline, corners_of_hull, farthest, share_of_voxel

_CLEARLY_COARSER = 1.5
_EQUAL = 1e-7


@dataclass(frozen=True)
class Slices:
    """Where slices lie.

    Attributes:
        axis: across which they lie.
        within: the other two.
        plane: (3, 2) two unit vectors in RAS at right angles that span the slice.
        steps: (2, 2) mm along these for a step along each axis of the slice; not upright for a sheared grid.
    """

    axis: int
    within: tuple[int, int]
    plane: NDArray[np.float64]
    steps: NDArray[np.float64]


def slices_of(affine: NDArray, shape: tuple[int, int, int]) -> Slices:
    """The slices that were acquired: across the axis whose voxels are clearly the longest (1.5 times the next), or the axis of
    the one size that is 1; else those that are closest to axial."""
    vectors = affine[:3, :3]
    spacing = np.linalg.norm(vectors, axis=0)
    flat = [axis for axis in range(3) if shape[axis] == 1]
    order = np.argsort(spacing)
    if len(flat) == 1:
        axis = flat[0]
    elif spacing[order[2]] >= _CLEARLY_COARSER * spacing[order[1]]:
        axis = int(order[2])
    else:
        axis = int(np.argmax(np.abs(vectors[2]) / spacing))
    first, second = (other for other in range(3) if other != axis)
    plane, steps = np.linalg.qr(vectors[:, [first, second]])
    return Slices(axis, (first, second), plane, steps)


def diameters_in_plane(
    mask: NDArray[np.bool_], outline: Outline, slices: Slices, affine: NDArray, center: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends (2, 3) in RAS mm of the longest diameter in any slice, and of the longest at a right angle to it in this slice.

    Both go from edge to edge of the lesion and may leave it in between, as with a ruler (Eisenhauer et al., New response
    evaluation criteria in solid tumours: revised RECIST guideline (version 1.1), Eur J Cancer 45, 2009). Of diameters that are
    equally long, the one next to the lesion's center is taken.

    Args:
        mask: (first, second, slice) of the lesion.
        outline: of this mask.
        slices: where they lie.
        affine: of this mask's own index, (first, second, slice) to RAS.
        center: (3,) of the lesion in RAS mm.
    """
    longest, share = _longest(outline, slices, affine, center)
    start, end = (ordered(longest) - affine[:3, 3]) @ np.linalg.inv(affine[:3, :3]).T
    number = int(np.rint(float(start[2])))
    short = _across(mask[:, :, number], start[:2], end[:2], share, slices.steps)
    short = np.concatenate([short, np.full((2, 1), number)], axis=1)
    return ordered(longest), ordered(short @ affine[:3, :3].T + affine[:3, 3])


def _longest(outline: Outline, slices: Slices, affine: NDArray, center: NDArray) -> tuple[NDArray[np.float64], float]:
    """Both ends (2, 3) in RAS mm, and the share of a voxel that belongs to them."""
    boxes = _boxes(outline)
    bounds = np.maximum(*(np.linalg.norm((boxes * way) @ slices.steps.T, axis=1) for way in ((1, 1), (1, -1))))
    shares = np.array([share_of_voxel(int(count), np.maximum(box, 1)) for count, box in zip(outline.counts, boxes, strict=True)])
    found: list[tuple[float, NDArray, NDArray]] = []
    most = 0.0
    for batch in _batches(np.argsort(-bounds, kind="stable"), np.diff(outline.begins)):
        some = batch[(bounds[batch] >= most * (1 - _EQUAL)) & (outline.counts[batch] > 0)]
        if not some.size:
            break
        points = np.concatenate([corners_of_hull(outline.points[outline.begins[n] : outline.begins[n + 1]]) for n in some])
        pairs, firsts, length = farthest(points[:, :2], shares[points[:, 2]], slices.steps, points[:, 2])
        number = points[firsts, 2]
        most = max(most, length)
        found.append((length, np.concatenate([pairs, np.repeat(number, 2).reshape(-1, 2, 1)], axis=2), shares[number]))
    equal = [(pairs, share) for length, pairs, share in found if length >= most * (1 - _EQUAL)]
    pairs, share = (np.concatenate(each) for each in zip(*equal, strict=True))
    ends = pairs @ affine[:3, :3].T + affine[:3, 3]
    best = preferred(ends, center)
    return ends[best], float(share[best])


def _batches(order: NDArray, sizes: NDArray) -> Iterator[NDArray[np.intp]]:
    """Slices one behind the other, in portions with not too many points."""
    begin = 0
    while begin < len(order):
        end = begin + max(1, int(np.searchsorted(np.cumsum(sizes[order[begin:]]), FEW, "right")))
        yield order[begin:end]
        begin = end


def _boxes(outline: Outline) -> NDArray[np.int64]:
    """(slices, 2) size in voxels of the box around each slice, 0 without voxels."""
    boxes = np.zeros((len(outline.counts), 2), np.int64)
    used = np.flatnonzero(outline.counts)
    low, high = (each.reduceat(outline.points[:, :2], outline.begins[used], axis=0) for each in (np.minimum, np.maximum))
    boxes[used] = high - low + 1
    return boxes


def preferred(ends: NDArray, center: NDArray) -> int:
    """Which of several equally long diameters (n, 2, 3): next to the center, for the rest whatever does not depend on how the
    voxels are stored."""
    if len(ends) == 1:
        return 0
    middle = ends.mean(axis=1)
    away = np.linalg.norm(middle - center, axis=1)
    first = ordered(ends)[:, 0]
    keys = np.round(np.concatenate([first, -middle, away[:, None]], axis=1), 4)
    return int(np.lexsort(keys.T)[0])


def ordered(ends: NDArray) -> NDArray[np.float64]:
    """Lines (..., 2, 3) with the end first that is farther left; farther back or down of lines that run more along these."""
    apart = ends[..., 1, :] - ends[..., 0, :]
    along = np.argmax(np.round(np.abs(apart), 6), axis=-1)[..., None]
    forth = np.take_along_axis(apart, along, axis=-1) >= 0
    return np.where(forth[..., None], ends, ends[..., ::-1, :])


def _across(mask: NDArray[np.bool_], start: NDArray, end: NDArray, share: float, steps: NDArray) -> NDArray[np.float64]:
    """Index (2, 2) of the ends of the longest line from edge to edge of a slice at a right angle to the one given."""
    begin, finish = steps @ start, steps @ end
    along = (finish - begin) / np.linalg.norm(finish - begin)
    turned = np.stack([along, [-along[1], along[0]]])
    lines = _edges(mask, share) @ (turned @ steps).T
    places, lower, upper = _envelope(lines)
    length = upper - lower
    equal = np.flatnonzero(length >= length.max() * (1 - _EQUAL))
    middle = float(((turned @ begin + turned @ finish) / 2)[0])
    # Next to the middle of the longest; of two that are equally near, on the side that both storages of a mask agree upon.
    choice = min(equal, key=lambda n: (round(abs(float(places[n]) - middle), 6), float(places[n])))
    ends = np.array([[places[choice], lower[choice]], [places[choice], upper[choice]]])
    return ends @ np.linalg.inv(turned @ steps).T


def _edges(mask: NDArray[np.bool_], share: float) -> NDArray[np.float64]:
    """Lines (n, 2, 2) in index that bound the lesion in a slice: of its voxels, shrunk to ``share``, and between neighbors."""
    padded = np.pad(mask, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    border = mask & ~inner
    points = np.argwhere(border).astype(float)
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * share / 2
    starts, ends = [points[:, None] + corners], [points[:, None] + np.roll(corners, -1, axis=0)]
    wide = np.pad(border, 1)
    for step in ((1, 0), (0, 1), (1, 1), (1, -1)):
        neighbor = wide[1 + step[0] : wide.shape[0] - 1 + step[0], 1 + step[1] : wide.shape[1] - 1 + step[1]]
        joined = np.argwhere(border & neighbor)[:, None] + corners
        starts.append(joined)
        ends.append(joined + step)
    return np.stack([np.concatenate(each).reshape(-1, 2) for each in (starts, ends)], axis=1)


def _envelope(lines: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Places along the first axis, and how far lines (n, 2, 2) reach there at least and at most along the second one.

    All corners are such places; between two of them nothing bends, so that the farthest reach is at one of them.
    """
    lines = np.where((lines[:, :1, :1] <= lines[:, 1:, :1]), lines, lines[:, ::-1])
    begin, end = lines[:, 0, 0], lines[:, 1, 0]
    places = np.unique(np.round(lines[:, :, 0], 9))
    slack = 2e-9
    first, last = np.searchsorted(places, begin - slack, "left"), np.searchsorted(places, end + slack, "right")
    at = counted(first, last - first)
    line = np.repeat(np.arange(len(lines)), last - first)
    width = end - begin
    part = np.clip((places[at] - begin[line]) / np.maximum(width, 1e-12)[line], 0, 1)
    one, other = lines[line, 0, 1], lines[line, 1, 1]
    height = one + part * (other - one)
    steep = width[line] <= 2 * slack
    lower, upper = np.full(len(places), np.inf), np.full(len(places), -np.inf)
    np.minimum.at(lower, at, np.where(steep, np.minimum(one, other), height))
    np.maximum.at(upper, at, np.where(steep, np.maximum(one, other), height))
    return places, lower, upper
