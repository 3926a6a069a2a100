"""``medai export``: DICOM and the report of a result, written again, such as after a review."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from .console import command, print_fields, print_json, stdout_kept_clean
from .inputs import split_names
from .parameters import Debug, Frame, Json, ResampleUneven, Series


@command
def export(
    *,
    folder: Annotated[Path, typer.Argument(help="Folder that `medai run` or `medai measure` wrote.")],
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="The scan of the run; a DICOM folder for seg and sr.")],
    exports: Annotated[str, typer.Option("--export", metavar="A,B", help="What to write: seg, sr, report (HTML, PDF).")],
    frame: Frame = None,
    series: Series = None,
    resample_uneven: ResampleUneven = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Write DICOM and report of a result again, without what a reader has rejected. Everything else in the folder stays."""
    wanted = split_names(exports)
    if not wanted:
        raise InputError("--export names nothing to write; give seg, sr, report or several of them.")
    with stdout_kept_clean():
        from ..files import (
            card_of_run,
            check_exports,
            check_source,
            check_writable,
            read_image,
            read_result,
            refuse_overwriting,
            write_exports_into,
        )

        prediction = read_result(folder).prediction
        check_writable(folder)
        check_exports(wanted, image, "segmentation" if prediction.labelmap is not None else "")
        refuse_overwriting(folder, [image])
        scan = read_image(image, frame=frame, series=series, resample_uneven=resample_uneven)
        if prediction.labelmap is not None and not scan.on_same_grid(prediction.labelmap):
            raise InputError(f"The result in {folder} is not on the grid of {image}; name the scan that it was made from.")
        check_source(wanted, image, scan, series=series, frame=frame)
        card = card_of_run(prediction.run)
        files = write_exports_into(folder, wanted, scan, prediction, image, series=series, frame=frame, card=card)
    if as_json:
        print_json({"files": files})
    else:
        print_fields(files.items())
