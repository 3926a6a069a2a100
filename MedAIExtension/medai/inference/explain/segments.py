"""What a segment in a box rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad

from ..confidence import Meaning, meaning_of
from ..extent import network_cost
from ..grid import Grid, Part
from ..suitability import values_to_keep
from ..watched import Watched, watching
from ..windows import window_of
from .gradients import as_share, gradient_map
from .layers import seen_once
from .way import way_for

if TYPE_CHECKING:
    from ..kinds.stage import Stage

_SEPARATE = (Meaning.SIGMOID, Meaning.SEPARATE)
_LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class _Segment:
    """A channel of the network's output, and where in a part of its grid that segment lies, (i, j, k) bool."""

    channel: int
    part: Part
    inside: Tensor
    meaning: Meaning | None


def explained_segment(
    stage: Stage, inputs: Tensor, scores: Tensor, grid: Grid | None, at: Callable[[float], None]
) -> Tensor | None:
    """Where the scan speaks for the largest segment in the user's box.

    Seg-Grad-CAM (Vinogradova et al. 2020, AAAI Student Abstract, "Towards interpretable semantic segmentation via
    gradient-weighted class activation mapping"): the score is the sum of the segment's scores over its voxels in the box, the
    layer that of the coarsest grid. One window is looked at, with the segment in its middle; outside it the map is 0.

    Args:
        stage: of a segmentation; nothing is done unless it has windows for explaining.
        inputs: (channel, i, j, k) on the network's grid.
        scores: (class, i, j, k) of the plain run.
        grid: the network's; None where it is not known.
        at: called with 0..1.

    Returns:
        (1, i, j, k) float32 on the CPU, as a share of the most; None where there is no segment in the box.
    """
    if not stage.explaining or grid is None:
        return None
    segment = _largest(stage, scores, grid)
    if segment is None:
        return None
    pipeline = stage.pipeline
    window = window_of(pipeline.inferer, inputs.shape[1:])
    place = _around(segment, window, inputs.shape[1:])
    way = way_for(stage.bundle, pipeline, window)
    cost = network_cost(pipeline, stage.bundle, window, 1)
    watched = Watched(seen_once(pipeline.network), torch.float32, pipeline.device, cost, 1, at)
    flat = tuple(n for n, size in enumerate(window) if size == 1)
    seen = _squeezed(_filled(inputs[(slice(None), *place)], window)[None], flat).to(pipeline.device)
    inside = _squeezed(_filled(_mask(segment, place)[None], window)[None], flat).to(pipeline.device)
    with watching(watched):
        assert way.layer is not None  # a segment has no other way
        found = gradient_map(watched, way.layer.within("network"), seen, lambda out: _score(out, segment, inside))
    for axis in flat:
        found = found.unsqueeze(axis + 2)
    whole = torch.zeros(1, *inputs.shape[1:])
    whole[(slice(None), *place)] = _cut(found[0].cpu(), window, [p.stop - p.start for p in place])
    return as_share(whole)


def _largest(stage: Stage, scores: Tensor, grid: Grid) -> _Segment | None:
    roi = stage.options.roi
    inside = None if roi is None else roi.mask(grid.shape, grid.affine)
    if inside is None or not inside.any():
        return None
    limits = [np.flatnonzero(inside.any(axis=tuple(a for a in range(3) if a != axis))) for axis in range(3)]
    part = tuple(slice(int(where[0]), int(where[-1]) + 1) for where in limits)
    meaning = meaning_of(scores, stage.pipeline, part)
    local, box = scores[(slice(None), *part)], torch.from_numpy(inside[part])
    separate = meaning in _SEPARATE or len(scores) == 1
    above = local > (0.5 if meaning is Meaning.SEPARATE else 0.0) if separate else None
    winner = None if separate else local.argmax(dim=0)
    keep = values_to_keep(stage.bundle, stage.options)
    best: _Segment | None = None
    for channel in range(0 if separate else 1, len(scores)):
        own = (above[channel] if above is not None else winner == channel) & box
        asked = not keep or (channel + int(separate)) in keep
        if asked and int(own.sum()) > (0 if best is None else int(best.inside.sum())):
            best = _Segment(channel, part, own, meaning)
    return best


def _around(segment: _Segment, window: Sequence[int], shape: Sequence[int]) -> Part:
    """A window's place in the grid with the segment in its middle, as far as the grid reaches."""
    middles = [round(float(where.double().mean())) for where in segment.inside.nonzero(as_tuple=True)]
    first = [
        min(max(0, p.start + middle - w // 2), max(0, n - w))
        for p, middle, w, n in zip(segment.part, middles, window, shape, strict=True)
    ]
    return tuple(slice(f, min(f + w, n)) for f, w, n in zip(first, window, shape, strict=True))


def _mask(segment: _Segment, place: Part) -> Tensor:
    """Where the segment is in a place, float (i, j, k)."""
    found = torch.zeros([p.stop - p.start for p in place])
    both = [(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(segment.part, place, strict=True)]
    there = tuple(slice(low - p.start, high - p.start) for (low, high), p in zip(both, place, strict=True))
    here = tuple(slice(low - p.start, high - p.start) for (low, high), p in zip(both, segment.part, strict=True))
    found[there] = segment.inside[here].float()
    return found


def _filled(tensor: Tensor, window: Sequence[int]) -> Tensor:
    """A tensor (channel, i, j, k) filled up to a window with zeros, half of them before, as sliding windows do."""
    missing = [w - n for w, n in zip(window, tensor.shape[1:], strict=True)]
    return pad(tensor, [amount for m in reversed(missing) for amount in (m // 2, m - m // 2)])


def _cut(tensor: Tensor, window: Sequence[int], shape: Sequence[int]) -> Tensor:
    begins = [(w - n) // 2 for w, n in zip(window, shape, strict=True)]
    return tensor[(slice(None), *(slice(b, b + n) for b, n in zip(begins, shape, strict=True)))]


def _squeezed(tensor: Tensor, axes: Sequence[int]) -> Tensor:
    """Without the spatial axes (from 0) along which a window is one voxel thick: networks of slices see none."""
    for axis in reversed(axes):
        tensor = tensor.squeeze(axis + 2)
    return tensor


def _score(output: Tensor, segment: _Segment, inside: Tensor) -> Tensor:
    own = output[:, segment.channel : segment.channel + 1]
    if segment.meaning in (Meaning.EXCLUSIVE, Meaning.SEPARATE):
        own = own.clamp_min(_LEAST).log()  # what came before the softmax or sigmoid, but for a constant or nearly so
    where = inside if own.shape == inside.shape else interpolate(inside, size=tuple(own.shape[2:]), mode="nearest")
    return (own * where).sum()
