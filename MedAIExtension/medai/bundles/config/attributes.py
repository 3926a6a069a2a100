"""What may be read off a value in an expression, and called: an exact list for each kind of value."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any

_TENSOR = """
    shape ndim dtype device T all amax amin any argmax argmin bool clamp clone cpu float half int long max mean min permute round
    sigmoid softmax squeeze sum to type unsqueeze
"""
_ARRAY = "shape ndim dtype T all any argmax argmin astype max mean min round squeeze sum transpose"
_DICTIONARY = "get items keys values"
_TEXT = "endswith lower startswith strip upper"
_MODULE = "eval to"
_DETECTOR = """
    set_box_coder_weights set_box_selector_parameters set_sliding_window_inferer set_target_keys
"""
_COMPOSE = "transforms"
_FILE = "read_text"

# (module, class, names): a class counts only where its module is loaded, as it is where there is a value of it.
_OF: tuple[tuple[str, str, str], ...] = (
    ("torch", "Tensor", _TENSOR),
    ("numpy", "ndarray", _ARRAY),
    ("builtins", "dict", _DICTIONARY),
    ("builtins", "str", _TEXT),
    ("monai.transforms", "Compose", _COMPOSE),
    ("monai.apps.detection.networks.retinanet_detector", "RetinaNetDetector", _DETECTOR),
    ("torch.nn", "Module", _MODULE),
    (f"{__package__}.names", "InnerFile", _FILE),
)
ALLOWED_ATTRIBUTES = frozenset(word for _, _, words in _OF for word in words.split())
_LONGEST_STRIPPED = 100


def _strip(text: str, what: str | None = None) -> str:
    """``str.strip``, whose time grows with the product of both lengths."""
    if what is not None and len(what) > _LONGEST_STRIPPED:
        raise ValueError("too many letters are stripped")
    return text.strip(what)


_GETTERS: dict[str, Callable[[Any], Any]] = {word: attrgetter(word) for word in ALLOWED_ATTRIBUTES}
_GETTERS["strip"] = lambda text: partial(_strip, text)


def attribute_of(value: Any, name: str) -> Any:
    """A listed attribute of a value.

    Raises:
        AttributeError: if it is not listed for this kind of value.
    """
    for kind, words in _kinds():
        if isinstance(value, kind) and name in words:
            return _GETTERS[name](value)
    raise AttributeError(f"a {type(value).__name__} has no {name!r} that a bundle may use")


def _kinds() -> Iterator[tuple[type, list[str]]]:
    for module, name, words in _OF:
        kind = vars(sys.modules[module]).get(name) if module in sys.modules else None
        if isinstance(kind, type):
            yield kind, words.split()
