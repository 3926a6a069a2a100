"""From the network's output to labels on the scan's grid, in the bundle's own order of steps, without a class-by-volume array.

Zoo bundles differ in whether they argmax before or after going back to the scan's grid, and it matters at borders. The
bundle's own transforms are run as they are; only an inversion of scores and what follows it channel by channel (see
``channelwise``) is carried out one class after the other, which gives the same labels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import AsDiscreted, Invertd, ToDeviced
from numpy.typing import NDArray
from torch import Tensor

from ..errors import InputError, MedAIError
from ..image import Image
from .channelwise import class_by_class, in_slabs
from .inversion import adapted, inverted, on_cpu
from .pipeline import Pipeline
from .prompted import numbered_in_slabs, with_prompts

OnFraction = Callable[[float], None]


def restore(logits: Tensor, prepared: dict[str, Any], pipeline: Pipeline, image: Image, at: OnFraction) -> Image:
    """Labels on the scan's grid.

    Args:
        logits: (channel, i, j, k) on the network's grid, or (channel, i, j) of a pipeline of pictures; what the inferer gave.
        prepared: the preprocessing's dictionary, which knows the way back.
        pipeline: for its postprocessing.
        image: the scan; of a pipeline of pictures its slice.
        at: called with 0..1 as the work goes on.

    Returns:
        An image (layer, i, j, k) of uint8 or uint16 on exactly the scan's grid. Several layers where the bundle gives maps that
        may overlap: value n + 1 is in layer n.

    Raises:
        InputError: if the bundle's postprocessing fails, or does not lead to labels for the voxels of the scan.
    """
    source = prepared[source_key(pipeline)]
    key = _prediction_key(pipeline.postprocessing)
    # What the preprocessing left as a plain array has lost the way back; then the bundle has none either.
    tracked = {"meta": source.meta, "applied_operations": source.applied_operations} if isinstance(source, MetaTensor) else {}
    data = with_prompts({**prepared, key: MetaTensor(logits.float(), **tracked)}, pipeline.network)
    steps = [on_cpu(step) for step in pipeline.postprocessing if not isinstance(step, ToDeviced)]
    try:
        data = _carried_out(steps, data, key, at)
        if not any(isinstance(step, Invertd) for step in steps):
            data[key] = inverted(data[key], data, pipeline.preprocessing, source_key(pipeline))
    except MedAIError:
        raise
    except (RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
        raise InputError("The bundle's postprocessing fails on the network's output; use another model.") from problem
    at(1.0)
    return image.with_voxels(_as_labels(data[key], image.shape, _is_one_hot(steps)))


def _carried_out(steps: Sequence[Any], data: dict[str, Any], key: str, at: OnFraction) -> dict[str, Any]:
    left = list(steps)
    while left:
        done = in_slabs(left, data, key) or numbered_in_slabs(left, data, key) or class_by_class(left, data, key, at)
        if done:
            data = {**data, key: done.result}
            del left[: done.steps]
        else:
            data = adapted(left.pop(0), data, key)(data)
    return data


def source_key(pipeline: Pipeline) -> str:
    """The preprocessed image that knows the way back: the one that the bundle's inversion names."""
    named = [str(step.orig_keys[0]) for step in pipeline.postprocessing if isinstance(step, Invertd)]
    return (named or [*pipeline.keys, "image"])[0]


def _prediction_key(steps: Sequence[Any]) -> str:
    keys = [key for step in steps for key in getattr(step, "keys", ())]
    return "pred" if "pred" in keys or not keys else str(keys[0])


def _is_one_hot(steps: Sequence[Any]) -> bool:
    """Whether the maps exclude each other, being a label map written as one map per value."""
    return any(isinstance(step, AsDiscreted) and any(step.to_onehot) for step in steps)


def _as_labels(value: Any, shape: Sequence[int], one_hot: bool) -> NDArray[Any]:
    found = (value.as_tensor() if isinstance(value, MetaTensor) else torch.as_tensor(value)).cpu().numpy()
    # Some leave out the channel, and pictures have no third axis.
    for candidate in (found, found[None], found[..., None], found[None, ..., None]):
        if candidate.ndim == 4 and candidate.shape[1:] == tuple(shape):
            return _layers(candidate, one_hot)
    raise InputError("The bundle's postprocessing does not lead back to the scan's grid with one label per voxel.")


def _layers(maps: NDArray[Any], one_hot: bool) -> NDArray[Any]:
    """Labels (layer, i, j, k) of what comes out last (channel, i, j, k): a label map, or one map per label."""
    low, high = maps.min(), maps.max()
    if not np.isfinite([low, high]).all() or low < 0 or high > 65535 or any((m != np.rint(m)).any() for m in maps):
        raise InputError("The bundle's postprocessing gives values that are no labels (0 to 65535), which MedAI cannot run.")
    if len(maps) == 1:
        return maps.astype(np.uint8 if high < 256 else np.uint16)
    if high > 1:
        raise InputError("The bundle's postprocessing gives several values per voxel, which MedAI cannot read as labels.")
    if one_hot and int(maps.sum(axis=0).max()) <= 1:
        # A map of the background, where there is one, leaves no voxel without.
        first = 0 if bool((maps.sum(axis=0) == 1).all()) else 1
        return _numbered(maps, first).sum(axis=0, keepdims=True, dtype=np.uint8 if len(maps) < 255 else np.uint16)
    return _numbered(maps, 1)


def _numbered(maps: NDArray[Any], first: int) -> NDArray[Any]:
    kind = np.uint8 if len(maps) < 255 else np.uint16
    return np.stack([each.astype(kind) * kind(n) for n, each in enumerate(maps, start=first)])
