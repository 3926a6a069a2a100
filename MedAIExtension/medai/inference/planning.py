"""Deciding before starting: device, precision, grid, windows, memory and time of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import psutil
import torch
from monai.transforms import Activationsd, CastToTyped, EnsureTyped, Identityd, Invertd, ToDeviced, ToTensord

from ..bundles.kinds import SEGMENTATION
from ..bundles.model import Bundle
from ..errors import InputError
from ..image import Image
from .confidence import mirrorings_of
from .cost import WindowCost
from .explain import way_for
from .extent import extent_of, network_cost
from .grid import expected_grid
from .options import Options
from .pipeline import Pipeline
from .plan import Plan
from .speed import Speed

PREPARING, SEGMENTING, RESTORING = "preparing", "segmenting", "restoring"
# What makes no labels of scores.
_UNDECIDED = (Activationsd, CastToTyped, EnsureTyped, Identityd, Invertd, ToDeviced, ToTensord)
# So many times the activations of a window beside themselves: gradients keep what is otherwise let go layer by layer.
_KEPT_FOR_GRADIENTS = 1
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose_device(wanted: str) -> torch.device:
    """The device to run on; "auto" takes CUDA where there is one, else the CPU. MPS only on request: it is untried.

    Raises:
        InputError: if PyTorch cannot use the wanted one here.
    """
    usable = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return torch.device("cuda" if usable["cuda"] else "cpu")
    if not usable[wanted]:
        raise InputError(f"This computer has no {wanted} device that PyTorch can use; choose the device cpu or auto.")
    return torch.device(wanted)


def plan_run(images: Sequence[Image], bundle: Bundle, pipeline: Pipeline, options: Options) -> Plan:
    """What running the pipeline on a scan will take, from shapes, the machine's measured speed and earlier runs.

    Raises:
        InputError: if the run could not lead to a result.
    """
    image, precision = images[0], _precision(options, pipeline.device)
    extent = extent_of(images, bundle, pipeline, options)
    _refuse_scores(pipeline, extent.cost, bundle)
    runs = 1 + _mirrored_runs(image, bundle, pipeline, options, extent.cost)
    explaining = windows_to_explain(bundle, pipeline, options, extent.window)
    windows = extent.windows * runs + explaining
    speed = Speed(pipeline.device, PRECISIONS[precision])
    work = _work(bundle, image, options, extent.grid, windows, extent.cost, extent.batch)
    at_once = math.prod(map(max, extent.grid, extent.window)) // (extent.grid[2] if pipeline.flat else 1)
    return Plan(
        device=pipeline.device.type,
        precision=precision,
        grid=extent.grid,
        spacing=extent.spacing,
        window=extent.window,
        windows=windows,
        memory_bytes=_memory(extent.cost, at_once, math.prod(image.shape), len(bundle.channels))
        + _memory_of_maps(options, extent.cost, at_once, math.prod(image.shape), runs),
        stage_seconds={stage: units / speed.rate(kind, stage, bundle.content_hash) for stage, (kind, units) in work.items()},
    )


def windows_to_explain(bundle: Bundle, pipeline: Pipeline, options: Options, window: Sequence[int]) -> int:
    """As long as how many windows of this size (i, j, k) an explanation takes; 0 where none is asked for.

    Raises:
        InputError: if the model cannot be explained.
    """
    seen = window[:2] if pipeline.flat else window
    return way_for(bundle, pipeline, seen).passes if options.explain else 0


def _mirrored_runs(image: Image, bundle: Bundle, pipeline: Pipeline, options: Options, cost: WindowCost) -> int:
    if options.confidence != "flips" or pipeline.kind != SEGMENTATION:
        return 0
    affine = image.affine if pipeline.flat else expected_grid(image, pipeline).affine
    return len(mirrorings_of(bundle, pipeline, affine, cost.output_channels).flips)


def learn_from_run(
    plan: Plan,
    image: Image,
    bundle: Bundle,
    pipeline: Pipeline,
    options: Options,
    windows: int,
    seconds: Mapping[str, float],
) -> None:
    """Remember how fast the stages really were, for the next plan; ``windows`` is how many it took in the end."""
    cost = network_cost(pipeline, bundle, plan.window, 1)
    speed = Speed(pipeline.device, PRECISIONS[plan.precision])
    for stage, (_, units) in _work(bundle, image, options, plan.grid, windows, cost, 1).items():
        speed.learn(stage, bundle.content_hash, units, seconds[stage])


def _refuse_scores(pipeline: Pipeline, cost: WindowCost, bundle: Bundle) -> None:
    """Before the run, not after it: scores of several classes that nothing makes labels of."""
    undecided = all(isinstance(step, _UNDECIDED) for step in pipeline.postprocessing)
    if pipeline.kind == SEGMENTATION and cost.output_channels > 1 and undecided:
        raise InputError(
            f"{bundle.name} gives scores, not labels (its postprocessing has neither argmax nor threshold), "
            f"which MedAI cannot run; use another model."
        )


def _precision(options: Options, device: torch.device) -> str:
    if options.mode == "exact" or (device.type == "cpu" and not _computes_bfloat16()):
        return "float32"
    return "float16" if device.type == "cuda" else "bfloat16"


def _computes_bfloat16() -> bool:
    """Whether this processor has instructions for bfloat16; convolutions take hundreds of times as long where it has none."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _work(
    bundle: Bundle, image: Image, options: Options, grid: Sequence[int], windows: int, cost: WindowCost, batch: int
) -> dict[str, tuple[str, float]]:
    """Kind and amount of work of every stage."""
    scan, voxels = math.prod(image.shape), math.prod(grid)
    maps = int(options.confidence != "none" and bundle.kind == SEGMENTATION) + int(options.explain)
    return {
        PREPARING: ("resampling", float((scan + voxels) * len(bundle.channels))),
        SEGMENTING: ("convolution", windows * cost.operations / batch),
        RESTORING: ("resampling", float(scan * (cost.output_channels + maps))),
    }


def _memory(cost: WindowCost, voxels: int, scan: int, channels: int) -> int:
    """This process as it is, the windows' activations, scores of all classes on the network's grid (summed, weighted,
    softmaxed), and the volumes of the scan's size that restoring holds."""
    scores = 3 * 4 * voxels * cost.output_channels
    return psutil.Process().memory_info().rss + cost.activation_bytes + scores + 4 * scan * (channels + 4)


def _memory_of_maps(options: Options, cost: WindowCost, voxels: int, scan: int, runs: int) -> int:
    """The sum of mirrored runs' probabilities; what a layer's gradients keep of a window; each map on both grids."""
    mirrored = 4 * voxels * cost.output_channels if runs > 1 else 0
    kept = _KEPT_FOR_GRADIENTS * cost.activation_bytes if options.explain else 0
    maps = int(options.confidence != "none") + int(options.explain)
    return mirrored + kept + maps * 4 * (voxels + scan)
