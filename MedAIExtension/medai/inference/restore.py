"""From the network's output to labels on the scan's grid, in the bundle's own order of steps, without a class-by-volume array.

Zoo bundles differ in whether they argmax before or after going back to the scan's grid, and it matters at borders. The
bundle's own transforms are run as they are; only the usual "softmax, invert, argmax" is carried out class by class, which gives
the same labels and never holds more than three volumes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import AsDiscreted, Invertd
from torch import Tensor

from ..errors import InputError
from ..image import Image
from .pipeline import Pipeline

Step = Callable[[dict[str, Any]], dict[str, Any]]
OnFraction = Callable[[float], None]


def restore(logits: Tensor, prepared: dict[str, Any], pipeline: Pipeline, image: Image, at: OnFraction) -> Image:
    """Labels on the scan's grid.

    Args:
        logits: (channel, i, j, k) on the network's grid; what the inferer gave.
        prepared: the preprocessing's dictionary, which knows the way back.
        pipeline: for its postprocessing.
        image: the scan.
        at: called with 0..1 as the work goes on.

    Returns:
        An image (1, i, j, k) of uint8 or uint16 on exactly the scan's grid.

    Raises:
        InputError: if the bundle's postprocessing does not lead to one label per voxel of the scan.
    """
    source = prepared[source_key(pipeline)]
    key = _prediction_key(pipeline.postprocessing)
    data = {**prepared, key: MetaTensor(logits.float(), meta=source.meta, applied_operations=source.applied_operations)}
    steps = list(pipeline.postprocessing)
    while steps:
        if _is_linear_inversion(steps[0], key) and len(steps) > 1 and _is_plain_argmax(steps[1], key):
            data[key] = _argmax_class_by_class(steps[0], data, key, at)  # type: ignore[arg-type]
            del steps[:2]
        else:
            data = _discrete_safe(steps.pop(0), data, key)(data)
    at(1.0)
    return image.with_voxels(_as_labels(data[key], image))


def _argmax_class_by_class(invert: Invertd, data: dict[str, Any], key: str, at: OnFraction) -> Tensor:
    scores = data[key]
    best: Tensor | None = None
    winner: Tensor | None = None
    for index in range(scores.shape[0]):
        single = MetaTensor(scores[index : index + 1], meta=scores.meta, applied_operations=scores.applied_operations)
        restored = invert({**data, key: single})[key].as_tensor()
        if best is None or winner is None:
            best, winner = restored, torch.zeros(restored.shape, dtype=torch.int16, device=restored.device)
        else:
            better = restored > best
            best = torch.where(better, restored, best)
            winner[better] = index
        at((index + 1) / scores.shape[0])
    if winner is None:
        raise InputError("The bundle's network gives no classes; get the bundle again.")
    return winner


def _is_linear_inversion(step: Step, key: str) -> bool:
    return (
        isinstance(step, Invertd) and list(step.keys) == [key] and step.nearest_interp == (False,) and step.post_func == (None,)
    )


def _is_plain_argmax(step: Step, key: str) -> bool:
    if not isinstance(step, AsDiscreted) or list(step.keys) != [key]:
        return False
    return step.argmax == (True,) and [*step.to_onehot, *step.threshold, *step.rounding] == [None, None, None]


def _discrete_safe(step: Step, data: dict[str, Any], key: str) -> Step:
    """Labels are never interpolated: an inversion of what is already discrete is forced to nearest neighbor."""
    if isinstance(step, Invertd) and key in step.keys and _is_discrete(data[key]):
        return Invertd(keys=key, transform=step.transform, orig_keys=step.orig_keys[0], nearest_interp=True)
    return step


def _is_discrete(tensor: Tensor) -> bool:
    return tensor.shape[0] == 1 and bool((tensor == tensor.round()).all())


def source_key(pipeline: Pipeline) -> str:
    """The preprocessed image that knows the way back: the one that the bundle's inversion names."""
    named = [str(step.orig_keys[0]) for step in pipeline.postprocessing if isinstance(step, Invertd)]
    return named[0] if named else pipeline.keys[0]


def _prediction_key(steps: Sequence[Any]) -> str:
    keys = [key for step in steps for key in getattr(step, "keys", ())]
    return "pred" if "pred" in keys or not keys else str(keys[0])


def _as_labels(tensor: Tensor, image: Image) -> np.ndarray:
    labels = (tensor.as_tensor() if isinstance(tensor, MetaTensor) else tensor).cpu().numpy()
    if labels.shape != (1, *image.shape):
        raise InputError("The bundle's postprocessing does not lead back to the scan's grid with one label per voxel.")
    if (labels != np.rint(labels)).any() or labels.min() < 0 or labels.max() > 65535:
        raise InputError("The bundle's postprocessing gives values that are no labels (0 to 65535), which MedAI cannot run.")
    return labels.astype(np.uint8 if labels.max() < 256 else np.uint16)
