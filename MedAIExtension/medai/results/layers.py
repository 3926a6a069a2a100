"""Label maps whose labels overlap, as one value a voxel: for label map volumes, files and pictures that hold no more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..image import Image
from .labels import Label
from .measurements import measure
from .prediction import Prediction

OVERLAP_NOTE = "The label map volume holds one label for each voxel: where labels overlap, the smallest is on top."


def painting_order(prediction: Prediction) -> tuple[Label, ...]:
    """The labels that occur, largest first, so that what is painted later, on top, is smaller."""
    sizes = sorted(measure(prediction), key=lambda size: -size.voxels)
    return tuple(size.label for size in sizes if size.voxels)


def paint(target: NDArray, voxels: NDArray, label: Label) -> None:
    """Paint the voxels of one label from a label map (layer, i, j, k), or a part of it, over those of the target (1, i, j, k)."""
    np.copyto(target[0], label.value, where=voxels[label.layer] == label.value, casting="unsafe")


def painted(voxels: NDArray, labels: Sequence[Label]) -> NDArray:
    """(1, i, j, k) of labels from a label map (layer, i, j, k), one painted over the other in this order."""
    target = np.zeros_like(voxels[:1])
    for label in labels:
        paint(target, voxels, label)
    return target


def flattened(prediction: Prediction) -> Image:
    """The label map with one value a voxel, as an Image (1, i, j, k): where labels overlap, the smallest is on top.

    The label map itself where it has one layer.

    Raises:
        MedAIError: if the prediction has no label map.
    """
    labelmap = prediction.label_image
    if labelmap.channels == 1:
        return labelmap
    return labelmap.with_voxels(painted(labelmap.voxels, painting_order(prediction)))
