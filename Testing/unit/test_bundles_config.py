"""Configurations: references, parts and switches; loops and forbidden parts end in a sentence."""

from __future__ import annotations

import pytest
import torch

from medai.bundles.config import ConfigGraph
from medai.bundles.config.names import ALLOWED_NAMES, Names
from medai.bundles.config.targets import ALLOWED_TARGETS, target
from medai.errors import InputError, RefusedError


def graph(**config: object) -> ConfigGraph:
    return ConfigGraph(config, {"device": torch.device("cpu"), "bundle_root": "/bundle"})


def test_references_old_and_new_lead_to_the_same_part():
    parts = graph(net={"size": [1, 2]}, new="@net::size", old="@net#size", computed="$@net::size[1] + 1")
    assert parts.built("new") == parts.built("old") == [1, 2]
    assert parts.built("computed") == 3


def test_a_part_is_built_once_and_shared():
    parts = graph(act={"_target_": "Activationsd", "keys": "pred", "softmax": True}, chain=["@act", "@act"])
    first, second = parts.built("chain")
    assert first is second is parts.built("act")


def test_disabled_transforms_are_left_out():
    parts = graph(chain=[{"_target_": "Identityd", "keys": "a", "_disabled_": "$1 == 1"}, {"_target_": "Identityd", "keys": "b"}])
    assert [step.keys for step in parts.built("chain")] == [("b",)]


def test_given_values_stand_in_for_what_the_bundle_computes():
    parts = graph(device="$torch.device('cuda:0')", where="@device", path="$@bundle_root + '/models/model.pt'")
    assert parts.built("where") == torch.device("cpu")
    assert parts.built("path") == "/bundle/models/model.pt"


