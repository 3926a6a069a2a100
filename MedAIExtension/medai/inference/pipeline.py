"""The parts of a bundle that a run needs, and nothing else of it: preprocessing, network, inferer, postprocessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from monai.inferers import SliceInferer
from monai.transforms import Compose
from torch import nn

from ..bundles.config import ConfigGraph, read_config
from ..bundles.judgment import LEFT_OUT, kind_of, load_paths, refusals_named
from ..bundles.model import Bundle
from ..bundles.weights import load_weights
from ..errors import InputError


@dataclass(frozen=True)
class Pipeline:
    """A bundle's inference, built and ready.

    Attributes:
        keys: the preprocessing's names of the input images, in the network's order.
        preprocessing: dictionary transforms from the input grid to the network's.
        network: in evaluation mode, on ``device``.
        inferer: MONAI's; called with (tensor, predictor).
        postprocessing: dictionary transforms, the bundle's own order, without writers.
        device: where network and windows live.
    """

    keys: tuple[str, ...]
    preprocessing: Compose
    network: nn.Module
    inferer: Callable[..., Any]
    postprocessing: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]
    device: torch.device


def build_pipeline(bundle: Bundle, device: torch.device) -> Pipeline:
    """Build what a run needs from the bundle's configuration and load its weights.

    Raises:
        InputError, RefusedError: as ``ConfigGraph`` and ``load_weights`` do.
    """
    with refusals_named(bundle.name):
        return _built(bundle, device)


def _built(bundle: Bundle, device: torch.device) -> Pipeline:
    graph = ConfigGraph(read_config(bundle.root), {"bundle_root": str(bundle.root), "device": device})
    loaded = [step for step in _steps(graph, "preprocessing") if kind_of(step).startswith("LoadImage")]
    preprocessing = Compose(_built_steps(graph, "preprocessing"))
    shared = {"bundle_root": str(bundle.root), "device": device, "preprocessing": preprocessing}
    graph = ConfigGraph(graph.config, shared)
    network = graph.built("network_def")
    if not isinstance(network, nn.Module):
        raise InputError(f"The network_def of {bundle.name} is no network; get the bundle again.")
    inferer = graph.built("inferer")
    if graph.described("network_def").get("spatial_dims") == 2 and not isinstance(inferer, SliceInferer):
        raise InputError(f"{bundle.name} is a model for 2D images, which MedAI cannot run yet; choose one for volumes.")
    load_weights(network, checkpoint_path(graph, bundle))
    return Pipeline(
        keys=_keys(graph, loaded),
        preprocessing=preprocessing,
        network=network.to(device).eval().requires_grad_(False),
        inferer=inferer,
        postprocessing=tuple(_built_steps(graph, "postprocessing")) if "postprocessing" in graph else (),
        device=device,
    )


def _steps(graph: ConfigGraph, name: str) -> list[Any]:
    """The descriptions of a Compose's transforms, references followed."""
    part = graph.described(name)
    if isinstance(part, dict) and "transforms" in part:
        if set(part) - {"_target_", "transforms", "_desc_"}:
            raise InputError(f"The bundle's {name} sets how its transforms are run, which MedAI cannot do yet.")
        part = part["transforms"]
    while isinstance(part, str) and part.startswith("@"):
        part = graph.described(part[1:])
    if not isinstance(part, list):
        raise InputError(f"The bundle's {name} is no list of transforms, which MedAI cannot read yet.")
    return part


def _built_steps(graph: ConfigGraph, name: str) -> list[Any]:
    return graph.build([step for step in _steps(graph, name) if not kind_of(step).startswith(LEFT_OUT)])


def _keys(graph: ConfigGraph, loaders: list[Any]) -> tuple[str, ...]:
    keys = graph.build(loaders[0]["keys"]) if loaders else "image"
    return tuple(str(key) for key in ([keys] if isinstance(keys, str) else keys) if str(key) not in ("label", "pred"))


def checkpoint_path(graph: ConfigGraph, bundle: Bundle) -> Path:
    """Where the configuration's checkpoint loader reads from; else the usual place."""
    for path in load_paths(graph.config):
        located = graph.build(path)
        if isinstance(located, str) and not located.endswith(".ts"):
            found = Path(located) if Path(located).is_absolute() else bundle.root / located
            if not found.resolve().is_relative_to(bundle.root.resolve()):
                raise InputError(f"{bundle.name} reads its weights from outside its own folder; get the bundle again.")
            return found
    usual = [bundle.root / "models" / name for name in ("model.safetensors", "model.pt")]
    return next((path for path in usual if path.is_file()), usual[-1])
