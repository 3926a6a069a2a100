"""How large each label is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..image import Image
from .labels import Label
from .prediction import Prediction


@dataclass(frozen=True)
class Measurement:
    """Size of one label: ``voxels`` of the label map, and their volume in milliliters."""

    label: Label
    voxels: int
    volume_ml: float


def measure(prediction: Prediction) -> tuple[Measurement, ...]:
    """Size of every label of the prediction, in its order; a label that was not found has 0 voxels.

    Counts only where nobody did before (``Prediction.counts``), which takes a second for a large label map.
    """
    if prediction.labelmap is None:
        return ()
    counts = count_voxels(prediction.labelmap) if prediction.counts is None else prediction.counts
    each = prediction.labelmap.voxel_volume_ml
    found = (counts.get(label.value, 0) for label in prediction.labels)
    return tuple(Measurement(label, voxels, voxels * each) for label, voxels in zip(prediction.labels, found, strict=True))


def count_voxels(labelmap: Image) -> dict[int, int]:
    """Number of voxels of each value that occurs in a label map (layer, i, j, k), background left out."""
    counts = np.zeros(0, np.int64)
    for voxels in labelmap.voxels:
        slowest = int(np.argmax(np.abs(voxels.strides)))
        for piece in np.moveaxis(voxels, slowest, 0):  # counting widens to 64 bits what is counted at a time
            found = np.bincount(piece.ravel(order="K"), minlength=counts.size)
            found[: counts.size] += counts
            counts = found
    return {value: int(counts[value]) for value in np.flatnonzero(counts).tolist() if value != 0}
