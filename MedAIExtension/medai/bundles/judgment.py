"""Whether MedAI would build what a run needs of a bundle: told from its configuration, with nothing built or imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..errors import RefusedError
from .config import CONTROL, DEEPEST, REFERENCE, ConfigGraph, check_mapping
from .expressions import Expression
from .targets import ALLOWED_ATTRIBUTES, allowed_name, allowed_target

# The engine brings the voxels itself, channel first, and hands the result on itself: readers and writers are left out.
LEFT_OUT = ("LoadImage", "EnsureChannelFirst", "SaveImage")
_TRANSFORMS = ("preprocessing", "postprocessing")
_OBJECTS = ("network_def", "inferer")
_GIVEN = ("bundle_root", "device")


@contextmanager
def refusals_named(name: str) -> Iterator[None]:
    """Refusals meanwhile say which bundle it is, and what to do."""
    try:
        yield
    except RefusedError as problem:
        raise RefusedError(f"{problem} Do not use {name}, or ask its authors.") from problem


def check_allowed(config: Mapping[str, Any]) -> None:
    """Follow what a run needs through a configuration. What is computed is judged only where it is computed in every case.

    Raises:
        InputError: if a part refers to one that is missing.
        RefusedError: if a part is not allowed, as it would be when it is built.
    """
    judge = _Judge(config)
    for name in _TRANSFORMS:
        judge.check([step for step in _steps(config, name) if not kind_of(step).startswith(LEFT_OUT)])
    for name in _OBJECTS:
        judge.check(config.get(name))
    for path in load_paths(config):
        judge.check(path)


def kind_of(step: Any) -> str:
    """The class that a description names, without its module; "" where it names none."""
    return str(step.get("_target_", "")).rsplit(".", maxsplit=1)[-1] if isinstance(step, dict) else ""


def load_paths(part: Any, seen: set[int] | None = None) -> list[Any]:
    """What the checkpoint loaders of a configuration say that they read from, as it is written."""
    seen = set() if seen is None else seen
    if id(part) in seen or not isinstance(part, (dict, list)):
        return []
    seen.add(id(part))
    own = [part["load_path"]] if isinstance(part, dict) and kind_of(part) == "CheckpointLoader" and "load_path" in part else []
    inner = part.values() if isinstance(part, dict) else part
    return own + [path for value in inner for path in load_paths(value, seen)]


def _steps(config: Mapping[str, Any], name: str) -> list[Any]:
    part = config.get(name)
    if isinstance(part, dict):
        part = part.get("transforms")
    for _ in range(DEEPEST):
        if not isinstance(part, str) or not part.startswith("@"):
            break
        part = ConfigGraph(config, {}).described(part[1:])
    return part if isinstance(part, list) else []


class _Judge:
    """Goes where ``ConfigGraph`` would go."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._graph = ConfigGraph(config, {})
        self._seen = {*_GIVEN, *_TRANSFORMS}

    def follow(self, name: str) -> None:
        name = name.replace("#", "::")
        if name not in self._seen:
            self._seen.add(name)
            self.check(self._graph.described(name))

    def check(self, part: Any) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                if key not in CONTROL:
                    self.check(value)
            if "_target_" in part:
                check_mapping(part)
                allowed_target(part["_target_"])
        elif isinstance(part, list):
            for item in part:
                if not isinstance(item, dict) or not item.get("_disabled_"):
                    self.check(item)
        elif isinstance(part, str):
            self._check_text(part)

    def _check_text(self, text: str) -> None:
        if text.startswith("$"):
            for match in REFERENCE.finditer(text):
                self.follow(match.group(1))
            expression = Expression(REFERENCE.sub("reference", text[1:]), allowed_name, ALLOWED_ATTRIBUTES)
            expression.judge({"reference"})
        elif text.startswith("@") and REFERENCE.fullmatch(text):
            self.follow(text[1:])
        elif text.startswith("%"):
            raise RefusedError(f"The bundle's configuration takes in another file ({text!r}), which MedAI does not follow.")
