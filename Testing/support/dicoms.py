"""Small DICOM series with any geometry, made on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    generate_uid,
)

STRAIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def write_slice(path: Path, pixels: np.ndarray, **attributes: Any) -> Path:
    """One CT slice (row, column), or (frame, row, column) of a multi-frame file; ``attributes`` are added or replaced."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = MultiFrameGrayscaleWordSecondaryCaptureImageStorage if pixels.ndim == 3 else CTImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = dataset.SeriesInstanceUID = "1.2.3"
    dataset.Modality, dataset.SeriesNumber, dataset.SeriesDescription = "CT", 7, "thin slices"
    dataset.PatientName, dataset.PatientID = "Doe^Jane", "4711"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = pixels.dtype.itemsize * 8
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    if pixels.ndim == 3:
        dataset.NumberOfFrames = len(pixels)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.HighBit = dataset.BitsStored - 1
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.PixelData = pixels.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_series(
    folder: Path,
    voxels: np.ndarray,
    positions: Sequence[Sequence[float]],
    orientation: Sequence[float] = STRAIGHT,
    each: Sequence[Mapping[str, Any]] | None = None,
    **attributes: Any,
) -> Path:
    """A slice per file of voxels (k, row, column) at positions in mm, LPS; the files' names are not in the slices' order.

    Args:
        each: attributes of single slices.
        attributes: of all slices.
    """
    common = {"PixelSpacing": [1.5, 0.75], "SliceThickness": 2.0, "RescaleSlope": 1, "RescaleIntercept": 0, **attributes}
    for number, (pixels, position) in enumerate(zip(voxels, positions, strict=True)):
        place = {
            "ImagePositionPatient": [f"{value:.10g}" for value in position],
            "ImageOrientationPatient": [f"{value:.10g}" for value in orientation],
            "InstanceNumber": number + 1,
        }
        name = f"{number * 7 % len(voxels):03}-{generate_uid()[-8:]}.dcm"
        write_slice(folder / name, pixels, **{**place, **common, **(each[number] if each else {})})
    return folder


def write_enhanced(path: Path, voxels: np.ndarray, positions: Sequence[Sequence[float]], slopes: Sequence[float]) -> Path:
    """An enhanced multi-frame file of voxels (frame, row, column), with a rescale slope for every frame."""
    frames = []
    for position, slope in zip(positions, slopes, strict=True):
        frame = Dataset()
        frame.PlanePositionSequence = Items([_item(ImagePositionPatient=list(position))])
        frame.PixelValueTransformationSequence = Items([_item(RescaleSlope=slope, RescaleIntercept=0)])
        frames.append(frame)
    shared = Dataset()
    shared.PlaneOrientationSequence = Items([_item(ImageOrientationPatient=list(STRAIGHT))])
    shared.PixelMeasuresSequence = Items([_item(PixelSpacing=[2.0, 1.0], SliceThickness=3.0)])
    return write_slice(
        path,
        voxels,
        SOPClassUID=EnhancedCTImageStorage,
        SharedFunctionalGroupsSequence=Items([shared]),
        PerFrameFunctionalGroupsSequence=Items(frames),
    )


def _item(**attributes: Any) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item
