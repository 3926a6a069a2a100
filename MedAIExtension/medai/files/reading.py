"""From a path to an image: what kind of file it is, and the checks that hold for all kinds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..image import Image
from .dicom import is_dicom, read_dicom_file, read_dicom_folder
from .nifti import read_nifti
from .pictures import read_picture
from .volumes import read_volume

_READERS: dict[str, Callable[[Path, int | None], Image]] = {
    ".nii": read_nifti,
    ".nii.gz": read_nifti,
    ".nrrd": read_volume,
    ".nhdr": read_volume,
    ".mha": read_volume,
    ".mhd": read_volume,
    ".png": read_picture,
    ".jpg": read_picture,
    ".jpeg": read_picture,
}
_DICOM_ENDINGS = (".dcm", ".dicom", ".ima")


def read_image(
    path: str | os.PathLike[str], *, frame: int | None = None, series: str | None = None, resample_uneven: bool = False
) -> Image:
    """Read a scan: NIfTI, NRRD, MetaImage, a DICOM file or folder, PNG or JPEG.

    Voxels are (channel, i, j, k) in the file's order of axes and with its stored type; where the file rescales them, in the
    smallest type that holds the values exactly, else float32. The affine is ijk-to-RAS in mm, as ITK, and so 3D Slicer, place
    the file. 2D images have size 1 along k.

    Args:
        path: the file, or a folder of DICOM files, which is searched with its subfolders.
        frame: which frame of a 4D image, from 0; by default the first.
        series: which series of a DICOM folder that holds several: its number or its UID.
        resample_uneven: resample DICOM slices that are unevenly spaced or sheared (a tilted gantry) linearly to an even grid.

    Raises:
        InputError: if it is missing, unreadable, damaged, of an unknown kind or has values that are no numbers, if the folder
            holds several series and none was chosen, or if the slices are uneven and resampling was not asked for.
    """
    path = Path(path)
    image = _read(path, frame, series, resample_uneven)
    _require_numbers(image, path)
    return image


def _read(path: Path, frame: int | None, series: str | None, resample_uneven: bool) -> Image:
    start = _start_of(path)
    if start is None:
        return read_dicom_folder(path, frame=frame, series=series, resample_uneven=resample_uneven)
    if series is not None:
        raise InputError(f"{path} is a file, in which no series can be chosen; leave --series out or name its folder.")
    reader = _READERS.get(ending(path))
    if reader is not None:
        return reader(path, frame)
    if is_dicom(start):
        return read_dicom_file(path, frame=frame)
    if ending(path) in _DICOM_ENDINGS:
        raise InputError(f"{path} is not a DICOM file, whatever its name says; export it again.")
    raise InputError(f"{path} is of no known kind; give NIfTI, NRRD, MHA, a DICOM file or folder, PNG or JPEG.")


def ending(path: Path) -> str:
    """A file's extension in lower case; ".nii.gz" is one."""
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()


def _start_of(path: Path) -> bytes | None:
    """A file's first 132 bytes; None for a folder."""
    try:
        if path.is_dir():
            return None
        with path.open("rb") as file:
            start = file.read(132)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check its name.") from None
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check who may read it.") from problem
    if not start:
        raise InputError(f"{path} is empty; export or copy it again.")
    return start


def _require_numbers(image: Image, path: Path) -> None:
    if not np.issubdtype(image.voxels.dtype, np.floating):
        return
    odd = image.voxels.size - np.count_nonzero(np.isfinite(image.voxels))
    if odd:
        values = "1 value that is" if odd == 1 else f"{odd} values that are"
        raise InputError(f"{path} has {values} not a number or infinite; replace them, such as by the background's value.")
