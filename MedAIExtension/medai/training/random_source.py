"""Reproducible random numbers: small ones drawn on the CPU, so that a GPU never waits, fields on the device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor


class RandomSource:
    """Two seeded generators, one on the CPU for decisions and one on the device for voxels.

    The same seed and device give the same numbers; CPU and GPU agree on decisions, not on voxel noise.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.device = device
        self._decisions = torch.Generator().manual_seed(seed)
        self._voxels = torch.Generator(device).manual_seed(seed)

    def uniform(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * float(torch.rand(1, generator=self._decisions))

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.uniform(0, 1) < probability

    def below(self, count: int) -> int:
        """An index in 0..count-1."""
        return int(torch.randint(count, (1,), generator=self._decisions))

    def choose(self, weights: Mapping[str, float]) -> str:
        """A key, with a probability in proportion to its weight."""
        names = list(weights)
        values = torch.tensor([weights[name] for name in names])
        return names[int(torch.multinomial(values, 1, generator=self._decisions))]

    def symmetric(self, limit: float, count: int) -> Tensor:
        """``count`` numbers in [-limit, limit), on the device."""
        return ((torch.rand(count, generator=self._decisions) * 2 - 1) * limit).to(self.device)

    def vector(self, count: int) -> Tensor:
        """``count`` numbers in [0, 1), on the device."""
        return torch.rand(count, generator=self._decisions).to(self.device)

    def gauss(self, count: int) -> Tensor:
        """``count`` standard normal numbers, on the device."""
        return torch.randn(count, generator=self._decisions).to(self.device)

    def noise(self, shape: Sequence[int]) -> Tensor:
        """Standard normal voxels of the given shape, drawn on the device."""
        return torch.randn(list(shape), generator=self._voxels, device=self.device)

    def voxels(self, shape: Sequence[int]) -> Tensor:
        """Voxels uniform in [0, 1), drawn on the device."""
        return torch.rand(list(shape), generator=self._voxels, device=self.device)
