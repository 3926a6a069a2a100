"""The networks that nnU-Net plans describe: from an exact list, with settings that are plain and bounded."""

from __future__ import annotations

from typing import Any

from ...errors import InputError, RefusedError
from .descriptions import Entries, is_number, is_whole

NETWORKS = {
    **{f"dynamic_network_architectures.architectures.unet.{n}": n for n in ("PlainConvUNet", "ResidualEncoderUNet")},
    "dynamic_network_architectures.architectures.residual_unet.ResidualEncoderUNet": "ResidualEncoderUNet",
}
_OPERATIONS = {
    "conv_op": ("torch.nn.modules.conv.Conv", "torch.nn.Conv"),
    "norm_op": (
        "torch.nn.modules.instancenorm.InstanceNorm",
        "torch.nn.InstanceNorm",
        "torch.nn.modules.batchnorm.BatchNorm",
        "torch.nn.BatchNorm",
    ),
    "dropout_op": ("torch.nn.modules.dropout.Dropout", "torch.nn.Dropout"),
    "nonlin": (
        "torch.nn.modules.activation.LeakyReLU",
        "torch.nn.LeakyReLU",
        "torch.nn.modules.activation.ReLU",
        "torch.nn.ReLU",
    ),
}
_KWARGS = {
    "norm_op_kwargs": ("eps", "affine", "momentum", "track_running_stats"),
    "dropout_op_kwargs": ("p", "inplace"),
    "nonlin_kwargs": ("negative_slope", "inplace"),
}
_SIZES = {
    "n_stages": 12,
    "features_per_stage": 2048,
    "kernel_sizes": 15,
    "strides": 8,
    "n_conv_per_stage": 16,
    "n_blocks_per_stage": 64,
    "n_conv_per_stage_decoder": 16,
    "bottleneck_channels": 2048,
    "stem_channels": 2048,
}
_FLAGS = ("conv_bias", "nonlin_first", "deep_supervision")


def architecture_of(configuration: Entries, dims: int) -> dict[str, Any]:
    """Class and settings of a configuration's network, as plain values; operations as words such as "InstanceNorm3d".

    Raises:
        InputError: if a setting is missing, or is not what it should be.
        RefusedError: if the plans name a class that is not in the list.
    """
    described = configuration.values.get("architecture")
    if not isinstance(described, dict):
        return _of_old_plans(configuration, dims)
    name = described.get("network_class_name")
    if name not in NETWORKS:
        raise RefusedError(f"{configuration.path} wants the network {name!r}, which is not among those that MedAI allows.")
    given = described.get("arch_kwargs")
    if not isinstance(given, dict):
        raise InputError(f"{configuration.path} has no arch_kwargs for its network; get the model again.")
    settings = Entries(given, configuration.path)
    return {"name": NETWORKS[str(name)], **{key: _checked(settings, key, dims) for key in given}}


def _checked(settings: Entries, key: str, dims: int) -> Any:
    if key in _OPERATIONS:
        word = settings.values[key]
        known = {f"{name}{'' if key == 'nonlin' else f'{dims}d'}" for name in _OPERATIONS[key]}
        if word is not None and (not isinstance(word, str) or word not in known):
            raise RefusedError(f"{settings.path} wants {word!r} for {key}, which is not among those that MedAI allows.")
        return word.rpartition(".")[2] if word else None
    if key in _SIZES:
        return settings.checked(key, lambda v: v is None or _bounded(v, _SIZES[key]), f"whole numbers up to {_SIZES[key]}")
    if key in _FLAGS:
        return settings.checked(key, lambda v: isinstance(v, bool), "true or false")
    if key in _KWARGS:
        names = _KWARGS[key]
        good = f"settings from {', '.join(names)}"
        return settings.checked(key, lambda v: v is None or all(k in names and _plain(x) for k, x in v.items()), good)
    raise RefusedError(f"{settings.path} sets {key!r} of its network, which is not among the settings that MedAI allows.")


def _bounded(value: Any, most: int) -> bool:
    if isinstance(value, list):
        return len(value) <= 12 and all(_bounded(inner, most) for inner in value)
    return is_whole(value, 0, most)


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool) or is_number(value)


def _of_old_plans(configuration: Entries, dims: int) -> dict[str, Any]:
    """Plans of nnU-Net before 2.4 name a class and a few numbers; the rest was fixed."""
    name = configuration.one_of("UNet_class_name", tuple(set(NETWORKS.values())))
    counts = configuration.checked("n_conv_per_stage_encoder", lambda v: isinstance(v, list) and _bounded(v, 64), "whole numbers")
    base, most = (
        configuration.checked(key, lambda v: is_whole(v, 1, 2048), "a whole number up to 2048")
        for key in ("UNet_base_num_features", "unet_max_num_features")
    )
    sizes = {
        key: configuration.checked(old, lambda v: isinstance(v, list) and _bounded(v, 64), "whole numbers")
        for key, old in (
            ("kernel_sizes", "conv_kernel_sizes"),
            ("strides", "pool_op_kernel_sizes"),
            ("n_conv_per_stage_decoder", "n_conv_per_stage_decoder"),
        )
    }
    return {
        "name": name,
        "n_stages": len(counts),
        "features_per_stage": [min(base * 2**stage, most) for stage in range(len(counts))],
        "conv_op": f"Conv{dims}d",
        "n_conv_per_stage" if name == "PlainConvUNet" else "n_blocks_per_stage": counts,
        **sizes,
        "conv_bias": True,
        "norm_op": f"InstanceNorm{dims}d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }
