"""Honest progress: a fraction over all stages, from what they are expected to take, and the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import CancelledError


@dataclass(frozen=True)
class Progress:
    """Where a run is: ``fraction`` of all the work in 0..1, the stage in words, seconds left (None: not known yet)."""

    fraction: float
    stage: str
    seconds_left: float | None = None


Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class Tracker:
    """Turns "this stage is so far" into overall progress, and stops the run where the user asked for it.

    Args:
        seconds: what each stage is expected to take, in the order in which they run; from the plan.
        report: called with every change; at most some ten times a second is useful.
        cancelled: asked at every step; when it answers True, ``CancelledError`` is raised.
    """

    def __init__(self, seconds: Mapping[str, float], report: Report | None = None, cancelled: Cancelled | None = None) -> None:
        total = self._planned = sum(seconds.values()) or 1.0
        self._share = {stage: value / total for stage, value in seconds.items()}
        self._start = dict(zip(self._share, _running_sums(list(self._share.values())), strict=True))
        self._report = report or _nobody
        self._cancelled = cancelled or (lambda: False)
        self._began = time.monotonic()

    def at(self, stage: str, done: float = 0.0) -> None:
        """The stage has come to ``done`` (0..1); raises CancelledError if the user stopped the run."""
        if self._cancelled():
            raise CancelledError("The run was cancelled; nothing was changed.")
        fraction = min(1.0, self._start[stage] + self._share[stage] * done)
        elapsed = time.monotonic() - self._began
        # At the start the plan knows best, at the end what it really took: each weighs as much as its share of the way.
        left = (1 - fraction) * (self._planned * (1 - fraction) + elapsed)
        self._report(Progress(fraction, stage, left))


def _running_sums(shares: list[float]) -> list[float]:
    return [sum(shares[:index]) for index in range(len(shares))]


def _nobody(_: Progress) -> None:
    """Progress that no one watches."""
