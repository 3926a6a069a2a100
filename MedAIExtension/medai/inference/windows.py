"""Sliding windows: how many there are, and the network run on them with progress, cancellation and the chosen precision."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from monai.data.utils import dense_patch_slices
from monai.inferers import SliceInferer, SlidingWindowInferer
from monai.inferers.utils import _get_scan_interval
from monai.utils import ensure_tuple_rep, fall_back_tuple
from torch import Tensor

from ..errors import InputError
from .cost import WindowCost
from .grid import Part
from .pipeline import Pipeline
from .watched import Watched, watching

# More would take days on any computer.
_MOST_WINDOWS = 1_000_000


def window_of(inferer: Any, grid: Sequence[int]) -> tuple[int, ...]:
    """Size of one window in voxels on a grid; the grid's own size where the network sees it whole."""
    if isinstance(inferer, SliceInferer):
        window = list(fall_back_tuple(inferer.roi_size, _in_plane(inferer, grid)))
        window.insert(inferer.spatial_dim, 1)
        return tuple(window)
    if isinstance(inferer, SlidingWindowInferer):
        return tuple(fall_back_tuple(inferer.roi_size, grid))
    return tuple(grid)


def count_windows(inferer: Any, grid: Sequence[int], part: Part | None = None) -> int:
    """How many windows a grid (i, j, k) takes, or a part of it: MONAI's own windows, on the padded grid, batch by batch."""
    if not isinstance(inferer, SlidingWindowInferer):
        return 1
    size = window_of(inferer, grid)
    padded = [max(n, w) for n, w in zip(grid, size, strict=True)]
    interval = _get_scan_interval(padded, size, len(grid), ensure_tuple_rep(inferer.overlap, len(grid)))
    _refuse_endless(padded, size, interval)
    windows = dense_patch_slices(padded, size, interval)
    batches = [windows[n : n + inferer.sw_batch_size] for n in range(0, len(windows), inferer.sw_batch_size)]
    passes = int(getattr(inferer, "passes", 1))  # of several networks, one after the other
    return passes * sum(len(batch) for batch in batches if part is None or _any_in(batch, part))


def _refuse_endless(grid: Sequence[int], size: Sequence[int], interval: Sequence[int]) -> None:
    """Before they are listed: windows that hardly move would fill the memory and never end."""
    count = math.prod(math.ceil((n - w) / step) + 1 for n, w, step in zip(grid, size, interval, strict=True))
    if count > _MOST_WINDOWS:
        raise InputError(f"The bundle's windows are so small or overlap so much that there are {count}; use another model.")


def _any_in(windows: Sequence[Sequence[slice]], part: Part) -> bool:
    """True where a window overlaps the part. Where the grid was padded there is one window, which holds it all."""
    return any(all(w.start < p.stop and p.start < w.stop for w, p in zip(window, part, strict=True)) for window in windows)


def _in_plane(inferer: SliceInferer, grid: Sequence[int]) -> list[int]:
    return [n for axis, n in enumerate(grid) if axis != inferer.spatial_dim]


def segment(
    inputs: Tensor,
    pipeline: Pipeline,
    precision: torch.dtype,
    cost: WindowCost,
    at: Callable[[float], None],
    part: Part | None = None,
) -> Tensor:
    """The network's output (channel, i, j[, k]) for an input (channel, i, j[, k]).

    Args:
        inputs: float32 on the network's grid.
        pipeline: its network and inferer are used.
        precision: torch.float32, or torch.bfloat16 / float16 for autocast.
        cost: of one window.
        at: called with 0..1 after every layer of every batch of windows; what it raises ends the run.
        part: of the grid, where the output has to be right; windows that do not touch it are left out. None: everywhere.

    Raises:
        InputError: if the network rejects the input.
    """
    windows = count_windows(pipeline.inferer, inputs.shape[1:], part)
    watched = Watched(pipeline.network, precision, pipeline.device, cost, windows, at)
    inferer = copy.copy(pipeline.inferer)  # MONAI's SliceInferer changes its own settings when it is called
    predictor = watched if part is None else _leaving_out(inferer, watched, part, cost.output_shape[1:])
    with watching(watched):
        output: Any = inferer(inputs[None].to(pipeline.device), predictor)
    while isinstance(output, (list, tuple)) and output:  # networks with deep supervision give the finest scale first
        output = output[0]
    if not isinstance(output, Tensor) or output.shape[0] != 1:
        raise InputError("The bundle's network does not give one map per class, which MedAI cannot run yet.")
    # On the CPU the way back is the same for every device, and MPS lacks the double precision that it takes.
    return output[0].clone() if output.device.type == "cpu" else output[0].cpu()


def _leaving_out(inferer: Any, predict: Callable[..., Any], part: Part, shape: Sequence[int]) -> Callable[..., Any]:
    """What the inferer is to call instead of ``predict``: zeros (channel, i, j, k) for batches that do not touch the part.

    A batch is computed whole or not at all: another size of batch could round differently.
    """
    wanted, inferer.with_coord = inferer.with_coord, True

    def predict_if_needed(batch: Tensor, where: Sequence[Sequence[slice]], *args: Any, **kwargs: Any) -> Any:
        if not _any_in([window[2:] for window in where], part):
            return batch.new_zeros((batch.shape[0], *shape))
        return predict(batch, *([where] if wanted else []), *args, **kwargs)

    if isinstance(inferer, SliceInferer):  # it hands on what it takes for a condition, which cannot be where a window lies
        flatten = inferer.network_wrapper
        inferer.network_wrapper = lambda network, x, where: flatten(lambda plane: network(plane, where), x)
    return predict_if_needed
