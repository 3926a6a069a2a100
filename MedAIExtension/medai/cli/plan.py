"""``medai plan``: what a run would take, before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .console import command, gigabytes, print_fields, print_json, stdout_kept_clean
from .inputs import Reading, in_order, read_images
from .parameters import Channels, Debug, Device, Frame, ImagePaths, Json, Mode, Model, ResampleUneven, Roi, Series, box_of

if TYPE_CHECKING:
    from ..inference import Plan


@command
def plan(
    *,
    model: Model,
    images: ImagePaths = None,
    channel: Channels = None,
    device: Device = "auto",
    mode: Mode = "exact",
    roi: Roi = None,
    frame: Frame = None,
    series: Series = None,
    resample_uneven: ResampleUneven = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Say what a run would take: windows, memory, time, device, precision."""
    with stdout_kept_clean():
        from .. import jobs
        from ..bundles import find_model
        from ..inference import Options

        options = Options(device, mode, roi=box_of(roi))
        bundle = find_model(model)
        paths = in_order(images or (), channel or (), bundle)
        with jobs.WorkerClient() as client:
            client.start()
            scans = read_images(paths, Reading(frame, series, resample_uneven))
            decided = jobs.plan(scans, bundle.root, options, client)
    if as_json:
        print_json(decided.as_dict())
    else:
        print_fields(_fields(decided))


def _fields(decided: Plan) -> list[tuple[str, object]]:
    spacing = " x ".join(f"{length:.3g}" for length in decided.spacing)
    return [
        ("device", decided.device),
        ("precision", decided.precision),
        ("grid", f"{_size(decided.grid)} voxels of {spacing} mm"),
        ("windows", f"{decided.windows} of {_size(decided.window)} voxels"),
        ("memory", gigabytes(decided.memory_bytes)),
        ("time", f"about {decided.seconds:.0f} s"),
        *((f"  {stage}", f"{seconds:.1f} s") for stage, seconds in decided.stage_seconds.items()),
    ]


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
