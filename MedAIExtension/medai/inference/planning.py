"""Deciding before starting: device, precision, grid, windows, memory and time of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import psutil
import torch
from monai.transforms import AsDiscreted

from ..bundles.model import Bundle
from ..errors import InputError
from ..image import Image
from .cost import WindowCost, window_cost
from .grid import deciding_part, expected_grid
from .options import Options
from .pipeline import Pipeline
from .plan import Plan
from .speed import Speed
from .windows import count_windows, window_of

PREPARING, SEGMENTING, RESTORING = "preparing", "segmenting", "restoring"
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


def plan_run(image: Image, bundle: Bundle, pipeline: Pipeline, options: Options) -> Plan:
    """What running the pipeline on a scan will take, from shapes, the machine's measured speed and earlier runs."""
    expected = expected_grid(image, pipeline)
    grid = expected.shape
    window = window_of(pipeline.inferer, grid)
    precision = _precision(options, pipeline.device)
    batch = min(count_windows(pipeline.inferer, grid), int(getattr(pipeline.inferer, "sw_batch_size", 1)))
    cost = network_cost(pipeline, bundle, window, batch)
    windows = count_windows(pipeline.inferer, grid, deciding_part(options.roi, image, expected, pipeline, cost))
    _refuse_overlapping_classes(pipeline, cost, bundle)
    speed = Speed(pipeline.device, PRECISIONS[precision])
    work = _work(bundle, image, grid, windows, cost, batch)
    return Plan(
        device=pipeline.device.type,
        precision=precision,
        grid=grid,
        spacing=expected.spacing,
        window=window,
        windows=windows,
        memory_bytes=_memory(cost, math.prod(map(max, grid, window)), math.prod(image.shape), len(bundle.channels)),
        stage_seconds={stage: units / speed.rate(kind, stage, bundle.content_hash) for stage, (kind, units) in work.items()},
    )


def learn_from_run(
    plan: Plan, image: Image, bundle: Bundle, pipeline: Pipeline, windows: int, seconds: Mapping[str, float]
) -> None:
    """Remember how fast the stages really were, for the next plan; ``windows`` is how many it took in the end."""
    cost = network_cost(pipeline, bundle, plan.window, 1)
    speed = Speed(pipeline.device, PRECISIONS[plan.precision])
    for stage, (_, units) in _work(bundle, image, plan.grid, windows, cost, 1).items():
        speed.learn(stage, bundle.content_hash, units, seconds[stage])


def _refuse_overlapping_classes(pipeline: Pipeline, cost: WindowCost, bundle: Bundle) -> None:
    """Before the run, not after it: several maps that no argmax makes one label of cannot become a label map."""
    steps = [step for step in pipeline.postprocessing if isinstance(step, AsDiscreted)]
    if cost.output_channels > 1 and not any(any(step.argmax) for step in steps):
        raise InputError(
            f"{bundle.name} gives several maps that may overlap, not one label per voxel, which MedAI cannot run yet."
        )


def network_cost(pipeline: Pipeline, bundle: Bundle, window: Sequence[int], batch: int) -> WindowCost:
    """What the bundle's network takes for a batch of windows; zero where that cannot be counted."""
    flat = [n for n in window if n > 1] if 1 in window else window
    for multiple in (1, 32):  # a bundle may pad what its network cannot take
        shape = (batch, len(bundle.channels), *(math.ceil(n / multiple) * multiple for n in flat))
        try:
            return window_cost(pipeline.network, shape)
        except (RuntimeError, ValueError, TypeError, NotImplementedError):
            continue
    return WindowCost(0.0, 0, max(1, len(bundle.label_names) + 1), ())


def _precision(options: Options, device: torch.device) -> str:
    if options.mode == "exact":
        return "float32"
    return "float16" if device.type == "cuda" else "bfloat16"


def _work(
    bundle: Bundle, image: Image, grid: Sequence[int], windows: int, cost: WindowCost, batch: int
) -> dict[str, tuple[str, float]]:
    """Kind and amount of work of every stage."""
    scan, voxels = math.prod(image.shape), math.prod(grid)
    return {
        PREPARING: ("resampling", float((scan + voxels) * len(bundle.channels))),
        SEGMENTING: ("convolution", windows * cost.operations / batch),
        RESTORING: ("resampling", float(scan * cost.output_channels)),
    }


def _memory(cost: WindowCost, voxels: int, scan: int, channels: int) -> int:
    """This process as it is, the windows' activations, scores of all classes on the network's grid (summed, weighted,
    softmaxed), and the volumes of the scan's size that restoring holds."""
    scores = 3 * 4 * voxels * cost.output_channels
    return psutil.Process().memory_info().rss + cost.activation_bytes + scores + 4 * scan * (channels + 4)
