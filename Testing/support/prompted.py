"""A small bundle in the shape of VISTA3D's: a network that is asked for classes, through an inferer and evaluator of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from monai.networks.nets import vista3d132

WIDTH = 8
WINDOW = (32, 32, 32)
SPACING = (1.5, 1.5, 1.5)
NAMES = {1: "liver", 3: "spleen", 4: "pancreas", 6: "aorta", 22: "brain", 23: "lung tumor"}
# All of NAMES but the tumor, which the bundle does not look for by itself.
AUTOMATIC = (1, 3, 4, 6, 22)
ASKED_FOR = "$list(set([i+1 for i in range(24)]) - set([{}]))".format(
    ", ".join(str(number) for number in range(1, 25) if number not in AUTOMATIC)
)
CANARY = "imported"

_INFERER = f"""
from pathlib import Path

from monai.inferers import Inferer, SlidingWindowInfererAdapt

Path(__file__).with_name("{CANARY}").touch()


class Vista3dInferer(Inferer):
    def __init__(self, roi_size, overlap, use_point_window=False, sw_batch_size=1):
        super().__init__()
        self.windows = SlidingWindowInfererAdapt(roi_size=roi_size, sw_batch_size=sw_batch_size, with_coord=True)

    def __call__(self, inputs, network, point_coords, point_labels, class_vector, labels=None, label_set=None, prev_mask=None):
        return self.windows(inputs, network, transpose=True, class_vector=class_vector)
"""


def steps(spacing: Sequence[float] = SPACING) -> list[dict[str, Any]]:
    """The preprocessing after reading, as it is described."""
    return [
        {"_target_": "EnsureTyped", "keys": "image", "track_meta": True},
        {"_target_": "Spacingd", "keys": "image", "pixdim": list(spacing), "mode": "bilinear"},
        {"_target_": "CropForegroundd", "keys": "image", "allow_smaller": True, "margin": 4, "source_key": "image"},
        {"_target_": "monai.apps.vista3d.transforms.VistaPreTransformd", "keys": "image", "subclass": {"2": [14, 5]}},
        {"_target_": "ScaleIntensityRanged", "keys": "image", "a_min": -300, "a_max": 500, "b_min": 0, "b_max": 1, "clip": True},
        {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"},
    ]


def make_prompted_bundle(root: Path, everything: Any = ASKED_FOR) -> Path:
    """Write the bundle into ``root``, with seeded random weights, and give it.

    Args:
        root: made if it is missing.
        everything: what its evaluator asks for where nobody asks for anything.
    """
    for folder in ("configs", "models", "scripts"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "configs" / "inference.json").write_text(json.dumps(_inference(everything), indent=1))
    (root / "configs" / "metadata.json").write_text(json.dumps(_metadata(), indent=1))
    (root / "scripts" / "__init__.py").write_text("")
    (root / "scripts" / "inferer.py").write_text(_INFERER)
    torch.save(network().state_dict(), root / "models" / "model.pt")
    return root


def network() -> torch.nn.Module:
    """The bundle's network with its weights, in evaluation mode."""
    torch.manual_seed(3)
    return vista3d132(encoder_embed_dim=WIDTH).eval()


def _inference(everything: Any) -> dict[str, Any]:
    load = [{"_target_": "LoadImaged", "keys": "image", "image_only": True}, {"_target_": "EnsureChannelFirstd", "keys": "image"}]
    return {
        "imports": ["$import scripts", "$import copy"],
        "bundle_root": ".",
        "everything_labels": everything,
        "width": WIDTH,
        "network_def": "$monai.networks.nets.vista3d132(encoder_embed_dim=@width, in_channels=1)",
        "network": "$@network_def.to(@device)",
        "preprocessing_transforms": [*load, *steps()],
        "preprocessing": {"_target_": "Compose", "transforms": "$@preprocessing_transforms "},
        "inferer": {
            "_target_": "scripts.inferer.Vista3dInferer",
            "roi_size": list(WINDOW),
            "overlap": 0.6,
            "sw_batch_size": 2,
            "use_point_window": True,
        },
        "postprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "monai.apps.vista3d.transforms.VistaPostTransformd", "keys": "pred"},
                {
                    "_target_": "Invertd",
                    "keys": "pred",
                    "transform": "$copy.deepcopy(@preprocessing)",
                    "orig_keys": "image",
                    "nearest_interp": True,
                    "to_tensor": True,
                },
                {"_target_": "Lambdad", "func": "$lambda x: torch.nan_to_num(x, nan=255)", "keys": "pred"},
                {"_target_": "SaveImaged", "keys": "pred", "output_dir": "eval"},
            ],
        },
        "checkpointloader": {
            "_target_": "CheckpointLoader",
            "load_path": "$@bundle_root + '/models/model.pt'",
            "load_dict": {"model": "@network"},
        },
        "evaluator": {
            "_target_": "scripts.evaluator.Vista3dEvaluator",
            "inferer": "@inferer",
            "hyper_kwargs": {"user_prompt": True, "everything_labels": "@everything_labels"},
        },
    }


def _metadata() -> dict[str, Any]:
    image = {"modality": "CT", "num_channels": 1, "channel_def": {"0": "image"}, "spatial_shape": list(WINDOW)}
    names = {"0": "background", **{str(value): name for value, name in NAMES.items()}}
    pred = {"format": "segmentation", "num_channels": 1, "channel_def": names}
    return {"version": "0.1.0", "network_data_format": {"inputs": {"image": image}, "outputs": {"pred": pred}}}
