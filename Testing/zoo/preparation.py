"""A public bundle made runnable: copied, with random weights where its configuration expects them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.bundle import ConfigParser
from torch import nn

from .cases import Case

SEED = 11


def config_file(bundle: Path) -> Path:
    """The bundle's configuration for inference."""
    return next(path for path in sorted((bundle / "configs").glob("inference.*")) if path.suffix in (".json", ".yaml", ".yml"))


def parser_of(bundle: Path, edits: Mapping[str, Any]) -> ConfigParser:
    """MONAI's own parser on the configuration with edits; the bundle's own code becomes importable, so use copies you trust."""
    sys.path.insert(0, str(bundle))
    parser = ConfigParser()
    parser.read_config(str(config_file(bundle)))
    for name, value in edits.items():
        if value is None:
            _remove(parser.config, name.split("::"))
        else:
            parser[name] = value
    parser["bundle_root"] = str(bundle)
    return parser


def prepare(source: Path, target: Path, case: Case) -> Path:
    """Copy the bundle and write balanced random weights into the copy."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    (target / "models").mkdir(exist_ok=True)
    (target / "eval").mkdir(exist_ok=True)
    if (source / "configs" / "inference.yaml").is_file() and "search_code" in (source / "configs" / "inference.yaml").read_text():
        _write_search_code(target)
    parser = parser_of(target, case.edits)
    parser["device"] = "$torch.device('cpu')"
    torch.manual_seed(SEED)
    network = parser.get_parsed_content("network_def").eval()
    _balance(network, parser)
    for place, key in _checkpoints(parser):
        path = Path(parser.get_parsed_content(place))
        path = path if path.is_absolute() else target / path
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({key: network.state_dict()} if key else network.state_dict(), path)
    return target


def _checkpoints(parser: ConfigParser) -> list[tuple[str, str]]:
    """Where weights are read from, and under which key: ids of ``load_path`` and names in ``load_dict``."""
    places = [("checkpointloader", parser.config.get("checkpointloader"))]
    for name in ("handlers", "val_handlers"):
        places += [(f"{name}::{n}", part) for n, part in enumerate(parser.config.get(name) or [])]
    return [
        (f"{place}::load_path", next(iter(part["load_dict"])))
        for place, part in places
        if isinstance(part, dict) and str(part.get("_target_", "")).endswith("CheckpointLoader")
    ]


def _balance(network: nn.Module, parser: ConfigParser) -> None:
    """Make the classes compete: each output channel gets mean zero on noise, through the last bias that fits."""
    spatial = 2 if parser.config.get("network_def", {}) and _is_flat(network) else 3
    first = next(m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Conv3d)))
    side = 64 if spatial == 3 else 320
    with torch.no_grad():
        noise = torch.rand(1, first.in_channels * first.groups, *(side,) * spatial)
        try:
            output = network(noise)
        except Exception as problem:
            print(f"weights are not balanced: {problem}", file=sys.stderr)
            return
        output = output[-1] if isinstance(output, (list, tuple)) else output
        if not isinstance(output, torch.Tensor):
            return
        means = output.mean(dim=[n for n in range(output.ndim) if n != 1])
        last = [p for n, p in network.named_parameters() if n.endswith("bias") and p.shape == means.shape]
        if last:
            last[-1] -= means


def _is_flat(network: nn.Module) -> bool:
    return any(isinstance(m, nn.Conv2d) for m in network.modules())


def _write_search_code(bundle: Path) -> None:
    """An architecture like those of the DiNTS bundles, whose own search code cannot be had: all cells of one kind."""
    blocks, depths = 12, 4
    arch_a = np.ones((blocks, 10), dtype=np.int64)
    arch_c = np.ones((blocks, 10), dtype=np.int64)
    node_a = np.ones((blocks + 1, depths), dtype=np.int64)
    code = {"arch_code_a": arch_a, "arch_code_c": arch_c, "node_a": node_a}
    for name in ("search_code_18590.pt", "search_code.pt"):
        torch.save(code, bundle / "models" / name)


def _remove(config: Any, path: list[str]) -> None:
    for key in path[:-1]:
        config = config[key]
    config.pop(path[-1], None)
