"""What a network takes per window, counted on shapes alone: operations and peak memory, without computing anything."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True)
class WindowCost:
    """Cost of one forward pass.

    Attributes:
        operations: floating-point operations.
        activation_bytes: peak memory of the activations.
        output_channels: number of maps that come out.
        layer_shares: share of the operations (0..1) that is done when each layer ends, in the order in which they run.
        output_shape: of the tensor that comes out (n, channel, i, j[, k]); empty where it is not one, or not known.
    """

    operations: float
    activation_bytes: int
    output_channels: int
    layer_shares: tuple[float, ...]
    output_shape: tuple[int, ...] = ()


# A plan, the progress of its run and what is learned from it ask for the same counts; they go with their network.
_counted: weakref.WeakKeyDictionary[nn.Module, dict[tuple[int, ...], WindowCost]] = weakref.WeakKeyDictionary()


def window_cost(network: nn.Module, shape: Sequence[int]) -> WindowCost:
    """Cost of the network on a batch (n, channel, i, j[, k]) of this shape; counted once per network and shape.

    The forward pass runs on PyTorch's meta device, where tensors have shapes and no data.
    """
    known = _counted.setdefault(network, {})
    if tuple(shape) not in known:
        known[tuple(shape)] = _count(network, shape)
    return known[tuple(shape)]


def _count(network: nn.Module, shape: Sequence[int]) -> WindowCost:
    shadow = without_weights(network)
    memory = _LiveBytes()
    counter = FlopCounterMode(display=False)
    done: list[float] = []
    for layer in layers_of(shadow):
        layer.register_forward_hook(lambda *_: done.append(float(counter.get_total_flops())))
    with torch.inference_mode(), counter, memory:
        output = shadow(torch.empty(tuple(shape), device="meta"))
    comes_out = tuple(output.shape) if isinstance(output, torch.Tensor) else ()
    operations = float(counter.get_total_flops())
    shares = tuple(part / max(operations, 1.0) for part in done)
    return WindowCost(operations, memory.peak, comes_out[1] if comes_out else 1, shares, comes_out)


def without_weights(network: nn.Module) -> nn.Module:
    """A copy on the meta device; large weights are not copied on the way there."""
    kept: dict[int, Any] = {id(p): nn.Parameter(p.detach().to("meta"), requires_grad=False) for p in network.parameters()}
    kept |= {id(buffer): buffer.to("meta") for buffer in network.buffers()}
    return copy.deepcopy(network, kept).to("meta")


def layers_of(network: nn.Module) -> list[nn.Module]:
    """The modules that hold no others: convolutions, norms, activations."""
    return [module for module in network.modules() if not any(module.children())]


_ATEN = torch.ops.aten
_ASKS_FOR_A_VALUE = (_ATEN.item.default, _ATEN.is_nonzero.default, _ATEN._local_scalar_dense.default)


class _LiveBytes(TorchDispatchMode):
    """Adds up the storages that are alive at any moment and remembers the peak."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.live = self.peak = 0
        self._seen: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _ASKS_FOR_A_VALUE:
            return False  # RetinaNet asks whether there are NaNs; without data there are none
        result = func(*args, **(kwargs or {}))
        for value in tree_flatten(result)[0]:
            if isinstance(value, torch.Tensor):
                self._count(value.untyped_storage())
        return result

    def _count(self, storage: Any) -> None:
        key = storage._cdata
        if key not in self._seen:
            size = storage.nbytes()
            self._seen.add(key)
            self.live += size
            self.peak = max(self.peak, self.live)
            weakref.finalize(storage, self._release, key, size)

    def _release(self, key: int, size: int) -> None:
        self._seen.discard(key)
        self.live -= size
