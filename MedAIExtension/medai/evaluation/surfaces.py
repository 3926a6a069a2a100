"""Distances between the surfaces of two masks: MONAI's edges, and the exact distances between them computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_ROUNDING_MM = 1e-6


@dataclass(frozen=True)
class SurfaceDistances:
    """Distances in mm from each surface voxel of one mask to the nearest surface voxel of the other one."""

    to_reference: NDArray[np.float64]
    to_prediction: NDArray[np.float64]

    def hausdorff(self, percentile: float = 95) -> float:
        """Percentile of the Hausdorff distance in mm: the larger of the two directions, as MONAI defines it."""
        return float(max(np.percentile(self.to_reference, percentile), np.percentile(self.to_prediction, percentile)))

    def average(self) -> float:
        """Average symmetric surface distance in mm: over the voxels of both surfaces."""
        return float(np.concatenate([self.to_reference, self.to_prediction]).mean())

    def dice(self, tolerance_mm: float) -> float:
        """Share of both surfaces within the tolerance of the other one (Nikolov et al. 2021, per surface voxel)."""
        within = np.concatenate([self.to_reference, self.to_prediction]) <= tolerance_mm + _ROUNDING_MM
        return float(within.mean())


def surface_distances(prediction: NDArray[np.bool_], reference: NDArray[np.bool_], voxel: ArrayLike) -> SurfaceDistances:
    """Distances between the surfaces of two masks (i, j, k), neither of which is empty.

    A mask's surface are its voxels with a face neighbor outside; beyond the array is outside. Distances are searched among the
    surface voxels alone (a k-d tree): a distance map of the whole box takes many times the time and memory.

    Args:
        prediction, reference: masks on one grid.
        voxel: spacing in mm (3,), or (3, 3) the upper left part of the ijk-to-RAS affine, which may be sheared.
    """
    import torch
    from monai.metrics.utils import get_mask_edges
    from scipy.spatial import cKDTree

    masks = (torch.from_numpy(np.ascontiguousarray(mask)) for mask in (prediction, reference))
    edges = get_mask_edges(*masks, crop=False)
    steps = np.asarray(voxel, float)
    steps = np.diag(steps) if steps.ndim == 1 else steps
    predicted, expected = (np.argwhere(np.asarray(edge)) @ steps.T for edge in edges)
    return SurfaceDistances(cKDTree(expected).query(predicted)[0], cKDTree(predicted).query(expected)[0])
