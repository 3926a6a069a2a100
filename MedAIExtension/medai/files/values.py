"""Stored values and what they stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError


def rescaled(stored: NDArray, slope: float, intercept: float) -> NDArray:
    """``stored * slope + intercept`` in the smallest type that is exact: the stored one, int16, int32, int64, else float32."""
    if (slope, intercept) == (1, 0):
        return narrowed(stored)
    whole = float(slope).is_integer() and float(intercept).is_integer() and np.issubdtype(stored.dtype, np.integer)
    if not whole:
        return stored.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    slope, intercept = int(slope), int(intercept)
    ends = [int(stored.min()), int(stored.max())]
    met = [*ends, slope, intercept, *(end * slope for end in ends), *(end * slope + intercept for end in ends)]
    kinds = (stored.dtype.newbyteorder("="), np.dtype(np.int16), np.dtype(np.int32))
    kind = next((kind for kind in kinds if np.iinfo(kind).min <= min(met) <= max(met) <= np.iinfo(kind).max), np.dtype(np.int64))
    return stored.astype(kind) * slope + intercept


def narrowed(voxels: NDArray) -> NDArray:
    """float64 as float32, bool as uint8, foreign byte order as this machine's; everything else as it is."""
    if voxels.dtype == np.bool_:
        return voxels.astype(np.uint8)
    if voxels.dtype.newbyteorder("=") == np.float64:
        return voxels.astype(np.float32)
    return voxels.astype(voxels.dtype.newbyteorder("="), copy=False)


def chosen_frame(count: int, frame: int | None, name: object) -> int:
    """Which of ``count`` frames: the given one, by default the first.

    Raises:
        InputError: if there is no such frame.
    """
    if frame is None or 0 <= frame < count:
        return frame or 0
    if count == 1:
        raise InputError(f"{name} has only one frame; leave --frame out.")
    raise InputError(f"{name} has no frame {frame}; choose --frame 0 to {count - 1}.")
