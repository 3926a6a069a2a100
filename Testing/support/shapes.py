"""Bodies with known diameters, as voxels of any grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from medai.image import Image
from medai.results import Prediction, describe_labels

NAMES = {1: "Tumor", 2: "Liver", 3: "Spleen"}


def rotation(angles: Sequence[float]) -> NDArray[np.float64]:
    """(3, 3) about R, A and S, in radians."""
    turn = np.eye(3)
    for axis, angle in enumerate(angles):
        a, b = (other for other in range(3) if other != axis)
        one = np.eye(3)
        one[a, a] = one[b, b] = np.cos(angle)
        one[a, b], one[b, a] = -np.sin(angle), np.sin(angle)
        turn = turn @ one
    return turn


def grid_affine(spacing: Sequence[float], angles: Sequence[float] = (0, 0, 0), origin: Sequence[float] = (0, 0, 0)) -> NDArray:
    """An ijk-to-RAS affine of a turned grid."""
    affine = np.eye(4)
    affine[:3, :3] = rotation(angles) * np.asarray(spacing, float)
    affine[:3, 3] = origin
    return affine


def places_of(shape: Sequence[int], affine: NDArray) -> NDArray[np.float64]:
    """(i, j, k, 3) RAS mm of every voxel's center."""
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    return index @ affine[:3, :3].T + affine[:3, 3]


def body(radii: Sequence[float], turn: NDArray, spacing: Sequence[float], offset: Sequence[float], *, box: bool) -> tuple:
    """Voxels bool (i, j, k) whose centers lie in an ellipsoid or box of these half axes, and the affine; its center is RAS 0.

    Args:
        radii: half axes in mm, along the columns of ``turn``.
        turn: (3, 3) in the directions of the grid's axes.
        spacing: of the grid, whose axes are the patient's.
        offset: of the body's center from a voxel's, in voxels.
        box: a box instead of an ellipsoid.
    """
    spacing = np.asarray(spacing, float)
    reach = np.sqrt(((turn * radii) ** 2).sum(axis=1)) if not box else np.abs(turn * radii).sum(axis=1)
    half = np.ceil(reach / spacing).astype(int) + 2
    affine = grid_affine(spacing, origin=-(half + np.asarray(offset)) * spacing)
    own = places_of(2 * half + 1, affine) @ turn / radii
    inside = (np.abs(own) <= 1 + 1e-9).all(axis=-1) if box else (own**2).sum(axis=-1) <= 1
    return inside, affine


def labeled(voxels: NDArray, affine: NDArray, values: NDArray | None = None, names: Mapping[int, str] = NAMES) -> tuple:
    """A prediction with one layer of labels (i, j, k), and a scan with these values, or with a gradient."""
    if values is None:
        values = np.arange(voxels.size, dtype=np.float32).reshape(voxels.shape)
    image = Image(values[None], affine, "scan")
    return Prediction(image.with_voxels(voxels[None].astype(np.uint8)), describe_labels(names)), image
