"""What the numbers of a model's classes and points mean."""

from __future__ import annotations

from typing import Any

from ...bundles.kinds import LANDMARKS
from ...bundles.model import Bundle


def names_of(bundle: Bundle, count: int, otherwise: str = "Label") -> tuple[str, ...]:
    """Names of the outputs 0 to ``count`` - 1; where the bundle has no name, "Label 0" and so on.

    Landmark models may name the coordinates and not the points: names count only where there is one for each point.
    """
    names = {**_declared(bundle), **bundle.label_names}
    if bundle.kind == LANDMARKS and not set(range(count)) <= set(names):
        names = {}
    return tuple(names.get(number, f"{otherwise} {number}") for number in range(count))


def _declared(bundle: Bundle) -> dict[int, str]:
    """The names in the metadata with that of a "background", which is none only where labels are painted."""
    try:
        pred: Any = bundle.metadata["network_data_format"]["outputs"]["pred"]
        return {int(number): str(name) for number, name in (pred.get("channel_def") or {}).items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}
