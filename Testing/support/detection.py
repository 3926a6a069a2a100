"""A small bundle with seeded random weights that finds boxes, and what MONAI's own runner makes of it."""

from __future__ import annotations

import json
import shutil
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import nibabel
import numpy as np
import torch

from medai import Image

from .findings import metadata
from .zoo import own_code_of

_RUNNING = """
import json, os
import numpy as np
import torch
from monai.inferers import Inferer


class Inferer(Inferer):
    def __init__(self, detector, force_sliding_window=False):
        super().__init__()
        self.detector, self.force = detector, force_sliding_window

    def __call__(self, inputs, network):
        size = np.prod(self.detector.inferer.roi_size) if self.detector.inferer else None
        large = size is not None and not all(image[0].numel() < size for image in inputs)
        return self.detector(inputs, use_inferer=self.force or large)


def run(dataset, inferer, detector, postprocessing, checkpoint, folder):
    weights = torch.load(checkpoint, map_location="cpu", weights_only=True)
    detector.network.load_state_dict(weights["model"])
    detector.eval()
    os.makedirs(folder, exist_ok=True)
    with torch.no_grad():
        for number, item in enumerate(dataset):
            found = postprocessing({**inferer([item["image"]], detector.network)[0], "image": item["image"]})
            found = {key: np.asarray(found[key]).tolist() for key in ("box", "label", "label_scores")}
            with open(os.path.join(folder, f"{number}.json"), "w") as file:
                json.dump(found, file)
"""


def make_detection_bundle(
    folder: Path,
    *,
    window: Sequence[int] = (512, 512, 192),
    spacing: Sequence[float] | None = (1.5, 1.5, 2.0),
    resamples: bool = True,
    always_windows: bool = False,
    classes: Sequence[str] = (),
) -> Path:
    """A RetinaNet with every part that the zoo's lung nodule bundle has; its prior is lifted, so that there are boxes.

    Args:
        folder: made if it is missing; its name is the bundle's name.
        window: of the sliding window, which only larger scans use.
        spacing: of the network's grid in mm; None leaves the scan's own.
        resamples: False leaves the resampling in the configuration and switches it off.
        always_windows: windows for small scans too.
        classes: names of the classes, as metadata say them; none for one class without a name.
    """
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "models").mkdir(exist_ok=True)
    (folder / "scripts").mkdir(exist_ok=True)
    (folder / "scripts" / "__init__.py").write_text("")
    (folder / "scripts" / "running.py").write_text(_RUNNING)
    count = max(1, len(classes))
    config = _detection(window, spacing, resamples, always_windows, count)
    (folder / "configs" / "inference.json").write_text(json.dumps(config, indent=1))
    pred = {"type": "object", "format": "dict", "channel_def": {str(n): name for n, name in enumerate(classes)}}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata(folder.name, "CT", ["image"], pred), indent=1))
    torch.save({"model": _lifted(count)}, folder / "models" / "model.pt")
    return folder


def _lifted(classes: int) -> dict[str, torch.Tensor]:
    from monai.apps.detection.networks import retinanet_network
    from monai.networks.nets import resnet

    torch.manual_seed(5)
    with torchvision_stand_in():
        features = retinanet_network.resnet_fpn_feature_extractor(resnet.resnet10(**_BACKBONE), 3, False, [1, 2], None)
    state = retinanet_network.RetinaNet(3, classes, 2, features, (8, 8, 4)).state_dict()
    state["classification_head.cls_logits.weight"] *= 8
    state["classification_head.cls_logits.bias"] += 3.6
    state["regression_head.bbox_reg.weight"] *= 2
    return state


_BACKBONE: dict[str, Any] = {"spatial_dims": 3, "n_input_channels": 1, "conv1_t_stride": [2, 2, 1], "conv1_t_size": [7, 7, 7]}


