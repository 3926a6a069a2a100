"""Slices that lie unevenly, or shifted as from a tilted gantry, resampled to an even, right-angled grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import shift

from .planes import Plane
from .stack import affine_of, offsets


def resample_evenly(voxels: NDArray, planes: Sequence[Plane]) -> tuple[NDArray, NDArray[np.float64]]:
    """Interpolate linearly onto a grid with the median slice spacing that covers all slices.

    Args:
        voxels: (channel, i, j, k) of the ordered planes.
        planes: at least two.

    Returns:
        Voxels of the same type, where nothing was measured with the smallest value; ijk-to-RAS affine (4, 4) in mm.
    """
    along, aside = offsets(planes)
    pixels = aside / planes[0].spacing
    low = np.floor(pixels.min(axis=0)).astype(int)
    size = voxels.shape[1:3] + np.ceil(pixels.max(axis=0)).astype(int) - low
    count = max(2, round(float(along[-1] / np.median(np.diff(along)))) + 1)
    spacing = along[-1] / (count - 1)

    straight = _straightened(voxels, pixels - low, size)
    places = np.clip(np.arange(count) * spacing, 0, along[-1])
    below = np.clip(np.searchsorted(along, places, side="right") - 1, 0, len(along) - 2)
    weight = ((places - along[below]) / (along[below + 1] - along[below])).astype(np.float32)
    even = straight[..., below] * (1 - weight) + straight[..., below + 1] * weight
    if np.issubdtype(voxels.dtype, np.integer):
        even = np.rint(even)

    affine = affine_of(planes, spacing)
    affine[:3, 3] += affine[:3, :2] @ low
    return even.astype(voxels.dtype), affine


def _straightened(voxels: NDArray, pixels: NDArray[np.float64], size: NDArray) -> NDArray[np.float32]:
    """Every slice moved by its own (k, 2) pixels along i and j, in a frame of ``size`` pixels."""
    fill = float(voxels.min())
    straight = np.full((voxels.shape[0], *size, voxels.shape[3]), fill, np.float32)
    i, j = voxels.shape[1:3]
    for channel, k in np.ndindex(voxels.shape[0], voxels.shape[3]):
        frame = np.full(size, fill, np.float32)
        frame[:i, :j] = voxels[channel, :, :, k]
        straight[channel, :, :, k] = shift(frame, pixels[k], order=1, mode="constant", cval=fill) if pixels[k].any() else frame
    return straight
