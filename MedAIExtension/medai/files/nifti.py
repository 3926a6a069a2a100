"""NIfTI files (.nii, .nii.gz), read and written."""

from __future__ import annotations

import gzip
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from .nifti_header import COLORS, HEADER_1, HEADER_2, TYPES, Position, position_of
from .values import chosen_frame, rescaled

_VECTOR = 1007
_MILLIMETERS = 2
_MILLIMETERS_PER = {1: 1000.0, 3: 0.001}  # meter, micrometer; all else is taken as millimeters
_GZIP_LEVEL = 5


def read_nifti(path: Path, frame: int | None = None) -> Image:
    """Read a .nii or .nii.gz file, version 1 or 2; see ``read_image``. Vectors and RGB are channels, time is frames.

    Raises:
        InputError: if it is no NIfTI file, damaged, or of a type that no scan has.
    """
    try:
        with open_binary(path) as file:
            header = _read_header(file, path)
            voxels = _read_voxels(file, header, frame, path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise InputError(f"{path} is damaged or cut short ({problem}); copy or export it again.") from problem
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror or problem}); check the file.") from problem
    except (MemoryError, ValueError, OverflowError) as problem:
        raise InputError(f"{path} is larger than this computer's memory, or damaged; check the file.") from problem
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if not np.isfinite([slope, intercept]).all() or slope == 0 or int(header["datatype"]) in COLORS:
        slope, intercept = 1.0, 0.0
    affine = _position(header).affine()
    affine[:3] *= _MILLIMETERS_PER.get(int(header["xyzt_units"]) & 7, 1.0)
    return Image(rescaled(voxels, slope, intercept), affine, name=path.name[: path.name.lower().rindex(".nii")])


def read_position(path: Path) -> Position:
    """Where a NIfTI file's header places its voxels, in both ways.

    Raises:
        InputError: if it is no NIfTI file.
    """
    with open_binary(path) as file:
        return _position(_read_header(file, path))


def write_nifti(path: Path, voxels: NDArray, position: Position | NDArray[np.float64]) -> None:
    """Write voxels (channel, i, j, k) as NIfTI-1; several channels become a vector per voxel.

    Args:
        path: ends in .nii or .nii.gz.
        position: the header's, or an ijk-to-RAS affine (4, 4) in mm, which NIfTI keeps in single precision.

    Raises:
        InputError: if NIfTI has no such type or size.
        OSError: if the disk is full, or the file cannot be written.
    """
    codes = {np.dtype(kind): code for code, kind in TYPES.items()}
    if voxels.dtype not in codes or max(voxels.shape) > np.iinfo(np.int16).max:
        raise InputError(f"{path.name} cannot hold {voxels.dtype} voxels of size {voxels.shape[1:]}; write NRRD instead.")
    place = position if isinstance(position, Position) else position_of(position)
    channels, *size = voxels.shape
    header = np.zeros((), HEADER_1)
    header["sizeof_hdr"], header["regular"], header["magic"] = HEADER_1.itemsize, b"r", b"n+1"
    header["dim"] = [3, *size, 1, 1, 1, 1] if channels == 1 else [5, *size, 1, channels, 1, 1]
    header["intent_code"] = 0 if channels == 1 else _VECTOR
    header["datatype"], header["bitpix"] = codes[voxels.dtype], voxels.dtype.itemsize * 8
    header["vox_offset"], header["scl_slope"], header["xyzt_units"] = HEADER_1.itemsize + 4, 1, _MILLIMETERS
    for name in Position.__dataclass_fields__:
        header[name] = getattr(place, name)
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as packed:
                _write(packed, header, voxels)
        else:
            _write(raw, header, voxels)


def open_binary(path: Path) -> gzip.GzipFile | BufferedReader:
    """Open a file for reading; what is packed with gzip is unpacked, whatever the name says."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def _write(file: Any, header: NDArray, voxels: NDArray) -> None:
    file.write(header.tobytes() + bytes(4))
    for channel in voxels:
        file.write(channel.tobytes(order="F"))


def _read_header(file: Any, path: Path) -> NDArray:
    raw = file.read(HEADER_2.itemsize)
    for kind, magic in ((HEADER_1, b"n+1"), (HEADER_2, b"n+2\0\r\n\x1a\n")):
        if len(raw) < kind.itemsize:
            continue
        for layout in (kind, kind.newbyteorder()):
            header: NDArray = np.frombuffer(raw, layout, 1)[0]
            if header["sizeof_hdr"] == kind.itemsize and header["magic"] == magic.rstrip(b"\0"):
                return header
    raise InputError(f"{path} is not a NIfTI file, whatever its name says, or is damaged; export it again.")


def _read_voxels(file: Any, header: NDArray, frame: int | None, path: Path) -> NDArray:
    """The frame's voxels (channel, i, j, k) as stored."""
    code = int(header["datatype"])
    if code not in TYPES and code not in COLORS:
        raise InputError(f"{path} has voxels of NIfTI type {code}, which no scan has; save it with integers or floats.")
    dim = header["dim"]
    used = int(dim[0])
    sizes = [max(1, int(n)) for n in dim[1 : used + 1]] + [1] * (7 - used)
    if not 1 <= used <= 7 or sizes[5] * sizes[6] > 1:
        raise InputError(f"{path} has {used} dimensions, more than space, time and channels; save one image of it.")
    kind = np.dtype((np.uint8, COLORS[code])) if code in COLORS else np.dtype(TYPES[code])
    if not header.dtype.isnative:
        kind = kind.newbyteorder()
    frames, channels = sizes[3], sizes[4]
    chosen = chosen_frame(frames, frame, path)
    count = sizes[0] * sizes[1] * sizes[2]
    parts = []
    # By the standard, voxels start behind the header and four bytes more, even if it says less.
    start = max(int(header["vox_offset"]), header.dtype.itemsize + 4)
    for channel in range(channels):
        file.seek(start + (channel * frames + chosen) * count * kind.itemsize)
        parts.append(_read_exactly(file, count * kind.itemsize))
    if frames == 1:
        file.read(1)  # makes gzip compare its checksum
    size = sizes[:3]
    if code in COLORS:
        return parts[0].reshape((COLORS[code], *size), order="F")
    volumes = [part.view(kind).reshape(size, order="F") for part in parts]
    return volumes[0][None] if channels == 1 else np.stack(volumes)


def _read_exactly(file: Any, size: int) -> NDArray[np.uint8]:
    """``size`` bytes that can be written to."""
    content = np.empty(size, np.uint8)
    view, done = content.data, 0
    while done < size:
        got = file.readinto(view[done:])
        if not got:
            raise EOFError(f"{done} of {size} bytes of voxels are there")
        done += got
    return content


def _position(header: NDArray) -> Position:
    fields: dict[str, Any] = {name: header[name] for name in Position.__dataclass_fields__}
    return Position(**fields)