def _detection(
    window: Sequence[int], spacing: Sequence[float] | None, resamples: bool, always_windows: bool, classes: int
) -> dict[str, Any]:
    pixdim = {"_target_": "Spacingd", "keys": "@image_key", "pixdim": list(spacing or ()), "_disabled_": "@resampled"}
    return {
        "imports": ["$import glob", "$import os"],
        "resampled": not resamples,
        "image_key": "image",
        "bundle_root": ".",
        "output_dir": "$@bundle_root + '/eval'",
        "dataset_dir": "/data",
        "data": "$[{'image': i} for i in sorted(glob.glob(@dataset_dir + '/*.nii.gz'))]",
        "device": "$torch.device('cpu')",
        "force_sliding_window": always_windows,
        "size_divisible": [8, 8, 4],
        "patch": list(window),
        "anchor_generator": {
            "_target_": "monai.apps.detection.utils.anchor_utils.AnchorGeneratorWithAnchorShape",
            "feature_map_scales": [1, 2, 4],
            "base_anchor_shapes": [[6, 8, 4], [10, 10, 6]],
        },
        "backbone": "$monai.networks.nets.resnet.resnet10(spatial_dims=3,n_input_channels=1,conv1_t_stride=[2,2,1],"
        "conv1_t_size=[7,7,7])",
        "feature_extractor": "$monai.apps.detection.networks.retinanet_network.resnet_fpn_feature_extractor("
        "@backbone,3,False,[1,2],None)",
        "network_def": {
            "_target_": "RetinaNet",
            "spatial_dims": 3,
            "num_classes": classes,
            "num_anchors": 2,
            "feature_extractor": "@feature_extractor",
            "size_divisible": "@size_divisible",
            "use_list_output": False,
        },
        "network": "$@network_def.to(@device)",
        "detector": {
            "_target_": "RetinaNetDetector",
            "network": "@network",
            "anchor_generator": "@anchor_generator",
            "debug": False,
            "spatial_dims": 3,
            "num_classes": classes,
            "size_divisible": "@size_divisible",
        },
        "detector_ops": [
            "$@detector.set_target_keys(box_key='box', label_key='label')",
            "$@detector.set_box_selector_parameters(score_thresh=0.02,topk_candidates_per_level=200,nms_thresh=0.22,"
            "detections_per_img=60)",
            "$@detector.set_sliding_window_inferer(roi_size=@patch,overlap=0.25,sw_batch_size=1,mode='constant',device='cpu')",
        ],
        "preprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "LoadImaged", "keys": "@image_key"},
                {"_target_": "EnsureChannelFirstd", "keys": "@image_key"},
                {"_target_": "Orientationd", "keys": "@image_key", "axcodes": "RAS"},
                *([pixdim] if spacing else []),
                {"_target_": "ScaleIntensityRanged", "keys": "@image_key", "a_min": -500.0, "a_max": 500.0, "b_min": 0.0,
                 "b_max": 1.0, "clip": True},
                {"_target_": "EnsureTyped", "keys": "@image_key"},
            ],
        },
        "dataset": {"_target_": "Dataset", "data": "@data", "transform": "@preprocessing"},
        "inferer": {
            "_target_": "scripts.running.Inferer",
            "detector": "@detector",
            "force_sliding_window": "@force_sliding_window",
        },
        "postprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "ClipBoxToImaged", "box_keys": "box", "label_keys": "label", "box_ref_image_keys": "@image_key",
                 "remove_empty": True},
                {"_target_": "AffineBoxToWorldCoordinated", "box_keys": "box", "box_ref_image_keys": "@image_key",
                 "affine_lps_to_ras": True},
                {"_target_": "ConvertBoxModed", "box_keys": "box", "src_mode": "xyzxyz", "dst_mode": "cccwhd"},
                {"_target_": "DeleteItemsd", "keys": ["@image_key"]},
            ],
        },
        "checkpointloader": {
            "_target_": "CheckpointLoader",
            "load_path": "$@bundle_root + '/models/model.pt'",
            "load_dict": {"model": "@network"},
        },
        "initialize": ["$len(@detector_ops)"],
        "run": [
            {
                "_target_": "scripts.running.run",
                "dataset": "@dataset",
                "inferer": "@inferer",
                "detector": "@detector",
                "postprocessing": "@postprocessing",
                "checkpoint": "$@bundle_root + '/models/model.pt'",
                "folder": "@output_dir",
            }
        ],
    }  # fmt: skip


def boxes_by_monai(bundle: Path, image: Image, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """What ``monai.bundle.run`` finds: boxes (n, 6) as center and size in RAS mm, and scores (n,), the best first."""
    from monai.bundle import run as run_with_monai

    copy = folder / "copy" / bundle.name
    shutil.copytree(bundle, copy)
    (folder / "data").mkdir()
    nibabel.save(nibabel.Nifti1Image(image.voxels[0], image.affine), folder / "data" / "scan.nii.gz")
    with torchvision_stand_in(), own_code_of(copy):
        run_with_monai(
            config_file=str(copy / "configs" / "inference.json"),
            bundle_root=str(copy),
            dataset_dir=str(folder / "data"),
            output_dir=str(folder / "out"),
            run_id="run",
        )
    found = json.loads((folder / "out" / "0.json").read_text())
    boxes, scores = np.array(found["box"]).reshape(-1, 6), np.array(found["label_scores"])
    boxes[:, :2] *= -1  # "affine_lps_to_ras" makes LPS of what was RAS
    order = np.argsort(-scores, kind="stable")
    return boxes[order], scores[order]


class _Layers(torch.nn.ModuleDict):
    """As torchvision's IntermediateLayerGetter: a network's children up to the last that is asked for."""

    def __init__(self, model: torch.nn.Module, return_layers: Mapping[str, str]) -> None:
        wanted = dict(return_layers)
        kept: dict[str, torch.nn.Module] = {}
        for name, child in model.named_children():
            kept[name] = child
            wanted.pop(name, None)
            if not wanted:
                break
        super().__init__(kept)
        self.wanted = dict(return_layers)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        given = {}
        for name, child in self.items():
            x = child(x)
            if name in self.wanted:
                given[self.wanted[name]] = x
        return given


@contextmanager
def torchvision_stand_in() -> Iterator[None]:
    """The two helpers of torchvision that MONAI's feature extractor takes, which is not installed here."""
    from monai.apps.detection.networks import retinanet_network
    from monai.networks.blocks import backbone_fpn_utils

    helpers = types.SimpleNamespace(_utils=types.SimpleNamespace(IntermediateLayerGetter=_Layers))
    with (
        mock.patch.object(retinanet_network, "_validate_trainable_layers", lambda *_, **__: 5),
        mock.patch.object(backbone_fpn_utils, "torchvision_models", helpers),
        mock.patch.dict(sys.modules),
    ):
        for name in [name for name in sys.modules if name.split(".")[0] == "scripts"]:
            del sys.modules[name]
        yield
