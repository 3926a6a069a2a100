"""What the class of a scan rests on."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ...bundles.model import Bundle
from ..extent import network_cost
from ..pipeline import Pipeline
from ..watched import Watched, watching
from .gradients import as_share, first_of, gradient_map
from .occlusion import occlusion_map
from .way import way_for


def explained_class(inputs: Tensor, number: int, bundle: Bundle, pipeline: Pipeline, at: Callable[[float], None]) -> Tensor:
    """Where the input speaks for a class: Grad-CAM at the last layer before pooling, else occlusion.

    Args:
        inputs: (channel, i, j[, k]) on the network's grid.
        number: of the class, from 0.
        bundle: the model.
        pipeline: its parts.
        at: called with 0..1.

    Returns:
        (1, i, j[, k]) float32 on the CPU, as a share of the most.
    """
    way = way_for(bundle, pipeline, inputs.shape[1:])
    cost = network_cost(pipeline, bundle, tuple(inputs.shape[1:]), 1)
    calls = 1 if way.layer else way.passes + 1
    watched = Watched(pipeline.network, torch.float32, pipeline.device, cost, calls, at)
    seen = inputs[None].to(pipeline.device)

    def score(output: Tensor) -> Tensor:
        return output.flatten()[number]

    with watching(watched):
        if way.layer:
            found = gradient_map(watched, way.layer.within("network"), seen, score)
        else:
            found = occlusion_map(lambda x: score(first_of(pipeline.inferer(x, watched))), seen)
    return as_share(found[0]).cpu()
