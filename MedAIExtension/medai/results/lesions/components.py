"""Parts of labels that hang together, over faces, edges and corners of voxels (26 neighbors)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# As many voxels are looked at a time: few enough for the processor's cache, so that a scan of a full body takes no second.
_AT_A_TIME = 2_000_000
_MANY = 4


@dataclass(frozen=True)
class Component:
    """A part of a label that hangs together.

    Attributes:
        value: of the label.
        start: (3,) index i, j, k of the first voxel of its box.
        mask: bool (i, j, k), which voxels of the box are its own; it touches all six sides of the box.
    """

    value: int
    start: NDArray[np.intp]
    mask: NDArray[np.bool_]

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """Its box in the label map."""
        i, j, k = (slice(int(begin), int(begin) + size) for begin, size in zip(self.start, self.mask.shape, strict=True))
        return i, j, k


@dataclass(frozen=True)
class _Runs:
    """Voxels of one value in a row, one behind the other: row and first column, length, value; sorted by row and column."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    length: NDArray[np.int64]
    value: NDArray


def components(layer: NDArray, values: Collection[int]) -> Iterator[Component]:
    """Every part that hangs together of every label with one of these values, in no particular order.

    Rows of voxels are joined where they touch, as ITK's and cc3d's labeling by runs do, so that time and memory follow what is
    there and not the size of the volume.

    Args:
        layer: label map (i, j, k) of unsigned integers, in any memory order.
        values: of the labels; parts of different labels stay apart.
    """
    axes = sorted(range(3), key=lambda axis: -abs(layer.strides[axis]))
    turned = layer.transpose(axes)
    runs = _runs(turned, values)
    if not runs.row.size:
        return
    part = _joined(runs, turned.shape)
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part))
    back = np.argsort(axes)
    plane, line = np.divmod(runs.row, turned.shape[1])
    for members in np.split(order, ends[:-1]):
        yield _component(plane[members], line[members], runs.column[members], runs.length[members], runs.value[members[0]], back)


def _runs(voxels: NDArray, values: Collection[int]) -> _Runs:
    """Runs along the last axis of (a, b, c)."""
    planes = max(1, _AT_A_TIME // max(1, voxels[0].size))
    found = [_runs_of(voxels[a : a + planes], a * voxels.shape[1], values) for a in range(0, voxels.shape[0], planes)]
    return _Runs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _runs_of(voxels: NDArray, first_row: int, values: Collection[int]) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    wanted = _wanted(voxels, values)
    at = np.flatnonzero(wanted)
    value = voxels[wanted]
    width = voxels.shape[2]
    begins = np.ones(at.size, bool)
    begins[1:] = (np.diff(at) != 1) | (value[1:] != value[:-1]) | (at[1:] % width == 0)
    begin = np.flatnonzero(begins)
    row, column = np.divmod(at[begin], width)
    return row + first_row, column, np.diff(begin, append=at.size), value[begin]


def _wanted(voxels: NDArray, values: Collection[int]) -> NDArray[np.bool_]:
    if len(values) > _MANY:
        table = np.zeros(np.iinfo(voxels.dtype).max + 1, bool)
        table[list(values)] = True
        return table[voxels]
    wanted = np.zeros(voxels.shape, bool)
    for value in values:
        wanted |= voxels == value
    return wanted


def _joined(runs: _Runs, shape: tuple[int, ...]) -> NDArray[np.int32]:
    """Number of the part that each run belongs to."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    # An empty row and an empty column between all, so that neighbors in the sorted keys are neighbors in space.
    lines, width = shape[1] + 2, shape[2] + 2
    plane, line = np.divmod(runs.row, shape[1])
    first = (plane * lines + line + 1) * width + runs.column + 1
    last = first + runs.length - 1
    one, other = [], []
    for rows in (1, lines - 1, lines, lines + 1):
        begin = np.searchsorted(last, first + rows * width - 1, "left")
        end = np.searchsorted(first, last + rows * width + 1, "right")
        each, neighbor = _pairs(begin, end)
        same = runs.value[each] == runs.value[neighbor]
        one.append(each[same])
        other.append(neighbor[same])
    pairs = np.concatenate(one), np.concatenate(other)
    graph = coo_matrix((np.ones(pairs[0].size, np.int8), pairs), shape=(first.size, first.size))
    return connected_components(graph, directed=False)[1]


def _pairs(begin: NDArray, end: NDArray) -> tuple[NDArray, NDArray]:
    """Every n with every number from begin[n] to before end[n]."""
    count = np.maximum(end - begin, 0)
    each = np.repeat(np.arange(begin.size), count)
    return each, counted(begin, count)


def counted(begin: NDArray, count: NDArray) -> NDArray[np.int64]:
    """begin[0], begin[0] + 1, ... (as many as count[0]), begin[1], ...: all ranges one behind the other."""
    before = np.cumsum(count) - count
    return np.repeat(begin - before, count) + np.arange(int(count.sum()))


def _component(plane: NDArray, line: NDArray, column: NDArray, length: NDArray, value: int, back: NDArray) -> Component:
    low = np.array([plane.min(), line.min(), column.min()], np.intp)
    high = np.array([plane.max(), line.max(), (column + length).max() - 1], np.intp)
    size = high - low + 1
    mask = np.zeros(size, bool)
    begin = ((plane - low[0]) * size[1] + line - low[1]) * size[2] + column - low[2]
    mask.ravel()[counted(begin, length)] = True
    return Component(int(value), low[back], mask.transpose(back))
