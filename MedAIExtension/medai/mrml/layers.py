"""Label maps as VTK's images: one that all segments share for each layer, and one with a single value a voxel."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
import slicer

from ..results import Prediction
from ..results.layers import paint, painting_order
from .vtkdata import Steps, fill_steps, pieces

Layers = Mapping[int, Any]


def layer_steps(prediction: Prediction, found: frozenset[int]) -> Generator[None, None, Layers]:
    """A vtkOrientedImageData, not yet in its place, for each layer that has labels with these values; short steps."""
    voxels = prediction.label_image.voxels
    layers = {label.layer: slicer.vtkOrientedImageData() for label in prediction.labels if label.value in found}
    for number, layer in layers.items():
        yield from fill_steps(layer, voxels[number : number + 1])
    return layers


def flat_steps(image_data: Any, prediction: Prediction) -> Steps:
    """Fill a vtkImageData with the label map, in short steps; where labels overlap, the smallest is on top."""
    voxels = prediction.label_image.voxels
    if len(voxels) > 1:
        flat = np.zeros_like(voxels[:1])
        labels = painting_order(prediction)
        for _layer, *part in pieces(flat):
            place = (slice(None), *part)
            for label in labels:
                paint(flat[place], voxels[place], label)
                yield
        voxels = flat
    yield from fill_steps(image_data, voxels)
