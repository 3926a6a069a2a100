"""Occlusion: how much a score falls where a part of the scan is covered; for networks that nothing can be seen in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from monai.inferers import SlidingWindowInferer
from monai.visualize import OcclusionSensitivity
from torch import Tensor, nn

from ..windows import count_windows

# The cover's side as a part of the grid's, in two and in three dimensions; half of it is the step from one to the next.
_PARTS = {2: 8, 3: 4}
_OVERLAP = 0.5


def cover_of(grid: Sequence[int]) -> tuple[int, ...]:
    """Size of the cover in voxels on a grid (i, j[, k])."""
    return tuple(min(n, 2 * math.ceil(n / (2 * _PARTS[len(grid)]))) for n in grid)


def passes_of(grid: Sequence[int]) -> int:
    """How many times the network is asked: at most 225 for a picture and 343 for a volume."""
    return count_windows(SlidingWindowInferer(cover_of(grid), 1, _OVERLAP), grid)


class _Score(nn.Module):
    def __init__(self, score: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self._score = score

    def forward(self, batch: Tensor) -> Tensor:
        return self._score(batch).reshape(1, 1)


def occlusion_map(score: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """How much the score falls when the mean of the image covers a place (Zeiler and Fergus 2014, ECCV), by MONAI.

    Args:
        score: one number for an input (1, channel, i, j[, k]).
        inputs: such an input.

    Returns:
        (1, 1, i, j[, k]) float32, at least 0.
    """
    # What MONAI blends is one number per cover, so that its memory does not grow with the number of classes.
    ask = OcclusionSensitivity(
        _Score(score), mask_size=cover_of(inputs.shape[2:]), n_batch=1, verbose=False, mode="mean_img", overlap=_OVERLAP,
        activate=False,
    )  # fmt: skip
    with torch.inference_mode():
        covered, _ = ask(inputs)
        return (score(inputs) - torch.as_tensor(covered)).clamp_min(0).float().clone()
