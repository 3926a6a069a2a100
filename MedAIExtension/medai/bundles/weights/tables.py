"""The table of weights in what a checkpoint holds: bare or nested, with or without what trainers put before the names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

# Where trainings keep the network's weights. An averaged copy ("ema", "teacher") is not guessed: it is another network.
_NESTED = ("model", "state_dict", "net", "network", "network_weights", "model_state_dict")
_PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "network.")
_DEEPEST = 4


def table_in(content: Any, path: Path, key: str = "") -> dict[str, Tensor]:
    """The network's weights by name.

    Args:
        content: what ``read_checkpoint`` gave.
        path: the checkpoint, for the sentence.
        key: where the bundle's loader says that they are; they may be there, in a usual place, or bare.

    Raises:
        InputError: if there is no table of weights, or it is empty.
    """
    keys = (key, *_NESTED) if key else _NESTED
    found = content
    for _ in range(_DEEPEST):
        if not isinstance(found, Mapping) or _is_table(found):
            break
        inner = next((found[k] for k in keys if isinstance(found.get(k), Mapping)), None)
        if inner is None:
            break
        found = inner
    if isinstance(found, Mapping) and not found:
        raise InputError(f"{path.name} holds an empty table of weights; get the bundle again.")
    if not isinstance(found, Mapping) or not _is_table(found):
        held = f" (it holds {', '.join(map(str, list(content)[:5]))})" if isinstance(content, Mapping) else ""
        raise InputError(f"{path.name} holds no table of weights{held}; get the bundle again.")
    return dict(found)


def without_prefix(table: Mapping[str, Tensor], expected: Collection[str]) -> dict[str, Tensor]:
    """The table under the network's own names: DataParallel writes "module." before each, Lightning "model." and more tables."""
    table = dict(table)
    for _ in range(_DEEPEST):
        if table.keys() & set(expected):
            break
        prefix = next((p for p in _PREFIXES if any(name.startswith(p) for name in table)), "")
        if not prefix:
            break
        under = {name.removeprefix(prefix): value for name, value in table.items() if name.startswith(prefix)}
        if len(under) < len(table) and not under.keys() >= set(expected):
            break
        table = under
    return table


def _is_table(content: Mapping[Any, Any]) -> bool:
    import torch

    return bool(content) and all(isinstance(n, str) and isinstance(v, torch.Tensor) for n, v in content.items())
