"""The parts of a segment that hang together, over faces, edges and corners of voxels, found in steps of a few milliseconds."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .vtkdata import Steps

_AT_ONCE = 2**17


@dataclass(frozen=True, eq=False)
class Islands:
    """Where they are.

    Attributes:
        start: first i, j, k of the smallest box around all of them.
        pieces: (i, j, k) int32 of that box, 0 outside; other numbers are those of pieces of islands.
        island_of: (piece,) the island that a piece belongs to, from 1, the one with most voxels first; 0 of the outside.
        sizes: (island,) number of voxels, the largest first.
        centers: (island, 3) mean i, j, k of the voxels, counted as ``start`` is.
    """

    start: tuple[int, int, int]
    pieces: NDArray[np.int32]
    island_of: NDArray[np.intp]
    sizes: NDArray[np.intp]
    centers: NDArray[np.float64]


def island_steps(labels: NDArray, value: int, most: int) -> Generator[None, None, Islands | None]:
    """Find the islands of a value in a label map (i, j, k) whose k runs slowest in memory.

    None if there are very many: more than ``most`` pieces of islands, which are parts in one slab of slices.
    """
    kji = labels.transpose(2, 1, 0)
    box = yield from _box_steps(kji, value)
    search = _Search(kji[box], value)
    yield from search.steps(most)
    k, j, i = (side.start for side in box)
    return search.result((i, j, k)) if search.count <= most else None


def _box_steps(kji: NDArray, value: int) -> Generator[None, None, tuple[slice, slice, slice]]:
    """The smallest box with all voxels of a value; of no size if there are none."""
    planes, lines, columns = (np.zeros(size, bool) for size in kji.shape)
    for slab in _slabs(kji):
        inside = kji[slab] == value
        planes[slab] = inside.any(axis=(1, 2))
        flat = inside.any(axis=0)
        lines |= flat.any(axis=1)
        columns |= flat.any(axis=0)
        yield
    found = [np.flatnonzero(axis) for axis in (planes, lines, columns)]
    ends = ((int(hits[0]), int(hits[-1]) + 1) if len(hits) else (0, 0) for hits in found)
    k, j, i = (slice(*end) for end in ends)
    return k, j, i


class _Search:
    """Slab after slab is labeled by itself; what touches across the border of two is one island."""

    def __init__(self, kji: NDArray, value: int) -> None:
        self._kji, self._value = kji, value
        self._found = np.zeros(kji.shape, np.int32)
        self._count = 0
        self._touching: list[NDArray] = [np.zeros((0, 2), np.int64)]
        self._sizes: list[NDArray] = [np.zeros(1)]
        self._sums: list[NDArray] = [np.zeros((1, 3))]

    @property
    def count(self) -> int:
        """Number of pieces that were found."""
        return self._count

    def steps(self, most: int) -> Steps:
        """Go through the slabs, until there are more pieces than that."""
        from scipy.ndimage import label

        yield
        for slab in _slabs(self._kji):
            found = self._found[slab]
            count = label(self._kji[slab] == self._value, np.ones((3, 3, 3), bool), output=found)
            self._measure(found, slab.start, count)
            found[found > 0] += self._count
            self._count += count
            yield
            if self._count > most:
                return
            if slab.start:
                self._touching.append(_touching(self._found[slab.start - 1], found[0]))
                yield

    def result(self, start: tuple[int, int, int]) -> Islands:
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        one, other = np.concatenate(self._touching).T
        graph = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(self._count + 1,) * 2)
        part = connected_components(graph, directed=False)[1]
        sizes = np.bincount(part, np.concatenate(self._sizes))
        sums = np.concatenate(self._sums)
        centers = np.stack([np.bincount(part, sums[:, axis]) for axis in range(3)], 1)
        order = np.argsort(-sizes, kind="stable")[:-1]  # the outside, which no voxel was counted of, is the last
        number = np.zeros(len(sizes), np.intp)
        number[order] = np.arange(1, len(order) + 1)
        middle = centers[order] / sizes[order, None] + start
        return Islands(start, self._found.transpose(2, 1, 0), number[part], sizes[order].astype(np.intp), middle)

    def _measure(self, found: NDArray, first: int, count: int) -> None:
        """Number of voxels and sums of their i, j, k, of each piece in a slab."""
        at = np.flatnonzero(found)
        piece = found.ravel()[at] - 1
        row, i = np.divmod(at, found.shape[2])
        k, j = np.divmod(row, found.shape[1])
        self._sizes.append(np.bincount(piece, minlength=count))
        self._sums.append(np.stack([np.bincount(piece, place, count) for place in (i, j, k + first)], 1))


def _slabs(kji: NDArray) -> Iterator[slice]:
    thick = max(1, _AT_ONCE // max(1, kji.shape[1] * kji.shape[2]))
    for start in range(0, len(kji), thick):
        yield slice(start, min(start + thick, len(kji)))


def _touching(before: NDArray, after: NDArray) -> NDArray:
    """(n, 2) pairs of numbers that are neighbors in two planes, one above the other."""
    height, width = before.shape
    wide = np.zeros((height + 2, width + 2), np.int64)
    wide[1:-1, 1:-1] = before
    found = []
    line, column = np.nonzero(after)
    own = after[line, column]
    for down in range(3):
        for right in range(3):
            neighbor = wide[line + down, column + right]
            found.append(np.unique((neighbor * 2**32 + own)[neighbor > 0]))
    return np.stack(np.divmod(np.unique(np.concatenate(found)), 2**32), 1)
