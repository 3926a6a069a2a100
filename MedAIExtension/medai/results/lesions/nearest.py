"""The named structure that is nearest to a lesion, from edge to edge of their voxels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...image import Image
from ..labels import Label
from .components import Component
from .lesion import Nearest

_BLOCK = 16
_BLOCKS = 32


class Surroundings:
    """The structures of a label map, arranged so that the nearest one to a lesion is found without looking at all.

    A table of blocks of 16 x 16 x 16 voxels says where there is any structure; only blocks that can hold the nearest voxel are
    looked into, and what was found there is kept for the next lesion. The table is made when a lesion touches no structure.
    """

    def __init__(self, labelmap: Image, structures: Sequence[Label]) -> None:
        """``structures`` are the labels that count; each in its own layer of the label map."""
        self._labelmap = labelmap
        self._names = {label.value: label.name for label in structures}
        size = np.iinfo(labelmap.voxels.dtype).max + 1
        self._layers = sorted({label.layer for label in structures})
        self._tables = {layer: np.zeros(size, bool) for layer in self._layers}
        for label in structures:
            self._tables[label.layer][label.value] = True
        self._seen: dict[int, tuple[NDArray[np.intp], NDArray[np.int64]]] = {}

    def nearest(self, lesion: Component) -> Nearest | None:
        """The nearest structure; at 0 mm the one with most voxels in the lesion or next to it. None where there is none."""
        if not self._names:
            return None
        start, around = _grown(lesion)
        touching = np.zeros(1, np.int64)
        for _layer, values in self._within(start, around.shape):
            found = np.bincount(values[around & (values > 0)], minlength=touching.size)
            found[: touching.size] += touching
            touching = found
        touching[0] = 0
        if touching.any():
            return Nearest(self._names[int(touching.argmax())], 0.0)
        return self._apart(start, around)

    def _within(self, start: NDArray, shape: Sequence[int]) -> Iterator[tuple[int, NDArray]]:
        """For each layer, the values of structures in a box that may reach out of the label map; 0 for all else."""
        begin = np.maximum(start, 0)
        end = np.minimum(start + shape, self._labelmap.shape)
        inner = tuple(slice(int(a), int(b)) for a, b in zip(begin, end, strict=True))
        outer = tuple(slice(int(a), int(b)) for a, b in zip(begin - start, end - start, strict=True))
        for layer in self._layers:
            voxels = self._labelmap.voxels[layer][inner]
            values = np.zeros(tuple(shape), np.int64)
            values[outer] = np.where(self._tables[layer][voxels], voxels, 0)
            yield layer, values

    @cached_property
    def _blocks(self) -> NDArray[np.intp]:
        """(n, 2, 3) first and last index of each block with a structure; of one that was looked into, of what is there."""
        shape = np.array(self._labelmap.shape)
        occupied = np.zeros(tuple(-(-shape // _BLOCK)), bool)
        for layer in self._layers:
            voxels = self._labelmap.voxels[layer]
            slowest = int(np.argmax(np.abs(voxels.strides)))
            fill, voxels = np.moveaxis(occupied, slowest, 0), np.moveaxis(voxels, slowest, 0)
            for number, begin in enumerate(range(0, len(voxels), _BLOCK)):
                some = self._tables[layer][voxels[begin : begin + _BLOCK]].any(axis=0)
                some = np.logical_or.reduceat(some, np.arange(0, some.shape[0], _BLOCK), axis=0)
                fill[number] |= np.logical_or.reduceat(some, np.arange(0, some.shape[1], _BLOCK), axis=1)
        first = np.argwhere(occupied) * _BLOCK
        return np.stack([first, first + _BLOCK - 1], axis=1)

    def _apart(self, start: NDArray, around: NDArray[np.bool_]) -> Nearest | None:
        """For a lesion that touches none: the distance from its voxels' neighbors, which are a voxel nearer in any direction."""
        from scipy.spatial import KDTree

        if not len(self._blocks):
            return None
        steps = self._labelmap.affine[:3, :3]
        tree = KDTree((np.argwhere(_shell(around)) + start) @ steps.T, balanced_tree=False, compact_nodes=False)
        best = np.inf, 0.0
        reach = self._at_least(start, around.shape)
        while reach.min() <= best[0]:
            near = np.flatnonzero(reach <= best[0])
            some = near[np.argsort(reach[near], kind="stable")[: _BLOCKS if best[1] else 1]]
            reach[some] = np.inf
            places, values = (np.concatenate(each) for each in zip(*map(self._voxels, some.tolist()), strict=True))
            if len(places):
                distance = np.round(tree.query(places @ steps.T, distance_upper_bound=best[0] + 1e-6)[0], 6)
                least = np.lexsort((values, distance))[0]
                best = min(best, (float(distance[least]), float(values[least])))
        return Nearest(self._names[int(best[1])], best[0])

    def _at_least(self, start: NDArray, shape: Sequence[int]) -> NDArray[np.float64]:
        """Of each block, a distance in mm from the lesion's surroundings that it does not fall short of."""
        steps = self._labelmap.affine[:3, :3]
        spacing = np.linalg.norm(steps, axis=0)
        apart = np.maximum(self._blocks[:, 0] - (start + shape - 1), start - self._blocks[:, 1])
        squeezed = np.linalg.svd(steps / spacing, compute_uv=False).min()
        return np.linalg.norm(np.maximum(apart, 0) * spacing, axis=1) * (squeezed * (1 - 1e-9))

    def _voxels(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Index (n, 3) and values of the outer voxels of structures in a block."""
        if number not in self._seen:
            begin = self._blocks[number, 0] - 1
            found = []
            for _layer, values in self._within(begin, (_BLOCK + 2,) * 3):
                outer = _shell(values > 0)
                outer[[0, -1]] = outer[:, [0, -1]] = outer[:, :, [0, -1]] = False
                found.append((np.argwhere(outer) + begin, values[outer]))
            places, values = (np.concatenate(each) for each in zip(*found, strict=True))
            self._seen[number] = places, values
            if len(places):
                self._blocks[number] = places.min(axis=0), places.max(axis=0)
        return self._seen[number]


def _grown(lesion: Component) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """A lesion with all voxels that touch it, and where its box begins."""
    mask = np.pad(lesion.mask, 1)
    for axis in range(3):
        grown = mask.copy()
        ahead, behind = (np.moveaxis(grown, axis, 0), np.moveaxis(mask, axis, 0))
        ahead[1:] |= behind[:-1]
        ahead[:-1] |= behind[1:]
        mask = grown
    return lesion.start - 1, mask


def _shell(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Its voxels with a face to the outside."""
    padded = np.pad(mask, 1)
    inner = mask.copy()
    for axis in range(3):
        for step in (0, 2):
            cut = [slice(1, -1)] * 3
            cut[axis] = slice(step, step + mask.shape[axis])
            inner &= padded[tuple(cut)]
    return mask & ~inner
