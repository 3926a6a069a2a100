"""The parts of a bundle that a run needs, and nothing else of it: preprocessing, network, inferer, postprocessing, detector."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from monai.inferers import SimpleInferer, SliceInferer, SlidingWindowInferer
from monai.transforms import Compose
from monai.transforms.transform import MapTransform
from torch import nn

from ..bundles.audit import Audit, Verdict, refusals_named, require_permission
from ..bundles.config import ConfigGraph
from ..bundles.config.closure import kind_of, left_out, needed, steps
from ..bundles.config.owncode import OwnCode
from ..bundles.hashing import content_hash
from ..bundles.kinds import CLASSIFICATION, DETECTION, SEGMENTATION
from ..bundles.model import Bundle
from ..bundles.weights import load_bundle_weights
from ..errors import InputError
from .foreign import own_parts
from .prompted import prompted

_LOADER = "LoadImage"
_NOT_INPUTS = ("label", "pred")
# It makes a channel of a mask that the user gives, which bundles call a label.
_GUIDED = "AddLabelAsGuidance"


class OwnCodeOf(Protocol):
    """What builds the parts that are not MONAI's: a bundle's own code, or MedAI's for models that are no MONAI bundles."""

    def has(self, dotted: str) -> bool:
        """Whether it has a part of this name."""

    def load(self, dotted: str) -> Any:
        """What builds the part."""


@dataclass(frozen=True)
class Pipeline:
    """A bundle's inference, built and ready.

    Attributes:
        keys: the preprocessing's names of the input images, in the network's order; none where it works on bare arrays.
        preprocessing: transforms from the input grid to the network's; on dictionaries but for some landmark models.
        network: in evaluation mode, on ``device``.
        inferer: MONAI's, or the bundle's own; called with (tensor, predictor).
        postprocessing: transforms, the bundle's own order, without writers; none for detectors.
        device: where network and windows live.
        kind: what it gives, as ``Bundle.kind``.
        graph: the configuration's parts, built when they are asked for and shared.
        detector: of a detection model, else None.
        warnings: sentences about what is not as the bundle wants it, such as weights that are missing.
        flat: preprocessing, network and postprocessing see pictures (channel, i, j), one slice of the scan at a time.
    """

    keys: tuple[str, ...]
    preprocessing: Compose
    network: nn.Module
    inferer: Callable[..., Any]
    postprocessing: tuple[Callable[[Any], Any], ...]
    device: torch.device
    kind: str
    graph: ConfigGraph
    detector: Any = None
    warnings: tuple[str, ...] = ()
    flat: bool = False


def build_pipeline(bundle: Bundle, device: torch.device) -> Pipeline:
    """Build what a run needs from the bundle's configuration and load its weights.

    Raises:
        TrustError, RefusedError: as ``require_permission``.
        InputError, RefusedError: as ``ConfigGraph`` and ``load_bundle_weights`` do, or if the bundle is replaced meanwhile.
    """
    with refusals_named(bundle.name):
        permitted = require_permission(bundle)
        pipeline = _built(bundle, device, permitted)
    # Once it is built, nothing of it is read again, and its files may be replaced.
    if not bundle.content_hash == permitted.content_hash == content_hash(bundle.root):
        raise InputError(f"{bundle.name} was replaced or changed while it was loaded; run it again.")
    return pipeline


def _built(bundle: Bundle, device: torch.device, permitted: Audit) -> Pipeline:
    medais, trusted = own_parts(bundle), permitted.verdict is Verdict.NEEDS_TRUST
    allowed = {file.path: file.sha256 for file in permitted.files}
    own: OwnCodeOf | None = medais or (OwnCode(bundle.root, allowed) if trusted else None)
    graph, keys = _graph(bundle, device, own)
    network = graph.built("network_def")
    if not isinstance(network, nn.Module):
        raise InputError(f"The network_def of {bundle.name} is no network; get the bundle again.")
    # What is no MONAI bundle builds its network with its weights in it.
    warnings = () if medais else load_bundle_weights(network, bundle, graph, trusted)
    parts = needed(graph.config, bundle.kind)
    if "class_prompts" in parts:
        network = prompted(network, graph.built("class_prompts"))
    network = network.to(device).eval().requires_grad_(False)
    detector = None
    if bundle.kind == DETECTION and "detector" in graph:
        from .kinds.detector import build_detector

        detector = build_detector(graph, network, device)
    inferer = _without_prompts(graph.built("inferer"), bundle) if "inferer" in parts else SimpleInferer()
    return Pipeline(
        keys=keys,
        preprocessing=_composed(graph.built("preprocessing")) if "preprocessing" in parts else Compose([]),
        network=network,
        inferer=inferer,
        postprocessing=tuple(_composed(graph.built("postprocessing")).transforms) if "postprocessing" in parts else (),
        device=device,
        kind=bundle.kind,
        graph=graph,
        detector=detector,
        warnings=warnings,
        flat=bundle.kind in (SEGMENTATION, CLASSIFICATION) and _sees_pictures(inferer) and _is_flat(network, graph, bundle),
    )


