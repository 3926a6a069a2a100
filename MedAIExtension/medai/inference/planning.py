"""Deciding before starting: device, precision, grid, windows, memory and time of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import psutil
import torch
from monai.transforms import AsDiscreted, CropForegroundd, Orientationd, Resized, Spacingd

from ..bundles.model import Bundle
from ..errors import InputError
from ..image import Image
from .cost import WindowCost, window_cost
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
    grid, spacing = network_grid(image, pipeline)
    window = window_of(pipeline.inferer, grid)
    windows = count_windows(pipeline.inferer, grid)
    precision = _precision(options, pipeline.device)
    batch = min(windows, int(getattr(pipeline.inferer, "sw_batch_size", 1)))
    cost = network_cost(pipeline, bundle, window, batch)
    _refuse_overlapping_classes(pipeline, cost, bundle)
    speed = Speed(pipeline.device, PRECISIONS[precision])
    work = _work(bundle, image, grid, windows, cost, batch)
    return Plan(
        device=pipeline.device.type,
        precision=precision,
        grid=grid,
        spacing=spacing,
        window=window,
        windows=windows,
        memory_bytes=_memory(cost, math.prod(map(max, grid, window)), math.prod(image.shape), len(bundle.channels)),
        stage_seconds={stage: units / speed.rate(kind, stage, bundle.content_hash) for stage, (kind, units) in work.items()},
    )


def learn_from_run(
    plan: Plan, image: Image, bundle: Bundle, pipeline: Pipeline, grid: tuple[int, ...], seconds: Mapping[str, float]
) -> None:
    """Remember how fast the stages really were, for the next plan; ``grid`` is the network's grid as it turned out."""
    cost = network_cost(pipeline, bundle, plan.window, 1)
    windows = count_windows(pipeline.inferer, grid)
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


def network_grid(image: Image, pipeline: Pipeline) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Size and spacing (mm) of the network's grid, from the preprocessing's own orientation, foreground crop and spacing.

    A crop that follows a change of spacing is left out: the size is then an upper bound.
    """
    steps = pipeline.preprocessing.transforms
    codes = image.orientation if any(isinstance(step, Orientationd) for step in steps) else "RAS"
    axes = [next(i for i, code in enumerate(codes) if code in pair) for pair in ("RL", "AP", "SI")]
    size, spacing = [image.shape[a] for a in axes], [image.spacing[a] for a in axes]
    for step in steps:
        if isinstance(step, CropForegroundd) and size == [image.shape[a] for a in axes]:
            voxels = torch.from_numpy(np.ascontiguousarray(image.voxels, dtype=np.float32))
            start, end = step.cropper.compute_bounding_box(voxels.permute(0, *(a + 1 for a in axes)))
            size = [int(e - s) for s, e in zip(start, end, strict=True)]
        elif isinstance(step, Spacingd):
            wanted = np.broadcast_to(step.spacing_transform.pixdim, 3)
            target = [float(w) if w > 0 else s for w, s in zip(wanted, spacing, strict=True)]
            size = [max(1, math.ceil(n * s / t - 1e-3)) for n, s, t in zip(size, spacing, target, strict=True)]
            spacing = target
        elif isinstance(step, Resized):
            resized = [int(n) for n in np.broadcast_to(step.resizer.spatial_size, 3)]
            spacing = [s * n / r for s, n, r in zip(spacing, size, resized, strict=True)]
            size = resized
    return tuple(size), tuple(spacing)


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
