"""DICOM headers: read without pixels and without noise, and looked up wherever a frame's attributes may be."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from ...errors import InputError

_DAMAGED = "{} is a damaged DICOM file; copy or export it again."
# Not scans, though they have rows and columns: segmentations, label maps, radiotherapy doses, spectra.
_NO_SCANS = {
    "1.2.840.10008.5.1.4.1.1.66.4": "segmentation",
    "1.2.840.10008.5.1.4.1.1.66.7": "segmentation",
    "1.2.840.10008.5.1.4.1.1.481.2": "dose",
    "1.2.840.10008.5.1.4.1.1.4.2": "spectrum",
}


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Keep pydicom's warnings off standard error and logs: they may quote values, so data of the patient."""
    logger = logging.getLogger("pydicom")
    disabled, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = disabled


def read_header(path: Path) -> Dataset | None:
    """The file's header without pixels; None if it is not DICOM.

    Raises:
        InputError: if it is damaged or may not be read: to pass it over would give a scan that lacks a slice.
    """
    try:
        header = pydicom.dcmread(path, stop_before_pixels=True)
    except (InvalidDicomError, EOFError):
        return None
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check who may read it.") from problem
    except (ValueError, NotImplementedError, AttributeError, KeyError) as problem:
        raise InputError(_DAMAGED.format(path)) from problem
    if _is_cut_short(header):
        raise InputError(_DAMAGED.format(path))
    return header


def is_scan(header: Dataset) -> bool:
    """True for images; false for segmentations, doses, structures, reports, presentation states."""
    return bool(header.get("Rows") and header.get("Columns")) and header.get("SOPClassUID") not in _NO_SCANS


def kind_of(header: Dataset) -> str:
    """What a file that is no scan is, for a sentence: "segmentation", "RTSTRUCT"."""
    return _NO_SCANS.get(str(header.get("SOPClassUID")), str(header.get("Modality") or "file without pixels"))


def lookup(header: Dataset, frame: int, sequence: str, keyword: str) -> Any:
    """An attribute of one frame: from its functional groups, from the shared ones, else the file's own; None if absent."""
    for groups, index in (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0)):
        items = header.get(groups) or []
        found = items[index].get(sequence) if index < len(items) else None
        if found and found[0].get(keyword) is not None:
            return found[0].get(keyword)
    return header.get(keyword)


def number(value: Any, default: float = 0.0) -> float:
    """A DICOM number, or the first of several, as a float; the default where it is missing or no number."""
    if isinstance(value, (list, pydicom.multival.MultiValue)):
        value = value[0] if value else None
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def _is_cut_short(header: Dataset) -> bool:
    """Whether it lacks what its kind of image must have, as where copying was broken off."""
    kind = header.get("SOPClassUID") or header.file_meta.get("MediaStorageSOPClassUID")
    return kind is None or ("Image Storage" in UID(kind).name and not is_scan(header))
