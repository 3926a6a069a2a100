"""Which images belong together: files of a folder to series, and the one that is meant to an image."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from ...errors import InputError
from ...image import Image
from .headers import is_scan, kind_of, quiet_pydicom, read_header
from .pixels import read_voxels
from .planes import Plane, planes_of
from .stack import affine_of, planes_of_frame, unevenness
from .uneven import resample_evenly


@dataclass(frozen=True)
class Series:
    """The planes of one DICOM series, and its header's words for it; no description where that names the patient."""

    uid: str
    number: str
    description: str
    modality: str
    planes: Sequence[Plane]

    @property
    def title(self) -> str:
        """The description, or modality and number where there is none."""
        return self.description or f"{self.modality or 'DICOM'} series {self.number}".strip()

    def __str__(self) -> str:
        slices = f"{len(self.planes)} slice{'s' if len(self.planes) > 1 else ''}"
        words = ", ".join(filter(None, (self.modality, slices, self.uid)))
        return f"{self.number or 'no number'} {self.description!r} ({words})"


def is_dicom(start: bytes) -> bool:
    """True if a file that starts with these 132 bytes is DICOM."""
    return start[128:132] == b"DICM"


@quiet_pydicom()
def read_dicom_file(path: Path, frame: int | None = None) -> Image:
    """Read one file alone: a slice, a film, or all frames of a multi-frame file; see ``read_image``.

    Raises:
        InputError: if it is damaged or no scan.
    """
    header = read_header(path)
    if header is None:
        raise InputError(f"{path} is not a DICOM file; export it again.")
    if not is_scan(header):
        raise InputError(f"{path} is a DICOM {kind_of(header)}, not a scan; give the scan.")
    return _image(_series_of([(path, header)])[0], path, frame, resample_uneven=False)


@quiet_pydicom()
def read_dicom_folder(
    folder: Path, *, frame: int | None = None, series: str | None = None, resample_uneven: bool = False
) -> Image:
    """Read a series of a folder and its subfolders; files that are no scans are passed over; see ``read_image``.

    Raises:
        InputError: if a DICOM file is damaged, there is no scan, several series and none or an unknown one was chosen, or slices
            are uneven.
    """
    found = _series_of(_scans_in(folder))
    if not found:
        raise InputError(f"{folder} holds no DICOM images; name a file, or another folder.")
    return _image(_choose(found, series, folder), folder, frame, resample_uneven)


@quiet_pydicom()
def read_planes(path: Path, *, frame: int | None = None, series: str | None = None) -> list[Plane]:
    """The planes of the scan that ``read_image`` reads, in the order of its k, without their pixels.

    Raises:
        InputError: as ``read_dicom_file`` and ``read_dicom_folder`` do, except that uneven slices are no error here.
    """
    if path.is_dir():
        found = _series_of(_scans_in(path))
        if not found:
            raise InputError(f"{path} holds no DICOM images; name a file, or another folder.")
        return planes_of_frame(_choose(found, series, path).planes, frame, path)
    header = read_header(path)
    if header is None or not is_scan(header):
        raise InputError(f"{path} is not a DICOM scan; name the file or folder that the scan was read from.")
    return planes_of_frame(_series_of([(path, header)])[0].planes, frame, path)


def _image(series: Series, name: Path, frame: int | None, resample_uneven: bool) -> Image:
    planes = planes_of_frame(series.planes, frame, name)
    flaw = unevenness(planes)
    if flaw and not resample_uneven:
        raise InputError(f"{name} has {flaw}; export all slices, or add --resample-uneven to interpolate an even grid.")
    voxels, affine = read_voxels(planes), affine_of(planes)
    if flaw:
        voxels, affine = resample_evenly(voxels, planes)
    return Image(voxels, affine, name=series.title, modality=series.modality)


def _scans_in(folder: Path) -> Iterable[tuple[Path, Dataset]]:
    try:
        os.scandir(folder).close()
    except OSError as problem:
        raise InputError(f"{folder} cannot be read ({problem.strerror}); check who may read it.") from problem
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        header = read_header(path)
        if header is not None and is_scan(header):
            yield path, header


def _series_of(scans: Iterable[tuple[Path, Dataset]]) -> list[Series]:
    """Series in the order of their numbers; a file that is there twice counts once."""
    headers: dict[str, Dataset] = {}
    planes: dict[str, list[Plane]] = {}
    seen: set[str] = set()
    for path, header in scans:
        instance = str(header.get("SOPInstanceUID") or path)
        if instance in seen:
            continue
        seen.add(instance)
        uid = str(header.get("SeriesInstanceUID") or "")
        headers.setdefault(uid, header)
        planes.setdefault(uid, []).extend(planes_of(path, header))
    found = [_describe(uid, header, planes[uid]) for uid, header in headers.items()]
    return sorted(found, key=lambda series: (len(series.number), series.number, series.uid))


def _describe(uid: str, header: Dataset, planes: Sequence[Plane]) -> Series:
    return Series(
        uid=uid,
        number="" if header.get("SeriesNumber") is None else str(header.SeriesNumber),
        description="" if _names_patient(header) else " ".join(str(header.get("SeriesDescription") or "").split()),
        modality=str(header.get("Modality") or ""),
        planes=planes,
    )


def _names_patient(header: Dataset) -> bool:
    text = str(header.get("SeriesDescription") or "").casefold()
    words = f"{header.get('PatientName') or ''} {header.get('PatientID') or ''}".replace("^", " ").casefold().split()
    return any(len(word) > 2 and word in text for word in words)


def _choose(found: Sequence[Series], wanted: str | None, folder: Path) -> Series:
    listed = "; ".join(map(str, found))
    if wanted is None:
        if len(found) > 1:
            raise InputError(f"{folder} holds {len(found)} series; choose one with --series and its number or UID: {listed}.")
        return found[0]
    matching = [series for series in found if wanted.strip() in (series.uid, series.number, series.description)]
    if len(matching) > 1:
        raise InputError(f"{folder} holds {len(matching)} series {wanted}; choose with --series and a UID: {listed}.")
    if not matching:
        raise InputError(f"{folder} holds no series {wanted}; choose one of: {listed}.")
    return matching[0]
