"""What the engine hands on: labels on the scan's grid, the plan that was carried out, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..image import Image
from .plan import Plan


@dataclass(frozen=True)
class Output:
    """The outcome of ``infer``.

    Attributes:
        labelmap: (1, i, j, k) uint8 or uint16 on exactly the input's grid.
        plan: what was decided before the run.
        seconds: what each stage took.
        peak_memory_bytes: the process's peak resident memory.
    """

    labelmap: Image
    plan: Plan
    seconds: Mapping[str, float]
    peak_memory_bytes: int
