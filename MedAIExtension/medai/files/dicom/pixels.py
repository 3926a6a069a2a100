"""Pixels of planes: unpacked, turned the right way from black to white, and in the modality's own units."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array
from pydicom.uid import SecondaryCaptureImageStorage, generate_uid

from ...errors import InputError
from ..values import narrowed, rescaled
from ..volumes import quiet_itk
from .planes import Plane

_PIXEL_MODULE = (
    "Rows", "Columns", "SamplesPerPixel", "PlanarConfiguration", "BitsAllocated", "BitsStored", "HighBit",
    "PixelRepresentation", "NumberOfFrames", "PixelData",
)  # fmt: skip


def read_voxels(planes: Sequence[Plane]) -> NDArray:
    """Voxels (channel, i, j, k) of ordered planes: one channel in the modality's units, or three of RGB.

    Raises:
        InputError: if a file's pixels are cut short or packed in a way that nothing here unpacks.
    """
    slices = []
    current, frames = None, np.empty(0)
    for plane in planes:
        if plane.path != current:
            current, frames = plane.path, _frames(plane.path)
        if plane.index >= len(frames):
            raise InputError(f"{plane.path} is damaged or cut short; copy or export it again.")
        slices.append(frames[plane.index])
    voxels = np.stack(slices)
    scales = {(plane.slope, plane.intercept) for plane in planes}
    if voxels.ndim == 4:
        return np.ascontiguousarray(narrowed(voxels).transpose(3, 2, 1, 0))
    if len(scales) == 1:
        return rescaled(voxels, *scales.pop()).transpose(2, 1, 0)[None]
    slopes, intercepts = (np.array([getattr(plane, name) for plane in planes], np.float32) for name in ("slope", "intercept"))
    return (voxels * slopes[:, None, None] + intercepts[:, None, None]).astype(np.float32).transpose(2, 1, 0)[None]


def _frames(path: Path) -> NDArray:
    """A file's frames (frame, row, column[, color]): stored values, dark ones small."""
    try:
        dataset = pydicom.dcmread(path)
        frames = _unpacked(dataset)
        if dataset.PhotometricInterpretation == "PALETTE COLOR":
            frames = apply_color_lut(frames, dataset)
        elif "ModalityLUTSequence" in dataset:
            frames = apply_modality_lut(frames, dataset)
    except (RuntimeError, ValueError, AttributeError, NotImplementedError, OSError, EOFError) as problem:
        raise InputError(
            f"{path} has pixels that are cut short or compressed in an unknown way; export it again, uncompressed."
        ) from problem
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        frames = (-1 if dataset.PixelRepresentation else 2**dataset.BitsStored - 1) - frames
    colors = int(dataset.SamplesPerPixel) > 1 or dataset.PhotometricInterpretation == "PALETTE COLOR"
    return frames.reshape(-1, *frames.shape[-3 if colors else -2 :])


def _unpacked(dataset: Dataset) -> NDArray:
    """Stored values, RGB for colors: by pydicom, or by GDCM where pydicom lacks a decoder for a compressed file."""
    try:
        return pixel_array(dataset)
    except (RuntimeError, NotImplementedError):
        if not dataset.file_meta.TransferSyntaxUID.is_compressed:
            raise
    bare = Dataset()
    bare.file_meta = FileMetaDataset()
    bare.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    bare.file_meta.MediaStorageSOPClassUID = bare.SOPClassUID = SecondaryCaptureImageStorage
    bare.file_meta.MediaStorageSOPInstanceUID = bare.SOPInstanceUID = generate_uid()
    for keyword in _PIXEL_MODULE:
        if keyword in dataset:
            bare[keyword] = dataset[keyword]
    # ITK would invert and rescale; here both are done for every way of unpacking alike.
    color = str(dataset.PhotometricInterpretation)
    bare.PhotometricInterpretation = "MONOCHROME2" if color == "MONOCHROME1" else color
    with tempfile.TemporaryDirectory(prefix="medai-") as folder, quiet_itk():
        file = str(Path(folder) / "pixels.dcm")
        bare.save_as(file, enforce_file_format=True)
        frames: NDArray = sitk.GetArrayFromImage(sitk.ReadImage(file, imageIO="GDCMImageIO"))
    return frames
