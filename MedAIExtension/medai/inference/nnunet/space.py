"""Between the scan's axes and nnU-Net's: its arrays are (k, j, i), turned to RAS where it was trained so, then transposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nibabel.orientations import io_orientation
from numpy.typing import NDArray

from ...geometry import spacing_of


@dataclass(frozen=True, eq=False)
class Space:
    """One scan's axes as nnU-Net takes them.

    Attributes:
        order: for each of nnU-Net's axes, which of the scan's it is.
        flips: of nnU-Net's axes, those that run against the scan's.
        spacing: in mm along nnU-Net's axes.
    """

    order: tuple[int, ...]
    flips: tuple[int, ...]
    spacing: tuple[float, ...]

    @classmethod
    def of(cls, affine: NDArray[np.float64], transpose: Sequence[int], reorient: bool) -> Space:
        """The space of a scan with this ijk-to-RAS affine.

        Args:
            affine: (4, 4) in mm.
            transpose: the plans' ``transpose_forward``.
            reorient: whether scans are turned to RAS when they are read.
        """
        turned = [(axis, 1.0) for axis in range(3)]
        if reorient:
            ornt = io_orientation(affine)
            turned = [(axis, ornt[axis, 1]) for axis in np.argsort(ornt[:, 0])]
        axes = [turned[::-1][axis] for axis in transpose]
        # In single precision, as a NIfTI file has it and nnU-Net reads it: sizes are rounded with it.
        lengths = spacing_of(affine).astype(np.float32).astype(float)
        order = tuple(int(axis) for axis, _ in axes)
        flips = tuple(n for n, (_, sign) in enumerate(axes) if sign < 0)
        return cls(order, flips, tuple(float(lengths[axis]) for axis in order))

    def forward(self, voxels: NDArray) -> NDArray:
        """From (channel, i, j, k) to (channel, x, y, z)."""
        return np.flip(voxels.transpose(0, *(axis + 1 for axis in self.order)), tuple(n + 1 for n in self.flips))

    def backward(self, volume: NDArray) -> NDArray:
        """From (x, y, z) to (i, j, k)."""
        return np.flip(volume, self.flips).transpose(np.argsort(self.order))
