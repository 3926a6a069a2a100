"""``medai run``: a model on a scan, from files to files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import command, print_fields, print_json, print_table, say, stdout_kept_clean
from .inputs import Reading, in_order, read_images, split_names
from .parameters import (
    Channels,
    Debug,
    Device,
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

if TYPE_CHECKING:
    from ..results import Prediction

# As many boxes are printed; detectors give hundreds with scores that nobody looks at.
_MOST_ROWS = 20


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
    trust: Trust = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Run a model on a scan and write labels, findings and a record of the run into a folder."""
    with stdout_kept_clean():
        from ..bundles import find_model
        from ..files import check_writable, refuse_overwriting, write_prediction
        from ..inference import Options
        from ..jobs import WorkerClient, predict

        options = Options(device, mode, split_names(labels), box_of(roi))
        check_writable(output)
        write_scene = _scene_writer() if scene else None
        bundle = find_model(model)
        paths = in_order(images or (), channel or (), bundle)
        refuse_overwriting(output, paths)
        obtain_permission(bundle, trust)
        with WorkerClient() as client:
            client.start()  # its libraries are loaded while the images are read
            scans = read_images(paths, Reading(frame, series, resample_uneven))
            with progress_shown() as report:
                prediction = predict(scans, bundle.root, options, report, client)
        draw = partial(write_scene, image=scans[0], prediction=prediction) if write_scene else None
        files = write_prediction(output, scans[0], prediction, scene=draw, source=paths[0])
    for doubt in prediction.run["warnings"]:
        say(f"medai: warning: {doubt}")
    _say(files, prediction, as_json)


def _scene_writer() -> Callable[..., Path]:
    """What writes scene files; where MRML is missing, its package says so before the run."""
    from ..mrml import write_scene

    return write_scene


def _say(files: dict[str, Path], prediction: Prediction, as_json: bool) -> None:
    from ..results import findings

    found: dict[str, Any] = findings(prediction)
    if as_json:
        print_json({"files": files, "findings": found, "run": prediction.run})
        return
    _print_findings(found)
    print_fields(files.items())


def _print_findings(found: dict[str, Any]) -> None:
    """A table for each kind of finding that there is."""
    if found["labels"]:
        print_table(("label", "volume (ml)"), ((label["name"], label["volume_ml"]) for label in found["labels"]))
    if found["detections"]:
        best = found["detections"][:_MOST_ROWS]
        boxes = ((each["label"], each["score"], *each["center_ras"], *each["size_mm"]) for each in best)
        print_table(("label", "score", "R", "A", "S", "size 1 (mm)", "size 2 (mm)", "size 3 (mm)"), boxes)
        if len(found["detections"]) > _MOST_ROWS:
            typer.echo(f"{len(found['detections']) - _MOST_ROWS} more, with lower scores, are in findings.csv")
    if found["landmarks"]:
        points = ((each["name"], *each["position_ras"], each["frame"]) for each in found["landmarks"])
        print_table(("landmark", "R", "A", "S", "frame"), points)
    if found["classes"]:
        classes = ((each["name"], each["probability"], each["score"], each["chosen"]) for each in found["classes"])
        print_table(("class", "probability", "score", "chosen"), classes)
    if not any(found.values()):
        print_table(("finding",), (("nothing found",),))
