"""``medai report``: the report of a result, made again, such as after a review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from .console import command, print_fields, print_json, stdout_kept_clean
from .parameters import Debug, Frame, Json, ResampleUneven, Series

_NAMES = ("report.html", "report.pdf")


@command
def report(
    *,
    folder: Annotated[Path, typer.Argument(help="Folder that `medai run` wrote.")],
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="The scan of the run.")],
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
        from ..files import card_of_run, read_image, read_result, write_report

        if html is None and pdf is None:
            html, pdf = (folder / name for name in _NAMES)
        prediction = read_result(folder).prediction
        scan = read_image(image, frame=frame, series=series, resample_uneven=resample_uneven)
        write_report(prediction, scan, html=html, pdf=pdf, card=card_of_run(prediction.run), patient=said)
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
