"""Maps of values, such as of confidence, on their way from the network's grid to the scan's."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import Invertd
from torch import Tensor

from ..image import Image
from .nnunet.restoring import Restore
from .pipeline import Pipeline
from .restore import source_key

_KEY = "_map"


def to_scan(values: Tensor, prepared: dict[str, Any], pipeline: Pipeline, image: Image, outside: float = 0.0) -> Image | None:
    """A map on exactly the scan's grid, the way that the labels go, but interpolated linearly whatever they are.

    Args:
        values: (1, i, j[, k]) float32, 0 to 1, on the network's grid.
        prepared: the preprocessing's dictionary, which knows the way back.
        pipeline: for its preprocessing.
        image: the scan; of a pipeline of pictures its slice.
        outside: where the network's grid does not reach, such as around the foreground that a bundle cuts out.

    Returns:
        (1, i, j, k) uint8 in percent; None where the preprocessing lost the way back.
    """
    try:
        back = _inverted(values - outside, prepared, pipeline)
    except (RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
    percent = back.add_(outside).mul_(100).round_().clamp_(0, 100).to(torch.uint8).cpu().numpy()
    percent = percent[..., None] if percent.ndim == 3 else percent
    return image.with_voxels(np.ascontiguousarray(percent)) if percent.shape == (1, *image.shape) else None


def _inverted(values: Tensor, prepared: dict[str, Any], pipeline: Pipeline) -> Tensor:
    """Values on the scan's grid; 0 where they do not reach, since what was cut out comes back as that."""
    for step in pipeline.postprocessing:
        if isinstance(step, Restore):
            return step.bring_back(values, prepared)
    key = source_key(pipeline)
    source = prepared[key]
    if not isinstance(source, MetaTensor) or not source.applied_operations:
        return values
    there = next((s.transform for s in pipeline.postprocessing if isinstance(s, Invertd)), pipeline.preprocessing)
    back = Invertd(keys=_KEY, transform=there, orig_keys=key, nearest_interp=False)
    tracked = MetaTensor(values, meta=source.meta, applied_operations=source.applied_operations)
    found: Tensor = back({_KEY: tracked, key: source})[_KEY]
    return found.as_tensor() if isinstance(found, MetaTensor) else found
