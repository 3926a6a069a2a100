"""NRRD files, written as text and gzip: coordinates keep every digit, and a full disk is noticed.

Source: https://teem.sourceforge.net/nrrd/format.html
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import LPS_RAS

_GZIP_LEVEL = 5
_TYPES = {
    np.dtype(kind): name
    for kind, name in (
        (np.int8, "int8"), (np.uint8, "uint8"), (np.int16, "int16"), (np.uint16, "uint16"), (np.int32, "int32"),
        (np.uint32, "uint32"), (np.int64, "int64"), (np.uint64, "uint64"), (np.float32, "float"), (np.float64, "double"),
    )
}  # fmt: skip


def write_nrrd(
    path: Path, voxels: NDArray, affine: NDArray[np.float64], fields: Mapping[str, str] | None = None, *, axis: str = "vector"
) -> None:
    """Write voxels (channel, i, j, k) with an ijk-to-RAS affine in mm; several channels become a vector per voxel.

    Args:
        fields: further keys and values of the header.
        axis: what the header says that several channels are: a "vector", or a "list" of what has little to do with each other.

    Raises:
        InputError: if NRRD has no such type.
        OSError: if the disk is full, or the file cannot be written.
    """
    if voxels.dtype not in _TYPES:
        raise InputError(f"{path.name} cannot hold {voxels.dtype} voxels; convert them to integers or floats.")
    header = "\n".join([*_header(voxels, affine, axis), *(f"{key}:={_escaped(value)}" for key, value in (fields or {}).items())])
    with path.open("wb") as file:
        file.write(f"{header}\n\n".encode())
        with gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed:
            packed.write((voxels[0] if len(voxels) == 1 else voxels).tobytes(order="F"))


def _header(voxels: NDArray, affine: NDArray[np.float64], axis: str) -> list[str]:
    lps = LPS_RAS @ affine
    vector = [] if len(voxels) == 1 else [axis]
    sizes = voxels.shape if vector else voxels.shape[1:]
    return [
        "NRRD0004",
        f"type: {_TYPES[voxels.dtype]}",
        f"dimension: {len(sizes)}",
        "space: left-posterior-superior",
        f"sizes: {' '.join(map(str, sizes))}",
        f"space directions: {' '.join([*('none' for _ in vector), *map(_point, lps[:3, :3].T)])}",
        f"kinds: {' '.join([*vector, 'domain', 'domain', 'domain'])}",
        f"endian: {sys.byteorder}",
        "encoding: gzip",
        f"space origin: {_point(lps[:3, 3])}",
    ]


def _point(vector: NDArray[np.float64]) -> str:
    return f"({','.join(repr(float(part) + 0.0) for part in vector)})"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
