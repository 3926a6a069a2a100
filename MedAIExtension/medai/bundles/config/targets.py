"""Every class that a bundle may build unasked, name by name. What is not listed is refused, or asked for as code of its own.

For each was asked: may its constructor or its call read or write a file, open a socket, run code that is named by a text, or
print a patient's data? Therefore not here: loaders and savers of any kind, ``TorchVision``, ``TorchIO``, ``CuCIM`` (they look
functions up by name), ``DataStats`` (prints voxels), ``SimulateDelay``, ``ImageFilter``, ``Ensembled``, ``MILModel``,
``Transchex`` and ``CellSamWrapper`` (read or download weights), and random transforms, which inference has no use for.
"""

from __future__ import annotations

import importlib
from typing import Any

from ...errors import RefusedError

# Each as an array and as a dictionary transform, as in "Spacing" and "Spacingd".
_BOTH = {
    "croppad": """BorderPad BoundingRect CenterScaleCrop CenterSpatialCrop CropForeground DivisiblePad ResizeWithPadOrCrop
        SpatialCrop SpatialPad""",
    "intensity": """AdjustContrast ClipIntensityPercentiles ForegroundMask GaussianSharpen GaussianSmooth MaskIntensity
        MedianSmooth NormalizeIntensity SavitzkyGolaySmooth ScaleIntensity ScaleIntensityRange
        ScaleIntensityRangePercentiles ShiftIntensity StdShiftIntensity ThresholdIntensity""",
    "post": """Activations AsDiscrete DistanceTransformEDT FillHoles KeepLargestConnectedComponent LabelFilter LabelToContour
        MeanEnsemble ProbNMS RemoveSmallObjects SobelGradients VoteEnsemble""",
    "signal": "SignalFillEmpty",
    "spatial": "Affine Flip Orientation ResampleToMatch Resize Rotate Rotate90 Spacing SpatialResample Zoom",
    "utility": """AddCoordinateChannels AsChannelLast CastToType ConvertToMultiChannelBasedOnBratsClasses EnsureChannelFirst
        EnsureType Identity LabelToMask Lambda MapLabelValue RemoveRepeatedChannel RepeatChannel SplitDim SqueezeDim ToDevice
        ToNumpy ToTensor Transpose""",
}
_DICTIONARY_ONLY = {
    "intensity": "HistogramNormalized",
    "meta_utility": "FromMetaTensord ToMetaTensord",
    "post": "Invertd",
    "utility": "ConcatItemsd CopyItemsd DeleteItemsd FlattenSubKeysd SelectItemsd",
}
_NETWORKS = {
    "ahnet": "AHNet",
    "attentionunet": "AttentionUnet",
    "autoencoder": "AutoEncoder",
    "basic_unet": "BasicUNet BasicUnet",
    "basic_unetplusplus": "BasicUNetPlusPlus BasicUnetPlusPlus",
    "classifier": "Classifier",
    "densenet": "DenseNet DenseNet121 DenseNet169 DenseNet201 DenseNet264 densenet121 densenet169 densenet201 densenet264",
    "dints": "DiNTS TopologyInstance TopologySearch",
    "dynunet": "DynUNet DynUnet",
    "efficientnet": "EfficientNetBN EfficientNetBNFeatures",
    "flexible_unet": "FlexibleUNet",
    "highresnet": "HighResNet",
    "hovernet": "HoVerNet",
    "mednext": "MedNeXt MedNeXtSmall MedNeXtMedium MedNeXtLarge MedNeXtS MedNeXtB MedNeXtM MedNeXtL",
    "regressor": "Regressor",
    "regunet": "RegUNet",
    "resnet": "ResNet resnet10 resnet18 resnet34 resnet50 resnet101 resnet152 resnet200",
    "segresnet": "SegResNet SegResNetVAE",
    "segresnet_ds": "SegResNetDS SegResNetDS2",
    "senet": """SENet SENet154 SEResNet50 SEResNet101 SEResNet152 SEResNext50 SEResNext101 SEResNeXt50 SEResNeXt101
        senet154 seresnet50 seresnet101 seresnet152 seresnext50 seresnext101""",
    "swin_unetr": "SwinUNETR",
    "torchvision_fc": "TorchVisionFCModel",
    "unet": "UNet Unet",
    "unetr": "UNETR",
    "vista3d": "VISTA3D vista3d132",
    "vit": "ViT",
    "vnet": "VNet",
}
_INFERERS = "SimpleInferer SlidingWindowInferer SlidingWindowInfererAdapt SliceInferer"
# By the module that holds them; MONAI finds each by its short name too.
_ELSEWHERE = {
    "monai.apps.detection.networks.retinanet_network": "RetinaNet",
    "monai.apps.detection.networks.retinanet_detector": "RetinaNetDetector",
    "monai.apps.detection.utils.anchor_utils": "AnchorGenerator AnchorGeneratorWithAnchorShape",
    "monai.apps.detection.transforms.dictionary": """AffineBoxToImageCoordinated AffineBoxToWorldCoordinated ClipBoxToImaged
        ConvertBoxModed ConvertBoxToStandardModed StandardizeEmptyBoxd""",
    "monai.apps.deepedit.transforms": """AddGuidanceFromPointsDeepEditd AddGuidanceSignalDeepEditd DiscardAddGuidanced
        ResizeGuidanceMultipleLabelDeepEditd""",
    "monai.apps.nuclick.transforms": "AddClickSignalsd AddLabelAsGuidanced AddPointGuidanceSignald",
    "monai.apps.pathology.inferers": "SlidingWindowHoVerNetInferer",
    "monai.apps.pathology.transforms.post.dictionary": """HoVerNetInstanceMapPostProcessingd
        HoVerNetNuclearTypePostProcessingd""",
    "monai.apps.vista3d.transforms": "VistaPostTransformd VistaPreTransformd",
}
_FEATURES = "resnet_fpn_feature_extractor"

