"""nnU-Net's change of spacing: splines, and slice by slice where the slices lie far apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

# Slices count as far apart from three times the voxel size in the plane on.
_ANISOTROPIC = 3


def new_shape(shape: Sequence[int], spacing: Sequence[float], wanted: Sequence[float]) -> tuple[int, ...]:
    """Size of a grid with another spacing, as nnU-Net rounds it."""
    return tuple(round(old / new * count) for old, new, count in zip(spacing, wanted, shape, strict=True))


def resampled(
    volume: NDArray, shape: Sequence[int], spacing: Sequence[float], wanted: Sequence[float], how: Mapping[str, Any]
) -> NDArray:
    """A volume on a grid of another size over the same field of view.

    Args:
        volume: (x, y, z) of any real type, which is the result's.
        shape: of the result.
        spacing: of the volume in mm.
        wanted: spacing of the result in mm.
        how: "order" of the splines, "order_z" of those across slices that lie far apart, "separate_z" to decide on that.
    """
    if tuple(volume.shape) == tuple(shape):
        return volume
    axis = _slice_axis(spacing, wanted, how["separate_z"])
    values = volume.astype(float, copy=False)
    if axis is None:
        return _resized(values, shape, how["order"]).astype(volume.dtype)
    in_plane = [n for a, n in enumerate(shape) if a != axis]
    slices = [_resized(plane, in_plane, how["order"]) for plane in np.moveaxis(values, axis, 0)]
    return _across(np.stack(slices, axis), int(shape[axis]), axis, how["order_z"]).astype(volume.dtype)


def _resized(values: NDArray, shape: Sequence[int], order: int) -> NDArray:
    from skimage.transform import resize

    return resize(values, tuple(shape), order, mode="edge", anti_aliasing=False)


def _across(values: NDArray, count: int, axis: int, order: int) -> NDArray:
    """Another number of slices; planes stay as they are."""
    if values.shape[axis] == count:
        return values
    places = values.shape[axis] / count * (np.arange(count) + 0.5) - 0.5
    if order == 0:  # as scipy rounds: halves go up
        return np.take(values, np.clip(np.floor(places + 0.5), 0, values.shape[axis] - 1).astype(int), axis)
    shape = [count if a == axis else n for a, n in enumerate(values.shape)]
    grid = np.meshgrid(*(places if a == axis else np.arange(n) for a, n in enumerate(shape)), indexing="ij")
    return map_coordinates(values, np.array(grid), order=order, mode="nearest")


def _slice_axis(spacing: Sequence[float], wanted: Sequence[float], separate: bool | None) -> int | None:
    """The axis along which slices lie far apart, of the first grid or else of the second; None where none stands out."""
    if separate is False:
        return None
    for lengths in (spacing, wanted):
        if separate or max(lengths) / min(lengths) > _ANISOTROPIC:
            longest = [axis for axis, length in enumerate(lengths) if max(lengths) / length == 1]
            return longest[0] if len(longest) == 1 else None
    return None
