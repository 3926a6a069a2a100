"""What a run gives: a label map on the scan's own grid, what its values mean, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..image import Image
from .labels import Label


@dataclass(frozen=True)
class Prediction:
    """The outcome of one run.

    Attributes:
        labelmap: (1, i, j, k) uint8 or uint16, on exactly the grid of the scan that was given; 0 is background.
        labels: what the values mean; every value of the label map is listed.
        run: how it came about, ready for run.json: model, version, hashes, options, plan, times, peak memory, versions.
        counts: number of voxels of each value that occurs, background left out; None where nobody has counted them yet.
    """

    labelmap: Image
    labels: tuple[Label, ...]
    run: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[int, int] | None = None
