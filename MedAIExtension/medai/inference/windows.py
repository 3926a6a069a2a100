"""Sliding windows: how many there are, and the network run on them with progress, cancellation and the chosen precision."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from monai.data.utils import get_valid_patch_size
from monai.inferers import SliceInferer, SlidingWindowInferer
from monai.inferers.utils import _get_scan_interval
from monai.utils import fall_back_tuple
from torch import Tensor

from ..errors import InputError
from .cost import layers_of
from .pipeline import Pipeline


def window_of(inferer: Any, grid: Sequence[int]) -> tuple[int, ...]:
    """Size of one window in voxels on a grid; the grid's own size where the network sees it whole."""
    if isinstance(inferer, SliceInferer):
        window = list(fall_back_tuple(inferer.roi_size, _in_plane(inferer, grid)))
        window.insert(inferer.spatial_dim, 1)
        return tuple(window)
    if isinstance(inferer, SlidingWindowInferer):
        return tuple(fall_back_tuple(inferer.roi_size, grid))
    return tuple(grid)


def count_windows(inferer: Any, grid: Sequence[int]) -> int:
    """How many windows a grid (i, j, k) takes: MONAI's own spacing of windows, on the padded grid."""
    if not isinstance(inferer, SlidingWindowInferer):
        return 1
    if isinstance(inferer, SliceInferer):
        plane = _in_plane(inferer, grid)
        return grid[inferer.spatial_dim] * _count(plane, fall_back_tuple(inferer.roi_size, plane), inferer.overlap)
    return _count(grid, fall_back_tuple(inferer.roi_size, grid), inferer.overlap)


def _in_plane(inferer: SliceInferer, grid: Sequence[int]) -> list[int]:
    return [n for axis, n in enumerate(grid) if axis != inferer.spatial_dim]


def _count(grid: Sequence[int], window: Sequence[int], overlap: float | Sequence[float]) -> int:
    padded = [max(n, w) for n, w in zip(grid, window, strict=True)]
    overlaps = [overlap] * len(grid) if isinstance(overlap, (int, float)) else list(overlap)
    interval = _get_scan_interval(padded, get_valid_patch_size(padded, window), len(grid), overlaps)
    return math.prod(
        1 if step == 0 else math.ceil((n - w) / step) + 1 for n, w, step in zip(padded, window, interval, strict=True)
    )


def segment(
    inputs: Tensor, pipeline: Pipeline, precision: torch.dtype, layer_shares: Sequence[float], at: Callable[[float], None]
) -> Tensor:
    """The network's output (channel, i, j, k) for an input (channel, i, j, k).

    Args:
        inputs: float32 on the network's grid.
        pipeline: its network and inferer are used.
        precision: torch.float32, or torch.bfloat16 / float16 for autocast.
        layer_shares: share of a window's work that is done when each layer ends, from ``window_cost``.
        at: called with 0..1 after every layer of every batch of windows; what it raises ends the run.

    Raises:
        InputError: if the network rejects the input.
    """
    windows = count_windows(pipeline.inferer, inputs.shape[1:])
    done = layer = batch_size = 0

    def layer_ended(*_: Any) -> None:
        nonlocal layer
        share = layer_shares[min(layer, len(layer_shares) - 1)] if layer_shares else 0.0
        layer += 1
        at(min(1.0, (done + share * batch_size) / windows))

    def predict(batch: Tensor, *args: Any, **kwargs: Any) -> Any:
        nonlocal done, layer, batch_size
        layer, batch_size = 0, batch.shape[0]
        with torch.autocast(pipeline.device.type, precision, enabled=precision != torch.float32):
            output = pipeline.network(batch, *args, **kwargs)
        done += batch_size
        return output.float() if isinstance(output, Tensor) else output

    inferer = copy.copy(pipeline.inferer)  # MONAI's SliceInferer changes its own settings when it is called
    exact = torch.backends.cudnn.flags(enabled=True, allow_tf32=precision != torch.float32)
    hooks = [module.register_forward_hook(layer_ended) for module in layers_of(pipeline.network)]
    try:
        with torch.inference_mode(), exact:
            output = inferer(inputs[None].to(pipeline.device), predict)
    finally:
        for hook in hooks:
            hook.remove()
    if not isinstance(output, Tensor) or output.shape[0] != 1:
        raise InputError("The bundle's network does not give one map per class, which MedAI cannot run yet.")
    # On the CPU the way back is the same for every device, and MPS lacks the double precision that it takes.
    return output[0].clone().cpu()
