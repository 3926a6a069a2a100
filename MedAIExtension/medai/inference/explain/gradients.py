"""Grad-CAM: the features of a layer, weighted by how much the score would grow with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ...errors import InputError
from .layers import Layer


def gradient_map(network: nn.Module, layer: Layer, inputs: Tensor, score: Callable[[Tensor], Tensor]) -> Tensor:
    """Where features of a layer speak for a score (Selvaraju et al. 2017, ICCV, "Grad-CAM").

    The same as ``monai.visualize.GradCAM`` without its scaling. MONAI's leaves its hooks in the network, which stays warm
    here, keeps all that lies before the layer for gradients that nobody needs, and fails where the next layer works in place.

    Args:
        network: with weights that need no gradients; called once.
        layer: one of its own.
        inputs: (1, channel, i, j[, k]).
        score: one number of the network's output.

    Returns:
        (1, 1, i, j[, k]) float32 on the input's grid, at least 0.

    Raises:
        InputError: if the score does not depend on the layer.
    """
    kept: list[Tensor] = []
    calls = 0

    def keep(_module: nn.Module, _inputs: Any, output: Tensor) -> Tensor | None:
        nonlocal calls
        calls += 1
        if calls != layer.call + 1:
            return None
        kept.append(output.detach().clone().requires_grad_(True))
        return kept[0].clone()  # which a layer that works in place may overwrite

    hook = network.get_submodule(layer.name).register_forward_hook(keep)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            (gradient,) = torch.autograd.grad(score(first_of(network(inputs))), kept)
    except (RuntimeError, NotImplementedError) as problem:
        if "out of memory" in str(problem):
            raise
        raise InputError(
            "The network gives no gradients, so that it cannot be explained; leave the explanation out."
        ) from problem
    finally:
        hook.remove()
    weights = gradient.mean(dim=tuple(range(2, gradient.ndim)), keepdim=True)
    return on_grid((weights * kept[0].detach()).sum(dim=1, keepdim=True).relu(), inputs.shape[2:])


def on_grid(coarse: Tensor, shape: Any) -> Tensor:
    """A map (1, 1, i, j[, k]) spread linearly over a finer grid with the same field of view."""
    mode = "bilinear" if coarse.ndim == 4 else "trilinear"
    return interpolate(coarse.float(), size=tuple(shape), mode=mode, align_corners=False)


def first_of(output: Any) -> Tensor:
    """The main one of a network's outputs, which comes first."""
    while isinstance(output, (tuple, list)) and output:
        output = output[0]
    if not isinstance(output, Tensor):
        raise InputError("The network gives no scores that could be explained; leave the explanation out.")
    return output


def as_share(values: Tensor) -> Tensor:
    """Values as shares of the largest, 0 to 1; nothing but zeros where none is above 0."""
    values = values.clamp_min(0).nan_to_num(nan=0.0)
    most = float(values.max())
    return values / most if most > 0 else values
