"""Voxels between two processes: a raw file that the other side maps into memory, and a description that fits in a message."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, MedAIError
from ..image import Image


@dataclass(frozen=True)
class VoxelFile:
    """Where the voxels of an image are and how to read them.

    Attributes:
        path: the raw file, without any header.
        dtype: numpy's word with byte order, such as "<i2".
        shape: size along channel, i, j, k.
        axes: which of these four each stored axis is, slowest first; arrays keep their layout, so that nothing is transposed.
        affine: ijk-to-RAS (4, 4) in mm, row by row.
        name: the image's name.
        modality: the image's modality.
    """

    path: str
    dtype: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    affine: tuple[tuple[float, ...], ...]
    name: str
    modality: str


def write_voxels(image: Image, path: Path) -> VoxelFile:
    """Write the voxels of an image to a raw file that only this user can read.

    Raises:
        InputError: if the voxels are no real numbers.
        MedAIError: if the file cannot be written; nothing is left of it then.
    """
    voxels = image.voxels
    if voxels.dtype.kind not in "biuf":
        raise InputError(f"{image.name} has voxels of type {voxels.dtype}, not real numbers; convert it first.")
    axes = tuple(sorted(range(4), key=lambda axis: -abs(voxels.strides[axis])))
    try:
        with path.open("wb") as file:
            path.chmod(0o600)
            _write(voxels.transpose(axes), file)
    except OSError as problem:
        with contextlib.suppress(OSError):
            path.unlink()
        raise MedAIError(
            f"{image.name} could not be copied to {path.parent} for the run ({problem.strerror}); free some space there."
        ) from problem
    return VoxelFile(
        path=str(path),
        dtype=voxels.dtype.str,
        shape=tuple(voxels.shape),
        axes=axes,
        affine=tuple(tuple(row) for row in image.affine.tolist()),
        name=image.name,
        modality=image.modality,
    )


def read_voxels(file: VoxelFile) -> Image:
    """The image with its voxels mapped from the file, read-only.

    Raises:
        MedAIError: if the file is missing or does not hold what the description says.
    """
    try:
        dtype = np.dtype(file.dtype)
        if dtype.kind not in "biuf" or sorted(file.axes) != [0, 1, 2, 3] or len(file.shape) != 4 or min(file.shape) < 1:
            raise ValueError("no image is described so")
        expected = math.prod(file.shape) * dtype.itemsize
        actual = Path(file.path).stat().st_size
        if actual != expected:
            raise ValueError(f"{actual} bytes instead of {expected}")
        stored = np.memmap(file.path, dtype, "r", shape=tuple(file.shape[axis] for axis in file.axes))
    except (OSError, ValueError, TypeError) as problem:
        raise MedAIError(f"The voxels of {file.name} did not arrive ({problem}); start the run again.") from problem
    return Image(stored.transpose(np.argsort(file.axes)), np.array(file.affine), file.name, file.modality)


def _write(stored: NDArray, file: BinaryIO) -> None:
    """Write in C order; what is not contiguous is copied slab by slab, never as a whole."""
    if stored.flags.c_contiguous:
        file.write(stored.reshape(-1).view(np.uint8).data)
        return
    for channel in stored:
        for slab in channel:
            file.write(np.ascontiguousarray(slab).reshape(-1).view(np.uint8).data)
