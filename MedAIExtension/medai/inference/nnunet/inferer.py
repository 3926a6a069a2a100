"""nnU-Net's sliding windows: evenly spread, weighted by a Gaussian, summed in half precision, one fold after the other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from monai.inferers import SlidingWindowInferer
from scipy.ndimage import gaussian_filter
from torch import Tensor
from torch.nn.functional import pad

from ...errors import InputError

_STEP = 0.5
_PEAK = 10


class Inferer(SlidingWindowInferer):  # type: ignore[misc]
    """Called as MONAI's inferers are, with (tensor, network); the network is told which fold to use.

    Args:
        patch_size: of a window; two sizes for a network of slices, which run along the first axis.
        folds: how many networks there are to be averaged.
    """

    def __init__(self, patch_size: Sequence[int], folds: int) -> None:
        self.patch_size, self.passes = tuple(patch_size), folds
        whole = (*(1,) * (3 - len(patch_size)), *patch_size)
        super().__init__(roi_size=whole, sw_batch_size=1, overlap=1 - _STEP, mode="gaussian")

    def __call__(self, inputs: Tensor, network: Callable[..., Any], **kwargs: Any) -> Tensor:
        """Scores (1, class, x, y, z) in half precision for an input (1, channel, x, y, z)."""
        total: Tensor | None = None
        for fold in range(self.passes):
            scores = self._slid(inputs[0], partial(network, fold=fold, **kwargs))
            total = scores if total is None else total.add_(scores)
        if total is None:
            raise InputError("The model has no folds; get it again.")
        return (total.div_(self.passes) if self.passes > 1 else total)[None]

    def _slid(self, inputs: Tensor, network: Callable[[Tensor], Tensor]) -> Tensor:
        padded, inner = _padded(inputs, self.patch_size)
        scores: Tensor | None = None
        weights = torch.zeros(padded.shape[1:], dtype=torch.half, device=inputs.device)
        gaussian = _gaussian(self.patch_size).to(inputs.device)
        for window in self._windows(padded.shape[1:]):
            found = network(padded[(slice(None), *window)][None])[0]
            if scores is None:
                scores = torch.zeros((found.shape[0], *padded.shape[1:]), dtype=torch.half, device=inputs.device)
            found *= gaussian
            scores[(slice(None), *window)] += found
            weights[window] += gaussian
        if scores is None:
            raise InputError("The scan has no voxels for the network; use another scan.")
        torch.div(scores, weights, out=scores)
        if torch.isinf(scores).any():
            raise InputError("The network's scores are too large for half precision; the model is damaged, get it again.")
        return scores[(slice(None), *inner)]

    def _windows(self, shape: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Windows in nnU-Net's order."""
        starts = [steps(n, p) for n, p in zip(shape[3 - len(self.patch_size) :], self.patch_size, strict=True)]
        slices: list[Sequence[int]] = [range(shape[0])] if len(self.patch_size) == 2 else []
        for place in itertools.product(*slices, *starts):
            first = place[len(slices) :]
            yield (*place[: len(slices)], *(slice(s, s + p) for s, p in zip(first, self.patch_size, strict=True)))


def steps(size: int, window: int) -> list[int]:
    """Where windows begin along an axis: half a window apart or less, from edge to edge."""
    count = int(np.ceil((size - window) / (window * _STEP))) + 1
    return [int(np.round((size - window) / (count - 1) * n)) for n in range(count)] if count > 1 else [0]


def _padded(inputs: Tensor, window: Sequence[int]) -> tuple[Tensor, tuple[slice, ...]]:
    """The input with zeros around it, at least as large as a window, and where it lies in that."""
    sizes = inputs.shape[1:]
    wanted = [*sizes[: 3 - len(window)], *map(max, sizes[3 - len(window) :], window)]
    before = [(w - n) // 2 for n, w in zip(sizes, wanted, strict=True)]
    after = [w - n - b for n, w, b in zip(sizes, wanted, before, strict=True)]
    inner = tuple(slice(b, b + n) for b, n in zip(before, sizes, strict=True))
    amounts = [amount for pair in reversed(list(zip(before, after, strict=True))) for amount in pair]
    return pad(inputs, amounts), inner


def _gaussian(window: Sequence[int]) -> Tensor:
    """Weights of a window's voxels, 10 in its middle, never 0."""
    peak = np.zeros(window)
    peak[tuple(n // 2 for n in window)] = 1
    weights = gaussian_filter(peak, [n / 8 for n in window], 0, mode="constant", cval=0)
    halves = torch.from_numpy(weights / (weights.max() / _PEAK)).to(torch.half)
    halves[halves == 0] = halves[halves != 0].min()
    return halves
