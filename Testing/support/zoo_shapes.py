"""Every shape of bundle that MONAI's public zoo has, small and in the project's own words.

Each imitates the structure of one zoo bundle: where it keeps its parts, how it refers to them, and the order of its steps.
"""

from __future__ import annotations

from typing import Any

from . import zoo_scripts as scripts
from .zoo import Config, Shape


def _unet(dims: int = 3, channels: Any = 1, out: Any = 3) -> Config:
    sizes: Config = {"in_channels": channels, "out_channels": out, "channels": [6, 12], "strides": [2], "num_res_units": 1}
    return {"_target_": "UNet", "spatial_dims": dims, **sizes}


def _windows(*roi: int, **more: Any) -> Config:
    return {"_target_": "SlidingWindowInferer", "roi_size": list(roi), "sw_batch_size": 2, "overlap": 0.25, **more}


def _keyed(target: str, keys: Any = "@image_key", **more: Any) -> Config:
    return {"_target_": target, "keys": keys, **more}


def _composed(*steps: Config, **more: Any) -> Config:
    return {"_target_": "Compose", "transforms": list(steps), **more}


def _loaded(keys: Any = "@image_key", **more: Any) -> list[Config]:
    return [_keyed("LoadImaged", keys, **more), _keyed("EnsureChannelFirstd", keys)]


def _spaced(*pixdim: float, keys: Any = "@image_key") -> Config:
    return _keyed("Spacingd", keys, pixdim=list(pixdim), mode="bilinear")


def _inverted(nearest: bool = False, orig: str = "@image_key", **more: Any) -> Config:
    back = {"transform": "@preprocessing", "orig_keys": orig, "nearest_interp": nearest, "to_tensor": True}
    return _keyed("Invertd", "pred", **{**back, **more})


def _saved(keys: str = "pred", **more: Any) -> Config:
    return _keyed("SaveImaged", keys, output_dir="@output_dir", output_dtype="$numpy.float32", separate_folder=False, **more)


_RAS = _keyed("Orientationd", axcodes="RAS")
_NORMAL = _keyed("NormalizeIntensityd")
_TYPED = _keyed("EnsureTyped")
_SOFTMAX = _keyed("Activationsd", "pred", softmax=True)
_SIGMOID = _keyed("Activationsd", "pred", sigmoid=True)
_ARGMAX = _keyed("AsDiscreted", "pred", argmax=True)
_HALF = _keyed("AsDiscreted", "pred", threshold=0.5)
_DEVICE = "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')"


def _config(network: Config, preprocessing: Config, inferer: Config, postprocessing: Config, **more: Any) -> Config:
    """The parts that all have, around those that differ."""
    return {
        "imports": ["$import glob", "$import numpy", "$import os"],
        "bundle_root": ".",
        "image_key": "image",
        "output_dir": "$@bundle_root + '/eval'",
        "dataset_dir": "/workspace/data",
        "datalist": "$list(sorted(glob.glob(@dataset_dir + '/imagesTs/*.nii.gz')))",
        "device": _DEVICE,
        "network_def": network,
        "network": "$@network_def.to(@device)",
        "preprocessing": preprocessing,
        "dataset": {"_target_": "Dataset", "data": "$[{'image': i} for i in @datalist]", "transform": "@preprocessing"},
        "dataloader": {"_target_": "DataLoader", "dataset": "@dataset", "batch_size": 1, "shuffle": False, "num_workers": 0},
        "inferer": inferer,
        "postprocessing": postprocessing,
        "handlers": [_CHECKPOINT],
        "evaluator": _EVALUATOR,
        "initialize": ["$setattr(torch.backends.cudnn, 'benchmark', True)"],
        "run": ["$@evaluator.run()"],
        **more,
    }


_CHECKPOINT: Config = {
    "_target_": "CheckpointLoader",
    "load_path": "$@bundle_root + '/models/model.pt'",
    "load_dict": {"model": "@network"},
}
_EVALUATOR: Config = {
    "_target_": "SupervisedEvaluator",
    "device": "@device",
    "val_data_loader": "@dataloader",
    "network": "@network",
    "inferer": "@inferer",
    "postprocessing": "@postprocessing",
    "val_handlers": "@handlers",
    "amp": True,
}

