"""What the values of a bundle's result are called: from the catalog, the bundle's metadata, its configuration, else numbers."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import MedAIError
from .kinds import SEGMENTATION

if TYPE_CHECKING:
    from .model import Bundle

MOST_VALUES = 65_535
_MOST_NUMBERED = 1000  # names that are made up: a network with more outputs than that labels nothing
_IN_METADATA, _IN_CONFIG = ("channel_def", "label_def"), ("labels", "label_names")
_BACKGROUND = "background"
_PROMPTS = "class_prompts"  # of VISTA3D: it looks for these alone
# What comes between the threshold and the end and leaves each channel a map of its own.
_KEEPS_CHANNELS: tuple[str, ...] = (
    *("Activations", "AsDiscrete", "Invert", "Save", "EnsureType", "ToTensor", "ToDevice", "CopyItems", "Delete"),
    *("KeepLargestConnectedComponent", "RemoveSmallObjects", "FillHoles", "Resize", "CastToType"),
)


def label_names(bundle: Bundle) -> dict[int, str]:
    """Names by value: of a label map from 1, the background left out; of classes, boxes and landmarks by number from 0.

    The catalog's names are taken for the very model that it describes (see ``signature_of``), then those of the metadata, then
    those of the configuration; values without a name are "Label N". Where labels may overlap, value n + 1 is channel n.

    Raises:
        ValueError, TypeError, AttributeError: if the metadata name values that are no numbers.
    """
    from .known import known_labels

    found = known_labels(bundle.name, signature_of(bundle.metadata))
    if found is not None:
        return found
    declared, config = _declared(bundle.metadata), _config_of(bundle)
    named = declared or _configured(config)
    if bundle.kind != SEGMENTATION:
        return _within(named, range(MOST_VALUES))
    count = _count(bundle.metadata, config)
    if has_overlapping_labels(config):
        return _filled({number + 1: name for number, name in named.items()}, count, 1)
    if written := _written_by_lambda(config):
        # Such a step chooses the values itself: which channel became which, only whoever wrote it can say.
        return {value: f"Label {value}" for value in written}
    names = _filled({value: name for value, name in named.items() if value != 0}, count and count - 1, 2)
    prompts = config.get(_PROMPTS)
    if not isinstance(prompts, list):
        return names
    looked_for = {number for number in prompts if isinstance(number, int)}
    return {value: name for value, name in names.items() if value in looked_for}


def signature_of(metadata: Mapping[str, Any]) -> str:
    """What a bundle's metadata say of inputs and outputs, as a short hash: two models of one name that differ there are two."""
    pred = _format(metadata, "outputs", "pred")
    said = [_format(metadata, "inputs", "image").get(key) for key in ("num_channels", "channel_def")]
    said += [pred.get(key) for key in ("type", "format", "num_channels", *_IN_METADATA)]
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def has_overlapping_labels(config: Mapping[str, Any]) -> bool:
    """Whether each channel of the result is a map of its own: a threshold, with no argmax and nothing that joins channels."""
    kinds: list[str] = []
    thresholds = False
    for step in _steps(config.get("postprocessing")):
        kinds.append(str(step.get("_target_", "")).rsplit(".", maxsplit=1)[-1])
        if step.get("argmax"):
            return False
        thresholds = thresholds or (kinds[-1].startswith("AsDiscrete") and step.get("threshold") is not None)
    return thresholds and all(kind.startswith(_KEEPS_CHANNELS) for kind in kinds)


def _written_by_lambda(config: Mapping[str, Any]) -> list[int]:
    """The values, without 0, that a lambda after the threshold writes: the whole numbers in it that are no index."""
    steps = list(_steps(config.get("postprocessing")))
    texts = [str(step.get("func", "")) for step in steps if str(step.get("_target_", "")).endswith(("Lambdad", "Lambda"))]
    if len(texts) != 1 or not any(step.get("threshold") is not None for step in steps):
        return []
    try:
        tree = ast.parse(texts[0].removeprefix("$").strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    indices = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Subscript) for part in ast.walk(node.slice)}
    compared = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in ast.walk(node)}
    values = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in indices | compared}
    return sorted(v for v in values if isinstance(v, int) and not isinstance(v, bool) and 0 < v <= MOST_VALUES)


def _declared(metadata: Mapping[str, Any]) -> dict[int, str]:
    pred = _format(metadata, "outputs", "pred")
    names: Mapping[Any, Any] = next((pred[key] for key in _IN_METADATA if pred.get(key)), {})
    return {int(value): str(name) for value, name in names.items()}


def _configured(config: Mapping[str, Any]) -> dict[int, str]:
    """Names in the configuration, which writes them as value: name, name: value, or in order."""
    for key in _IN_CONFIG:
        said = config.get(key)
        if isinstance(said, list) and all(isinstance(name, str) for name in said):
            return dict(enumerate(said))
        if isinstance(said, dict):
            with suppress(TypeError, ValueError):
                pairs = said.items() if all(isinstance(n, str) for n in said.values()) else ((v, n) for n, v in said.items())
                return {int(value): str(name) for value, name in pairs}
    return {}


def _filled(named: Mapping[int, str], count: int | None, fewest: int) -> dict[int, str]:
    """Names of the values 1..count: those that are named, in any case no background, and numbers for the others."""
    if count is None or count < fewest - 1:
        return _within(named, range(1, MOST_VALUES + 1))
    names = {value: named.get(value, f"Label {value}") for value in range(1, count + 1)}
    return _within(names, range(1, count + 1))


def _within(named: Mapping[int, str], values: range) -> dict[int, str]:
    return {v: named[v] for v in sorted(named) if v in values and named[v].strip().lower() != _BACKGROUND}


def _count(metadata: Mapping[str, Any], config: Mapping[str, Any]) -> int | None:
    """How many channels the network gives; None where nothing says it."""
    network = config.get("network_def")
    said = [network.get("out_channels") if isinstance(network, dict) else None]
    said.append(_format(metadata, "outputs", "pred").get("num_channels"))
    for count in said:
        if isinstance(count, str) and count.startswith("@"):
            count = config.get(count[1:])  # noqa: PLW2901
        if isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= _MOST_NUMBERED:
            return count
    return None


def _config_of(bundle: Bundle) -> Mapping[str, Any]:
    with suppress(MedAIError, ImportError, OSError):  # before the first set-up nothing here may read YAML
        return bundle.config
    return {}


def _steps(part: Any) -> Iterable[dict[str, Any]]:
    steps = part.get("transforms") if isinstance(part, dict) else part
    return [step for step in steps if isinstance(step, dict) and not step.get("_disabled_")] if isinstance(steps, list) else []


def _format(metadata: Mapping[str, Any], side: str, entry: str) -> Mapping[str, Any]:
    formats = metadata.get("network_data_format") or {}
    found = (formats.get(side) or {}).get(entry) or {}
    return found if isinstance(found, dict) else {}
