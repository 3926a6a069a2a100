"""The names that an expression may use: constants, functions that cannot grow or reach further, and files inside the bundle."""

from __future__ import annotations

import copy
import json
import math
import posixpath
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ...errors import InputError, RefusedError
from ..hashing import is_compiled
from . import tensors
from .arguments import check_arguments
from .budget import items_in, networks_bounded
from .targets import ALLOWED_TARGETS, import_listed, target

_LONGEST_RANGE = 10_000
_LARGEST_TEXT_FILE = 1_000_000
_MOST_DIGITS = 20
_TYPES = "float16 float32 float64 uint8 int16 int32 int64"
_KEYS = "IMAGE LABEL PRED"


def bounded_range(*limits: int) -> range:
    """``range``, but not so long that a list of it would fill the memory."""
    numbers = range(*limits)
    if len(numbers) > _LONGEST_RANGE:
        raise RefusedError(f"The bundle's configuration counts to {len(numbers)}, which is more than MedAI allows.")
    return numbers


def _text(value: Any = "") -> str:
    if not isinstance(value, (str, int, float, type(None))):
        raise TypeError("only numbers and texts are made texts")
    return str(value)


def _sum(values: Iterable[Any], start: float = 0) -> Any:
    numbers = list(values)
    if not all(isinstance(value, (int, float)) for value in [*numbers, start]):
        raise TypeError("only numbers are summed")
    return sum(numbers, start)


def _round(value: float, digits: int | None = None) -> Any:
    if not isinstance(value, (int, float)) or (digits is not None and abs(digits) > _MOST_DIGITS):
        raise TypeError("only numbers are rounded, and not to so many digits")
    return round(value, digits)


def _sorted(values: Iterable[Any], reverse: bool = False) -> list[Any]:
    return sorted(values, reverse=reverse)


def _smallest(*values: Any) -> Any:
    return min(*values)


def _largest(*values: Any) -> Any:
    return max(*values)


def _length(value: Any) -> int:
    if not isinstance(value, (str, list, tuple, dict, range, set)):
        return len(tensors.checked(value))
    return len(value)


def _copied(value: Any) -> Any:
    items_in(value)
    return copy.deepcopy(value)


def _parsed(text: str) -> Any:
    if not isinstance(text, str) or len(text) > _LARGEST_TEXT_FILE:
        raise TypeError("only a text of bearable length is read as JSON")
    found = json.loads(text)
    items_in(found)
    return found


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "bool": bool,
    "copy.deepcopy": _copied,
    "dict": dict,
    "float": float,
    "int": int,
    "json.loads": _parsed,
    "len": _length,
    "list": list,
    "max": _largest,
    "min": _smallest,
    "os.path.basename": posixpath.basename,
    "os.path.dirname": posixpath.dirname,
    "os.path.join": posixpath.join,
    "range": bounded_range,
    "round": _round,
    "sorted": _sorted,
    "str": _text,
    "sum": _sum,
    "tuple": tuple,
    "zip": lambda *columns: list(zip(*columns, strict=False)),
    **{f"torch.{name}": tensors.function(name) for name in tensors.FUNCTIONS.split()},
}
_CONSTANTS: dict[str, Any] = {"math.pi": math.pi, "math.inf": math.inf, "np.pi": math.pi, "numpy.pi": math.pi}
# Looked up in the library when they are needed, so that judging loads none.
_LISTED: dict[str, str] = {
    "torch.device": "torch.device",
    "torch.cuda.is_available": "torch.cuda.is_available",
    "torch.from_numpy": "torch.from_numpy",
    "torch.bool": "torch.bool",
    "torch.float": "torch.float32",
    "torch.half": "torch.float16",
    "torch.int": "torch.int32",
    "torch.long": "torch.int64",
    **{f"torch.{word}": f"torch.{word}" for word in _TYPES.split()},
    **{f"{numpy}.{word}": f"numpy.{word}" for numpy in ("np", "numpy") for word in _TYPES.split()},
    **{f"{place}CommonKeys.{word}": word.lower() for place in ("monai.utils.", "monai.utils.enums.") for word in _KEYS.split()},
}
_FILES = ("torch.load", "os.path.exists", "os.path.isfile", "os.path.isdir", "pathlib.Path", "Path")
# Functions and classes that bundles call in expressions rather than describe; they are built as if they were described.
_BUILT = frozenset(name for name in ALLOWED_TARGETS if name.startswith("monai."))

