"""Which layer of a network tells most about what it saw and where: found on shapes alone, nothing is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..cost import layers_of, without_weights
from ..nnunet.network import Network

_ATTENDING = ("Attention", "SABlock")


@dataclass(frozen=True)
class Layer:
    """A layer by its name among the network's modules; of one that is called several times, the call (from 0) that is meant."""

    name: str
    call: int

    def within(self, part: str) -> Layer:
        """The same layer of a module that has the network as this part."""
        return Layer(f"{part}.{self.name}" if self.name else part, self.call)


def looks_everywhere(network: nn.Module) -> bool:
    """Whether a network attends: then its features are not where what they speak of is."""
    return any(any(word in type(module).__name__ for word in _ATTENDING) for module in network.modules())


def seen_once(network: nn.Module) -> nn.Module:
    """A network that sees its input once: of nnU-Net's folds the first, not mirrored; any other as it is."""
    return Network(list(network.folds)[:1], ()).eval() if isinstance(network, Network) else network


def last_layer(network: nn.Module, shape: Sequence[int]) -> Layer | None:
    """The last layer whose output is spread over space: of a classifier, the features before they are pooled.

    Args:
        network: takes (1, channel, i, j[, k]).
        shape: of such an input.

    Returns:
        None where there is none, or shapes alone do not tell.
    """
    found = _outputs(network, shape)
    return found[-1][0] if found else None


def coarsest_layer(network: nn.Module, shape: Sequence[int]) -> Layer | None:
    """The last layer on the coarsest grid: of a U-Net the bottleneck, whose features know most of the whole; else as above."""
    found = _outputs(network, shape)
    least = min((size for _, size in found), default=0)
    return next((layer for layer, size in reversed(found) if size == least), None)


def _outputs(network: nn.Module, shape: Sequence[int]) -> list[tuple[Layer, int]]:
    """All layers that give several channels spread over space, in the order in which they run, and over how many voxels."""
    found: list[tuple[Layer, int]] = []
    calls: dict[str, int] = {}

    def note(name: str, output: Any) -> None:
        call = calls[name] = calls.get(name, -1) + 1
        if isinstance(output, Tensor) and output.ndim == len(shape) and output.shape[1] > 1 and math.prod(output.shape[2:]) > 1:
            found.append((Layer(name, call), math.prod(output.shape[2:])))

    try:
        shadow = without_weights(network)
        names = {module: name for name, module in shadow.named_modules()}
        for layer in layers_of(shadow):
            layer.register_forward_hook(lambda module, _, output: note(names[module], output))
        with torch.inference_mode():
            shadow(torch.empty(tuple(shape), device="meta"))
    except Exception:  # networks of a bundle's own may fail in any way on tensors without data
        return []
    return found
