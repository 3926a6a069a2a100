"""Left and right in the names of a model's labels: which of them change places when a scan is mirrored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_OPPOSITE = {"left": "right", "right": "left", "lh": "rh", "rh": "lh", "l": "r", "r": "l"}
# Words of their own, also as atlases write them ("ctx-lh-insula", "kidney_left"); not the vertebra "L1".
_SIDE = re.compile(r"(?<![a-z0-9])(left|right|lh|rh|l|r)(?![a-z0-9])")


def have_sides(names: Sequence[str]) -> bool:
    """Whether names of labels say left or right."""
    return any(_SIDE.search(name.casefold()) for name in names)


def exchanged(names: Mapping[int, str], channels: int) -> tuple[int, ...] | None:
    """For each channel of a network's output, the one that it is when left and right have changed places.

    Args:
        names: of labels by value, from 1.
        channels: that the network gives: one for each value, or one for the background before them.

    Returns:
        None where a side has no counterpart, or values are no channels.
    """
    first = channels - len(names)
    if first not in (0, 1) or sorted(names) != list(range(1, len(names) + 1)):
        return None
    plain = {value: name.casefold() for value, name in names.items()}
    values = {name: value for value, name in plain.items()}
    order = list(range(channels))
    for value, name in plain.items():
        other = values.get(_SIDE.sub(lambda side: _OPPOSITE[side.group()], name))
        if other is None:
            return None
        order[value - 1 + first] = other - 1 + first
    return tuple(order)
