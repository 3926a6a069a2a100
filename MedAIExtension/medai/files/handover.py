"""What a result is handed on with: a DICOM segmentation, a DICOM structured report, and a report for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..image import Image
from ..results import Prediction
from .whole import written_whole

SEG, SR, REPORT = "seg", "sr", "report"
EXPORTS = (SEG, SR, REPORT)
EXPORT_NAMES: Mapping[str, Mapping[str, str]] = {
    SEG: {"dicom_seg": "segmentation.dcm"},
    SR: {"dicom_sr": "measurements.dcm"},
    REPORT: {"report": "report.html", "report_pdf": "report.pdf"},
}


def check_exports(exports: Collection[str], source: Path | None, kind: str) -> None:
    """Refuse, before a run, exports that its result could not be written as.

    Args:
        exports: of ``EXPORTS``.
        source: the file or folder that the scan is read from.
        kind: what the model gives, as ``Bundle.kind``.

    Raises:
        InputError: if one is unknown, needs a DICOM scan, or labels that the model does not give.
    """
    for export in exports:
        if export not in EXPORTS:
            raise InputError(f"{export!r} is nothing that a result is exported as; choose of {', '.join(EXPORTS)}.")
    of_dicom = [export for export in exports if export in (SEG, SR)]
    if of_dicom and not _may_be_dicom(source):
        raise InputError(f"{source} is no DICOM, which the export {of_dicom[0]!r} refers to; give the scan as a DICOM folder.")
    if SEG in exports and kind != "segmentation":
        raise InputError("The model gives no labels, which the export 'seg' is made of; leave it out.")


def check_source(
    exports: Collection[str], source: Path, image: Image, *, series: str | None = None, frame: int | None = None
) -> None:
    """Refuse, before a run, a DICOM scan that SEG or SR cannot refer to, such as one whose slices were resampled.

    Args:
        image: the scan as it was read from ``source``.

    Raises:
        InputError: if one of both is asked for and is not possible.
    """
    if {SEG, SR} & set(exports):
        from .exports import check_dicom_source

        check_dicom_source(source, image, series=series, frame=frame)


def write_exports(
    files: Mapping[str, Path],
    image: Image,
    prediction: Prediction,
    source: Path | None,
    *,
    series: str | None = None,
    frame: int | None = None,
    card: Mapping[str, Any] | None = None,
) -> None:
    """Write those of the exports that ``files`` has a path for, by the keys of ``EXPORT_NAMES``.

    Args:
        files: where to.
        image: the scan.
        prediction: on its grid.
        source: the DICOM file or folder that the scan was read from.
        series, frame: which series of the folder, which frame, as in ``read_image``.
        card: the model's, for the report.

    Raises:
        InputError: if the source is not the series that the scan was read from, or the result cannot be expressed so.
    """
    segmentation = files.get("dicom_seg")
    if source is None and {"dicom_seg", "dicom_sr"} & set(files):
        raise InputError(f"DICOM of {image.name} cannot be written without the DICOM files that it was read from; name them.")
    if source is not None and segmentation is not None:
        from .exports import write_dicom_seg

        write_dicom_seg(segmentation, prediction, source, series=series, frame=frame)
    if source is not None and "dicom_sr" in files:
        from .exports import write_dicom_sr

        write_dicom_sr(files["dicom_sr"], prediction, source, segmentation, series=series, frame=frame)
    if "report" in files:
        from .report import write_report

        write_report(prediction, image, html=files["report"], pdf=files["report_pdf"], card=card)


def write_exports_into(
    folder: Path,
    exports: Collection[str],
    image: Image,
    prediction: Prediction,
    source: Path | None,
    *,
    series: str | None = None,
    frame: int | None = None,
    card: Mapping[str, Any] | None = None,
) -> dict[str, Path]:
    """Write exports of a result into its folder again, such as after a review: all or none. Everything else there stays.

    Args:
        folder: where to; files of the same names are replaced.
        exports: of ``EXPORTS``.
        image, prediction, source, series, frame, card: as for ``write_exports``.

    Returns:
        Paths by the keys of ``EXPORT_NAMES``.

    Raises:
        InputError: as ``write_exports`` raises, or if the folder cannot be written.
        MedAIError: if writing fails, such as on a full disk.
    """
    names = {key: name for export in exports for key, name in EXPORT_NAMES[export].items()}
    with written_whole(folder) as temporary:
        files = {key: temporary / name for key, name in names.items()}
        write_exports(files, image, prediction, source, series=series, frame=frame, card=card)
    return {key: folder / name for key, name in names.items()}


def exports_in(folder: Path) -> dict[str, tuple[str, ...]]:
    """Which exports lie in the folder of a result, each with the names of its files that are there."""
    there = {
        export: tuple(name for name in names.values() if (folder / name).is_file()) for export, names in EXPORT_NAMES.items()
    }
    return {export: names for export, names in there.items() if names}


def _may_be_dicom(source: Path | None) -> bool:
    """Whether it is a folder, which only DICOM comes in, or a DICOM file."""
    from .dicom import is_dicom

    if source is None or source.is_dir():
        return source is not None
    try:
        with source.open("rb") as file:
            return is_dicom(file.read(132))
    except OSError:
        return False
