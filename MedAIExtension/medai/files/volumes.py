"""NRRD and MetaImage files, read by SimpleITK."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import affine_from_lps, from_kji
from ..image import Image
from .values import chosen_frame, narrowed

_MOST_PACKED = 1100  # bytes that gzip makes of one at most are 1032


def read_volume(path: Path, frame: int | None = None) -> Image:
    """Read .nrrd, .nhdr, .mha or .mhd; see ``read_image``. In NRRD an axis of kind "list" or "time" holds frames.

    Raises:
        InputError: if ITK cannot read the file, or it has more than four dimensions.
    """
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        with quiet_itk():
            reader.ReadImageInformation()
            listed = reader.GetNumberOfComponents() > 1 and _are_frames(reader)
            chosen = chosen_frame(_count_frames(reader, listed, path), frame, path)
            if reader.GetDimension() == 4:
                reader.SetExtractSize([*reader.GetSize()[:3], 0])
                reader.SetExtractIndex([0, 0, 0, chosen])
            picture = reader.Execute()
    except RuntimeError as problem:
        raise InputError(
            f"{path} cannot be read: it is damaged, cut short or of an unusual kind; copy it again, or save it as NIfTI."
        ) from problem
    voxels = _voxels(picture)
    if np.iscomplexobj(voxels):
        raise InputError(f"{path} has complex voxels; save their magnitude.")
    return Image(narrowed(voxels[chosen : chosen + 1] if listed else voxels), _affine(picture), name=path.stem)


def read_layers(path: Path) -> tuple[Image, dict[str, str]]:
    """All values of each voxel as channels of an Image (channel, i, j, k), and the header's fields, of a .nrrd file.

    Raises:
        InputError: if ITK cannot read the file, or its header promises more voxels than the file can hold.
    """
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        with quiet_itk():
            reader.ReadImageInformation()
            voxels = math.prod(reader.GetSize()) * reader.GetNumberOfComponents()
            if reader.GetDimension() != 3 or voxels > _MOST_PACKED * path.stat().st_size:
                raise InputError(f"{path} is damaged: its header promises more than the file holds; copy it again.")
            picture = reader.Execute()
            fields = {key: picture.GetMetaData(key) for key in picture.GetMetaDataKeys()}
    except (RuntimeError, OSError, MemoryError) as problem:
        raise InputError(f"{path} cannot be read: it is damaged, cut short or of an unusual kind; copy it again.") from problem
    return Image(narrowed(_voxels(picture)), _affine(picture), name=path.stem), fields


@contextmanager
def quiet_itk() -> Iterator[None]:
    """Keep ITK's warnings off standard error; its errors are raised."""
    before = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(before)


def _count_frames(reader: sitk.ImageFileReader, listed: bool, path: Path) -> int:
    if reader.GetDimension() > 4:
        raise InputError(f"{path} has {reader.GetDimension()} dimensions, more than space and time; save one image of it.")
    if reader.GetDimension() == 4:
        return int(reader.GetSize()[3])
    return int(reader.GetNumberOfComponents()) if listed else 1


def _are_frames(reader: sitk.ImageFileReader) -> bool:
    key = "NRRD_kinds[pixel]"
    return reader.HasMetaDataKey(key) and reader.GetMetaData(key) in ("list", "time")


def _voxels(picture: sitk.Image) -> NDArray:
    array = sitk.GetArrayFromImage(picture)
    if picture.GetDimension() == 2:
        array = array[None]
    return from_kji(array)


def _affine(picture: sitk.Image) -> NDArray[np.float64]:
    size = picture.GetDimension()
    origin, spacing, direction = np.zeros(4), np.ones(4), np.eye(4)
    origin[:size], spacing[:size] = picture.GetOrigin(), picture.GetSpacing()
    direction[:size, :size] = np.reshape(picture.GetDirection(), (size, size))
    return affine_from_lps(origin[:3].tolist(), spacing[:3].tolist(), direction[:3, :3].ravel().tolist())