@pytest.mark.parametrize(
    "part",
    [
        {"_target_": "os.system", "command": "true"},
        {"_target_": "subprocess.Popen", "args": ["true"]},
        {"_target_": "builtins.exec", "code": "1"},
        {"_target_": "monai.bundle.run"},
        {"_target_": "monai.transforms.Lambdad", "keys": "a", "func": "$print"},
        {"_target_": "monai.transforms.LoadImaged", "keys": "a"},
        {"_target_": "monai.transforms.SaveImaged", "keys": "a"},
        {"_target_": "monai.transforms.TorchVisiond", "keys": "a", "name": "ColorJitter"},
        {"_target_": "DataStatsd", "keys": "a"},
        {"_target_": "SimulateDelayd", "keys": "a", "delay_time": 1e9},
        {"_target_": "monai.networks.nets.cell_sam_wrapper.CellSamWrapper", "checkpoint": "x"},
        {"_target_": "MILModel", "num_classes": 2},
        {"_target_": "monai.transforms.__class__"},
        {"_target_": "monai.transforms.os.system"},
        {"_target_": ["UNet"]},
        {"_target_": "torch.hub.load"},
        {"_target_": "scripts.network.Net"},
        {"_target_": "$'os' + '.system'"},
        {"_target_": "UNet", "_mode_": "callable"},
        {"_target_": "TorchVisionFCModel", "model_name": "get_model"},
        {"_target_": "TorchVisionFCModel", "model_name": "resnet18", "weights": "DEFAULT"},
        {"_target_": "TorchVisionFCModel", "model_name": "resnet18", "progress": True},
        {"_target_": "resnet10", "pretrained": "/etc/passwd"},
        {"_target_": "HoVerNet", "pretrained_url": "http://localhost/x"},
        {"_target_": "EfficientNetBN", "model_name": "efficientnet-b0", "pretrained": "@yes"},
        {"_target_": "DenseNet121", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "pretrained": True},
        {"_target_": "FlexibleUNet", "in_channels": 3, "out_channels": 2, "backbone": "efficientnet-b0", "pretrained": True},
        "%other.json::network",
        "%../secret.json::a",
        "$torch.hub.load('x', 'y')",
        {"_target_": "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 2, "channels": [4, 1000000000], "strides": [2]},
        {"_target_": "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 2, "channels": [16000, 16000], "strides": [2]},
        {"_target_": "SegResNet", "blocks_down": [100000]},
        {"_target_": "SwinUNETR", "in_channels": 1, "out_channels": 2, "feature_size": 12000, "depths": [150, 150, 150, 150]},
        {"_target_": "SpatialPadd", "keys": "a", "spatial_size": [100000, 100000, 100000]},
        {"_target_": "SpatialPadd", "keys": "a", "spatial_size": "$[90000] * 3"},
        {"_target_": "Spacingd", "keys": "a", "pixdim": [0.00001, 1, 1]},
        {"_target_": "RepeatChanneld", "keys": "a", "repeats": 1000000},
        {"_target_": "Zoomd", "keys": "a", "zoom": 1000},
        {"_target_": "TopologyInstance", "num_depths": 9},
    ],
)
def test_parts_that_are_not_listed_are_refused(part):
    with pytest.raises(RefusedError):
        graph(part=part).built("part")


def test_nothing_else_of_the_configuration_runs(tmp_path):
    canary = tmp_path / "canary"
    evil = {"_target_": "os.mkdir", "path": str(canary)}
    parts = graph(imports=["$import os"], initialize=[evil], handlers=evil, evaluator={"x": evil}, wanted="$1 + 1")
    assert parts.built("wanted") == 2
    assert not canary.exists()


@pytest.mark.parametrize("config", [{"a": "@b", "b": "@a"}, {"a": "@a"}, {"a": "$@a + 1"}, {"a": ["@b"], "b": {"x": "@a"}}])
def test_circles_are_told(config):
    with pytest.raises(InputError, match="circle"):
        graph(**config).built("a")


def test_a_missing_reference_is_named():
    with pytest.raises(InputError, match="nowhere"):
        graph(a="@nowhere::x").built("a")


def test_every_spelling_of_a_listed_class_leads_to_it():
    for name in (
        "Spacingd",
        "SpacingD",
        "SpacingDict",
        "monai.transforms.Spacingd",
        "monai.transforms.spatial.dictionary.SpacingD",
    ):
        assert type(graph(part={"_target_": name, "keys": "a", "pixdim": 1.0}).built("part")).__name__ == "Spacingd"


def test_every_listed_name_is_in_the_installed_monai():
    for name in set(ALLOWED_TARGETS.values()):
        assert callable(target(name)), name
    for name in ALLOWED_NAMES:
        if not name.startswith("monai.") or "CommonKeys" in name:
            assert Names(None).value(name) is not None


def test_nothing_listed_reads_writes_or_looks_functions_up_by_name():
    told = ("LoadImage", "SaveImage", "SaveClassification", "TorchVisiond", "TorchIO", "CuCIM", "DataStats", "Ensembled", "Rand")
    names = [name.rsplit(".", maxsplit=1)[-1] for name in ALLOWED_TARGETS.values()]
    assert not [name for name in names if name.startswith(told)]


def test_requirements_are_built_first_and_disabled_parts_not_at_all():
    parts = graph(
        part={"_target_": "Identityd", "keys": "a", "_requires_": ["@missing"]},
        off={"_target_": "os.system", "_disabled_": True},
        outer={"x": 1, "y": {"_target_": "Identityd", "keys": "a", "_disabled_": "$not False"}},
    )
    with pytest.raises(InputError, match="missing"):
        parts.built("part")
    assert parts.built("outer") == {"x": 1}


def test_detectors_are_built_and_set_up_as_lung_nodule_does():
    parts = graph(
        backbone="$monai.networks.nets.resnet.resnet10(spatial_dims=3,n_input_channels=1,conv1_t_stride=[2,2,1],conv1_t_size=7)",
        feature_extractor="$monai.apps.detection.networks.retinanet_network.resnet_fpn_feature_extractor(@backbone,3,False,[1,2],None)",
        network_def={
            "_target_": "RetinaNet", "spatial_dims": 3, "num_classes": 1, "num_anchors": 3,
            "feature_extractor": "@feature_extractor", "size_divisible": [16, 16, 8], "use_list_output": False,
        },
        network="$@network_def.to(@device)",
        anchors={
            "_target_": "monai.apps.detection.utils.anchor_utils.AnchorGeneratorWithAnchorShape",
            "feature_map_scales": [1, 2, 4], "base_anchor_shapes": [[6, 8, 4], [8, 6, 5], [10, 10, 6]],
        },
        detector={"_target_": "RetinaNetDetector", "network": "@network", "anchor_generator": "@anchors", "spatial_dims": 3,
                  "num_classes": 1, "size_divisible": [16, 16, 8]},
        detector_ops=["$@detector.set_target_keys(box_key='box', label_key='label')",
                      "$@detector.set_box_selector_parameters(score_thresh=0.02,nms_thresh=0.22,detections_per_img=300)"],
    )  # fmt: skip
    parts.built("detector_ops")
    detector = parts.built("detector").eval()
    assert detector.target_box_key == "box"
    assert [name for name, _ in detector.network.feature_extractor.named_children()] == ["body", "fpn"]
    with torch.no_grad():
        maps = detector.network.feature_extractor(torch.zeros(1, 1, 32, 32, 16))
    assert [tuple(value.shape) for value in maps.values()] == [(1, 256, 8, 8, 8), (1, 256, 4, 4, 4), (1, 256, 2, 2, 2)]


@pytest.mark.parametrize("text", ["$@detector.forward(1)", "$@detector.network", "$@detector.set_hard_negative_sampler(1)"])
def test_other_methods_of_a_detector_are_refused(text):
    with pytest.raises(RefusedError):
        graph(detector="$[1]", part=text).built("part")


def test_wrong_settings_of_a_part_are_told_in_a_sentence():
    with pytest.raises(InputError, match="UNet cannot be built"):
        graph(net={"_target_": "UNet", "colour": "red"}).built("net")
