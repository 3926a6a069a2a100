"""Tiny models that are no MONAI bundles: folders as nnU-Net v2 trains them, and exported networks with a description."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

TRAINER = "nnUNetTrainer__nnUNetPlans__"
LABELS = {"background": 0, "liver": 1, "tumor": 2}
REGIONS = {"background": 0, "whole tumor": [1, 2, 3], "tumor core": [2, 3], "enhancing tumor": 3}


def make_trained_folder(
    folder: Path,
    *,
    configuration: str = "3d_fullres",
    channels: Sequence[str] = ("CT",),
    labels: Mapping[str, Any] = LABELS,
    folds: int = 1,
    mirror: Sequence[int] | None = None,
    spacing: Sequence[float] = (2.0, 1.5, 1.5),
    patch: Sequence[int] = (16, 24, 24),
    transpose: Sequence[int] = (0, 1, 2),
    reader: str = "SimpleITKIO",
    network: str = "PlainConvUNet",
    old_plans: bool = False,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Write what nnU-Net leaves of a training, with seeded random weights; gives the folder with plans.json.

    Args:
        folder: where nnU-Net's results of one data set are.
        configuration: also the end of the folder's name.
        channels: "CT" is normalized as nnU-Net does CT, anything else by its mean and deviation.
        labels: as in dataset.json.
        folds: how many trainings.
        mirror: axes that may be mirrored.
        spacing: of the network in mm, in nnU-Net's order of axes.
        patch: a window in voxels, two sizes for a network of slices.
        transpose: the plans' transpose_forward.
        reader: the plans' image_reader_writer.
        network: class of the network.
        old_plans: write the network as plans before nnU-Net 2.4 did.
        changes: replaces entries of the configuration.
    """
    root = folder / f"{TRAINER}{configuration}"
    dims = len(patch)
    schemes = ["CTNormalization" if name == "CT" else "ZScoreNormalization" for name in channels]
    known = {
        "mean": 60.0,
        "std": 90.0,
        "percentile_00_5": -120.0,
        "percentile_99_5": 420.0,
        "median": 50.0,
        "min": -500.0,
        "max": 900.0,
    }
    described: dict[str, Any] = {
        "data_identifier": f"nnUNetPlans_{configuration}",
        "preprocessor_name": "DefaultPreprocessor",
        "batch_size": 2,
        "patch_size": list(patch),
        "median_image_size_in_voxels": [40, 60, 60][:dims],
        "spacing": list(spacing),
        "normalization_schemes": schemes,
        "use_mask_for_norm": [name != "CT" for name in channels],
        "resampling_fn_data": "resample_data_or_seg_to_shape",
        "resampling_fn_seg": "resample_data_or_seg_to_shape",
        "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
        "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
        "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
        "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None},
        "batch_dice": True,
        **(_old_architecture(network, dims) if old_plans else {"architecture": architecture(network, dims)}),
        **(changes or {}),
    }
    plans = {
        "dataset_name": folder.name,
        "plans_name": "nnUNetPlans",
        "original_median_spacing_after_transp": [2.0, 1.5, 1.5],
        "original_median_shape_after_transp": [40, 60, 60],
        "image_reader_writer": reader,
        "transpose_forward": list(transpose),
        "transpose_backward": [int(n) for n in np.argsort(transpose)],
        "configurations": {"other": {"patch_size": [8, 8, 8]}, configuration: described},
        "experiment_planner_used": "ExperimentPlanner",
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {str(n): known for n in range(len(channels))},
    }
    dataset: dict[str, Any] = {
        "channel_names": {str(n): name for n, name in enumerate(channels)},
        "labels": dict(labels),
        "numTraining": 4,
        "file_ending": ".nii.gz",
    }
    regions = any(isinstance(v, list) for v in labels.values())
    if regions:
        dataset["regions_class_order"] = list(range(1, len(labels)))
    root.mkdir(parents=True, exist_ok=True)
    (root / "plans.json").write_text(json.dumps(plans))
    (root / "dataset.json").write_text(json.dumps(dataset))
    for fold in range(folds):
        (root / f"fold_{fold}").mkdir(exist_ok=True)
        content = _checkpoint(network, dims, len(channels), len(labels) - regions, fold, configuration, mirror, plans, dataset)
        torch.save(content, root / f"fold_{fold}" / "checkpoint_final.pth")
    return root


