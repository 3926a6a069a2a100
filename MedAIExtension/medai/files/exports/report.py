"""A result as a DICOM structured report: the Measurement Report (TID 1500) of Comprehensive 3D SR."""

from __future__ import annotations

from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import SegmentationStorage, generate_uid

from ...errors import InputError, MedAIError
from ...results import Prediction
from ..dicom.headers import quiet_pydicom
from .segmentation import write_object
from .source import Source, read_source
from .words import device, fitting, model_of

_SERIES_NUMBER = 101


@quiet_pydicom()
def write_dicom_sr(
    path: Path,
    prediction: Prediction,
    source: Path,
    segmentation: Path | None = None,
    *,
    series: str | None = None,
    frame: int | None = None,
) -> str:
    """Write the measurements of labels, lesions and boxes as a DICOM structured report (SR, TID 1500).

    Each label without lesions, each lesion and each box is a measurement group with what was found, where, by which algorithm,
    and its measurements. Groups refer to the segment of their name in ``segmentation``, those of boxes to outlines on the slices.
    What a reader rejected is left out. Patient and study are those of the scan.

    Source: DICOM PS3.16, TID 1500, 1501 and 1411; quantities and units as in 3D Slicer's segment statistics.

    Args:
        path: the file, such as "measurements.dcm"; its folder is made if it is missing.
        prediction: with ``lesions`` and ``statistics`` where they were measured; without them labels have their volume.
        source: the DICOM file or folder that the scan was read from.
        segmentation: what ``write_dicom_seg`` wrote of the same prediction. Without it the groups refer to no voxels, and
            diameters are given with their lines.
        series: which series of the folder, as in ``read_image``.
        frame: which frame, as in ``read_image``.

    Returns:
        The SOP instance UID of the report.

    Raises:
        InputError: if the scan is not DICOM or not the one that the result belongs to, the segmentation is none of it, or there
            is nothing to report.
        MedAIError: if the file cannot be written.
    """
    scan = read_source(source, prediction.labelmap, series=series, frame=frame)
    written = _segmentation(segmentation, scan) if segmentation is not None else None
    return write_object(path, _report(prediction, scan, written, source))


def _segmentation(path: Path, scan: Source) -> Dataset:
    try:
        header = pydicom.dcmread(path, stop_before_pixels=True)
    except (InvalidDicomError, OSError, EOFError) as problem:
        raise InputError(f"{path} is no DICOM file; write the segmentation first.") from problem
    series = [str(item.get("SeriesInstanceUID")) for item in header.get("ReferencedSeriesSequence") or []]
    if header.get("SOPClassUID") != SegmentationStorage or str(scan.first.SeriesInstanceUID) not in series:
        raise InputError(f"{path} is no segmentation of this scan; write the segmentation first.")
    return header


def _report(prediction: Prediction, scan: Source, segmentation: Dataset | None, name: Path) -> Dataset:
    from highdicom.sr import Comprehensive3DSR

    from .content import report_content

    try:
        return Comprehensive3DSR(
            evidence=[*scan.headers, *([segmentation] if segmentation is not None else [])],
            content=report_content(prediction, scan, segmentation)[0],
            series_instance_uid=generate_uid(prefix=None),
            series_number=_SERIES_NUMBER,
            sop_instance_uid=generate_uid(prefix=None),
            instance_number=1,
            series_description=fitting(f"MedAI {model_of(prediction).name} measurements"),
            is_complete=True,
            **device(prediction),
        )
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        # The reason may quote the header, so data of the patient.
        raise MedAIError(
            f"{name} has headers that no DICOM report can refer to; export the scan again, or use JSON."
        ) from problem