ALLOWED_NAMES = frozenset({*_FUNCTIONS, *_CONSTANTS, *_LISTED, *_FILES, *_BUILT})


def allowed_name(dotted: str) -> str:
    """The name itself, if an expression may use it; nothing is imported.

    Raises:
        RefusedError: if it is not in the table.
    """
    if dotted not in ALLOWED_NAMES:
        raise RefusedError(f"The bundle's configuration uses {dotted[:80]!r}, which is not among the names that MedAI allows.")
    return dotted


class Names:
    """The values of the allowed names for one bundle.

    Args:
        root: the bundle's folder, where files may be; None allows no file.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root
        self._files: Mapping[str, Callable[..., Any]] = {
            "torch.load": self._checkpoint,
            "os.path.exists": lambda path: self._inside(path).exists(),
            "os.path.isfile": lambda path: self._inside(path).is_file(),
            "os.path.isdir": lambda path: self._inside(path).is_dir(),
            "pathlib.Path": lambda *parts: InnerFile(self._inside(posixpath.join(*map(str, parts)))),
            "Path": lambda *parts: InnerFile(self._inside(posixpath.join(*map(str, parts)))),
        }

    def value(self, dotted: str) -> Any:
        """What a name stands for.

        Raises:
            RefusedError: if it is not in the table.
        """
        name = allowed_name(dotted)
        if name in _FUNCTIONS:
            return _FUNCTIONS[name]
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in self._files:
            return self._files[name]
        if name in _BUILT:
            return _Maker(name)
        return import_listed(_LISTED[name]) if "." in _LISTED[name] else _LISTED[name]

    def _checkpoint(self, path: Any, map_location: Any = None, weights_only: Any = True) -> Any:  # noqa: ARG002
        """``torch.load`` without its dangers: inside the bundle, tensors and numbers only, always on the CPU."""
        from ..weights import read_checkpoint

        content = read_checkpoint(self._inside(path))
        tensors.check_stored(content)
        return content

    def _inside(self, path: Any) -> Path:
        if not isinstance(path, (str, InnerFile)) or self._root is None or "\0" in str(path):
            raise RefusedError("The bundle's configuration opens a file in a way that MedAI does not allow.")
        root = self._root.resolve()
        try:
            found = (root / str(path)).resolve()
        except (OSError, RuntimeError) as problem:
            raise InputError(f"The bundle's configuration opens {str(path)[:80]!r}, which is no file.") from problem
        if not found.is_relative_to(root) or is_compiled(found.relative_to(root)):
            raise RefusedError(f"The bundle's configuration opens {str(path)[:80]!r}, which is outside of its folder.")
        return found


class InnerFile:
    """A file inside the bundle, as ``pathlib.Path`` in an expression: it can be read as a text, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def read_text(self, encoding: str = "utf-8") -> str:  # noqa: ARG002
        """The file's text.

        Raises:
            InputError: if it is missing, too long or no text.
        """
        try:
            if self._path.stat().st_size > _LARGEST_TEXT_FILE:
                raise InputError(f"The bundle reads {self._path.name} as a text, which is too long; get the bundle again.")
            return self._path.read_text(encoding="utf-8")
        except (OSError, ValueError) as problem:
            raise InputError(f"The bundle's {self._path.name} cannot be read ({problem}); get the bundle again.") from problem


class _Maker:
    """A listed class or function that an expression calls; it never fetches weights from elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        from inspect import signature

        made = target(self._name)
        bound = signature(made).bind(*arguments, **keywords)
        if "pretrained" in bound.signature.parameters:
            bound.arguments["pretrained"] = False
        flat = {**bound.arguments, **bound.arguments.get("kwargs", {})}
        check_arguments(self._name, flat)
        with networks_bounded():
            return made(*bound.args, **bound.kwargs)


def named(dotted: str) -> Any:
    """The value of a name where there is no bundle: files cannot be opened."""
    return Names().value(dotted)
