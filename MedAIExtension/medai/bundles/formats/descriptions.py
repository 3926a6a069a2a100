"""Small JSON files that describe a model, read with checks whose sentences name file and entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ...errors import InputError
from ..texts import own_text

T = TypeVar("T")

_LONGEST = 50_000_000


def read_object(path: Path, root: Path) -> dict[str, Any]:
    """A file's JSON object.

    Args:
        path: of the file.
        root: the model's folder, out of which no link is followed.

    Raises:
        InputError: if it is missing, unreadable, or something else.
    """
    try:
        found = json.loads(own_text(path, root, _LONGEST))
    except FileNotFoundError:
        raise InputError(f"{path} is missing; get the model again.") from None
    except (OSError, ValueError, RecursionError) as problem:
        raise InputError(f"{path} cannot be read ({problem}); get the model again.") from problem
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no JSON object; get the model again.")
    return found


class Entries:
    """The entries of a description, each checked when it is read.

    Args:
        values: the JSON object.
        path: its file, for sentences.
    """

    def __init__(self, values: Mapping[str, Any], path: Path) -> None:
        self.values, self.path = values, path

    def wrong(self, name: str, wanted: str) -> InputError:
        """The error for an entry that is not what it should be."""
        return InputError(f"{self.path}: {name!r} must be {wanted}, not {_shown(self.values.get(name))}; correct the file.")

    def checked(self, name: str, valid: Callable[[Any], bool], wanted: str, default: Any = None) -> Any:
        """An entry that passes a check, or the default where it is missing.

        Raises:
            InputError: if it does not pass, or is missing and there is no default.
        """
        value = self.values.get(name, default)
        try:
            good = valid(value)
        except (TypeError, ValueError, OverflowError, RecursionError):
            good = False
        if not good:
            raise self.wrong(name, wanted)
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        return str(self.checked(name, lambda v: isinstance(v, str) and len(v) < 10_000, "a text", default))

    def one_of(self, name: str, words: tuple[str, ...], default: str | None = None) -> str:
        """One of some words."""
        return str(self.checked(name, lambda v: isinstance(v, str) and v in words, f"one of {', '.join(words)}", default))


def is_number(value: Any) -> bool:
    """A finite number, no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def is_whole(value: Any, low: int, high: int) -> bool:
    """A whole number within limits."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _shown(value: Any) -> str:
    return "missing" if value is None else json.dumps(value, default=str)[:60]
