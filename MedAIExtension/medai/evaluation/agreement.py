"""Do two ways of measuring agree: the differences as Bland and Altman look at them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from .result import plain
from .spread import FEWEST

_OF_LIMITS = 1.96


@dataclass(frozen=True)
class Agreement:
    """Differences between two measurements of the same cases, in their unit (of volumes: ml); NaN below three cases.

    Attributes:
        n: pairs.
        bias: mean of the differences, first minus second.
        sd: their standard deviation (n - 1).
        lower, upper: 95 % limits of agreement: bias -/+ 1.96 sd.
        bias_ci, lower_ci, upper_ci: 95 % confidence intervals of these three.
    """

    n: int
    bias: float
    sd: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    bias_ci: tuple[float, float] = (math.nan, math.nan)
    lower_ci: tuple[float, float] = (math.nan, math.nan)
    upper_ci: tuple[float, float] = (math.nan, math.nan)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; None where a number has no meaning."""
        values = plain(asdict(self))
        known = not math.isnan(self.sd)
        return values | {name: list(values[name]) if known else None for name in ("bias_ci", "lower_ci", "upper_ci")}


def bland_altman(first: Sequence[float], second: Sequence[float]) -> Agreement:
    """Bias and limits of agreement of two measurements of the same cases.

    Bland and Altman, Statistical Methods in Medical Research 8 (1999), 135-160: the intervals follow Student's t with n - 1
    degrees of freedom, with a variance of sd^2 / n for the bias and sd^2 (1 / n + 1.96^2 / (2 (n - 1))) for a limit.

    Raises:
        InputError: if there is no pair.
    """
    from scipy import stats

    differences = np.asarray(first, float) - np.asarray(second, float)
    n = differences.size
    if not n:
        raise InputError("There is no pair of measurements to compare.")
    bias = float(differences.mean())
    if n < FEWEST:
        return Agreement(n, bias)
    sd = float(differences.std(ddof=1))
    t = float(stats.t.ppf(0.975, n - 1))
    of_bias, of_limit = t * sd / math.sqrt(n), t * sd * math.sqrt(1 / n + _OF_LIMITS**2 / (2 * (n - 1)))
    lower, upper = bias - _OF_LIMITS * sd, bias + _OF_LIMITS * sd
    return Agreement(n, bias, sd, lower, upper, _around(bias, of_bias), _around(lower, of_limit), _around(upper, of_limit))


def _around(middle: float, half: float) -> tuple[float, float]:
    return middle - half, middle + half
