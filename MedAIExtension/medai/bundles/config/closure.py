"""Which parts of a configuration a run needs: everything else of it is neither judged nor built."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from ...errors import InputError
from ..kinds import DETECTION
from .grammar import LONGEST

# The engine brings the voxels itself, channel first, and hands the result on itself: readers and writers are left out.
LEFT_OUT = ("LoadImage", "EnsureChannelFirst", "SaveImage", "SaveClassification")
STEPS = ("preprocessing", "postprocessing")
_OWN_WRITER = re.compile(r"Save[A-Z]\w*|\w*Saverd?")
# "class_prompts" are the classes that VISTA3D is asked for, which a repair writes.
_PARTS = ("network_def", "class_prompts", "preprocessing", "inferer", "postprocessing")
# MedAI carries out the detector's windows and brings boxes back to the scan itself.
_PARTS_OF_DETECTION = ("network_def", "detector", "detector_ops", "preprocessing")
_REFERENCE = re.compile(r"@(\w+(?:(?:::|#)\w+)*)")
_DEEPEST = 60
_MOST_STEPS = 2_000
_OF_LISTS = {"_target_", "_desc_", "transforms", "map_items", "unpack_items", "log_stats", "lazy"}


def needed(config: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """The names of the parts that a run builds, beside what these refer to and ``load_paths``; in the order of building.

    Args:
        config: the inference configuration as it is run.
        kind: what the bundle gives, as ``Bundle.kind`` says.
    """
    parts = _PARTS_OF_DETECTION if kind == DETECTION and "detector" in config else _PARTS
    return tuple(name for name in parts if config.get(name) is not None)


def kind_of(step: Any) -> str:
    """The class that a description names, without its module; "" where it names none."""
    return str(step.get("_target_", "")).rsplit(".", maxsplit=1)[-1] if isinstance(step, dict) else ""


def left_out(step: Any) -> bool:
    """Whether a step reads or writes files, which MedAI does itself."""
    kind = kind_of(step)
    return kind.startswith(LEFT_OUT) or _OWN_WRITER.fullmatch(kind) is not None


def load_paths(part: Any, seen: set[int] | None = None) -> list[Any]:
    """What the checkpoint loaders of a configuration say that they read from, as it is written."""
    seen = set() if seen is None else seen
    if id(part) in seen or not isinstance(part, (dict, list)):
        return []
    seen.add(id(part))
    own = [part["load_path"]] if isinstance(part, dict) and kind_of(part) == "CheckpointLoader" and "load_path" in part else []
    inner = part.values() if isinstance(part, dict) else part
    return own + [path for value in inner for path in load_paths(value, seen)]


def steps(config: Mapping[str, Any], name: str) -> list[Any]:
    """The descriptions of a Compose's transforms as they are written: references and sums of lists followed, nothing built.

    Raises:
        InputError: if it is no list of transforms, or refers to itself or to a missing part.
    """
    from .graph import ConfigGraph

    graph = ConfigGraph(config, {})
    part = graph.described(name)
    for _ in range(_DEEPEST):
        if not isinstance(part, str) or _REFERENCE.fullmatch(part.removeprefix("$").strip()) is None:
            break
        part = graph.described(part.removeprefix("$").strip()[1:])
    if isinstance(part, dict) and "transforms" in part:
        part = part["transforms"]
    return _listed(graph, part, name, [_DEEPEST, _MOST_STEPS])


def _listed(graph: Any, part: Any, name: str, left: list[int]) -> list[Any]:
    left[0] -= 1
    if isinstance(part, list):
        left[1] -= len(part)
        if left[1] < 0:
            raise InputError(f"The bundle's {name} has more than {_MOST_STEPS} transforms; get the bundle again.")
        return [step for item in part for step in _within(graph, _item(graph, item), name, left)]
    if isinstance(part, str) and left[0] > 0:
        text = part.strip()
        if _REFERENCE.fullmatch(text):
            return _listed(graph, graph.described(text[1:]), name, left)
        terms = _terms(text)
        if terms:
            return [step for term in terms for step in _listed(graph, graph.described(term), name, left)]
    raise InputError(f"The bundle's {name} is no list of transforms, which MedAI cannot read; get the bundle again.")


def _within(graph: Any, item: Any, name: str, left: list[int]) -> list[Any]:
    """The steps of a list within the list, so that readers and writers are found there too; any other step as it is."""
    if not _is_list(item):
        return [item]
    if left[0] <= 0:
        raise InputError(f"The bundle's {name} has too many lists within lists; get the bundle again.")
    return _listed(graph, item["transforms"], name, left)


def _is_list(item: Any) -> bool:
    """Whether a step is a Compose that sets nothing but what changes nothing for one item."""
    return kind_of(item) == "Compose" and "transforms" in item and set(item) <= _OF_LISTS and item.get("lazy", False) is False


def _item(graph: Any, item: Any) -> Any:
    """One step; a reference is followed so that it can be told what it is."""
    for _ in range(_DEEPEST):
        if not isinstance(item, str) or not _REFERENCE.fullmatch(item):
            break
        found = graph.described(item[1:])
        if isinstance(found, dict) and not left_out(found) and not _is_list(found):
            break  # built by its name, so that it is shared
        item = found
    return item


def _terms(text: str) -> list[str]:
    """["a", "b::c"] for "$@a + @b::c"; [] for anything else."""
    if not text.startswith("$") or len(text) > LONGEST:
        return []
    names: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        names.append(match.group(1))
        return f"reference_{len(names) - 1}"

    try:
        tree = ast.parse(_REFERENCE.sub(stand_in, text[1:]).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return _summed(tree, names)


def _summed(node: ast.AST, names: list[str]) -> list[str]:
    found: list[str] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            waiting += [part.right, part.left]
        elif isinstance(part, ast.Name) and part.id.startswith("reference_") and part.id.removeprefix("reference_").isdigit():
            number = int(part.id.removeprefix("reference_"))
            if number >= len(names):
                return []
            found.append(names[number])
        else:
            return []
    return found