def _without_prompts(inferer: Any, bundle: Bundle) -> Any:
    """The inferer, if it can be called with an input and a network alone."""
    needs = [
        name
        for name, parameter in inspect.signature(inferer).parameters.items()
        if parameter.default is parameter.empty and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ][2:]
    if needs:
        raise InputError(f"{bundle.name} needs prompts ({', '.join(needs)}), which MedAI cannot give it yet; use another model.")
    return inferer


def _sees_pictures(inferer: Any) -> bool:
    """Whether an inferer hands on what it is given as it is; those that go through slices themselves see volumes."""
    if isinstance(inferer, SliceInferer):
        return False
    if isinstance(inferer, SlidingWindowInferer):
        return len(tuple(inferer.roi_size)) == 2 if isinstance(inferer.roi_size, (list, tuple)) else True
    return isinstance(inferer, SimpleInferer)


def _is_flat(network: nn.Module, graph: ConfigGraph, bundle: Bundle) -> bool:
    """Whether a network takes pictures: what it is made of tells, else the configuration, else the metadata."""
    layers = tuple(network.modules())
    for kind, flat in ((nn.Conv3d, False), (nn.Conv2d, True)):
        if any(isinstance(layer, kind) for layer in layers):
            return flat
    described = graph.described("network_def")
    dims = described.get("spatial_dims") if isinstance(described, dict) else None
    return bool((bundle.spatial_dims if dims is None else graph.build(dims)) == 2)


def _graph(bundle: Bundle, device: torch.device, own: OwnCodeOf | None) -> tuple[ConfigGraph, tuple[str, ...]]:
    """The configuration with what reads and writes files left out, and the names of the images that it would read."""
    config = dict(bundle.config)
    parts = needed(config, bundle.kind)
    given = {"bundle_root": str(bundle.root), "device": device}
    extra: dict[str, Any] = {"own_code": own} if own else {}
    keys: tuple[str, ...] = ("image",)
    for name in ("preprocessing", "postprocessing"):
        if name in parts:
            listed = steps(config, name)
            if name == "preprocessing":
                keys = _keys(ConfigGraph(config, given, **extra), listed)
            config[name] = _rewritten(config[name], [step for step in listed if not left_out(step)], name)
    return ConfigGraph(config, given, **extra), keys


def _rewritten(part: Any, listed: list[Any], name: str) -> dict[str, Any]:
    """A Compose of other transforms. Of its own settings those stay out that change nothing for one item at a time."""
    settings = set(part) - {"_target_", "transforms", "_desc_", "_disabled_"} if isinstance(part, Mapping) else set()
    unknown = sorted(settings - {"map_items", "unpack_items", "log_stats", "lazy", "overrides"})
    if unknown:
        raise InputError(f"The bundle's {name} sets {unknown[0]!r} of its list of transforms, which MedAI cannot read.")
    lazy = {key: part[key] for key in ("lazy", "overrides") if key in settings}
    return {"_target_": "Compose", "transforms": listed, **lazy}


def _composed(part: Any) -> Compose:
    """The transforms, content with the reference labels (``label``) that a bundle also loads and a run does not have."""
    composed = part if isinstance(part, Compose) else Compose(part)
    for step in composed.transforms:
        if isinstance(step, MapTransform) and any(key in _NOT_INPUTS for key in getattr(step, "keys", ())):
            step.allow_missing_keys = True
    return composed


def _keys(graph: ConfigGraph, listed: list[Any]) -> tuple[str, ...]:
    loaders = [step for step in listed if kind_of(step).startswith(_LOADER)]
    if loaders and "keys" not in loaders[0]:
        return ()
    keys = graph.build(loaders[0]["keys"]) if loaders else "image"
    named = [str(key) for key in ([keys] if isinstance(keys, str) else keys)]
    guiding = {str(step.get("source", "label")) for step in listed if kind_of(step).startswith(_GUIDED)}
    return tuple(key for key in named if key in guiding or key not in _NOT_INPUTS) or ("image",)