# A place of MedAI's own where MONAI's needs torchvision, which Slicer has not.
OWN = {f"monai.apps.detection.networks.retinanet_network.{_FEATURES}": (".detection", _FEATURES)}


def _spelled(package: str, module: str, name: str) -> dict[str, str]:
    """The short name, the package's and the module's, all for the class that is imported from the package."""
    full = f"{package}.{name}"
    return {name: full, full: full, f"{package}.{module}.{name}": full}


def _dictionary(module: str, name: str) -> dict[str, str]:
    """MONAI spells each dictionary transform in three ways: Spacingd, SpacingD, SpacingDict."""
    found = _spelled("monai.transforms", f"{module}.dictionary", name)
    full = f"monai.transforms.{name}"
    for suffix in ("D", "Dict"):
        found |= dict.fromkeys(_spelled("monai.transforms", f"{module}.dictionary", name[:-1] + suffix), full)
    return found


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for module, words in _BOTH.items():
        for word in words.split():
            table |= _spelled("monai.transforms", f"{module}.array", word)
            table |= _dictionary(module, f"{word}d")
    for module, words in _DICTIONARY_ONLY.items():
        for word in words.split():
            table |= _dictionary(module, word)
    table |= _spelled("monai.transforms", "intensity.array", "HistogramNormalize")
    table |= _spelled("monai.transforms", "compose", "Compose")
    for module, words in _NETWORKS.items():
        for word in words.split():
            table |= _spelled("monai.networks.nets", module, word)
    for word in _INFERERS.split():
        table |= _spelled("monai.inferers", "inferer", word)
    for module, words in _ELSEWHERE.items():
        for word in words.split():
            table |= {word: f"{module}.{word}", f"{module}.{word}": f"{module}.{word}"}
    table |= {full: full for full in OWN} | {_FEATURES: next(iter(OWN))}
    return table | {"torch.device": "torch.device"}


ALLOWED_TARGETS: dict[str, str] = _table()


def target(name: str) -> Any:
    """The class behind a ``_target_``, given short ("UNet") or in full ("monai.networks.nets.UNet").

    Raises:
        RefusedError: if it is not in the table.
        InputError: if the installed MONAI has it not.
    """
    full = allowed_target(name)
    if full in OWN:
        module, member = OWN[full]
        return vars(importlib.import_module(module, __package__))[member]
    return import_listed(full)


def allowed_target(name: str) -> str:
    """The full name of a ``_target_``; nothing is imported.

    Raises:
        RefusedError: if it is not in the table.
    """
    if not isinstance(name, str) or name not in ALLOWED_TARGETS:
        raise RefusedError(f"The bundle wants to use {str(name)[:80]!r}, which is not among the parts that MedAI allows.")
    return ALLOWED_TARGETS[name]


def import_listed(full: str) -> Any:
    """The value of a full name that stands in one of the tables."""
    module, _, member = full.rpartition(".")
    return getattr(importlib.import_module(module), member)
