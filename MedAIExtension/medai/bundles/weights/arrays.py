"""NumPy arrays and numbers in a checkpoint, read through stand-ins that check every byte of what they make.

PyTorch's safe reader knows tensors only. Some checkpoints hold arrays beside them: the architecture that a search found, the
losses that a training logged. NumPy's own functions for that trust what they read, so that they are not allowed here.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

_PLAIN = re.compile(r"[<>|=]?[biufc]\d{1,2}")
_LARGEST = 2**31


class PlainType:
    """Stands in for ``numpy.dtype``: numbers only, no objects, no records."""

    def __init__(self, code: str, *_: Any) -> None:
        if not isinstance(code, str) or not _PLAIN.fullmatch(code):
            raise ValueError("an array of anything but numbers")
        self.value = np.dtype(code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order = state[1]
        if order not in ("<", ">", "|", "=") or any(part is not None for part in state[2:5]):
            raise ValueError("an array of records")
        self.value = self.value if order == "|" else self.value.newbyteorder(order)


class PlainArray(np.ndarray):
    """Stands in for ``numpy.ndarray``: takes as many bytes as its shape says, no more and no fewer."""

    def __setstate__(self, state: tuple[Any, ...]) -> None:  # type: ignore[override]
        _, shape, kind, fortran, data = state
        plain = isinstance(kind, PlainType) and isinstance(data, bytes) and all(isinstance(n, int) and n >= 0 for n in shape)
        if not plain or math.prod(shape) * kind.value.itemsize != len(data) or len(data) > _LARGEST:
            raise ValueError("an array whose size is wrong")
        super().__setstate__((1, tuple(shape), kind.value, bool(fortran), data))  # type: ignore[arg-type]


def _new_array(*_: Any) -> PlainArray:
    return np.ndarray.__new__(PlainArray, (0,), "b")


def _number(kind: PlainType, data: bytes) -> Any:
    if not isinstance(kind, PlainType) or len(data) != kind.value.itemsize:
        raise ValueError("a number whose size is wrong")
    return np.frombuffer(data, kind.value)[0]


# As torch.serialization.safe_globals takes them: what is made instead, for which name in the file.
STAND_INS: list[Any] = [
    (PlainType, "numpy.dtype"),
    (PlainArray, "numpy.ndarray"),
    *((_new_array, f"numpy.{core}.multiarray._reconstruct") for core in ("core", "_core")),
    *((_number, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")),
]
