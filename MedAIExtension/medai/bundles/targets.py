"""Everything that a bundle may build or call unasked, name by name. What is not listed is refused."""

from __future__ import annotations

import builtins
import importlib
from typing import Any

from ..errors import RefusedError

_TRANSFORMS = """
    Activationsd AsDiscreted CastToTyped CenterSpatialCropd ConcatItemsd CopyItemsd CropForegroundd DeleteItemsd
    DivisiblePadd EnsureTyped FillHolesd Flipd HistogramNormalized Identityd Invertd KeepLargestConnectedComponentd
    LabelFilterd MaskIntensityd NormalizeIntensityd Orientationd RemoveSmallObjectsd RepeatChanneld Resized
    ResizeWithPadOrCropd Rotate90d ScaleIntensityd ScaleIntensityRanged ScaleIntensityRangePercentilesd SelectItemsd
    SignalFillEmptyd Spacingd SpatialCropd SpatialPadd SpatialResampled SplitDimd SqueezeDimd ThresholdIntensityd
    ToDeviced Transposed
    Activations AsDiscrete CastToType CenterSpatialCrop Compose CropForeground DivisiblePad EnsureType FillHoles Flip
    Identity KeepLargestConnectedComponent NormalizeIntensity Orientation Resize ResizeWithPadOrCrop ScaleIntensity
    ScaleIntensityRange ScaleIntensityRangePercentiles Spacing SpatialCrop SpatialPad SqueezeDim ToDevice Transpose
"""
_NETWORKS = """
    AHNet AttentionUnet BasicUNet BasicUNetPlusPlus DiNTS DynUNet FlexibleUNet HighResNet MedNeXt RegUNet SegResNet
    SegResNetDS SwinUNETR TopologyInstance TopologySearch UNETR UNet VNet
"""
_INFERERS = "SimpleInferer SlidingWindowInferer SlidingWindowInfererAdapt SliceInferer"
_TORCH_TYPES = "float16 float32 float64 uint8 int16 int32 int64 bool"
_NUMPY_TYPES = "float32 float64 uint8 int16 int32 int64"
_BUILTINS = "len list tuple sorted int float str bool min max sum abs round"


def _under(prefix: str, words: str, shown: str = "") -> dict[str, str]:
    return {f"{shown}{word}": f"{prefix}.{word}" for word in words.split()}


ALLOWED_TARGETS: dict[str, str] = {
    **_under("monai.transforms", _TRANSFORMS),
    **_under("monai.networks.nets", _NETWORKS),
    **_under("monai.inferers", _INFERERS),
    "torch.device": "torch.device",
}

ALLOWED_NAMES: dict[str, str] = {
    "torch.device": "torch.device",
    "torch.cuda.is_available": "torch.cuda.is_available",
    "torch.float": "torch.float32",
    **_under("torch", _TORCH_TYPES, "torch."),
    **_under("numpy", _NUMPY_TYPES, "np."),
    "os.path.join": "posixpath.join",
    **_under("monai.utils.CommonKeys", "IMAGE LABEL PRED", "monai.utils.CommonKeys."),
    **_under("builtins", _BUILTINS),
}

_LONGEST_RANGE = 100_000


def bounded_range(*limits: int) -> range:
    """``range``, but not so long that a list of it would fill the memory."""
    numbers = range(*limits)
    if len(numbers) > _LONGEST_RANGE:
        raise RefusedError(f"The bundle's configuration counts to {len(numbers)}, which is more than MedAI allows.")
    return numbers


ALLOWED_ATTRIBUTES = frozenset({"transforms", "shape"})


def target(name: str) -> Any:
    """The class behind a ``_target_``, given short ("UNet") or in full ("monai.networks.nets.UNet").

    Raises:
        RefusedError: if it is not in the table.
    """
    return _import(allowed_target(name))


def allowed_target(name: str) -> str:
    """The full name of a ``_target_``; nothing is imported.

    Raises:
        RefusedError: if it is not in the table.
    """
    full = ALLOWED_TARGETS.get(name, name)
    if full not in ALLOWED_TARGETS.values():
        raise RefusedError(f"The bundle wants to use {name!r}, which is not among the parts that MedAI allows.")
    return full


def named(dotted: str) -> Any:
    """The value of a name in an expression, such as "torch.float32".

    Raises:
        RefusedError: if it is not in the table.
    """
    if dotted == "range":
        return bounded_range
    return _import(allowed_name(dotted))


def allowed_name(dotted: str) -> str:
    """The full name of a name in an expression; nothing is imported.

    Raises:
        RefusedError: if it is not in the table.
    """
    if dotted != "range" and dotted not in ALLOWED_NAMES:
        raise RefusedError(f"The bundle's configuration uses {dotted!r}, which is not among the names that MedAI allows.")
    return ALLOWED_NAMES.get(dotted, dotted)


def _import(path: str) -> Any:
    module_name, *rest = path.split(".")
    value: Any = builtins if module_name == "builtins" else importlib.import_module(module_name)
    for part in rest:
        value = getattr(value, part) if hasattr(value, part) else importlib.import_module(f"{value.__name__}.{part}")
    return value
