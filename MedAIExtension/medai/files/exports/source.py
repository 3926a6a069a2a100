"""The DICOM scan that a result refers to: its headers, slice by slice, made sound where a scanner was careless."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.valuerep import DA, TM

from ...errors import InputError
from ...image import Image
from ..dicom import read_planes
from ..dicom.headers import quiet_pydicom, read_header
from ..dicom.planes import Plane, planes_of
from ..dicom.stack import affine_of, unevenness

# What must be there, empty or not, in whatever refers to a patient and a study (DICOM PS3.3, C.7.1.1 and C.7.2.1).
_MAY_BE_EMPTY = (
    "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID", "StudyDate", "StudyTime",
    "ReferringPhysicianName",
)  # fmt: skip
_NEEDED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_DATES = {"PatientBirthDate": DA, "StudyDate": DA, "StudyTime": TM}


@dataclass(frozen=True, eq=False)
class Source:
    """The scan that a result was made from.

    Attributes:
        headers: one of each file, without pixels, in the order of k; a multi-frame file has one.
        planes: in the order of k.
        frames: for each k, which frame of the scan it is: its place in ``headers``, or the frame of the multi-frame file, from 0.
        count: how many frames the scan has, of which the result may show some only (one time point).
    """

    headers: Sequence[Dataset]
    planes: Sequence[Plane]
    frames: Sequence[int]
    count: int

    @property
    def first(self) -> Dataset:
        """The header that patient and study are taken from."""
        return self.headers[0]

    @property
    def multiframe(self) -> bool:
        """Whether all slices are in one file."""
        return "NumberOfFrames" in self.first

    @property
    def placed(self) -> bool:
        """Whether the slices say where in the patient they are."""
        return self.planes[0].placed

    def first_slice(self) -> Source:
        """The scan's first slice alone; of a multi-frame file all frames, which cannot be parted."""
        return self if self.multiframe else Source(self.headers[:1], self.planes[:1], [0], 1)


def check_dicom_source(path: Path, grid: Image, *, series: str | None = None, frame: int | None = None) -> None:
    """Refuse a scan that no DICOM result can refer to, before a run is started.

    Args:
        path: DICOM file or folder that ``grid`` was read from.
        grid: the scan as it was read, or its label map.
        series: which series of the folder, as in ``read_image``.
        frame: which frame, as in ``read_image``.

    Raises:
        InputError: if it is not DICOM, damaged, lacks what identifies it, or is not what lies on this grid.
    """
    read_source(path, grid, series=series, frame=frame)


@quiet_pydicom()
def read_source(path: Path, grid: Image | None, *, series: str | None = None, frame: int | None = None) -> Source:
    """The headers of the scan that lies on a grid, any grid for None; see ``check_dicom_source``."""
    planes = _planes(path, series, frame)
    flaw = unevenness(planes)
    if flaw:
        raise InputError(
            f"{path} has {flaw}, so the result lies on a resampled grid, which DICOM results cannot refer to; use NIfTI or NRRD."
        )
    own = Image(np.broadcast_to(np.uint8(0), (1, *planes[0].shape, len(planes))), affine_of(planes))
    if grid is not None and not grid.on_same_grid(own, tolerance=0.01):
        raise InputError(f"The result is not on the grid of {path}; name the scan that the model was run on.")
    files = list(dict.fromkeys(plane.path for plane in planes))
    headers = [_header(file) for file in files]
    if "NumberOfFrames" not in headers[0]:
        for header in headers:
            _complete_slice(header, headers[0], planes)
        source = Source(headers, planes, range(len(planes)), len(planes))
    elif len(files) == 1:
        every = list(planes_of(files[0], headers[0]))
        _complete_frames(headers[0], every, planes)
        source = Source(headers, planes, [plane.index for plane in planes], len(every))
    else:
        raise InputError(f"{path} has its slices in several multi-frame files; export it as single slices or as one file.")
    if source.count > 1 and not source.first.get("FrameOfReferenceUID"):
        raise InputError(f"{path} does not say in which frame of reference its slices lie; export the scan again.")
    return source


def _planes(path: Path, series: str | None, frame: int | None) -> list[Plane]:
    if not path.exists():
        raise InputError(f"{path} is not there; name the DICOM file or folder that the scan was read from.")
    return read_planes(path, frame=frame, series=series)


def _header(path: Path) -> Dataset:
    header = read_header(path)
    missing = [keyword for keyword in _NEEDED if not (header is not None and header.get(keyword))]
    if header is None or missing:
        raise InputError(f"{path} lacks {', '.join(missing)}, by which DICOM results refer to it; export the scan again.")
    # Texts are kept as Unicode from here on: highdicom knows single character sets only, and not the empty one.
    header.decode()
    header.SpecificCharacterSet = "ISO_IR 192"
    for keyword in _MAY_BE_EMPTY:
        if keyword not in header:
            setattr(header, keyword, "")
    for keyword, kind in _DATES.items():
        try:
            kind(header.get(keyword) or "")
        except ValueError:
            setattr(header, keyword, "")
    return header


def _complete_slice(header: Dataset, first: Dataset, planes: Sequence[Plane]) -> None:
    """Say in each header, in memory, what the stack of slices says: rounding and stale entries would split it."""
    if not planes[0].placed:
        header.pop("FrameOfReferenceUID", None)
        return
    spacing = _slice_spacing(planes)
    header.ImageOrientationPatient = first.ImageOrientationPatient
    header.PixelSpacing = [_decimal(size) for size in planes[0].spacing[::-1]]
    header.SliceThickness = header.get("SliceThickness") or _decimal(spacing)
    header.SpacingBetweenSlices = _decimal(spacing)


def _complete_frames(header: Dataset, every: Sequence[Plane], planes: Sequence[Plane]) -> None:
    """The same for a multi-frame file, whose groups may be missing or repeat for each frame what they share."""
    if not planes[0].placed:
        header.pop("FrameOfReferenceUID", None)
        return
    orientation, measures = Dataset(), Dataset()
    orientation.ImageOrientationPatient = [_decimal(value) for value in planes[0].axes.ravel().tolist()]
    measures.PixelSpacing = [_decimal(size) for size in planes[0].spacing[::-1]]
    measures.SliceThickness = measures.SpacingBetweenSlices = _decimal(_slice_spacing(planes))
    shared = (header.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    header.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for plane in every:
        place, group = Dataset(), Dataset()
        place.ImagePositionPatient = [_decimal(value) for value in plane.position.tolist()]
        group.PlanePositionSequence = [place]
        groups.append(group)
    header.PerFrameFunctionalGroupsSequence = groups


def _slice_spacing(planes: Sequence[Plane]) -> float:
    if len(planes) < 2:
        return planes[0].depth
    return math.dist(planes[0].position, planes[-1].position) / (len(planes) - 1)


def _decimal(value: float) -> str:
    """A number as DICOM's decimal string, which has 16 characters at most."""
    return next(text for digits in range(16, 0, -1) if len(text := f"{value:.{digits}g}") <= 16)
