"""RTSTRUCT files: the structures that they hold, and the closed contours of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import RTStructureSetStorage

from ...errors import InputError

_CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
_MOST_POINTS = 20_000_000


@dataclass(frozen=True)
class Structure:
    """One structure (ROI) of an RTSTRUCT.

    Attributes:
        name: unique in the file; the number is added where several have one name.
        frame_of_reference: UID of the space that its contours are in; "" where the file does not say.
        items: its contours as the file has them.
    """

    name: str
    frame_of_reference: str
    items: Sequence[Dataset]

    def contours(self, path: Path) -> Iterator[NDArray[np.float64]]:
        """Its closed contours with at least three points, (point, 3) in RAS mm; each once, also where the file repeats it.

        Raises:
            InputError: if a contour's coordinates are not three finite numbers for each point.
        """
        seen = set()
        for item in self.items:
            if item.get("ContourGeometricType") not in _CLOSED:
                continue
            points = _points(item, path, self.name) * (-1, -1, 1)
            if len(points) > 2 and points.tobytes() not in seen:
                seen.add(points.tobytes())
                yield points


def read_structures(path: Path) -> list[Structure]:
    """The structures of an RTSTRUCT file, in its order.

    Raises:
        InputError: if it is missing, damaged, no RTSTRUCT, or has more points than any reader drew.
    """
    dataset = _dataset(path)
    items = {
        int(contour.ReferencedROINumber): contour.get("ContourSequence") or []
        for contour in dataset.get("ROIContourSequence") or []
        if contour.get("ReferencedROINumber") is not None
    }
    listed = [roi for roi in dataset.get("StructureSetROISequence") or [] if roi.get("ROINumber") is not None]
    titles = [" ".join(str(roi.get("ROIName") or "").split()) for roi in listed]
    found = []
    for roi, title in zip(listed, titles, strict=True):
        name = title if title and titles.count(title) == 1 else f"{title or 'Structure'} ({roi.ROINumber})"
        place = str(roi.get("ReferencedFrameOfReferenceUID") or "")
        found.append(Structure(name, place, items.get(int(roi.ROINumber), [])))
    count = sum(_number_of_points(item) for structure in found for item in structure.items)
    if count > _MOST_POINTS:
        raise InputError(f"{path} has {count} points, more than {_MOST_POINTS}; export fewer structures.")
    return found


def _dataset(path: Path) -> Dataset:
    try:
        dataset = pydicom.dcmread(path)
        kind = dataset.get("SOPClassUID")
    except FileNotFoundError:
        raise InputError(f"{path} is not there; name an RTSTRUCT file.") from None
    except (InvalidDicomError, EOFError):
        raise InputError(f"{path} is not a DICOM file; name an RTSTRUCT file.") from None
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); name an RTSTRUCT file.") from problem
    except (ValueError, NotImplementedError, AttributeError, KeyError) as problem:
        raise InputError(f"{path} is a damaged DICOM file; copy or export it again.") from problem
    if kind != RTStructureSetStorage:
        raise InputError(f"{path} holds no contours (it is no RTSTRUCT); name an RTSTRUCT file.")
    return dataset


def _number_of_points(item: Dataset) -> int:
    values = item.get("ContourData")
    return len(values) // 3 if isinstance(values, (list, pydicom.multival.MultiValue)) else 0


def _points(item: Dataset, path: Path, name: str) -> NDArray[np.float64]:
    """(point, 3) in LPS mm."""
    values: Any = item.get("ContourData")
    try:
        points = np.array([float(value) for value in values if value is not None] if values is not None else [])
        points = points.reshape(-1, 3)
    except (TypeError, ValueError):
        points = np.full((1, 3), np.nan)
    if not np.isfinite(points).all():
        raise InputError(f"{path} has a contour of {name} whose coordinates are not three numbers a point; export it again.")
    return points