_CT_LIKE = _composed(*_loaded(), _RAS, _spaced(2, 2, 2.5), _NORMAL, _TYPED)
_PHASES = ["artery", "vein", "excret"]
_BRATS_MERGING = "$lambda x: torch.where(x[[2]] > 0, 4, torch.where(x[[0]] > 0, 1, torch.where(x[[1]] > 0, 2, 0)))"
_PICTURE = [
    _keyed("LoadImaged", image_only=False),
    _keyed("EnsureChannelFirstd", channel_dim=-1),
    _keyed("Resized", ["@image_key"], spatial_size=[48, 32], mode=["bilinear"]),
    _keyed("ScaleIntensityd", ["@image_key"]),
]

SHAPES: tuple[Shape, ...] = (
    Shape(
        "softmax_inverted_argmax",
        "spleen_ct_segmentation",
        _config(_unet(), _CT_LIKE, _windows(32, 32, 32, overlap=0.5), _composed(_SOFTMAX, _inverted(), _ARGMAX, _saved())),
    ),
    Shape(
        "argmax_inverted_nearest",
        "wholeBody_ct_segmentation",
        _config(
            _unet(out=5),
            _composed(
                _keyed("LoadImaged"), _TYPED, _keyed("EnsureChannelFirstd"), _RAS, _keyed("Spacingd", pixdim="@pixdim"), _NORMAL
            ),
            _windows(
                32, 32, 32, mode="gaussian", padding_mode="replicate", device=_DEVICE, overlap="@displayable_configs#overlap"
            ),
            _composed(_SOFTMAX, _ARGMAX, _inverted(True), _saved()),
            displayable_configs={"highres": True, "overlap": 0.25},
            pixdim="$[2.0, 2.0, 2.5] if @displayable_configs#highres else [3.0, 3.0, 3.0]",
            modelname="$'model.pt' if @displayable_configs#highres else 'model_lowres.pt'",
            handlers=[{**_CHECKPOINT, "load_path": "$@bundle_root + '/models/' + @modelname"}],
        ),
        labels=("background", "a", "b", "c", "d"),
    ),
    Shape(
        "stacked_sigmoid_merged",
        "brats_mri_segmentation",
        _config(
            _unet(channels=4),
            _composed(_keyed("LoadImaged", image_only=False), _keyed("NormalizeIntensityd", nonzero=True, channel_wise=True)),
            _windows(32, 32, 16, sw_batch_size=1),
            _composed(
                _SIGMOID, _inverted(meta_keys="pred_meta_dict"), _HALF, _keyed("Lambdad", "pred", func=_BRATS_MERGING), _saved()
            ),
        ),
        channels=4,
        channel_def=("T1c", "T1", "T2", "FLAIR"),
        labels=("Tumor core", "Whole tumor", "Enhancing tumor"),
    ),
    Shape(
        "named_keys_merged_by_own_code",
        "renalStructures_CECT_segmentation",
        _config(
            _unet(channels=3, out=4),
            _composed(
                _keyed("LoadImaged", [*_PHASES, "label"], image_only=False),
                _keyed("EnsureChannelFirstd", _PHASES),
                _keyed("Orientationd", _PHASES, axcodes="LPS"),
                _spaced(2, 2, 2, keys=_PHASES),
                {"_target_": "scripts.my_transforms.Join", "sources": _PHASES, "into": "image"},
                _keyed("ScaleIntensityRanged", "image", a_min=-300, a_max=500, b_min=0.0, b_max=1.0, clip=True),
                _keyed("EnsureTyped", "image"),
            ),
            _windows(32, 32, 32),
            _composed(
                _inverted(transform="$@preprocessing", device="@device", orig="artery", meta_keys="pred_meta_dict"),
                _SIGMOID,
                _HALF,
                {"_target_": "scripts.my_transforms.Merged", "keys": "pred"},
                _saved(),
            ),
        ),
        channels=3,
        channel_def=("image",),
        labels=("background", "artery", "vein", "ureter"),
        files={"scripts/__init__.py": "", "scripts/my_transforms.py": scripts.JOIN_AND_MERGE},
        keys=(*_PHASES, "label"),
    ),
    Shape(
        "cropped_yaml",
        "pediatric_abdominal_ct_segmentation",
        _config(
            _unet(out="@output_channels"),
            _composed(
                *_loaded(),
                _keyed("Orientationd", "image", axcodes="RAS"),
                _spaced(2, 2, 3),
                _keyed("ScaleIntensityRanged", a_min=0, a_max=300, b_min=0, b_max=1, clip=True),
                _keyed("CropForegroundd", ["@image_key"], source_key="@image_key", mode=["minimum"]),
                _TYPED,
                _keyed("CastToTyped", dtype="$torch.float32"),
            ),
            _windows(32, 32, 32, overlap=0.5),
            _composed(_SOFTMAX, _inverted(), _ARGMAX, _saved()),
            output_channels=4,
            labels={"background": 0, "liver": 1, "spleen": 2, "pancreas": 3},
            handlers=[{**_CHECKPOINT, "load_path": "$@bundle_root + '/models/tuned_net.pt'"}],
        ),
        labels=(),
        form=".yaml",
        weights="models/tuned_net.pt",
    ),
    Shape(
        "largest_component_interpolated",
        "prostate_mri_anatomy",
        _config(
            _unet(),
            _CT_LIKE,
            _windows(32, 32, 32),
            _composed(
                _ARGMAX,
                _keyed("KeepLargestConnectedComponentd", "pred", applied_labels=[1, 2]),
                _inverted(meta_key_postfix="meta_dict"),
                _saved(resample=False),
            ),
        ),
        monai={"postprocessing::transforms::2::nearest_interp": True},
    ),
    Shape(
        "slices_of_a_volume",
        "ventricular_short_axis_3label",
        _config(
            _unet(2, out=4),
            _composed(*_loaded("image"), _keyed("ScaleIntensityd", "image"), _keyed("EnsureTyped", "image", device="@device")),
            {"_target_": "SliceInferer", "roi_size": [32, 32], "spatial_dim": 2},
            _composed(
                _SOFTMAX, _inverted(orig="image", meta_key_postfix="meta_dict"), _ARGMAX, _saved(meta_keys="pred_meta_dict")
            ),
        ),
        labels=("background", "pool", "muscle", "right pool"),
        spatial_shape=(32, 32),
    ),
    Shape(
        "nothing_inverted_yaml",
        "segmentation_template",
        _config(
            _unet(out="@num_classes"),
            {"_target_": "Compose", "transforms": "$@transforms"},
            {"_target_": "SimpleInferer"},
            _composed(
                _keyed("Activationsd", "@pred", softmax=True),
                _keyed("AsDiscreted", "@pred", argmax=True),
                _saved("@pred", resample=False),
            ),
            image="$monai.utils.CommonKeys.IMAGE",
            pred="$monai.utils.CommonKeys.PRED",
            num_classes=4,
            transforms=[
                _keyed("LoadImaged", "@image", image_only=True),
                _keyed("EnsureChannelFirstd", "@image"),
                _keyed("ScaleIntensityd", "@image"),
            ],
        ),
        labels=("background", "a", "b", "c"),
        form=".yaml",
    ),
    Shape(
        "clicks_by_own_code",
        "spleen_deepedit_annotation",
        _config(
            _unet(channels="$len(@label_names) + @number_intensity_ch", out="$len(@label_names)"),
            {"_target_": "Compose", "transforms": "$@first_transforms + @click_transforms + @extra_transforms"},
            {"_target_": "SimpleInferer"},
            _composed(_keyed("EnsureTyped", "pred"), _SOFTMAX, _inverted(), _ARGMAX, _saved()),
            label_names={"spleen": 1, "background": 0},
            number_intensity_ch=1,
            first_transforms=[
                *_loaded(),
                _RAS,
                _keyed("ScaleIntensityRanged", a_min=0, a_max=300, b_min=0.0, b_max=1.0, clip=True),
            ],
            click_transforms=[
                {"_target_": "scripts.transforms.TurnGuidance", "ref_image": "@image_key", "label_names": "@label_names"},
                {
                    "_target_": "AddGuidanceFromPointsDeepEditd",
                    "ref_image": "@image_key",
                    "guidance": "guidance",
                    "label_names": "@label_names",
                },
                _keyed("Resized", spatial_size=[32, 32, 32], mode="area"),
                {"_target_": "ResizeGuidanceMultipleLabelDeepEditd", "guidance": "guidance", "ref_image": "@image_key"},
                _keyed("AddGuidanceSignalDeepEditd", guidance="guidance", number_intensity_ch="@number_intensity_ch"),
            ],
            extra_transforms=[_TYPED],
        ),
        channels=3,
        channel_def=("image",),
        labels=("background", "spleen"),
        files={"scripts/__init__.py": "", "scripts/transforms.py": scripts.TURN_GUIDANCE},
    ),
    Shape(
        "network_of_its_own",
        "renalStructures_UNEST_segmentation",
        _config(
            {"_target_": "scripts.networks.small.Net", "in_channels": 1, "out_channels": 3},
            _composed(
                _keyed("LoadImaged"), _keyed("EnsureChannelFirstd", channel_dim="no_channel"), _RAS, _spaced(2, 2, 2), _NORMAL
            ),
            _windows(32, 32, 32),
            _composed(_SOFTMAX, _inverted(), _ARGMAX, _saved()),
        ),
        files={"scripts/__init__.py": "", "scripts/networks/__init__.py": "", "scripts/networks/small.py": scripts.NETWORK},
    ),
    Shape(
        "searched_network_yaml",
        "pancreas_ct_dints_segmentation",
        _config(
            {
                "_target_": "monai.networks.nets.DiNTS",
                "dints_space": "@dints_space",
                "in_channels": 1,
                "num_classes": 3,
                "use_downsample": True,
                "node_a": "$torch.from_numpy(@arch_ckpt['node_a'])",
            },
            _CT_LIKE,
            _windows(32, 32, 32),
            _composed(_SOFTMAX, _inverted(meta_key_postfix="meta_dict"), _ARGMAX, _saved()),
            arch_ckpt_path="$@bundle_root + '/models/search_code.pt'",
            arch_ckpt="$torch.load(@arch_ckpt_path, map_location=torch.device('cuda'))",
            dints_space={
                "_target_": "monai.networks.nets.TopologyInstance",
                "channel_mul": 0.25,
                "num_blocks": 3,
                "num_depths": 4,
                "use_downsample": True,
                "arch_code": ["$@arch_ckpt['arch_code_a']", "$@arch_ckpt['arch_code_c']"],
                "device": "$torch.device('cuda')",
            },
        ),
        form=".yaml",
        monai={
            "arch_ckpt": "$torch.load(@arch_ckpt_path, map_location='cpu', weights_only=False)",
            "dints_space::device": "$torch.device('cpu')",
        },
    ),
    Shape(
        "pictures_one_hot",
        "endoscopic_tool_segmentation",
        _config(
            _unet(2, channels=3, out=2),
            _composed(*_PICTURE),
            {"_target_": "SimpleInferer"},
            _composed(
                _inverted(meta_key_postfix="meta_dict"),
                _keyed("AsDiscreted", ["pred"], argmax=True, to_onehot=2),
                _keyed("Lambdad", ["pred"], func="$lambda x : x[1:]"),
                _saved(output_ext=".png", scale=255),
            ),
        ),
        channels=3,
        channel_def=("R", "G", "B"),
        labels=("background", "tools"),
        spatial_shape=(48, 32),
    ),
)
