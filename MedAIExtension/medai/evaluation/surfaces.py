"""Distances between the surfaces of two masks, with MONAI's edges and distances computed once for all measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SurfaceDistances:
    """Distances in mm from each surface voxel of one mask to the nearest surface voxel of the other one."""

    to_reference: NDArray[np.float32]
    to_prediction: NDArray[np.float32]

    def hausdorff(self, percentile: float = 95) -> float:
        """Percentile of the Hausdorff distance in mm: the larger of the two directions, as MONAI defines it."""
        return float(max(np.percentile(self.to_reference, percentile), np.percentile(self.to_prediction, percentile)))

    def average(self) -> float:
        """Average symmetric surface distance in mm: over the voxels of both surfaces."""
        return float(np.concatenate([self.to_reference, self.to_prediction]).mean())

    def dice(self, tolerance_mm: float) -> float:
        """Share of both surfaces within the tolerance of the other one (Nikolov et al. 2021, per surface voxel)."""
        return float((np.concatenate([self.to_reference, self.to_prediction]) <= tolerance_mm).mean())


def surface_distances(
    prediction: NDArray[np.bool_], reference: NDArray[np.bool_], spacing: tuple[float, float, float]
) -> SurfaceDistances:
    """Distances between the surfaces of two masks (i, j, k), neither of which is empty; ``spacing`` in mm.

    A mask's surface are its voxels with a face neighbor outside; beyond the array is outside.
    """
    import warnings

    import torch
    from monai.metrics.utils import get_edge_surface_distance

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about an argument that MONAI passes to itself
        _, distances, _ = get_edge_surface_distance(
            torch.from_numpy(np.ascontiguousarray(prediction)),
            torch.from_numpy(np.ascontiguousarray(reference)),
            spacing=spacing,
            symmetric=True,
        )
    return SurfaceDistances(distances[0].numpy(), distances[1].numpy())
