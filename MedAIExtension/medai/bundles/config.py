"""A bundle's configuration as a graph of parts: references resolved, parts built one by one when they are asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError, RefusedError
from .expressions import Expression
from .targets import ALLOWED_ATTRIBUTES, named, target

REFERENCE = re.compile(r"@(\w+(?:(?:::|#)\w+)*)")
CONTROL = {"_target_", "_disabled_", "_desc_", "_requires_", "_mode_"}
DEEPEST = 60


def read_config(root: Path, name: str = "inference") -> dict[str, Any]:
    """``configs/<name>.json`` or ``.yaml`` of a bundle.

    Raises:
        InputError: if there is none, or it is no readable mapping.
    """
    for path in (root / "configs" / f"{name}{suffix}" for suffix in (".json", ".yaml", ".yml")):
        if path.is_file():
            try:
                config = _parsed(path)
            except (OSError, ValueError, RecursionError) as problem:
                raise InputError(f"{path} cannot be read as a configuration; get the bundle again.") from problem
            if not isinstance(config, dict):
                raise InputError(f"{path} holds no mapping of names to parts; get the bundle again.")
            return config
    raise InputError(f"{root} has no configs/{name}.json or .yaml; choose a complete bundle.")


def _parsed(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise ValueError("no YAML") from problem


def check_mapping(part: Mapping[str, Any]) -> None:
    """Whether it is written what a mapping with ``_target_`` builds.

    Raises:
        RefusedError: if not.
    """
    name = part["_target_"]
    if not isinstance(name, str) or name.startswith(("$", "@")) or part.get("_mode_", "default") != "default":
        raise RefusedError("The bundle computes what it builds, which MedAI cannot judge.")


class ConfigGraph:
    """Builds parts of a configuration, and only those that are asked for.

    Args:
        config: the configuration; it is not changed.
        given: values that stand in for parts of the configuration, such as the device.
    """

    def __init__(self, config: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self.config = config
        self._built: dict[str, Any] = dict(given)
        self._under_way: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self.config or name in self._built

    def described(self, name: str) -> Any:
        """The part as it is written, nothing built; ``name`` may be a path such as "a::b"."""
        found: Any = self.config
        for key in re.split("::|#", name):
            try:
                found = found[int(key)] if isinstance(found, list) else found[key]
            except (KeyError, IndexError, TypeError, ValueError) as problem:
                raise InputError(f"The bundle's configuration refers to {name!r}, which it does not define.") from problem
        return found

    def built(self, name: str) -> Any:
        """The part as an object; built once, so that references share it.

        Raises:
            InputError: if it is missing or refers to itself.
            RefusedError: if it, or something that it refers to, is not allowed.
        """
        name = name.replace("#", "::")
        if name in self._built:
            return self._built[name]
        if name in self._under_way or len(self._under_way) > DEEPEST:
            raise InputError(f"The bundle's configuration refers to {name!r} in a circle.")
        self._under_way.append(name)
        try:
            self._built[name] = self.build(self.described(name))
        finally:
            self._under_way.pop()
        return self._built[name]

    def build(self, part: Any) -> Any:
        """An object from a description: mappings with ``_target_`` are called, references and expressions resolved."""
        if isinstance(part, dict):
            return self._build_mapping(part)
        if isinstance(part, list):
            return [self.build(item) for item in part if not self._disabled(item)]
        if isinstance(part, str):
            return self._build_text(part)
        return part

    def _build_mapping(self, part: dict[str, Any]) -> Any:
        arguments = {key: self.build(value) for key, value in part.items() if key not in CONTROL}
        if "_target_" not in part:
            return arguments
        check_mapping(part)
        name = part["_target_"]
        kind = target(name)
        if arguments.get("pretrained"):
            raise RefusedError(f"The bundle's {name} wants to download weights (pretrained), which MedAI does not allow.")
        try:
            return kind(**arguments)
        except Exception as problem:
            reason = str(problem).strip().partition("\n")[0]
            raise InputError(f"The bundle's {name} cannot be built from its settings ({reason}).") from problem

    def _build_text(self, text: str) -> Any:
        if text.startswith("$"):
            references: dict[str, Any] = {}

            def stand_in(match: re.Match[str]) -> str:
                name = f"reference_{len(references)}"
                references[name] = self.built(match.group(1))
                return name

            return Expression(REFERENCE.sub(stand_in, text[1:]), named, ALLOWED_ATTRIBUTES).evaluate(references)
        if text.startswith("@") and REFERENCE.fullmatch(text):
            return self.built(text[1:])
        if text.startswith("%"):
            raise RefusedError(f"The bundle's configuration takes in another file ({text!r}), which MedAI does not follow.")
        return text

    def _disabled(self, item: Any) -> bool:
        return isinstance(item, dict) and str(self.build(item.get("_disabled_", False))).lower() in ("true", "1")
