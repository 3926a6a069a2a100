"""The plan: everything decided before a run starts, for people and for run.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """What a run will do and take.

    Attributes:
        device: "cpu", "cuda" or "mps".
        precision: "float32", "bfloat16" or "float16".
        grid: size (i, j, k) of the network's input grid, before any foreground crop.
        spacing: voxel size of that grid in mm.
        window: size of one sliding window in voxels; equals the grid where the network sees it whole.
        windows: how many windows are computed.
        memory_bytes: expected peak memory of the worker.
        stage_seconds: expected duration of each stage, in order.
    """

    device: str
    precision: str
    grid: tuple[int, ...]
    spacing: tuple[float, ...]
    window: tuple[int, ...]
    windows: int
    memory_bytes: int
    stage_seconds: Mapping[str, float]

    @property
    def seconds(self) -> float:
        """Expected duration of the whole run."""
        return sum(self.stage_seconds.values())

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "seconds": self.seconds}
