"""How large each label is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .labels import Label
from .prediction import Prediction


@dataclass(frozen=True)
class Measurement:
    """Size of one label: ``voxels`` of the label map, and their volume in milliliters."""

    label: Label
    voxels: int
    volume_ml: float


def measure(prediction: Prediction) -> tuple[Measurement, ...]:
    """Size of every label of the prediction, in its order; a label that was not found has 0 voxels."""
    counts = _voxels_of_values(prediction)
    each = prediction.labelmap.voxel_volume_ml
    found = (int(counts[label.value]) if label.value < counts.size else 0 for label in prediction.labels)
    return tuple(Measurement(label, voxels, voxels * each) for label, voxels in zip(prediction.labels, found, strict=True))


def _voxels_of_values(prediction: Prediction) -> np.ndarray:
    """Number of voxels of each value from 0; slice by slice, since counting widens a whole volume to 64 bits."""
    slices = prediction.labelmap.voxels[0]
    size = int(slices.max()) + 1
    counts = np.zeros(size, np.int64)
    for piece in slices:
        counts += np.bincount(piece.ravel(), minlength=size)
    return counts
