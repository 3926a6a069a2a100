"""Small bundles with seeded random weights that find classes and points."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch


def make_classification_bundle(
    folder: Path,
    *,
    post: Sequence[Mapping[str, Any]],
    classes: Sequence[str] = ("A", "B", "C"),
    channels: Sequence[str] = ("image",),
    spatial_dims: int = 2,
    size: int = 32,
) -> Path:
    """A small DenseNet on pictures or volumes that are resized to a square or cube.

    Args:
        folder: made if it is missing; its name is the bundle's name.
        post: the postprocessing's steps.
        classes: names of the classes.
        channels: names of the input channels.
        spatial_dims: 2 for pictures, 3 for volumes.
        size: of the network's input along each axis.
    """
    from monai.networks.nets import DenseNet

    network: dict[str, Any] = {
        "spatial_dims": spatial_dims,
        "in_channels": len(channels),
        "out_channels": len(classes),
        "init_features": 8,
        "growth_rate": 4,
        "block_config": [2, 2],
    }
    steps = [
        {"_target_": "LoadImaged", "keys": "image"},
        {"_target_": "EnsureChannelFirstd", "keys": "image"},
        {"_target_": "Resized", "keys": "image", "spatial_size": [size] * spatial_dims},
        {"_target_": "ScaleIntensityd", "keys": "image"},
    ]
    pred = {
        "type": "probabilities",
        "format": "classes",
        "num_channels": len(classes),
        "channel_def": {str(n): name for n, name in enumerate(classes)},
    }
    torch.manual_seed(11)
    return _written(folder, network, "DenseNet", DenseNet(**network), steps, post, channels, pred, spatial_dims == 2)


_FRAMES = """
import torch
from monai.inferers import Inferer


class FrameInferer(Inferer):
    def __call__(self, inputs, network):
        return torch.stack([network(inputs[..., frame]) for frame in range(inputs.shape[-1])], 1)
"""


def make_landmark_bundle(folder: Path, *, points: int = 3, size: int = 32) -> Path:
    """A network that gives the (i, j) of points in a slice, with the zoo's bare arrays and an inferer of the bundle's own."""
    from monai.networks.nets import Regressor

    network: dict[str, Any] = {"in_shape": [1, size, size], "out_shape": [2, points], "channels": [4, 8], "strides": [2, 2]}
    steps = [
        {"_target_": "LoadImage", "image_only": "true"},
        {"_target_": "EnsureType", "device": "@device"},
        {"_target_": "Transpose", "indices": [2, 0, 1, 3]},
        {"_target_": "ScaleIntensity"},
    ]
    pred = {"type": "tuples", "format": "points", "channel_def": {"0": "Y Dimension", "1": "X Dimension"}}
    torch.manual_seed(13)
    (folder / "scripts").mkdir(parents=True, exist_ok=True)
    (folder / "scripts" / "__init__.py").write_text("")
    (folder / "scripts" / "frames.py").write_text(_FRAMES)
    inferer = {"_target_": "scripts.frames.FrameInferer"}
    weights = Regressor(**network)
    return _written(folder, network, "Regressor", weights, steps, [], ["image"], pred, True, inferer=inferer)


def _written(
    folder: Path,
    network: Mapping[str, Any],
    kind: str,
    weights: torch.nn.Module,
    steps: Sequence[Mapping[str, Any]],
    post: Sequence[Mapping[str, Any]],
    channels: Sequence[str],
    pred: Mapping[str, Any],
    flat: bool,
    inferer: Mapping[str, Any] | None = None,
) -> Path:
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "models").mkdir(exist_ok=True)
    config = {
        "bundle_root": ".",
        "device": "$torch.device('cpu')",
        "network_def": {"_target_": kind, **network},
        "network": "$@network_def.to(@device)",
        "preprocessing": {"_target_": "Compose", "transforms": list(steps)},
        "inferer": dict(inferer or {"_target_": "SimpleInferer"}),
        "postprocessing": {"_target_": "Compose", "transforms": list(post)},
        "checkpointloader": {
            "_target_": "CheckpointLoader",
            "load_path": "$@bundle_root + '/models/model.pt'",
            "load_dict": {"model": "@network"},
        },
    }
    (folder / "configs" / "inference.json").write_text(json.dumps(config, indent=1))
    said = metadata(folder.name, "", channels, pred, flat)
    (folder / "configs" / "metadata.json").write_text(json.dumps(said, indent=1))
    torch.save({"model": weights.state_dict()}, folder / "models" / "model.pt")
    return folder


def metadata(name: str, modality: str, channels: Sequence[str], pred: Mapping[str, Any], flat: bool = False) -> dict[str, Any]:
    """What a bundle's metadata.json says; ``flat`` for a network of pictures."""
    image: dict[str, Any] = {"modality": modality, "num_channels": len(channels)}
    image["channel_def"] = {str(n): channel for n, channel in enumerate(channels)}
    image |= {"spatial_shape": [64, 64]} if flat else {}
    formats = {"inputs": {"image": image}, "outputs": {"pred": dict(pred)}}
    return {"version": "0.0.1", "name": f"Test bundle {name}", "description": "Random.", "network_data_format": formats}
