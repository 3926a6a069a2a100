"""Planes: every 2D image of a series, alone in a file or a frame of one, with its place in the patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from .headers import lookup, number

_SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")


@dataclass(frozen=True, eq=False)
class Plane:
    """One 2D image.

    Attributes:
        path: its file.
        index: which frame of the file, from 0.
        shape: pixels along i (to the right in the file) and j (down).
        position: (3,) center of the first pixel, mm, LPS.
        axes: (2, 3) directions of i and j in LPS.
        spacing: pixel size in mm along i and j.
        depth: distance to the next slice in mm as the header says it, for a plane that has no neighbor.
        placed: whether the header says where it is.
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
    slope: float
    intercept: float
    order: tuple[float, ...]

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) direction of k in LPS: right-handed with i and j."""
        return np.cross(self.axes[0], self.axes[1])


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
    row, column = _pixel_spacing(find)
    directions = np.eye(3)[:2] if axes is None else axes.reshape(2, 3) / np.linalg.norm(axes.reshape(2, 3), axis=1)[:, None]
    origin = np.zeros(3) if position is None else position
    if "PerFrameFunctionalGroupsSequence" not in header:  # nuclear medicine stacks its frames without saying where each is
        origin = origin + frame * gap * np.cross(*directions)
    return Plane(
        path=path,
        index=frame,
        shape=(int(header.Columns), int(header.Rows)),
        position=origin,
        axes=directions,
        spacing=(column, row),
        depth=abs(gap) or thickness or 1.0,
        placed=position is not None and axes is not None,
        slope=number(find("PixelValueTransformationSequence", "RescaleSlope"), 1.0) or 1.0,
        intercept=number(find("PixelValueTransformationSequence", "RescaleIntercept")),
        order=_order(header, frame),
    )


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


def _pixel_spacing(find: Any) -> tuple[float, float]:
    """(row, column) spacing in mm; 1 where the header has none."""
    for keyword in _SPACINGS:
        found = _vector(find("PixelMeasuresSequence", keyword), 2)
        if found is not None and (found > 0).all():
            return float(found[0]), float(found[1])
    return 1.0, 1.0


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
