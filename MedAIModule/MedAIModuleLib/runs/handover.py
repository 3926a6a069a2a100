"""Segments as they are now, whoever drew them, handed on as files: a report, DICOM, tables and label maps."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import slicer

from medai.errors import InputError
from medai.jobs import ExportRequest
from medai.mrml import LesionNodes, image_from_volume

from .measuring import measuredSteps
from .worker import workerClient

_SERIES = "DICOM.instanceUIDs"


def exportSteps(
    segmentation,
    volume,
    folder: Path,
    exports: Sequence[str],
    *,
    lesions: LesionNodes | None = None,
    run: Mapping[str, Any] | None = None,
    source: tuple[Path, str] | None = None,
) -> Generator:
    """Work (see ``work``) that writes the segments as they are now into a folder: labels, findings, a picture, and the exports.

    :param exports: of ``medai.files.EXPORTS``.
    :param lesions: whose reviews are written too, and whose segments are those that have lesions, besides findings.
    :param run: the record of the run that made the segments; by default what the segmentation node says of it.
    :param source: the DICOM folder of the scan and the UID of its series; by default those that Slicer's database knows.
    :raises medai.MedAIError: if that cannot be written.
    """
    source = source or dicomSource(volume)
    if {"seg", "sr"} & set(exports):
        _refuseUnfit(volume, source)
    record = dict(run or _recordOf(segmentation))
    names = _namesIn(segmentation, lesions) if lesions is not None else ()
    prediction = yield from measuredSteps(segmentation, volume, names, lesions, findings=True)
    place, series = source or (None, None)
    request = ExportRequest(image_from_volume(volume), replace(prediction, run=record), folder, tuple(exports), place, series)
    return (yield workerClient().submit_export(request))


def dicomSource(volume) -> tuple[Path, str] | None:
    """The folder that a volume's DICOM files are in and the UID of its series, as Slicer's database knows them."""
    instances = (volume.GetAttribute(_SERIES) or "").split()
    database = getattr(slicer, "dicomDatabase", None)
    if not instances or database is None or not database.isOpen:
        return None
    file = database.fileForInstance(instances[0])
    return (Path(file).parent, database.seriesForFile(file)) if file else None


def folderFor(chosen: Path, name: str) -> Path:
    """The chosen folder where it is empty, else a new one inside of it, so that nothing of an earlier result is replaced."""
    if not chosen.is_dir() or not any(chosen.iterdir()):
        return chosen
    number, folder = 1, chosen / name
    while folder.exists():
        number += 1
        folder = chosen / f"{name} {number}"
    return folder


def _refuseUnfit(volume, source: tuple[Path, str] | None) -> None:
    """Refuse scans that DICOM results cannot refer to."""
    name = volume.GetName()
    if source is None:
        raise InputError(f"{name} is not in Slicer's DICOM database, which DICOM results refer to; load the scan from there.")
    if volume.GetParentTransformNode() is not None:
        raise InputError(
            f"{name} is under a transform, but DICOM results refer to the scan as it was acquired; "
            "take scan and segmentation out of the transform first."
        )


def _namesIn(segmentation, lesions: LesionNodes) -> list[str]:
    """Names of the segments that the lesions are parts of."""
    content = segmentation.GetSegmentation()
    names = (content.GetSegment(identifier).GetName() for identifier in content.GetSegmentIDs())
    return [name for name in names if lesions.ids_of(name)]


def _recordOf(segmentation) -> dict[str, Any]:
    """What a segmentation that a run has made says of it."""
    names = {"name": "MedAI.Model", "version": "MedAI.ModelVersion", "content_hash": "MedAI.ModelHash"}
    model = {key: segmentation.GetAttribute(name) for key, name in names.items() if segmentation.GetAttribute(name)}
    date = segmentation.GetAttribute("MedAI.Date")
    return {**({"model": model} if model else {}), **({"date": date} if date else {})}
