"""Planes: every 2D image of a series, alone in a file or a frame of one, with its place in the patient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from .headers import lookup, number

_NO_DIRECTION = 1e-3  # length of the product of two directions, below which they hardly differ
_SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")


@dataclass(frozen=True, eq=False)
class Plane:
    """One 2D image.

    Attributes:
        path: its file.
        index: which frame of the file, from 0.
        shape: pixels along i (to the right in the file) and j (down).
        position: (3,) center of the first pixel, mm, LPS.
        axes: (2, 3) directions of i and j in LPS; NaN where those of the header are none.
        spacing: pixel size in mm along i and j; without one in the header, 1 for a picture and NaN for a slice of a patient.
        depth: distance to the next slice in mm as the header says it, for a plane that has no neighbor.
        placed: whether the header says where it is.
        tiled: whether it holds all slices of a volume side by side, as Siemens' mosaics do.
        slope, intercept: from stored values to those of the modality, such as Hounsfield units.
        order: by time, echo, and number in the series.
    """

    path: Path
    index: int
    shape: tuple[int, int]
    position: NDArray[np.float64]
    axes: NDArray[np.float64]
    spacing: tuple[float, float]
    depth: float
    placed: bool
    tiled: bool
    slope: float
    intercept: float
    order: tuple[float, ...]

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) direction of k in LPS, of length 1: right-handed with i and j."""
        normal = np.cross(self.axes[0], self.axes[1])
        return normal / np.linalg.norm(normal)


def planes_of(path: Path, header: Dataset) -> Iterator[Plane]:
    """The planes of one file."""
    for frame in range(max(1, int(number(header.get("NumberOfFrames"), 1)))):
        yield _plane(path, header, frame)


def _plane(path: Path, header: Dataset, frame: int) -> Plane:
    def find(sequence: str, keyword: str) -> Any:
        return lookup(header, frame, sequence, keyword)

    axes = _vector(
        _or_detector(header, find("PlaneOrientationSequence", "ImageOrientationPatient"), "ImageOrientationPatient"), 6
    )
    position = _vector(_or_detector(header, find("PlanePositionSequence", "ImagePositionPatient"), "ImagePositionPatient"), 3)
    thickness = number(find("PixelMeasuresSequence", "SliceThickness"))
    gap = number(find("PixelMeasuresSequence", "SpacingBetweenSlices"))
    placed = position is not None and axes is not None
    row, column = _pixel_spacing(find, math.nan if placed else 1.0)
    directions = np.eye(3)[:2] if axes is None else _directions(axes)
    origin = np.zeros(3) if position is None else position
    if "PerFrameFunctionalGroupsSequence" not in header:  # nuclear medicine stacks its frames without saying where each is
        origin = origin + _slice_number(header, frame) * gap * np.cross(*directions)
    return Plane(
        path=path,
        index=frame,
        shape=(int(header.Columns), int(header.Rows)),
        position=origin,
        axes=directions,
        spacing=(column, row),
        depth=abs(gap) or thickness or 1.0,
        placed=placed,
        tiled="MOSAIC" in (header.get("ImageType") or ()),
        slope=number(find("PixelValueTransformationSequence", "RescaleSlope"), 1.0) or 1.0,
        intercept=number(find("PixelValueTransformationSequence", "RescaleIntercept")),
        order=_order(header, frame),
    )


def _directions(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = axes[:3], axes[3:]
    if not np.linalg.norm(np.cross(rows, columns)) > _NO_DIRECTION:
        return np.full((2, 3), np.nan)
    return np.stack([rows / np.linalg.norm(rows), columns / np.linalg.norm(columns)])


def _slice_number(header: Dataset, frame: int) -> int:
    """From 0; frames of gated nuclear medicine come back to the same slices."""
    vector = header.get("SliceVector")
    slices = list(vector) if isinstance(vector, (list, MultiValue)) else []
    return int(slices[frame]) - 1 if frame < len(slices) else frame


def _order(header: Dataset, frame: int) -> tuple[float, ...]:
    places = (
        ("FrameContentSequence", "TemporalPositionIndex"),
        ("", "TemporalPositionIdentifier"),
        ("", "AcquisitionNumber"),
        ("MREchoSequence", "EffectiveEchoTime"),
        ("", "EchoTime"),
        ("MRDiffusionSequence", "DiffusionBValue"),
        ("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
        ("", "TriggerTime"),
        ("", "InstanceNumber"),
    )
    return (*(number(lookup(header, frame, *place)) for place in places), float(frame))


def _pixel_spacing(find: Any, unknown: float) -> tuple[float, float]:
    """(row, column) spacing in mm; ``unknown`` where the header has none."""
    for keyword in _SPACINGS:
        found = _vector(find("PixelMeasuresSequence", keyword), 2)
        if found is not None and (found > 0).all():
            return float(found[0]), float(found[1])
    return unknown, unknown


def _or_detector(header: Dataset, value: Any, keyword: str) -> Any:
    """Nuclear medicine says it of the detector."""
    if value is None and header.get("DetectorInformationSequence"):
        return header.DetectorInformationSequence[0].get(keyword)
    return value


def _vector(value: Any, size: int) -> NDArray[np.float64] | None:
    try:
        vector = np.array([float(part) for part in value])
    except (TypeError, ValueError):
        return None
    return vector if vector.shape == (size,) and np.isfinite(vector).all() else None
