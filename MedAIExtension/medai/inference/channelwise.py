"""Steps of a postprocessing that need not see all classes of a volume at once, carried out so that nothing does.

Going back to the scan's grid, a sigmoid and a threshold see each class for itself; an argmax needs the best so far alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import torch
from monai.data import MetaTensor
from monai.transforms import Activationsd, AsDiscreted, CastToTyped, EnsureTyped, Identityd, Invertd, ToTensord
from torch import Tensor

from ..errors import InputError
from .inversion import is_discrete

_AS_THEY_ARE = (CastToTyped, EnsureTyped, Identityd, ToTensord)
# As many scores are softmaxed at once.
_SLAB = 16_000_000


@dataclass(frozen=True, eq=False)
class Done:
    """How many steps were carried out, and what they gave."""

    steps: int
    result: Tensor


def in_slabs(steps: Sequence[Any], data: dict[str, Any], key: str) -> Done | None:
    """A softmax with an argmax right after it, a few planes at a time; None where the steps begin otherwise."""
    if len(steps) < 2 or not (_is_softmax(steps[0], key) and _is_plain_argmax(steps[1], key)):
        return None
    scores = data[key]
    slabs = scores.as_tensor().split(max(1, _SLAB // scores[:, 0].numel()), dim=1)
    labels = torch.cat([slab.softmax(dim=0).argmax(dim=0, keepdim=True).float() for slab in slabs], dim=1)
    return Done(2, MetaTensor(labels, meta=scores.meta, applied_operations=scores.applied_operations))


def class_by_class(steps: Sequence[Any], data: dict[str, Any], key: str, at: Callable[[float], None]) -> Done | None:
    """Going back to the scan's grid and what follows, one class at a time; None where the steps begin otherwise.

    Args:
        steps: those that are left.
        data: with scores (channel, i, j[, k]) at ``key``.
        key: of the prediction.
        at: called with 0..1.

    Returns:
        Labels (1, i, j[, k]) where an argmax follows, else what a threshold leaves of each class (channel, i, j[, k]).
    """
    if not steps or not _is_linear_inversion(steps[0], key) or is_discrete(data[key]):
        return None
    follow = list(takewhile(lambda step: _is_channelwise(step, key), steps[1:]))
    rest = list(steps[1 + len(follow) :])
    skipped = int(bool(rest) and _is_softmax(rest[0], key))  # what is largest stays so
    restored = _restored([steps[0], *follow], data, key, at)
    if rest[skipped:] and _is_plain_argmax(rest[skipped], key):
        last = len(rest) == skipped + 1
        return Done(2 + len(follow) + skipped, _winner(restored, torch.int16 if last else torch.float32))
    if any(isinstance(step, AsDiscreted) for step in follow):
        # What follows expects MONAI's float; at the end the least that holds labels will do.
        maps = [each if rest else each.as_tensor().to(torch.uint8) for each in restored]
        return Done(1 + len(follow), torch.cat(maps))
    return None


def _restored(steps: Sequence[Any], data: dict[str, Any], key: str, at: Callable[[float], None]) -> Iterator[MetaTensor]:
    """Each class after the steps, (1, i, j[, k])."""
    scores = data[key]
    for index in range(scores.shape[0]):
        single = MetaTensor(scores[index : index + 1], meta=scores.meta, applied_operations=scores.applied_operations)
        found = {**data, key: single}
        for step in steps:
            found = step(found)
        yield found[key]
        at((index + 1) / scores.shape[0])


def _winner(restored: Iterable[MetaTensor], kind: torch.dtype) -> MetaTensor:
    best: Tensor | None = None
    winner: Tensor | None = None
    meta: Any = None
    for index, each in enumerate(restored):
        scores, meta = each.as_tensor(), each.meta
        if best is None or winner is None:
            best, winner = scores, torch.zeros(scores.shape, dtype=kind)
        else:
            better = scores > best
            best = torch.where(better, scores, best)
            winner[better] = index
    if winner is None:
        raise InputError("The bundle's network gives no classes; get the bundle again.")
    return MetaTensor(winner, meta=meta)


def _only(step: Any, key: str) -> bool:
    return list(getattr(step, "keys", ())) == [key]


def _is_linear_inversion(step: Any, key: str) -> bool:
    return isinstance(step, Invertd) and _only(step, key) and step.nearest_interp == (False,) and step.post_func == (None,)


def _is_softmax(step: Any, key: str) -> bool:
    return isinstance(step, Activationsd) and _only(step, key) and step.softmax == (True,) and _nothing(step, "sigmoid", "other")


def _is_plain_argmax(step: Any, key: str) -> bool:
    is_one = isinstance(step, AsDiscreted) and _only(step, key)
    return is_one and step.argmax == (True,) and _nothing(step, "to_onehot", "threshold", "rounding")


def _is_channelwise(step: Any, key: str) -> bool:
    if not _only(step, key):
        return False
    if isinstance(step, Activationsd):
        return _nothing(step, "softmax", "other")
    if isinstance(step, AsDiscreted):
        return _nothing(step, "argmax", "to_onehot")
    return isinstance(step, _AS_THEY_ARE)


def _nothing(step: Any, *settings: str) -> bool:
    """Whether a step has none of these settings, nor any that say along which axis it works."""
    values = [getattr(step, name)[0] for name in settings]
    return not step.converter.kwargs and all(value is None or value is False for value in values)
