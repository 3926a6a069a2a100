"""``medai measure``: lesions and measurements of a segmentation that is there already, from files to files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .console import command, stdout_kept_clean
from .findings import show_findings
from .inputs import Reading, read_images, split_names
from .parameters import Debug, Export, Json, Series

if TYPE_CHECKING:
    from ..results import Prediction

_LARGEST_LABEL = 65535
_NAME_HELP = "What a value of the label map means; once per value."


@command
def measure(
    *,
    labels: Annotated[Path, typer.Argument(metavar="LABELS", help="A label map, a .seg.nrrd or an RTSTRUCT.")],
    image: Annotated[Path, typer.Option("--image", "-i", metavar="IMAGE", help="The scan that it is of.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the results.")],
    name: Annotated[list[str] | None, typer.Option("--name", metavar="VALUE=NAME", help=_NAME_HELP)] = None,
    lesions: Annotated[
        str, typer.Option(metavar="A,B", help="Labels whose parts are lesions; by default those that are findings.")
    ] = "",
    export: Export = "",
    series: Series = None,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Measure a segmentation, whoever made it: lesions with diameters, label by label, and reports and DICOM of it."""
    names, exports = _names(name or ()), split_names(export)
    with stdout_kept_clean():
        from ..files import check_exports, check_source, check_writable, read_labels, refuse_overwriting, write_prediction
        from ..jobs.measuring import measured

        check_writable(output)
        check_exports(exports, image, "segmentation")
        refuse_overwriting(output, [image, labels])
        (scan,) = read_images([image], Reading(series=series))
        check_source(exports, image, scan, series=series)
        prediction = read_labels(labels, scan, names)
        prediction = measured(prediction, scan, _values(prediction, split_names(lesions), labels))
        prediction = replace(prediction, run={"measured": labels.name})
        files = write_prediction(output, scan, prediction, source=image, exports=exports, series=series)
    show_findings(files, prediction, as_json)


def _names(entries: Sequence[str]) -> dict[int, str]:
    found = {}
    for entry in entries:
        value, equals, name = entry.partition("=")
        if not equals or not value.strip().isdecimal() or not name.strip():
            raise InputError(f"--name {entry} is not VALUE=NAME; write it as 1=tumor.")
        if not 1 <= int(value) <= _LARGEST_LABEL:
            raise InputError(f"--name {entry} names no label; values go from 1 to {_LARGEST_LABEL}, and 0 is the background.")
        found[int(value)] = name.strip()
    return found


def _values(prediction: Prediction, wanted: Sequence[str], path: Path) -> list[int] | None:
    """Values of the labels that were named; None: those that are findings."""
    values = {label.name.casefold(): label.value for label in prediction.labels}
    for name in wanted:
        if name.casefold() not in values:
            known = ", ".join(label.name for label in prediction.labels)
            raise InputError(f"{path} has no label {name!r}; its labels: {known}.")
    return [values[name.casefold()] for name in wanted] or None
