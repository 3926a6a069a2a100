"""A measure over cases: its mean with a confidence interval, how it is spread, and which case is the worst."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .result import plain

# Fewer cases than this say nothing about others.
FEWEST = 3
_RESAMPLES = 5000
_SEED = 20260101
_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Spread:
    """Numbers of several cases; NaN where there are too few.

    Attributes:
        n: cases in which the measure has a meaning.
        mean, sd: arithmetic mean, and standard deviation of the sample (n - 1).
        median, minimum, maximum: of the cases.
        ci_low, ci_high: 95 % confidence interval of the mean, by the bootstrap over cases; NaN below three cases.
        worst: the case with the worst value; "" where there is none.
    """

    n: int
    mean: float = math.nan
    sd: float = math.nan
    median: float = math.nan
    minimum: float = math.nan
    maximum: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    worst: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, NaN as None."""
        return plain(asdict(self))


def spread(values: Sequence[float], cases: Sequence[str], best: str = "high") -> Spread:
    """Describe a measure over cases; values that are not finite are left out, and ``n`` says how many are left.

    Args:
        values: one for each case.
        cases: names of the cases.
        best: "high" (Dice), "low" (a distance) or "zero" (a difference): where the best value lies, so which one is the worst.
    """
    known = [(value, case) for value, case in zip(values, cases, strict=True) if math.isfinite(value)]
    if not known:
        return Spread(0)
    numbers = np.array([value for value, _ in known])
    distance = {"high": -numbers, "low": numbers, "zero": np.abs(numbers)}[best]
    low, high = interval_of_mean(numbers)
    return Spread(
        n=len(known),
        mean=float(numbers.mean()),
        sd=float(numbers.std(ddof=1)) if len(known) > 1 else math.nan,
        median=float(np.median(numbers)),
        minimum=float(numbers.min()),
        maximum=float(numbers.max()),
        ci_low=low,
        ci_high=high,
        worst=known[int(distance.argmax())][1],
    )


def interval_of_mean(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """95 % confidence interval of the mean of independent cases: NaN below three of them.

    The percentile bootstrap (Efron and Tibshirani 1993, chapter 13): 5000 times as many cases are drawn with replacement, and
    the interval holds the middle 95 % of their means. The seed is fixed, so the same cases give the same interval.
    """
    numbers = np.asarray(values, float)
    if numbers.size < FEWEST:
        return math.nan, math.nan
    generator = np.random.default_rng(_SEED)
    rows = max(1, _AT_ONCE // numbers.size)
    means: list[float] = []
    while len(means) < _RESAMPLES:
        count = min(rows, _RESAMPLES - len(means))
        means += numbers[generator.integers(numbers.size, size=(count, numbers.size))].mean(axis=1).tolist()
    low, high = np.percentile(means, (2.5, 97.5)).tolist()
    return low, high
