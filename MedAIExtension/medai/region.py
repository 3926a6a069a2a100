"""A box in the patient: the part of a scan that a user cares about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError

Vector = tuple[float, float, float]

# A voxel whose center lies on a face is inside, whatever rounding makes of it.
_ON_THE_FACE_MM = 1e-6
_SHEARED = 1e-4


@dataclass(frozen=True)
class Box:
    """A box with any rotation, never sheared; its faces belong to it.

    Attributes:
        center_ras: its center in RAS mm.
        size_mm: lengths of its sides in mm, all larger than 0.
        axes_ras: direction of each side in RAS: three unit vectors at right angles.

    Raises:
        InputError: if one of them is not so.
    """

    center_ras: Vector
    size_mm: Vector
    axes_ras: tuple[Vector, Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "center_ras", _vector(self.center_ras, "center"))
        object.__setattr__(self, "size_mm", _vector(self.size_mm, "size"))
        object.__setattr__(self, "axes_ras", tuple(_vector(axis, "direction") for axis in self.axes_ras))
        if min(self.size_mm) <= 0:
            size = " x ".join(f"{length:g}" for length in self.size_mm)
            raise InputError(f"The box has the size {size} mm; make each of its sides longer than 0.")
        axes = np.array(self.axes_ras)
        if axes.shape != (3, 3) or np.abs(axes @ axes.T - np.eye(3)).max() > _SHEARED:
            raise InputError("The box is scaled or sheared (its sides are not at right angles); draw it anew.")

    def corners(self) -> NDArray[np.float64]:
        """Its eight corners, (8, 3) in RAS mm."""
        signs = np.array(list(product((-0.5, 0.5), repeat=3)))
        return np.asarray(self.center_ras) + signs * self.size_mm @ np.array(self.axes_ras)

    def contains(self, point: ArrayLike) -> bool:
        """True where a point (3,) in RAS mm is in the box or on a face of it."""
        away = np.array(self.axes_ras) @ (np.asarray(point, float) - self.center_ras)
        return bool((np.abs(away) <= np.array(self.size_mm) / 2 + _ON_THE_FACE_MM).all())

    def mask(self, shape: Sequence[int], affine: ArrayLike) -> NDArray[np.bool_]:
        """Which voxels have their center in the box: bool (i, j, k), for a grid with an ijk-to-RAS affine (4, 4)."""
        first, last = self._rows(shape, affine)
        inside = np.empty(tuple(shape), bool)
        for i, slab in enumerate(inside):
            np.logical_and(first <= i, i <= last, out=slab)
        return inside

    def touches(self, shape: Sequence[int], affine: ArrayLike) -> bool:
        """True where at least one voxel has its center in the box; quick for any size of grid."""
        first, last = self._rows(shape, affine)
        return bool((first <= last).any())

    def _rows(self, shape: Sequence[int], affine: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """First and last i in the box for every row of voxels, (j, k) each; the last is before the first where none is."""
        affine, axes = np.asarray(affine, float), np.array(self.axes_ras)
        steps, start = axes @ affine[:3, :3], axes @ (affine[:3, 3] - self.center_ras)
        _, j, k = np.ogrid[: shape[0], : shape[1], : shape[2]]
        first, last = np.zeros(tuple(shape[1:])), np.full(tuple(shape[1:]), shape[0] - 1.0)
        for step, begin, size in zip(steps, start, self.size_mm, strict=True):
            half = size / 2 + _ON_THE_FACE_MM
            at = begin + (step[1] * j + step[2] * k)[0]
            if step[0] == 0:
                last[np.abs(at) > half] = -1
            else:
                ends = (-half - at) / step[0], (half - at) / step[0]
                np.maximum(first, np.ceil(np.minimum(*ends)), out=first)
                np.minimum(last, np.floor(np.maximum(*ends)), out=last)
        return first, last


def _vector(values: Sequence[float], what: str) -> Vector:
    try:
        x, y, z = (float(value) for value in values)
    except (TypeError, ValueError):
        raise InputError(f"The box's {what} is not three numbers; draw the box anew.") from None
    if not np.isfinite((x, y, z)).all():
        raise InputError(f"The box's {what} is not finite; draw the box anew.")
    return x, y, z