def architecture(network: str, dims: int) -> dict[str, Any]:
    """The network as plans describe it: two levels, a few features."""
    settings: dict[str, Any] = {
        "n_stages": 2,
        "features_per_stage": [4, 8],
        "conv_op": f"torch.nn.modules.conv.Conv{dims}d",
        "kernel_sizes": [[3] * dims, [3] * dims],
        "strides": [[1] * dims, [2] * dims],
        "n_conv_per_stage" if network == "PlainConvUNet" else "n_blocks_per_stage": [1, 1],
        "n_conv_per_stage_decoder": [1],
        "conv_bias": True,
        "norm_op": f"torch.nn.modules.instancenorm.InstanceNorm{dims}d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }
    return {
        "network_class_name": f"dynamic_network_architectures.architectures.unet.{network}",
        "arch_kwargs": settings,
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    }


def _old_architecture(network: str, dims: int) -> dict[str, Any]:
    return {
        "UNet_class_name": network,
        "UNet_base_num_features": 4,
        "unet_max_num_features": 8,
        "n_conv_per_stage_encoder": [1, 1],
        "n_conv_per_stage_decoder": [1],
        "num_pool_per_axis": [1] * dims,
        "pool_op_kernel_sizes": [[1] * dims, [2] * dims],
        "conv_kernel_sizes": [[3] * dims, [3] * dims],
    }


def _checkpoint(
    network: str, dims: int, inputs: int, outputs: int, fold: int, configuration: str, mirror: Any, plans: Any, dataset: Any
) -> dict[str, Any]:
    """What nnU-Net's trainer saves, with NumPy numbers where it has them."""
    from dynamic_network_architectures.architectures import unet

    settings = {**architecture(network, dims)["arch_kwargs"], "conv_op": getattr(nn, f"Conv{dims}d"), "nonlin": nn.LeakyReLU}
    settings["norm_op"] = getattr(nn, f"InstanceNorm{dims}d")
    torch.manual_seed(11 + fold)
    built = getattr(unet, network)(input_channels=inputs, num_classes=outputs, **settings)
    weights = {name: 2 * value for name, value in built.state_dict().items()}
    return {
        "network_weights": weights,
        "optimizer_state": {"state": {}, "param_groups": [{"lr": 0.01, "params": [0]}]},
        "grad_scaler_state": None,
        "logging": {"mean_fg_dice": [np.float64(0.5)], "dice_per_class_or_region": [[np.float32(0.4), np.float32(0.6)]]},
        "_best_ema": np.float64(0.5),
        "current_epoch": 1000,
        "init_args": {
            "plans": plans,
            "configuration": configuration,
            "fold": fold,
            "dataset_json": dataset,
            "device": torch.device("cuda"),
        },
        "trainer_name": "nnUNetTrainer",
        "inference_allowed_mirroring_axes": tuple(mirror) if mirror is not None else None,
    }


class TinyNetwork(nn.Module):
    """One convolution, fixed weights; scores or probabilities come out."""

    def __init__(self, inputs: int = 1, outputs: int = 3, output: str = "logits", dims: int = 3, classes: bool = False) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.conv = (nn.Conv3d if dims == 3 else nn.Conv2d)(inputs, outputs, 3, padding=1)
        self.output, self.classes = output, classes

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = 3 * self.conv(x)
        if self.classes:
            y = y.flatten(2).mean(2)
        if self.output == "softmax":
            return torch.softmax(y, 1)
        if self.output == "sigmoid":
            return torch.sigmoid(y)
        if self.output == "labels":
            return torch.argmax(y, 1, keepdim=True)
        return y


def description(**changes: Any) -> dict[str, Any]:
    """A complete medai-model.json; an entry that is given as None is left out."""
    entries: dict[str, Any] = {
        "medai_model": 1,
        "name": "tiny",
        "title": "A tiny model",
        "version": "0.1",
        "license": "Apache-2.0",
        "kind": "segmentation",
        "modality": "MR",
        "channels": ["T1"],
        "labels": {"1": "left thing", "2": "right thing"},
        "spacing": [2, 2, 2],
        "orientation": "RAS",
        "intensity": {"mode": "zscore"},
        "window": [16, 16, 16],
        "overlap": 0.5,
        "blend": "gaussian",
        "output": "logits",
        "file": "network.onnx",
        **changes,
    }
    return {name: value for name, value in entries.items() if value is not None}


def make_exported(folder: Path, network: nn.Module | None = None, **changes: Any) -> Path:
    """Write a network and its description into a folder, which is made; ``changes`` are entries of the description."""
    entries = description(**changes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "medai-model.json").write_text(json.dumps(entries))
    network = (network or TinyNetwork()).eval()
    window = entries.get("window") or [16, 16, 16]
    example = torch.zeros(1, len(entries["channels"]), *window)
    if entries["file"].endswith(".ts"):
        torch.jit.trace(network, example).save(str(folder / entries["file"]))
    else:
        axes = {0: "n", **{axis + 2: f"size_{axis}" for axis in range(len(window))}}
        torch.onnx.export(
            network, (example,), str(folder / entries["file"]), dynamo=False, input_names=["x"], output_names=["y"],
            dynamic_axes={"x": axes},
        )  # fmt: skip
    return folder
