"""Voxels between two processes: a raw file that the other side maps into memory, and a description that fits in a message."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, MedAIError
from ..image import Image

PRODUCTS = ("labelmap", "confidence", "saliency")
PIECE_BYTES = 1 << 20  # copied in less than a millisecond
_STRIP = 16


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


def product_file(output: str, name: str) -> Path:
    """The file that a run asked to write to ``output`` puts its "labelmap", "confidence" or "saliency" into."""
    return Path(f"{output}.{name}")


def describe_voxels(image: Image, path: Path) -> VoxelFile:
    """How the voxels of an image will be stored in a file; nothing is written.

    Raises:
        InputError: if the voxels are no real numbers.
    """
    voxels = image.voxels
    if voxels.dtype.kind not in "biuf":
        raise InputError(f"{image.name} has voxels of type {voxels.dtype}, not real numbers; convert it first.")
    return VoxelFile(
        path=str(path),
        dtype=voxels.dtype.str,
        shape=tuple(voxels.shape),
        axes=tuple(sorted(range(4), key=lambda axis: -abs(voxels.strides[axis]))),
        affine=tuple(tuple(row) for row in image.affine.tolist()),
        name=image.name,
        modality=image.modality,
    )


def send_voxels(image: Image, file: VoxelFile) -> Generator[int, None, None]:
    """Write the voxels of an image to the file that ``describe_voxels`` described, which only this user can read.

    Yields the size of each piece after it is written, ``PIECE_BYTES`` at most. The voxels must not change meanwhile. Who
    stops midway removes the file.

    Raises:
        MedAIError: if the file cannot be written.
    """
    path = Path(file.path)
    try:
        with path.open("wb", buffering=0) as target:
            path.chmod(0o600)
            for piece in _pieces(image.voxels.transpose(file.axes)):
                written = 0
                while written < piece.size:
                    written += target.write(piece[written:].data) or 0
                yield piece.size
    except OSError as problem:
        raise MedAIError(
            f"{image.name} could not be copied to {path.parent} for the run ({problem.strerror}); free some space there."
        ) from problem


def write_voxels(image: Image, path: Path) -> VoxelFile:
    """Write the voxels of an image to a raw file in one go; raises what ``describe_voxels`` and ``send_voxels`` raise.

    Nothing is left of the file where that fails.
    """
    file = describe_voxels(image, path)
    try:
        for _ in send_voxels(image, file):
            pass
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return file


def read_voxels(file: VoxelFile) -> Image:
    """The image with its voxels mapped from the file, read-only.

    Raises:
        MedAIError: if the file is missing or does not hold what the description says.
    """
    with _arriving(file):
        dtype, shape = _layout(file)
        return _image(np.memmap(file.path, dtype, "r", shape=shape), file)


def receive_voxels(file: VoxelFile) -> Generator[int, None, Image]:
    """The image with its voxels in memory of its own: yields the size of each piece that was read, returns the image.

    Raises:
        MedAIError: if the file is missing or does not hold what the description says.
    """
    with _arriving(file):
        dtype, shape = _layout(file)
        stored = np.empty(shape, dtype)
        with Path(file.path).open("rb") as source:
            for piece in _pieces(stored):
                if source.readinto(piece.data) != piece.size:
                    raise ValueError("it became shorter")
                yield piece.size
        return _image(stored, file)


def with_i_fastest(image: Image) -> Image:
    """The same image with its voxels in the memory order of VTK and of most files: along i first, channels apart.

    Both (channel, i, j, k) and (k, j, i) are views of that without a copy, as ``geometry.to_kji`` makes them.
    """
    stored = image.voxels.transpose(0, 3, 2, 1)
    if stored.flags.c_contiguous:
        return image
    turned = np.empty(stored.shape, stored.dtype)
    for start in range(0, stored.shape[3], _STRIP):  # strips as narrow as a line of the cache: three times as fast
        strip = slice(start, start + _STRIP)
        turned[..., strip] = stored[..., strip]
    return image.with_voxels(turned.transpose(0, 3, 2, 1))


def _pieces(stored: NDArray) -> Iterator[NDArray[np.uint8]]:
    """The bytes of an array in C order, in pieces of ``PIECE_BYTES`` at most; views where it is contiguous."""
    if stored.flags.c_contiguous:
        flat = stored.reshape(-1).view(np.uint8)
        for start in range(0, flat.size, PIECE_BYTES):
            yield flat[start : start + PIECE_BYTES]
    elif stored.nbytes <= PIECE_BYTES:
        yield np.ascontiguousarray(stored).reshape(-1).view(np.uint8)
    else:
        rows = max(1, PIECE_BYTES // stored[:1].nbytes)
        for start in range(0, len(stored), rows):
            part = stored[start : start + rows]
            yield from _pieces(part[0] if rows == 1 and part.ndim > 1 else part)


@contextlib.contextmanager
def _arriving(file: VoxelFile) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError) as problem:
        raise MedAIError(f"The voxels of {file.name} did not arrive ({problem}); start the run again.") from problem


def _layout(file: VoxelFile) -> tuple[np.dtype, tuple[int, ...]]:
    """Type and shape of the stored array; raises where the file does not hold it."""
    dtype = np.dtype(file.dtype)
    if dtype.kind not in "biuf" or sorted(file.axes) != [0, 1, 2, 3] or len(file.shape) != 4 or min(file.shape) < 1:
        raise ValueError("no image is described so")
    expected = math.prod(file.shape) * dtype.itemsize
    actual = Path(file.path).stat().st_size
    if actual != expected:
        raise ValueError(f"{actual} bytes instead of {expected}")
    return dtype, tuple(file.shape[axis] for axis in file.axes)


def _image(stored: NDArray, file: VoxelFile) -> Image:
    return Image(stored.transpose(np.argsort(file.axes)), np.array(file.affine), file.name, file.modality)
