"""DICOM segmentations read back without the library that writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk

from medai.image import Image


def read_seg(path: Path, grid: Image) -> dict[str, np.ndarray]:
    """Segments (i, j, k) on a grid by their labels, by pydicom: every frame goes where its position says."""
    dataset = pydicom.dcmread(path)
    frames = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    return _placed(dataset, frames, grid)


def read_seg_by_itk(path: Path, grid: Image) -> dict[str, np.ndarray]:
    """The same with the pixels that GDCM reads, through SimpleITK."""
    return _placed(pydicom.dcmread(path, stop_before_pixels=True), _itk_pixels(path)[1].ravel(), grid)


def read_segment_whole_by_itk(path: Path, grid: Image) -> np.ndarray:
    """A single segment (i, j, k) by SimpleITK alone, which also says where its voxels are."""
    picture, pixels = _itk_pixels(path)
    voxels = np.zeros(grid.shape, bool)
    to_grid = np.linalg.inv(grid.affine)
    for index in np.argwhere(pixels)[:, ::-1].tolist():
        x, y, z = picture.TransformIndexToPhysicalPoint(index)
        voxels[tuple(np.rint(to_grid @ [-x, -y, z, 1])[:3].astype(int))] = True
    return voxels


def _itk_pixels(path: Path) -> tuple[sitk.Image, np.ndarray]:
    """The picture, and its pixels (frame, row, column)."""
    picture = sitk.ReadImage(str(path), imageIO="GDCMImageIO")
    pixels = sitk.GetArrayFromImage(picture)
    # GDCM gives chance values for the pixels of the last byte where that is not full.
    pixels.ravel()[pixels.size // 8 * 8 :] = 0
    return picture, pixels > 0


def _placed(dataset: pydicom.Dataset, pixels: np.ndarray, grid: Image) -> dict[str, np.ndarray]:
    shape = (dataset.NumberOfFrames, dataset.Rows, dataset.Columns)
    frames = pixels[: np.prod(shape)].reshape(shape).astype(bool)
    labels = {item.SegmentNumber: item.SegmentLabel for item in dataset.SegmentSequence}
    found = {label: np.zeros(grid.shape, bool) for label in labels.values()}
    shared, back = dataset.SharedFunctionalGroupsSequence[0], np.linalg.inv(grid.affine)
    for frame, group in zip(frames, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        identification = (group.get("SegmentIdentificationSequence") or shared.SegmentIdentificationSequence)[0]
        x, y, z = (float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient)
        i, j, k = (back @ [-x, -y, z, 1])[:3]
        assert max(abs(i), abs(j), abs(k - round(k))) < 0.1, "a frame lies beside the slices"
        found[labels[identification.ReferencedSegmentNumber]][:, :, round(k)] = frame.T
    return found
