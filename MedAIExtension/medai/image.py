"""An image: voxels, where they are, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .geometry import orientation_of, spacing_of


@dataclass(frozen=True, eq=False)
class Image:
    """Voxels with their place in the patient. Everything that enters the engine becomes one.

    Attributes:
        voxels: (channel, i, j, k), any real dtype; one channel for a scalar volume, three for RGB; k has size 1 in 2D.
        affine: ijk-to-RAS (4, 4) in mm, float64, invertible.
        name: what users call it (a node's or a file's name, without path and extension); never sent anywhere.
        modality: DICOM's word ("CT", "MR", ...) where it is known, else "".
    """

    voxels: NDArray
    affine: NDArray[np.float64]
    name: str = "image"
    modality: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "affine", np.array(self.affine, float))
        if self.voxels.ndim != 4 or 0 in self.voxels.shape:
            raise InputError(f"{self.name} has no voxels in three dimensions; choose another image.")
        if self.affine.shape != (4, 4) or not np.isfinite(self.affine).all() or abs(np.linalg.det(self.affine[:3, :3])) < 1e-12:
            raise InputError(f"{self.name} has an unusable geometry (its voxels have no size or direction); export it again.")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Size along i, j, k."""
        i, j, k = self.voxels.shape[1:]
        return i, j, k

    @property
    def channels(self) -> int:
        """Number of values per voxel."""
        return int(self.voxels.shape[0])

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Voxel size in mm along i, j, k."""
        i, j, k = spacing_of(self.affine).tolist()
        return i, j, k

    @property
    def orientation(self) -> str:
        """Axis codes such as "RAS": where i, j and k point."""
        return orientation_of(self.affine)

    @property
    def voxel_volume_ml(self) -> float:
        """Volume of one voxel in milliliters; right for sheared grids too."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000

    def on_same_grid(self, other: Image, tolerance: float = 1e-3) -> bool:
        """True where size and position of every voxel agree within ``tolerance`` mm at the grid's corners."""
        if self.shape != other.shape:
            return False
        corner = np.array([*(n - 1 for n in self.shape), 1])
        corners = np.array(np.meshgrid(*((0, c) for c in corner[:3]), [1], indexing="ij")).reshape(4, -1)
        return bool(np.abs((self.affine - other.affine) @ corners).max() <= tolerance)

    def with_voxels(self, voxels: NDArray) -> Image:
        """The same place and name with other voxels (channel, i, j, k)."""
        return replace(self, voxels=voxels)
