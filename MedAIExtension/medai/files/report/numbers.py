"""Numbers and texts as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterable

NONE = "–"
_MINUS = "−"


def milliliters(volume: float) -> str:
    """Three significant digits, without a power of ten: 1234, 12.3, 0.00123."""
    return significant(volume)


def significant(value: float | None, digits: int = 3) -> str:
    """A number with so many digits that say something; whole numbers keep all of theirs; "–" of None and what is no number."""
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(decimals, 9)}f}".replace("-", _MINUS)


def value(number: float | None) -> str:
    """A voxel's value: whole numbers as they are, others with three digits that say something."""
    if number is None or not math.isfinite(number):
        return NONE
    return f"{number:.0f}".replace("-", _MINUS) if number == round(number) and abs(number) < 1e7 else significant(number)


def length(value: float | None) -> str:
    """Millimeters with one decimal, with more below 1 mm."""
    if value is None or not math.isfinite(value):
        return NONE
    return f"{value:.1f}" if value >= 1 or value == 0 else significant(value, 2)


def lengths(values: Iterable[float]) -> str:
    """Lengths with a cross between them."""
    return " × ".join(length(value) for value in values)


def place(position: Iterable[float]) -> str:
    """A position in mm, one decimal a number."""
    return ", ".join(f"{value:.1f}".replace("-", _MINUS) for value in position)


def percent(share: float | None) -> str:
    """A share, 0 to 1, in percent."""
    return NONE if share is None or not math.isfinite(share) else f"{share:.0%}"


def score(value: float | None) -> str:
    """A score with two decimals, with more where they tell it from 0 and 1."""
    if value is None or not math.isfinite(value):
        return NONE
    text = f"{value:.2f}" if 0.005 <= value <= 0.995 or value in (0, 1) else f"{value:.4g}"
    return text.replace("-", _MINUS)


def counted(names: Iterable[str], most: int = 20) -> str:
    """Names in a list with commas, cut after some."""
    each = list(names)
    more = f", … ({len(each) - most} more)" if len(each) > most else ""
    return ", ".join(each[:most]) + more


def duration(seconds: float) -> str:
    """A time for people."""
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.1f} min"
