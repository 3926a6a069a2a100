"""nnU-Net's way back: scores to the spacing of the cropped scan, labels from them, zeros around, the scan's own axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .preprocessing import ROUTE, Route
from .resampling import resampled


class Restore:
    """A dictionary transform: from scores (class, x, y, z) to labels (1, i, j, k) on the scan's grid.

    Args:
        keys: of the scores.
        regions: the value that each map writes where it is above one half; empty takes the largest of all maps.
        resampling: orders of the splines.

    Attributes:
        regions: likewise.
    """

    def __init__(self, keys: str, regions: Sequence[int], resampling: Mapping[str, Any]) -> None:
        self.keys = (keys,)
        self.regions, self._resampling = tuple(regions), resampling

    def __call__(self, data: Mapping[str, Any], at: Callable[[float], None] = lambda _: None) -> dict[str, Any]:
        """``at`` is called with 0..1 after every class."""
        route: Route = data[ROUTE]
        scores = torch.as_tensor(data[self.keys[0]]).half().numpy()
        labels = np.zeros(route.shape, np.uint16)
        part = labels[tuple(slice(*limits) for limits in route.box)]
        best: NDArray | None = None
        for index, map_ in enumerate(scores):  # one class at a time: all of them would not fit for many
            own = resampled(map_, route.cropped, route.target, route.space.spacing, self._resampling)
            if self.regions:
                part[(torch.from_numpy(own).float().sigmoid() > 0.5).numpy()] = self.regions[index]
            elif best is None:
                best = np.array(own)
            else:
                better = own > best
                best[better] = own[better]
                part[better] = index
            at((index + 1) / len(scores))
        back = np.ascontiguousarray(route.space.backward(labels)).astype(np.int32)
        return {**data, self.keys[0]: torch.from_numpy(back)[None]}

    def bring_back(self, values: torch.Tensor, data: Mapping[str, Any]) -> torch.Tensor:
        """One map of values (1, x, y, z) on the scan's grid (1, i, j, k), float32; zero around what was cut out."""
        route: Route = data[ROUTE]
        volume = np.zeros(route.shape, np.float32)
        own = resampled(values[0].numpy(), route.cropped, route.target, route.space.spacing, self._resampling)
        volume[tuple(slice(*limits) for limits in route.box)] = own
        return torch.from_numpy(np.ascontiguousarray(route.space.backward(volume)))[None]
