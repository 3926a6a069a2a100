"""A run at the point where the scan is prepared: all that the rest of it needs, whatever the kind of model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...bundles.model import Bundle
from ...image import Image
from ..options import Options
from ..pipeline import Pipeline
from ..plan import Plan
from ..progress import Tracker


@dataclass
class Stage:
    """What a kind of model works with.

    Attributes:
        images: as they were given; the first one's grid is the result's.
        bundle: the model.
        options: the user's.
        pipeline: the bundle's parts, built.
        plan: what was decided.
        prepared: the preprocessing's dictionary; tensors (channel, i, j[, k]) that know the way back.
        tracker: to be told how far a stage is.
        timed: does the work of a stage and notes how long it took; called with the stage's name and a function.
        windows: how many windows it took in the end.
        explaining: as long as how many windows the explanation takes; 0 where none was asked for.
    """

    images: Sequence[Image]
    bundle: Bundle
    options: Options
    pipeline: Pipeline
    plan: Plan
    prepared: dict[str, Any]
    tracker: Tracker
    timed: Callable[[str, Callable[[], Any]], Any]
    windows: int = 1
    explaining: int = 0
