"""``medai run``: a model on a scan, from files to files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from .console import command, say, stdout_kept_clean
from .findings import show_findings
from .inputs import Reading, in_order, read_images, split_names
from .parameters import (
    Channels,
    Confidence,
    Debug,
    Device,
    Explain,
    Export,
    Frame,
    ImagePaths,
    Json,
    Labels,
    Mode,
    Model,
    ResampleUneven,
    Roi,
    Series,
    Trust,
    box_of,
)
from .progress import progress_shown
from .trust import obtain_permission


@command
def run(
    *,
    model: Model,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the results.")],
    images: ImagePaths = None,
    channel: Channels = None,
    device: Device = "auto",
    mode: Mode = "exact",
    labels: Labels = "",
    scene: Annotated[bool, typer.Option("--scene", help="Also write scene.mrb, which opens in 3D Slicer.")] = False,
    roi: Roi = None,
    frame: Frame = None,
    series: Series = None,
    resample_uneven: ResampleUneven = False,
    export: Export = "",
    confidence: Confidence = "none",
    explain: Explain = False,
    trust: Trust = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Run a model on a scan and write labels, findings and a record of the run into a folder."""
    with stdout_kept_clean():
        from ..bundles import find_model
        from ..files import check_exports, check_source, check_writable, refuse_overwriting, report_card, write_prediction
        from ..inference import Options
        from ..jobs import WorkerClient, predict

        options = Options(device, mode, split_names(labels), box_of(roi), confidence, explain)
        check_writable(output)
        write_scene = _scene_writer() if scene else None
        bundle = find_model(model)
        paths, exports = in_order(images or (), channel or (), bundle), split_names(export)
        check_exports(exports, paths[0], bundle.kind)
        refuse_overwriting(output, paths)
        obtain_permission(bundle, trust)
        with WorkerClient() as client:
            client.start()  # its libraries are loaded while the images are read
            scans = read_images(paths, Reading(frame, series, resample_uneven))
            check_source(exports, paths[0], scans[0], series=series, frame=frame)
            with progress_shown() as report:
                prediction = predict(scans, bundle.root, options, report, client)
        draw = partial(write_scene, image=scans[0], prediction=prediction) if write_scene else None
        files = write_prediction(
            output,
            scans[0],
            prediction,
            scene=draw,
            source=paths[0],
            exports=exports,
            series=series,
            frame=frame,
            card=report_card(bundle) if exports else None,
        )
    for doubt in prediction.run["warnings"]:
        say(f"medai: warning: {doubt}")
    show_findings(files, prediction, as_json)


def _scene_writer() -> Callable[..., Path]:
    """What writes scene files; where MRML is missing, its package says so before the run."""
    from ..mrml import write_scene

    return write_scene
