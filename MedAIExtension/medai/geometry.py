"""The one place where conventions meet: LPS of ITK and DICOM, (k, j, i) of their arrays, and the engine's RAS (i, j, k)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

LPS_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def affine_from_lps(origin: Sequence[float], spacing: Sequence[float], direction: Sequence[float]) -> NDArray[np.float64]:
    """ijk-to-RAS affine (4, 4) in mm from ITK's origin (mm, LPS), spacing (mm) and direction cosines (row-major, 9)."""
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(direction, float).reshape(3, 3) * np.asarray(spacing, float)
    affine[:3, 3] = origin
    return LPS_RAS @ affine


def lps_from_affine(affine: ArrayLike) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """ITK's (origin, spacing, direction) in LPS mm of an ijk-to-RAS affine; the inverse of ``affine_from_lps``."""
    lps = LPS_RAS @ np.asarray(affine, float)
    spacing = spacing_of(affine)
    direction = lps[:3, :3] / spacing
    return tuple(lps[:3, 3].tolist()), tuple(spacing.tolist()), tuple(direction.ravel().tolist())


def spacing_of(affine: ArrayLike) -> NDArray[np.float64]:
    """Voxel size (3,) in mm along i, j, k."""
    return np.linalg.norm(np.asarray(affine, float)[:3, :3], axis=0)


def from_kji(array: NDArray) -> NDArray:
    """(k, j, i) or (k, j, i, channel), as SimpleITK and Slicer give arrays, to a (channel, i, j, k) view."""
    if array.ndim == 3:
        return array.transpose(2, 1, 0)[None]
    return array.transpose(3, 2, 1, 0)


def to_kji(array: NDArray) -> NDArray:
    """(channel, i, j, k) to a (k, j, i) view for one channel, (k, j, i, channel) for several."""
    if array.shape[0] == 1:
        return array[0].transpose(2, 1, 0)
    return array.transpose(3, 2, 1, 0)


def orientation_of(affine: ArrayLike) -> str:
    """Anatomical direction of growing i, j and k, such as "RAS" or "LPI".

    Halfway between two axes it decides as nibabel does, and so as MONAI's orientation transforms do.
    """
    from nibabel.orientations import aff2axcodes

    return "".join(aff2axcodes(np.asarray(affine, float)))
