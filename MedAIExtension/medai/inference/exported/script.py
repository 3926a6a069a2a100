"""TorchScript networks. Their file is a program: only built when the user has consented to it."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from ...errors import InputError
from .network import ExportedNetwork


class ScriptNetwork(ExportedNetwork):
    """A network in a TorchScript file, which must be trusted before this is called.

    Raises:
        InputError: if the file is damaged.
    """

    def __init__(self, path: Path, input_channels: int, outputs: int, gives: str) -> None:
        super().__init__(input_channels, outputs, gives, path.stat().st_size)
        try:
            module = torch.jit.load(str(path), map_location="cpu").eval()
        except (RuntimeError, ValueError) as problem:
            raise InputError(f"{path} is damaged or no TorchScript; export the network again.") from problem
        self._module = [module]  # in a list, so that nobody looks for layers in it
        self._device = torch.device("cpu")

    def compute(self, x: Tensor) -> Tensor:
        if x.device != self._device:
            self._module[0].to(x.device)
            self._device = x.device
        try:
            output = self._module[0](x)
        except RuntimeError as problem:
            if "out of memory" in str(problem):
                raise
            reason = str(problem).strip().rpartition("\n")[2]
            raise InputError(f"The network cannot compute an input of {' x '.join(map(str, x.shape))} ({reason}).") from problem
        output = output[0] if isinstance(output, (list, tuple)) and output else output
        if not isinstance(output, Tensor):
            raise InputError("The network gives no tensor; export one that gives its scores alone.")
        return output
