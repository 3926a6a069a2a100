"""Going through the parts of a configuration that a run needs, to repair them in place."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

_NEEDED = ("network_def", "preprocessing", "inferer", "postprocessing", "detector", "detector_ops")
_REFERENCE = re.compile(r"@(\w+)")
_DEEPEST = 60


def needed_parts(config: dict[str, Any]) -> list[str]:
    """The names of the entries that a run needs, with those that they refer to."""
    found: dict[str, None] = {}
    waiting = deque(name for name in _NEEDED if name in config)
    while waiting:
        name = waiting.popleft()
        if name not in found:
            found[name] = None
            waiting += {word: None for text in texts(config[name]) for word in _REFERENCE.findall(text) if word in config}
    return list(found)


def texts(part: Any) -> Iterator[str]:
    """All texts in a part."""
    waiting = [part]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value


def objects(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All descriptions of objects among what a run needs."""
    waiting: list[Any] = [config[name] for name in needed_parts(config)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and isinstance(value.get("_target_"), str):
            yield value
        if isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value


def class_of(part: Any) -> str:
    """The class that a description names, without its module."""
    return str(part.get("_target_", "")).rsplit(".", maxsplit=1)[-1] if isinstance(part, dict) else ""


def replace_texts(config: dict[str, Any], change: Callable[[str], str]) -> bool:
    """Change texts of what a run needs, but for the entry "device" itself, which MedAI gives; True if one was changed."""
    names = [name for name in needed_parts(config) if name != "device"]
    before = [config[name] for name in names]
    for name, part in zip(names, before, strict=True):
        config[name] = _changed(part, change)
    return before != [config[name] for name in names]


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, dict):
        return {key: _changed(value, change) for key, value in part.items()}
    return [_changed(value, change) for value in part] if isinstance(part, list) else part


def listed_steps(config: dict[str, Any], name: str) -> list[Any] | None:
    """The list of a Compose's transforms as it stands in the configuration; None where it is computed."""
    part = config.get(name)
    if isinstance(part, dict):
        part = part.get("transforms")
    for _ in range(_DEEPEST):
        if not isinstance(part, str):
            break
        reference = re.fullmatch(r"\$?@(\w+)\s*", part)
        part = config.get(reference.group(1)) if reference else None
    return part if isinstance(part, list) else None


def literal(config: dict[str, Any], value: Any) -> Any:
    """A value with references followed and MONAI's names of keys written out."""
    for _ in range(_DEEPEST):
        reference = re.fullmatch(r"\$?@(\w+)", value) if isinstance(value, str) else None
        if reference is None or reference.group(1) not in config:
            break
        value = config[reference.group(1)]
    named = re.fullmatch(r"\$monai\.utils\.(?:enums\.)?CommonKeys\.(IMAGE|LABEL|PRED)", value) if isinstance(value, str) else None
    return named.group(1).lower() if named else value


def keys_of(config: dict[str, Any], step: dict[str, Any]) -> list[Any]:
    """The keys that a dictionary transform works on."""
    keys = literal(config, step.get("keys", []))
    return [literal(config, key) for key in (keys if isinstance(keys, list) else [keys])]
