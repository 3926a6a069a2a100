"""Which voxels of a label map each lesion has: only these are kept, whatever the size of the scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from ..results import Lesion
from ..results.lesions.components import Component, components

_SAME_MM = 0.01
# The nearest voxel of a point halfway between two is the upper one, whatever rounding makes of the point.
_HALFWAY = 0.5 + 1e-6


@dataclass(frozen=True, eq=False)
class Parts:
    """Voxels of lesions that do not overlap.

    Attributes:
        shape: of the label map, (i, j, k).
        affine: its ijk-to-RAS affine (4, 4), mm.
        index: (n,) int64, flat indices (C order) of the voxels, ascending.
        ids: (n,) int64, the id of each voxel's lesion.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]
    index: NDArray[np.int64]
    ids: NDArray[np.int64]

    def points(self) -> NDArray[np.float64]:
        """Centers of the voxels, (n, 3) in RAS mm."""
        places = np.stack(np.unravel_index(self.index, self.shape), axis=1)
        return np.asarray(places @ self.affine[:3, :3].T + self.affine[:3, 3])

    def at(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Ids of the lesions that points (n, 3) in RAS mm lie in; 0 outside of all."""
        back = np.linalg.inv(self.affine)
        nearest = np.floor(points @ back[:3, :3].T + back[:3, 3] + _HALFWAY).astype(np.int64)
        inside = ((nearest >= 0) & (nearest < self.shape)).all(axis=1)
        flat = np.ravel_multi_index(tuple(np.where(inside[:, None], nearest, 0).T), self.shape)
        place = np.minimum(np.searchsorted(self.index, flat), max(self.index.size - 1, 0))
        if not self.index.size:
            return np.zeros(len(points), np.int64)
        return np.where(inside & (self.index[place] == flat), self.ids[place], 0)

    @property
    def voxel_ml(self) -> float:
        """Volume of one voxel in milliliters."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000


def parts_of(labelmap: Image, lesions: Sequence[Lesion]) -> Parts:
    """The voxels of lesions in the label map (layer, i, j, k) that they were measured in.

    Lesions without voxels (boxes) are left out; the others are found again by their label, size and center.

    Raises:
        InputError: if the label map does not hold one of the lesions.
    """
    wanted: dict[tuple[int, int], list[Lesion]] = {}
    for lesion in lesions:
        if lesion.voxels:
            wanted.setdefault((lesion.value, lesion.voxels), []).append(lesion)
    found = [(np.zeros(0, np.int64), 0)]
    for layer in labelmap.voxels if wanted else ():
        for part in components(layer, {value for value, _ in wanted}):
            own = wanted.get((part.value, int(np.count_nonzero(part.mask))))
            one = _of(labelmap, part, own) if own else None
            if own and one:
                own.remove(one)
                places = np.argwhere(part.mask) + part.start
                found.append((np.ravel_multi_index(tuple(places.T), labelmap.shape), one.id))
    missing = sorted((lesion.id, lesion.label) for left in wanted.values() for lesion in left)
    if missing:
        raise InputError(
            f"The label map {labelmap.name} does not hold lesion {missing[0][0]} ({missing[0][1]}) as it was measured;"
            " run the model again, so that label map and findings fit."
        )
    index = np.concatenate([voxels for voxels, _ in found])
    ids = np.concatenate([np.full(voxels.size, number, np.int64) for voxels, number in found])
    order = np.argsort(index, kind="stable")
    return Parts(labelmap.shape, labelmap.affine, index[order], ids[order])


def _of(labelmap: Image, part: Component, lesions: Sequence[Lesion]) -> Lesion | None:
    """Of lesions of this part's label and size the one with its center."""
    middle = np.argwhere(part.mask).mean(axis=0) + part.start
    center = labelmap.affine[:3, :3] @ middle + labelmap.affine[:3, 3]
    return next((lesion for lesion in lesions if np.abs(center - lesion.center_ras).max() < _SAME_MM), None)
