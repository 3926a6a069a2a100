"""How a model can be explained, decided before anything runs: by gradients of a layer, by occlusion, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monai.inferers import SimpleInferer

from ...bundles.kinds import CLASSIFICATION
from ...bundles.model import Bundle
from ...errors import InputError
from ..exported.network import ExportedNetwork
from ..extent import input_shapes
from ..pipeline import Pipeline
from .layers import Layer, coarsest_layer, last_layer, looks_everywhere, seen_once
from .occlusion import passes_of

# The way back through a network takes about twice as long as the way there.
_THERE_AND_BACK = 3


@dataclass(frozen=True)
class Way:
    """A layer whose gradients are asked for (None: occlusion), and how many windows take as long."""

    layer: Layer | None
    passes: int


def way_for(bundle: Bundle, pipeline: Pipeline, window: Sequence[int]) -> Way:
    """The way for a model.

    Args:
        bundle: of which the scan's class, or a segment in a box, is explained.
        pipeline: for its network and inferer.
        window: size of what the network sees at once, (i, j[, k]) in voxels.

    Raises:
        InputError: if there is none.
    """
    if bundle.kind == CLASSIFICATION:
        return _of_class(bundle, pipeline, window)
    if pipeline.flat:
        raise InputError(f"{bundle.name} segments slice by slice, which MedAI cannot explain; leave the explanation out.")
    layer = None if isinstance(pipeline.network, ExportedNetwork) else _layer(coarsest_layer, bundle, pipeline, window)
    if layer is None:
        raise InputError(f"Nobody can look into the network of {bundle.name}; leave the explanation out.")
    return Way(layer, _THERE_AND_BACK)


def _of_class(bundle: Bundle, pipeline: Pipeline, window: Sequence[int]) -> Way:
    closed = isinstance(pipeline.network, ExportedNetwork) or looks_everywhere(pipeline.network)
    layer = None if closed or type(pipeline.inferer) is not SimpleInferer else _layer(last_layer, bundle, pipeline, window)
    return Way(layer, _THERE_AND_BACK) if layer else Way(None, passes_of(window))


def _layer(choose: object, bundle: Bundle, pipeline: Pipeline, window: Sequence[int]) -> Layer | None:
    network = seen_once(pipeline.network)
    found = (choose(network, shape) for shape in input_shapes(pipeline, bundle, window, 1))  # type: ignore[operator]
    return next((layer for layer in found if layer is not None), None)
