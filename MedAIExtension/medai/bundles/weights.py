"""Weights: found where the bundle keeps them, read without running code, and fitted to the network or told apart."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, RefusedError

if TYPE_CHECKING:
    from torch import Tensor, nn

_NESTED = ("model", "state_dict", "net", "network")


def load_weights(network: nn.Module, path: Path) -> None:
    """Read a checkpoint and copy it into ``network``; half-precision weights are widened to the network's precision.

    Raises:
        InputError: if the file is missing, damaged, or does not fit the network; the sentence says which.
        RefusedError: if reading it would run code.
    """
    state = _state_dict(read_checkpoint(path), path)
    expected = network.state_dict()
    missing, extra = sorted(expected.keys() - state.keys()), sorted(state.keys() - expected.keys())
    if missing or extra:
        which = f"{len(missing)} weights are missing" if missing else f"{len(extra)} weights are too many"
        raise InputError(f"{path.name} does not fit the bundle's network: {which} (first: {(missing or extra)[0]}).")
    for name, value in state.items():
        if value.shape != expected[name].shape:
            raise InputError(
                f"{path.name} does not fit the bundle's network: {name} has the shape {tuple(value.shape)}, "
                f"not {tuple(expected[name].shape)}."
            )
        if value.is_floating_point() and not value.isfinite().all():
            raise InputError(f"{path.name} is damaged: {name} holds values that are no numbers; get the bundle again.")
    network.load_state_dict(state)


def read_checkpoint(path: Path) -> Any:
    """What a checkpoint holds, on the CPU; nothing but tensors and plain values is made from it.

    Raises:
        InputError: if the file is missing or damaged.
        RefusedError: if reading it would run code.
    """
    import torch

    if not path.is_file():
        raise InputError(f"{path} is missing; get it again.")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as problem:
        if "Weights only load failed" in str(problem) and "GLOBAL" in str(problem).upper():
            raise RefusedError(f"{path.name} holds more than weights and would run code when read; it was not read.") from problem
        raise InputError(f"{path} is damaged and cannot be read; get it again.") from problem
    except MemoryError:
        raise
    except Exception as problem:  # torch's reader fails in any way on bytes that are no checkpoint
        raise InputError(f"{path} is damaged and cannot be read; get it again.") from problem


def _state_dict(content: Any, path: Path) -> Mapping[str, Tensor]:
    import torch

    if isinstance(content, dict):
        inner = next((content[key] for key in _NESTED if isinstance(content.get(key), dict)), content)
        if inner and all(isinstance(value, torch.Tensor) for value in inner.values()):
            return inner
    raise InputError(f"{path.name} holds no table of weights; get the bundle again.")
