"""The network as it is called in a run: in the chosen precision, telling after every layer how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from .cost import WindowCost, layers_of


class Watched(nn.Module):
    """A network that gives what it would give without this, in single precision whatever it computes in.

    Args:
        network: to be called.
        precision: torch.float32, or torch.bfloat16 / float16 for autocast.
        device: where it runs.
        cost: of one call, for the share that each layer has.
        calls: how many inputs it will see in all; a batch of two counts as two.
        at: called with 0..1 after every layer; what it raises ends the run.
    """

    def __init__(
        self,
        network: nn.Module,
        precision: torch.dtype,
        device: torch.device,
        cost: WindowCost,
        calls: int,
        at: Callable[[float], None],
    ) -> None:
        super().__init__()
        self.network = network
        self._autocast = (device.type, precision)
        self._shares, self._calls, self._at = cost.layer_shares, max(calls, 1), at
        self._done = self._layer = self._batch = 0

    def forward(self, batch: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        """The network's output for a batch (n, channel, i, j[, k])."""
        self._layer, self._batch = 0, batch.shape[0]
        kind, precision = self._autocast
        with torch.autocast(kind, precision, enabled=precision != torch.float32):
            output = self.network(batch, *args, **kwargs)
        self._done += self._batch
        return _in_single_precision(output)

    def layer_ended(self, *_: Any) -> None:
        """Tells how far the network is; a forward hook of its layers."""
        share = self._shares[min(self._layer, len(self._shares) - 1)] if self._shares else 0.0
        self._layer += 1
        self._at(min(1.0, (self._done + share * self._batch) / self._calls))


@contextmanager
def watching(watched: Watched) -> Iterator[None]:
    """Inside, the network reports its layers, and is exact where it runs in single precision; nothing is kept for gradients."""
    hooks = [module.register_forward_hook(watched.layer_ended) for module in layers_of(watched.network)]
    exact = torch.backends.cudnn.flags(enabled=True, allow_tf32=watched._autocast[1] != torch.float32)
    try:
        with torch.inference_mode(), exact:
            yield
    finally:
        for hook in hooks:
            hook.remove()


def _in_single_precision(output: Any) -> Any:
    if isinstance(output, torch.Tensor):
        return output.float()
    if isinstance(output, dict):
        return {key: _in_single_precision(value) for key, value in output.items()}
    if isinstance(output, (list, tuple)):
        return [_in_single_precision(value) for value in output]
    return output
