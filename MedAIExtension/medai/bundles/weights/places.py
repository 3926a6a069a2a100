"""Where bundles keep their weights: what their checkpoint loaders say, else the usual places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..hashing import is_compiled

if TYPE_CHECKING:
    from ..config import ConfigGraph
    from ..model import Bundle

_BEST, _WORST = ".safetensors", ".ts"
_USUAL = (_BEST, ".pt", ".pth", _WORST)


@dataclass(frozen=True)
class Loader:
    """What a bundle's checkpoint loader says, or would.

    Attributes:
        path: as it is written, such as "$@bundle_root + '/models/model.pt'"; None where there is no loader.
        key: of the weights in the file; "" where it names none.
        strict: False tolerates missing weights.
    """

    path: Any = None
    key: str = ""
    strict: bool = True


def find_checkpoint(bundle: Bundle, graph: ConfigGraph) -> Path:
    """The file with a bundle's weights, which may be missing: the one that its loader names, as safetensors where it has them.

    TorchScript (.ts) is taken only where there is nothing else.

    Args:
        bundle: where to look.
        graph: of its configuration, with "bundle_root" given.

    Raises:
        InputError: if the loader names no file, or one outside the bundle's folder, also through a link.
        RefusedError: if the loader computes its path in a way that is not allowed.
    """
    loader = loader_of(graph)
    if loader.path is None:
        return _inside(_usual(bundle.root / "models"), bundle)
    located = graph.build(loader.path)
    if not isinstance(located, (str, Path)) or not str(located):
        raise InputError(f"The checkpoint loader of {bundle.name} names no file; get the bundle again.")
    named = Path(located)
    if not named.is_relative_to(bundle.root):
        named = bundle.root / named
    own = named.suffix if named.suffix in _USUAL else ".pt"
    order = [_BEST, *([own] if own != _WORST else [".pt", ".pth"]), _WORST]
    beside = [named if suffix == named.suffix else named.with_suffix(suffix) for suffix in order]
    return _inside(next((path for path in beside if path.is_file()), named), bundle)


def loader_of(graph: ConfigGraph) -> Loader:
    """The configuration's checkpoint loader for its network; one without settings where there is none."""
    for part in _loaders(graph.config, set()):
        keys = part.get("load_dict")
        key = next(iter(keys), "") if isinstance(keys, dict) else ""
        return Loader(part["load_path"], str(key), str(part.get("strict", True)).strip().lower() not in ("false", "0"))
    return Loader()


def _loaders(part: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
    """Every checkpoint loader that a configuration describes: as a part of its own, or among handlers."""
    if id(part) in seen or not isinstance(part, (dict, list)):
        return
    seen.add(id(part))
    if isinstance(part, dict) and _is_loader(part):
        yield part
    for value in part.values() if isinstance(part, dict) else part:
        yield from _loaders(value, seen)


def _is_loader(part: dict[str, Any]) -> bool:
    name = str(part.get("_target_", "")).rsplit(".", maxsplit=1)[-1]
    return name == "CheckpointLoader" and "load_path" in part and part.get("_disabled_") is not True


def _usual(models: Path) -> Path:
    """``models/model.pt`` and the like; else the only file of weights that there is."""
    for suffix in _USUAL:
        if (models / f"model{suffix}").is_file():
            return models / f"model{suffix}"
    for suffix in _USUAL:
        only = sorted(models.glob(f"*{suffix}")) if models.is_dir() else []
        if len(only) == 1:
            return only[0]
    return models / "model.pt"


def _inside(path: Path, bundle: Bundle) -> Path:
    found, root = path.resolve(), bundle.root.resolve()
    if not found.is_relative_to(root):
        raise InputError(f"{bundle.name} reads its weights from outside its own folder; get the bundle again.")
    if is_compiled(found.relative_to(root)):
        raise InputError(f"{bundle.name} reads its weights from what Python keeps for itself; get the bundle again.")
    return path
