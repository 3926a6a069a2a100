"""Arguments and options that several commands share."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..region import Box


def go_offline(wanted: bool) -> bool:
    """From now on nothing here, nor any process started from here, opens a network connection."""
    if wanted:
        os.environ["MEDAI_OFFLINE"] = "1"
        socket.has_ipv6 = False  # else urllib3, which pydicom and MONAI load, tries it out with a socket
    return wanted


ImagePaths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="IMAGE",
        help="NIfTI, NRRD, MHA, a DICOM file or folder, PNG or JPEG; several for a model with several channels, in its order.",
        show_default=False,
    ),
]
Model = Annotated[str, typer.Option("--model", "-m", help="A model's name (see `medai models list`) or a bundle's folder.")]
Channels = Annotated[
    list[str] | None, typer.Option("--channel", metavar="NAME=IMAGE", help="The image of one channel; once per channel.")
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Mode = Annotated[str, typer.Option(help="exact: the bundle's own labels; fast: may differ slightly.")]
Labels = Annotated[str, typer.Option(metavar="A,B", help="Keep only the labels of these names.", show_default=False)]
Roi = Annotated[
    tuple[float, float, float, float, float, float] | None,
    typer.Option("--roi", metavar="R A S W D H", help="Only in this box: its center and size in mm.", show_default=False),
]
Frame = Annotated[int | None, typer.Option(help="Which frame of a 4D image, from 0.", show_default=False)]
Series = Annotated[str | None, typer.Option(help="Which series of a DICOM folder.", show_default=False)]
ResampleUneven = Annotated[bool, typer.Option("--resample-uneven", help="Resample slices that are spaced unevenly.")]
Trust = Annotated[bool, typer.Option("--trust", help="Let the bundle run its own code, and remember that for these very files.")]
Export = Annotated[
    str, typer.Option(metavar="A,B", help="Also write seg, sr (of a DICOM scan) or report (HTML, PDF).", show_default=False)
]
Confidence = Annotated[str, typer.Option(help="Also map how sure the model is: none, entropy, or flips, which takes longer.")]
Explain = Annotated[bool, typer.Option("--explain", help="Also map what a class rests on, or the largest finding inside --roi.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else, on standard output.")]
Offline = Annotated[
    bool, typer.Option("--offline", envvar="MEDAI_OFFLINE", callback=go_offline, help="Open no network connection.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


def box_of(roi: tuple[float, float, float, float, float, float] | None) -> Box | None:
    """The box of six numbers: center in RAS and size along R, A, S, in mm; raises InputError if it is none."""
    from ..region import Box

    if roi is None:
        return None
    r, a, s, width, depth, height = roi
    return Box((r, a, s), (width, depth, height))
