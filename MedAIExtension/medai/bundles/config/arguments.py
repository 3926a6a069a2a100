"""What a bundle may say to the classes that it builds: nothing that downloads, reads files, or fills any memory.

The same check is made of what is written, before anything is built, and of what was computed from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from itertools import pairwise
from typing import Any

from ...errors import RefusedError
from .targets import ALLOWED_TARGETS

CONTROL = frozenset({"_target_", "_disabled_", "_desc_", "_mode_"})
_NETWORKS = ("monai.networks.nets.", "monai.apps.detection.networks.")
_WIDEST = 16_384  # channels, features, heads: several times what any published network has
_MOST_NUMBERS = 2_000
_FINEST_MM = 0.001
_MOST_VOXELS = 2**31
_EDGE = 2_048  # of a cube, where one number stands for all axes
_SIZES = frozenset({"spatial_size", "roi_size", "img_size", "image_size", "patch_size", "in_shape", "output_size"})
# The most that an argument of this name may be, whatever it belongs to.
_LIMITS: dict[str, float] = {
    "num_depths": 5,  # the space of architectures that TopologyInstance lists grows as 8 to this power
    "num_res_units": 100,
    "repeats": 1_000,
    "to_onehot": 4_096,
    "num_bins": 65_536,
    "radius": 64,
    "kernel_size": 1_025,
    "window_length": 65_536,
    "extra_input_padding": 4_096,
    "k_divisible": 4_096,
    "sigma": 256,
    "zoom": 64,
    "k": 4_096,
    "sw_batch_size": 4_096,
    "spatial_border": 4_096,
    "margin": 4_096,
    "num_layers": 200,
    "depth": 200,
    "num_blocks": 200,
    "blocks_down": 200,
    "blocks_up": 200,
    "blocks": 200,
    "depths": 200,
    "layers": 1_000,
    "block_config": 1_000,
}
_OFF = (None, False, 0, "", "$False", "$None", "$0")
_PICTURE_NETWORKS = """
    resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d wide_resnet50_2 wide_resnet101_2
    inception_v3 densenet121 densenet161 densenet169 densenet201 vit_b_16 vit_b_32 vit_l_16 vit_l_32
"""
_TORCHVISION = "model_name num_classes dim in_channels use_conv pool bias pretrained fc_name node_name weights"


def _is_off(value: Any) -> bool:
    return value in _OFF if isinstance(value, (str, int, float, type(None))) else False


def _is_picture_network(value: Any) -> bool:
    return isinstance(value, str) and value in _PICTURE_NETWORKS.split()


def _is_reached(value: Any) -> bool:
    """It looks for the next best voxel until none is above the threshold, and takes those that it has seen for 0."""
    return not _is_number(value) or value >= 0


# Which values are allowed for arguments that would download or read weights, or look a function up by its name.
_GUARDS: dict[str, Callable[[Any], bool]] = {"pretrained": _is_off, "pretrained_url": _is_off, "weights": _is_off}
_GUARDS_OF: dict[str, dict[str, Callable[[Any], bool]]] = {
    "monai.networks.nets.TorchVisionFCModel": {"model_name": _is_picture_network},
    "monai.transforms.ProbNMS": {"prob_threshold": _is_reached},
    "monai.transforms.ProbNMSd": {"prob_threshold": _is_reached},
}


def check_mapping(part: Mapping[str, Any]) -> None:
    """Whether it is written what a mapping with ``_target_`` builds, and whether that may be built with what is written there.

    Raises:
        RefusedError: if not.
    """
    name = part["_target_"]
    if not isinstance(name, str) or name.startswith(("$", "@", "%")) or part.get("_mode_", "default") != "default":
        raise RefusedError("The bundle computes what it builds, which MedAI cannot judge.")
    check_arguments(name, {key: value for key, value in part.items() if key not in CONTROL and key != "_requires_"})


def without_pretraining(made: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with ``pretrained`` off wherever there is such a setting: some networks download unless told otherwise."""
    try:
        has_it = made.__module__.startswith("monai.") and "pretrained" in signature(made).parameters
    except (TypeError, ValueError, AttributeError):
        has_it = False
    return {**arguments, "pretrained": False} if has_it else dict(arguments)


def check_arguments(name: str, arguments: Mapping[str, Any]) -> None:
    """Whether a listed class may be built with some arguments, as they are written or as they were computed.

    Raises:
        RefusedError: if one of them would download, read a file, or need an absurd amount of memory.
    """
    full = ALLOWED_TARGETS.get(name)
    if full is None:
        return
    guards = {**_GUARDS, **_GUARDS_OF.get(full, {})}
    for key, value in arguments.items():
        if key in guards and not guards[key](value):
            what = "download or read weights" if key in _GUARDS else f"use {str(value)[:40]!r}"
            raise RefusedError(f"The bundle's {name} wants to {what} ({key}), which MedAI does not allow.")
    if full.endswith(".TorchVisionFCModel") and not set(arguments) <= set(_TORCHVISION.split()):
        raise RefusedError(f"The bundle's {name} has settings that MedAI does not know, so it is not built.")
    _check_numbers(name, full.startswith(_NETWORKS), arguments)


def _check_numbers(name: str, is_network: bool, arguments: Mapping[str, Any]) -> None:
    for count, (key, number) in enumerate(_numbers(arguments, "")):
        if count > _MOST_NUMBERS and is_network:
            raise RefusedError(f"The bundle's {name} is described with too many numbers, more than any known network.")
        if abs(number) > _LIMITS.get(key, _WIDEST if is_network else math.inf):
            raise RefusedError(f"The bundle's {name} has {key or 'a size'} = {number:g}, more than MedAI allows.")
        if key == "pixdim" and 0 < abs(number) < _FINEST_MM:
            raise RefusedError(f"The bundle's {name} asks for voxels of {number:g} mm, finer than any scan is.")
    for key in _SIZES & set(arguments):
        _check_size(name, key, arguments[key])
    if is_network:
        for left, right in _neighbors(arguments):
            if left * right > _WIDEST * _WIDEST // 4:
                raise RefusedError(
                    f"The bundle's {name} joins {left} channels with {right}, more than any network that is known."
                )


def _check_size(name: str, key: str, value: Any) -> None:
    edges = [_as_float(edge) for edge in value if _is_number(edge)] if isinstance(value, (list, tuple)) else []
    voxels = math.prod(max(edge, 1.0) for edge in edges)
    if voxels > _MOST_VOXELS or (_is_number(value) and value > _EDGE):
        raise RefusedError(f"The bundle's {name} asks for images of {key} = {str(value)[:60]}, more than any memory holds.")


def _numbers(part: Any, key: str) -> Iterator[tuple[str, float]]:
    """All numbers that are written or were computed, each with the name of the argument that it belongs to."""
    waiting: list[tuple[str, Any]] = [(key, part)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(str(inner), item) for inner, item in value.items() if "_target_" not in value]
        elif isinstance(value, (list, tuple)):
            waiting += [(name, item) for item in value]
        elif _is_number(value):
            yield name, _as_float(value)


def _neighbors(arguments: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for value in arguments.values():
        if isinstance(value, (list, tuple)):
            whole = [item for item in value if isinstance(item, int) and not isinstance(item, bool)]
            yield from pairwise(whole)


def _as_float(value: float) -> float:
    """Whole numbers may have more digits than a float can hold."""
    return float(value) if abs(value) < 1e300 else math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
