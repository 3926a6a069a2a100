"""Small MONAI bundles with seeded random weights: every shape of bundle that a test needs, made in a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from monai.networks.nets import UNet

SOFTMAX_INVERT_ARGMAX = ("softmax", "invert", "argmax")
SOFTMAX_ARGMAX_INVERT = ("softmax", "argmax", "invert nearest")
ARGMAX_NEAREST = ("argmax", "invert nearest")
ARGMAX_INTERPOLATE = ("argmax", "invert")


def make_bundle(
    folder: Path,
    *,
    channels: Sequence[str] = ("MRI",),
    labels: Sequence[str] = ("left thing", "right thing"),
    order: Sequence[str] = SOFTMAX_INVERT_ARGMAX,
    spacing: Sequence[float] | None = (2.0, 2.0, 2.0),
    window: Sequence[int] = (32, 32, 32),
    modality: str = "MR",
    width: int = 8,
    spatial_dims: int = 3,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Write a bundle into ``folder`` and give the folder.

    Args:
        folder: made if it is missing; its name is the bundle's name.
        channels: names of the input channels.
        labels: names of the values from 1.
        order: the postprocessing's steps.
        spacing: of the network's grid in mm; None leaves the scan's own.
        window: of the sliding window.
        modality: as in the metadata.
        width: channels of the network's first level; more make it slower.
        spatial_dims: 2 for a network of slices or pictures.
        changes: replaces entries of the inference configuration.
    """
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "models").mkdir(exist_ok=True)
    network: dict[str, Any] = {
        "spatial_dims": spatial_dims,
        "in_channels": len(channels),
        "out_channels": len(labels) + 1,
        "channels": [width, 2 * width],
        "strides": [2],
        "num_res_units": 1,
    }
    config = {**_inference(network, order, spacing, window, len(channels)), **(changes or {})}
    (folder / "configs" / "inference.json").write_text(json.dumps(config, indent=1))
    (folder / "configs" / "metadata.json").write_text(json.dumps(_metadata(folder.name, channels, labels, modality), indent=1))
    torch.manual_seed(7)
    weights = UNet(**network).state_dict()
    torch.save({"model": {name: 3 * value if value.is_floating_point() else value for name, value in weights.items()}},
               folder / "models" / "model.pt")  # fmt: skip
    return folder


def _inference(
    network: dict[str, Any], order: Sequence[str], spacing: Sequence[float] | None, window: Sequence[int], channels: int
) -> dict[str, Any]:
    preprocessing = [
        {"_target_": "LoadImaged", "keys": "image"},
        {"_target_": "EnsureChannelFirstd", "keys": "image"},
        {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"},
        *([{"_target_": "Spacingd", "keys": "image", "pixdim": list(spacing), "mode": "bilinear"}] if spacing else []),
        {"_target_": "NormalizeIntensityd", "keys": "image", "channel_wise": channels > 1},
        {"_target_": "EnsureTyped", "keys": "image"},
    ]
    return {
        "imports": ["$import glob"],
        "bundle_root": ".",
        "output_dir": "$@bundle_root + '/eval'",
        "dataset_dir": "/data",
        "data": "$[{'image': i} for i in sorted(glob.glob(@dataset_dir + '/*.nii.gz'))]",
        "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
        "network_def": {"_target_": "UNet", **network},
        "network": "$@network_def.to(@device)",
        "preprocessing": {"_target_": "Compose", "transforms": preprocessing},
        "dataset": {"_target_": "Dataset", "data": "@data", "transform": "@preprocessing"},
        "dataloader": {"_target_": "DataLoader", "dataset": "@dataset", "batch_size": 1, "num_workers": 0},
        "inferer": {"_target_": "SlidingWindowInferer", "roi_size": list(window), "sw_batch_size": 2, "overlap": 0.5},
        "postprocessing": {"_target_": "Compose", "transforms": [*(_POST[step] for step in order), _SAVE]},
        "checkpointloader": {
            "_target_": "CheckpointLoader",
            "load_path": "$@bundle_root + '/models/model.pt'",
            "load_dict": {"model": "@network"},
            "map_location": "cpu",
        },
        "evaluator": {
            "_target_": "SupervisedEvaluator",
            "device": "@device",
            "val_data_loader": "@dataloader",
            "network": "@network",
            "inferer": "@inferer",
            "postprocessing": "@postprocessing",
            "val_handlers": ["@checkpointloader"],
            "amp": False,
        },
        "run": ["$@evaluator.run()"],
    }


_POST: dict[str, dict[str, Any]] = {
    "softmax": {"_target_": "Activationsd", "keys": "pred", "softmax": True},
    "argmax": {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
    "invert": {
        "_target_": "Invertd",
        "keys": "pred",
        "transform": "@preprocessing",
        "orig_keys": "image",
        "nearest_interp": False,
        "to_tensor": True,
    },
    "invert nearest": {
        "_target_": "Invertd",
        "keys": "pred",
        "transform": "@preprocessing",
        "orig_keys": "image",
        "nearest_interp": True,
        "to_tensor": True,
    },
}
_SAVE = {
    "_target_": "SaveImaged",
    "keys": "pred",
    "output_dir": "@output_dir",
    "output_dtype": "float32",
    "separate_folder": False,
}


def _metadata(name: str, channels: Sequence[str], labels: Sequence[str], modality: str) -> dict[str, Any]:
    return {
        "version": "0.0.1",
        "name": f"Test bundle {name}",
        "description": "Random weights for tests.",
        "network_data_format": {
            "inputs": {
                "image": {
                    "modality": modality,
                    "num_channels": len(channels),
                    "channel_def": {str(n): c for n, c in enumerate(channels)},
                }
            },
            "outputs": {"pred": {"channel_def": {"0": "background", **{str(n): c for n, c in enumerate(labels, start=1)}}}},
        },
    }
