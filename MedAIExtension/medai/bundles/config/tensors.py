"""Functions of tensors that an expression may use, and the bounds that keep their results from growing beyond their operands."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from ...errors import RefusedError

# Each gives at most as many voxels as its operands have.
FUNCTIONS = """
    abs amax amin argmax argmin clamp exp isnan logical_and logical_not logical_or max mean min nan_to_num ones_like round
    sigmoid softmax squeeze sum unsqueeze where zeros_like
"""
_GROWTH = 4
_FREE = 1_000_000


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor or an array; no library is loaded to tell."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    return (torch is not None and isinstance(value, torch.Tensor)) or (numpy is not None and isinstance(value, numpy.ndarray))


def checked(value: Any) -> Any:
    """The value, if it is a tensor or an array.

    Raises:
        TypeError: if not.
    """
    if not is_tensor(value):
        raise TypeError(f"a {type(value).__name__} has no length")
    return value


def function(name: str) -> Callable[..., Any]:
    """A function of ``torch`` that is called with tensors only, and whose operands fit together."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        import torch

        if not any(is_tensor(value) for value in [*arguments, *keywords.values()]) or "out" in keywords:
            raise TypeError(f"torch.{name} is used with tensors only")
        check_operands(*arguments, *keywords.values())
        return vars(torch)[name](*arguments, **keywords)

    return call


def check_operands(*values: Any) -> None:
    """Whether joining some operands gives no result that is far larger than the largest of them.

    Raises:
        RefusedError: if it would.
        ValueError: if their shapes do not fit.
    """
    shapes = [tuple(value.shape) for value in values if is_tensor(value)]
    if len(shapes) > 1:
        axes = max(map(len, shapes))
        padded = [(1,) * (axes - len(shape)) + shape for shape in shapes]
        joined = math.prod(max(sizes) for sizes in zip(*padded, strict=True))
        _check_growth(joined, max(map(math.prod, shapes)))


def check_index(value: Any, index: Any) -> None:
    """Whether a tensor is indexed by numbers, slices and short lists of numbers, or by a mask of its own shape.

    Raises:
        RefusedError: if the result would be far larger.
        TypeError: if the index is something else.
    """
    parts = index if isinstance(index, tuple) else (index,)
    lists = 0
    for part in parts:
        if isinstance(part, list):
            lists += 1
            if lists > 1 or not all(isinstance(number, int) for number in part):
                raise TypeError("an index is one list of whole numbers")
            _check_growth(math.prod(value.shape) * len(part) // max(1, min(value.shape, default=1)), math.prod(value.shape))
        elif is_tensor(part):
            if tuple(part.shape) != tuple(value.shape) or "bool" not in str(part.dtype):
                raise TypeError("an index is a mask of the same shape")
        elif part is not None and part is not Ellipsis and not isinstance(part, (int, slice)):
            raise TypeError(f"a {type(part).__name__} is no index")


def check_stored(content: Any) -> None:
    """Whether the tensors in a checkpoint are as large as what is stored of them; a view may repeat one number without end.

    Raises:
        RefusedError: if one is larger.
    """
    waiting, seen = [content], set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, (list, tuple, set)):
            waiting += part
        elif is_tensor(part) and str(getattr(part, "layout", "")) == "torch.strided":
            _check_growth(part.numel(), part.untyped_storage().nbytes() // part.element_size())


def _check_growth(result: int, operand: int) -> None:
    if result > _GROWTH * operand + _FREE:
        raise RefusedError("An expression of the bundle makes an image far larger than the scan, which MedAI does not allow.")
