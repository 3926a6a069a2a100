"""What kind of model a bundle is, told from its metadata and, where these are silent, from its configuration."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import InputError

if TYPE_CHECKING:
    from .model import Bundle

SEGMENTATION, DETECTION, LANDMARKS, CLASSIFICATION = "segmentation", "detection", "landmarks", "classification"
_CLASSIFIERS = ("DenseNet", "SEResNet", "SEResNext", "SENet", "ResNet", "EfficientNet", "TorchVisionFCModel", "Classifier", "ViT")


def kind_of_model(bundle: Bundle) -> str:
    """One of the four words; a bundle that says nothing is taken for a segmentation model."""
    pred = _pred(bundle.metadata)
    kind, shape = str(pred.get("type", "")).lower(), str(pred.get("format", "")).lower()
    config: dict[str, Any] = {}
    with suppress(InputError, ImportError):
        config = bundle.config
    network = config.get("network_def")
    name = str(network.get("_target_", "")).rsplit(".", maxsplit=1)[-1] if isinstance(network, dict) else ""
    if "detector" in config or kind == "object":
        return DETECTION
    if shape == "points":
        return LANDMARKS
    if shape in ("classes", "classification") or kind in ("probabilities", "probability") or name.startswith(_CLASSIFIERS):
        return CLASSIFICATION
    return SEGMENTATION


def _pred(metadata: Any) -> dict[str, Any]:
    try:
        pred = metadata["network_data_format"]["outputs"]["pred"]
    except (KeyError, TypeError):
        return {}
    return pred if isinstance(pred, dict) else {}
