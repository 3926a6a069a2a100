"""``medai report``: the report of a result, made again, such as after a review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, MedAIError
from .console import command, print_fields, print_json, stdout_kept_clean
from .parameters import Debug, Frame, Json, ResampleUneven, Series

if TYPE_CHECKING:
    from ..files import Result

_NAMES = ("report.html", "report.pdf")


@command
def report(
    *,
    folder: Annotated[Path, typer.Argument(help="Folder that `medai run` wrote.")],
    image: Annotated[
        Path | None, typer.Argument(help="The scan of the run; not needed where run.json names it.", show_default=False)
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Report as one page of HTML.", show_default=False)] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Report as PDF.", show_default=False)] = None,
    patient: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Said of the patient at the top; once for each.", show_default=False),
    ] = None,
    frame: Frame = None,
    series: Series = None,
    resample_uneven: ResampleUneven = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Write a report for people, as HTML and PDF, with what a reader has accepted, rejected or edited. Without --html and --pdf
    it writes both into the folder."""
    said = _of_patient(patient or ())
    with stdout_kept_clean():
        from ..files import read_image, read_result, write_report

        if html is None and pdf is None:
            html, pdf = (folder / name for name in _NAMES)
        result = read_result(folder)
        scan = read_image(_scan_of(result, image), frame=frame, series=series, resample_uneven=resample_uneven)
        write_report(result.prediction, scan, html=html, pdf=pdf, card=_card_of(result), patient=said)
    files = {kind: path for kind, path in (("html", html), ("pdf", pdf)) if path is not None}
    if as_json:
        print_json({"files": files})
    else:
        print_fields(files.items())


def _of_patient(entries: Sequence[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for entry in entries:
        name, equals, value = (part.strip() for part in entry.partition("="))
        if not (name and equals and value):
            raise InputError(f'--patient {entry} is not NAME=VALUE; write it as --patient "Name=Jane Doe".')
        if name in said:
            raise InputError(f"--patient {name} was given twice; give it once.")
        said[name] = value
    return said


def _scan_of(result: Result, given: Path | None) -> Path:
    path = given or result.image
    if path is None:
        raise InputError(f"The result in {result.folder} does not say where its scan is; give the scan after the folder.")
    return path


def _card_of(result: Result) -> dict[str, Any] | None:
    """The card of the very model that the result is of, where it is on this computer."""
    from ..bundles import find_model
    from ..files import report_card

    model = result.prediction.run.get("model")
    if not isinstance(model, dict) or not isinstance(model.get("name"), str):
        return None
    try:
        card = report_card(find_model(model["name"]))
    except MedAIError:
        return None
    return card if card["hash"] == model.get("content_hash") else None
