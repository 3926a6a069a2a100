"""The files of a result: label map and segmentation where there is one, findings, the record of the run, and a picture."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..image import Image
from ..results import Prediction, csv_tables, findings, flattened
from .handover import EXPORT_NAMES, write_exports
from .nifti import read_position, write_nifti
from .nifti_header import Position
from .overview import write_overview
from .segmentation import write_segmentation
from .whole import written_whole

NAMES = {
    "segmentation": "segmentation.nii.gz",
    "segments": "segmentation.seg.nrrd",
    "findings": "findings.json",
    "table": "findings.csv",
    "run": "run.json",
    "overview": "overview.png",
    "scene": "scene.mrb",
    "confidence": "confidence.nii.gz",
    "saliency": "saliency.nii.gz",
    **{key: name for names in EXPORT_NAMES.values() for key, name in names.items()},
}
_OF_LABELS = ("segmentation", "segments")


def write_prediction(
    folder: Path,
    image: Image,
    prediction: Prediction,
    *,
    scene: Callable[[Path], object] | None = None,
    source: Path | None = None,
    exports: Collection[str] = (),
    series: str | None = None,
    frame: int | None = None,
    card: Mapping[str, Any] | None = None,
) -> dict[str, Path]:
    """Write a result into a folder: all files or, where one fails, none.

    The label map is NIfTI on the scan's grid, which NIfTI keeps in single precision; the segmentation keeps it exactly. Where
    labels overlap, the segmentation holds each whole, and the label map shows the smallest on top. Without a label map, neither
    is written, and those of an earlier result are removed.

    Args:
        folder: made if it is missing; files of the same names are replaced.
        image: the scan.
        prediction: its prediction, on its grid.
        scene: writes the file scene.mrb that it is given the path of; None leaves the scene out.
        source: the file that the scan was read from. If it is NIfTI, the label map gets its position fields as they are, so
            that a program that prefers another of NIfTI's two positions still shows both in one place.
        exports: what else to hand the result on with, of ``handover.EXPORTS``; "seg" and "sr" need a DICOM ``source``.
        series, frame: which series of a DICOM folder, and which frame, the scan is.
        card: the model's, for the report.

    Returns:
        Paths by "segmentation" and "segments" (where there is a label map), "findings", "table", "run", "overview", "confidence"
        and "saliency" (where there are such maps) and, where asked for, "scene", "dicom_seg", "dicom_sr", "report" and
        "report_pdf".

    Raises:
        InputError: if the prediction is not on the scan's grid, the folder cannot be written, or an export is not possible.
        MedAIError: if writing fails, such as on a full disk.
    """
    labelmap = flattened(prediction) if prediction.labelmap is not None else None
    if labelmap is not None and not image.on_same_grid(labelmap):
        raise InputError(f"The prediction is not on the grid of {image.name}; run the model on this scan.")
    found = findings(prediction)
    names = _names(prediction, exports, scene is not None)
    with written_whole(folder, NAMES.values()) as temporary:
        files = {key: temporary / name for key, name in names.items()}
        if labelmap is not None:
            write_nifti(files["segmentation"], labelmap.voxels, _position_in(source, image) or labelmap.affine)
            write_segmentation(files["segments"], prediction)
        write_json(files["findings"], found)
        write_table(files["table"], found)
        write_json(files["run"], prediction.run)
        _write_maps(files, prediction)
        write_overview(files["overview"], image, prediction)
        write_exports(files, image, prediction, source, series=series, frame=frame, card=card)
        if scene is not None:
            scene(files["scene"])
    return {key: folder / name for key, name in names.items()}


def _names(prediction: Prediction, exports: Collection[str], scene: bool) -> dict[str, str]:
    """The names of the files that there will be."""
    left_out = {key for export, names in EXPORT_NAMES.items() if export not in exports for key in names}
    left_out |= set() if scene else {"scene"}
    left_out |= set() if prediction.labelmap is not None else set(_OF_LABELS)
    left_out |= {key for key in ("confidence", "saliency") if getattr(prediction, key) is None}
    return {key: name for key, name in NAMES.items() if key not in left_out}


def _write_maps(files: Mapping[str, Path], prediction: Prediction) -> None:
    for key, image in (("confidence", prediction.confidence), ("saliency", prediction.saliency)):
        if image is not None:
            write_nifti(files[key], image.voxels, image.affine)


def refuse_overwriting(folder: Path, sources: Iterable[Path]) -> None:
    """Refuse to write a result over the scan that it is made from.

    Raises:
        InputError: if one of the sources is a file of the result's name in ``folder``.
    """
    for source in sources:
        for name in NAMES.values():
            if source.exists() and (folder / name).exists() and source.samefile(folder / name):
                raise InputError(f"{source} would be overwritten by the result; choose another folder for the results.")


def _position_in(source: Path | None, image: Image) -> Position | None:
    """The position fields of the scan's file if it is NIfTI, and still places the scan where the image is; else None."""
    if source is None or not source.name.lower().endswith((".nii", ".nii.gz")):
        return None
    try:
        position = read_position(source)
    except (InputError, OSError):
        return None
    return position if (abs(position.affine() - image.affine) < 1e-6).all() else None


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Plain values as a JSON file; raises ValueError for numbers that are none."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def write_table(path: Path, found: Mapping[str, Any]) -> None:
    """The findings as CSV: one table for each kind, below each other."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, (columns, rows) in enumerate(csv_tables(found)):
            if number:
                file.write("\r\n")
            table = csv.DictWriter(file, columns)
            table.writeheader()
            table.writerows(rows)
