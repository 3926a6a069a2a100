"""Which images a model wants, told from its metadata and from what its configuration reads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import MedAIError

if TYPE_CHECKING:
    from .model import Bundle

_MOST_CHANNELS = 1000
_NOT_INPUTS = ("label", "pred")
# Interactive models make channels of what a user clicked; without clicks these are empty, and no images.
_CLICKS = "Guidance"


def channel_names(bundle: Bundle, image: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the images or channels that a user gives, in the network's order.

    Args:
        bundle: for its configuration.
        image: what the metadata say of the network's input.

    Raises:
        ValueError, TypeError, AttributeError: if the metadata cannot be read.
    """
    names = image.get("channel_def") or {}
    count = int(image.get("num_channels", len(names) or 1))
    if not 1 <= count <= _MOST_CHANNELS:
        raise ValueError(f"{count} input channels")
    if len(names) < count > 1:
        read, clicks = _read(bundle)
        if clicks:
            count = len(names) or 1
        elif len(read) == count:
            return tuple(read)
    return tuple(str(names.get(str(n), f"channel {n}")) for n in range(count))


def _read(bundle: Bundle) -> tuple[list[str], bool]:
    """The keys of the images that the configuration reads, and whether it makes channels of clicks."""
    from .config.closure import kind_of, steps

    with suppress(MedAIError, ImportError, OSError):
        listed = steps(bundle.config, "preprocessing")
        keys = next((step.get("keys") for step in listed if kind_of(step).startswith("LoadImage")), None)
        named = [key for key in keys if key not in _NOT_INPUTS] if isinstance(keys, list) else []
        plain = all(isinstance(key, str) and not key.startswith(("@", "$")) for key in named)
        return named if plain else [], any(_CLICKS in kind_of(step) for step in listed)
    return [], False
