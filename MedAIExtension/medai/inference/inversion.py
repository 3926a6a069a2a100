"""The way back from the network's grid: a bundle's own inversion with what has to be put right, or one where it has none."""

from __future__ import annotations

import copy
from typing import Any

from monai.data import MetaTensor
from monai.transforms import Compose, Invertd
from monai.transforms.transform import MapTransform
from torch import Tensor


def on_cpu(step: Any) -> Any:
    """A step that leaves its result on the CPU: the way back is the same there for every device."""
    if not isinstance(step, Invertd):
        return step
    changed = copy.copy(step)
    changed.device = (None,) * len(step.keys)
    return changed


def adapted(step: Any, data: dict[str, Any], key: str) -> Any:
    """A step of the postprocessing as it is run here.

    Labels are never interpolated: an inversion of what is already discrete is forced to nearest neighbor. Entries that a
    bundle also touches and a run does not have, such as a reference label, are passed over.
    """
    if not isinstance(step, MapTransform) or not hasattr(step, "keys"):
        return step
    missing = any(name not in data for name in step.keys)
    labels = isinstance(step, Invertd) and key in step.keys and is_discrete(data[key])
    if not missing and not labels:
        return step
    changed = copy.copy(step)
    changed.allow_missing_keys = bool(getattr(step, "allow_missing_keys", False)) or missing
    if labels:
        changed.nearest_interp = tuple(n or name == key for n, name in zip(step.nearest_interp, step.keys, strict=True))
    return changed


def inverted(value: Any, data: dict[str, Any], preprocessing: Compose, source: str) -> Any:
    """A bundle's result on the scan's grid, where the bundle itself does not go back there; with nearest neighbor."""
    image = data.get(source)
    if not isinstance(image, MetaTensor) or not isinstance(value, Tensor):
        return value
    # A plain tensor has lost where it is, and is on the network's grid if it has its size.
    left = value.applied_operations if isinstance(value, MetaTensor) else image.applied_operations
    if not left or value.shape[1:] != image.shape[1:]:
        return value
    back = Invertd(keys="_result", transform=preprocessing, orig_keys=source, nearest_interp=True)
    return back({"_result": value, source: image})["_result"]


def is_discrete(tensor: Tensor) -> bool:
    """Whether there are whole numbers only, which scores are not."""
    return not tensor.is_floating_point() or all(bool((channel == channel.round()).all()) for channel in tensor)
