"""RTSTRUCT files with any contours, made on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid

from medai.image import Image

CLOSED = "CLOSED_PLANAR"


def in_patient(grid: Image, points: Sequence[Sequence[float]]) -> np.ndarray:
    """(point, 3) voxel coordinates (i, j, k) of a grid as LPS mm."""
    return (np.asarray(points, float) @ grid.affine[:3, :3].T + grid.affine[:3, 3]) * (-1, -1, 1)


def outline(corners: Sequence[Sequence[float]], k: float) -> list[tuple[float, float, float]]:
    """Corners (i, j) in slice k."""
    return [(i, j, k) for i, j in corners]


def write_rtstruct(
    path: Path,
    structures: Mapping[str, Sequence[np.ndarray]],
    *,
    kind: str = CLOSED,
    frame_of_reference: str = "1.2.3.4",
    names: Sequence[str] | None = None,
) -> Path:
    """A file of structures by name, each with its contours, (point, 3) in LPS mm.

    Args:
        kind: geometric type of all contours.
        names: replace those of the structures, where several are to have one.
    """
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = RTStructureSetStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.Modality = "RTSTRUCT"
    dataset.StructureSetROISequence, dataset.ROIContourSequence = Items([]), Items([])
    for number, (name, contours) in enumerate(structures.items(), start=1):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber = drawn.ReferencedROINumber = number
        roi.ROIName = names[number - 1] if names else name
        roi.ReferencedFrameOfReferenceUID = frame_of_reference
        drawn.ContourSequence = Items([_contour(points, kind) for points in contours])
        dataset.StructureSetROISequence.append(roi)
        dataset.ROIContourSequence.append(drawn)
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def _contour(points: np.ndarray, kind: str) -> Dataset:
    item = Dataset()
    item.ContourGeometricType = kind
    item.NumberOfContourPoints = len(points)
    item.ContourData = [f"{value:.9g}" for value in np.asarray(points, float).round(5).ravel()]
    return item
