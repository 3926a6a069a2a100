"""A bundle's configuration files: parsed, bounded, and what they take in by ``%`` from other files of the bundle put in place."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..texts import own_text

_SUFFIXES = (".json", ".yaml", ".yml")
_LARGEST = {".json": 2_000_000, ".yaml": 250_000, ".yml": 250_000}
_MOST_PARTS = 20_000
_DEEPEST = 40
_MOST_ALIASES = 1_000
_MOST_MERGED = 1_000
_LONGEST_NAME = 500
_RELATIVE = re.compile(r"[@%](?:::|#)+")
_FILE = re.compile(r"(.*?\.(?:json|ya?ml))(?:(?:::|#)(.*))?", re.IGNORECASE)


def read_config(root: Path, name: str = "inference") -> dict[str, Any]:
    """``configs/<name>.json``, ``.yaml`` or ``.yml`` of a bundle; nothing of it is executed or evaluated.

    Texts with ``%`` are replaced by what is there, as MONAI does, where it is in the same file or another of the folder
    ``configs``; elsewhere they stay, and are refused when they are built. Relative references such as "@##a" are made absolute.

    Raises:
        InputError: if there is none, or it is no readable mapping of a bearable size.
    """
    for path in (root / "configs" / f"{name}{suffix}" for suffix in _SUFFIXES):
        if path.is_file():
            return _Taking(root, _parsed(path, root)).resolved()
    raise InputError(f"{root} has no configs/{name}.json or .yaml; choose a complete bundle.")


def _parsed(path: Path, root: Path) -> dict[str, Any]:
    """A file's content as plain lists, dictionaries with texts as keys, texts and numbers.

    Raises:
        InputError: if it is none.
    """
    try:
        text = own_text(path, root, _LARGEST[path.suffix.lower()])
        content = json.loads(text) if path.suffix.lower() == ".json" else load_yaml(text)
        config = _plain(content, [_MOST_PARTS], _DEEPEST)
    except (OSError, ValueError, RecursionError) as problem:
        raise InputError(f"{path} cannot be read as a configuration; get the bundle again.") from problem
    if not isinstance(config, dict):
        raise InputError(f"{path} holds no mapping of names to parts; get the bundle again.")
    return config


def load_yaml(text: str) -> Any:
    """What a YAML text holds; it is gone through first, since PyYAML goes down with the process where it is nested too deep.

    Raises:
        ValueError: if it is no YAML, is nested too deep, or grows when it is read.
    """
    import yaml

    plain: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(plain):  # type: ignore[misc]
        def flatten_mapping(self, node: Any) -> None:
            super().flatten_mapping(node)
            if len(node.value) > _MOST_MERGED:  # each "<<" can multiply what it takes in
                raise ValueError("too much of it")

    try:
        depth = aliases = 0
        for event in yaml.parse(text, plain):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            aliases += isinstance(event, yaml.AliasEvent)
            if depth > _DEEPEST or aliases > _MOST_ALIASES:
                raise ValueError("too much of it")
        return yaml.load(text, Loader)
    except (yaml.YAMLError, TypeError, AttributeError, LookupError, ArithmeticError) as problem:
        raise ValueError("no YAML") from problem


def _plain(value: Any, left: list[int], depth: int) -> Any:
    """A copy without anything that is shared, so that nothing that refers to itself or grows is left.

    Raises:
        ValueError: if there is too much of it, it is nested too deep, or it holds something else.
    """
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        raise ValueError("too much of it")
    if isinstance(value, dict):
        return {str(key): _plain(item, left, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item, left, depth - 1) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, (str, int, float, type(None))):
        raise ValueError("something that is no part of a configuration")
    return value


class _Taking:
    """Puts what a configuration takes in from elsewhere into its place."""

    def __init__(self, root: Path, config: dict[str, Any]) -> None:
        self._folder = (root / "configs").resolve()
        self._root = root
        self._config = config
        self._files: dict[Path, dict[str, Any]] = {}
        self._left = [_MOST_PARTS]

    def resolved(self) -> dict[str, Any]:
        """The configuration as it is built.

        Raises:
            InputError: if it takes itself in.
        """
        try:
            found: dict[str, Any] = self._resolved(self._config, (), 0)
        except (ValueError, RecursionError) as problem:
            raise InputError(f"The configuration in {self._folder} takes itself in by %; get the bundle again.") from problem
        return found

    def _resolved(self, part: Any, place: tuple[str, ...], taken: int) -> Any:
        self._left[0] -= 1
        if self._left[0] < 0 or len(place) > _DEEPEST or taken > _DEEPEST:
            raise ValueError("too much of it")
        if isinstance(part, dict):
            return {key: self._resolved(value, (*place, key), taken) for key, value in part.items()}
        if isinstance(part, list):
            return [self._resolved(value, (*place, str(number)), taken) for number, value in enumerate(part)]
        if isinstance(part, str):
            text = _absolute(part, place)
            found = self._taken_in(text[1:]) if text.startswith("%") else None
            return text if found is None else self._resolved(found[0], place, taken + 1)
        return part

    def _taken_in(self, text: str) -> tuple[Any] | None:
        """What a text after "%" names, in a tuple; None where that is not to be had."""
        named = _FILE.fullmatch(text) if len(text) <= _LONGEST_NAME else None
        config: Any = self._config
        keys = text
        if named is not None:
            config, keys = self._file(named.group(1)), named.group(2) or ""
        for key in re.split("::|#", keys) if keys and config is not None else []:
            try:
                config = config[int(key)] if isinstance(config, list) else config[key]
            except (KeyError, IndexError, TypeError, ValueError):
                return None
        return None if config is None else (config,)

    def _file(self, name: str) -> dict[str, Any] | None:
        """Another file of the folder ``configs``; None where it is elsewhere or missing."""
        for folder in (self._root, self._folder):
            try:
                path = (folder / name).resolve()
                if path.is_relative_to(self._folder) and path.is_file():
                    if path not in self._files:
                        self._files[path] = _parsed(path, self._root)
                    return self._files[path]
            except (OSError, ValueError):
                continue
        return None


def _absolute(text: str, place: tuple[str, ...]) -> str:
    """ "@#a" is "a" beside the place where it is written, "@##a" one level above; a place beyond the file stays as it is."""

    def put(match: re.Match[str]) -> str:
        marks = match.group(0)
        levels = marks[1:].replace("::", "#").count("#")
        if levels > len(place):
            return marks
        return marks[0] + "".join(f"{key}::" for key in place[: len(place) - levels])

    return _RELATIVE.sub(put, text) if "@" in text or "%" in text else text
