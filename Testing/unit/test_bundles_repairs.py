"""Repairs of old bundles: each rule on a small configuration, by structure and not by name, in memory only."""

from __future__ import annotations

import copy
import json

import pytest
import torch

from medai.bundles.config import ConfigGraph
from medai.bundles.config.repairs import RULES, repaired, repaired_source, repairs_of_source
from medai.bundles.model import Bundle
from support.bundles import make_bundle

INVERT = {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing", "orig_keys": "image", "nearest_interp": False}
ARGMAX = {"_target_": "AsDiscreted", "keys": "pred", "argmax": True}
SOFTMAX = {"_target_": "Activationsd", "keys": "pred", "softmax": True}
LARGEST = {"_target_": "KeepLargestConnectedComponentd", "keys": "pred"}


def post(*steps: dict[str, object]) -> dict[str, object]:
    return {"postprocessing": {"_target_": "Compose", "transforms": [dict(step) for step in steps]}}


VISTA3D = {
    "network_def": "@net",
    "net": "$monai.networks.nets.vista3d132(in_channels=1)",
    "size": [128, 128, 128],
    "inferer": {"_target_": "scripts.inferer.Vista3dInferer", "roi_size": "@size", "sw_batch_size": 3, "overlap": 0.3},
    "everything": "$list(set([i+1 for i in range(5)]) - set([2,4,]))",
    "evaluator": {"_target_": "scripts.evaluator.E", "hyper_kwargs": {"user_prompt": True, "everything_labels": "@everything"}},
}


def vista3d(**changes: object) -> dict[str, object]:
    return {**VISTA3D, **changes}


CASES = {
    "SwinUNETR without img_size": (
        {"network_def": {"_target_": "monai.networks.nets.SwinUNETR", "img_size": 96, "in_channels": 1}},
        {"network_def": {"_target_": "monai.networks.nets.SwinUNETR", "in_channels": 1}},
    ),
    "the chosen device": (
        {
            "network_def": {"_target_": "DiNTS", "dints_space": "@space", "a": "@code"},
            "space": {"_target_": "TopologyInstance", "device": "$torch.device('cuda')"},
            "code": "$torch.load(@path, map_location=torch.device(\"cuda\"))",
            "inferer": {
                "_target_": "SlidingWindowInferer",
                "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
                "sw_device": "$torch.device('cpu')",
            },
            "detector": {"_target_": "RetinaNetDetector", "device": "cuda:0"},
            "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
            "path": "x",
        },
        {
            "network_def": {"_target_": "DiNTS", "dints_space": "@space", "a": "@code"},
            "space": {"_target_": "TopologyInstance", "device": "@device"},
            "code": "$torch.load(@path, map_location=@device)",
            "inferer": {"_target_": "SlidingWindowInferer", "device": "@device", "sw_device": "$torch.device('cpu')"},
            "detector": {"_target_": "RetinaNetDetector", "device": "@device"},
            "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
            "path": "x",
        },
    ),
    "no ITK reader": (
        {"preprocessing": {"transforms": [{"_target_": "LoadImaged", "keys": "a", "reader": "ITKReader", "x": 1}]}},
        {"preprocessing": {"transforms": [{"_target_": "LoadImaged", "keys": "a", "x": 1}]}},
    ),
    "no pretraining": (
        {"network_def": "@net", "net": {"_target_": "TorchVisionFCModel", "model_name": "inception_v3", "pretrained": True}},
        {"network_def": "@net", "net": {"_target_": "TorchVisionFCModel", "model_name": "inception_v3", "pretrained": False}},
    ),
    "whole labels": (post(ARGMAX, LARGEST, INVERT), post(ARGMAX, LARGEST, {**INVERT, "nearest_interp": True})),
    "no training label": (
        {
            **post(
                SOFTMAX,
                {**ARGMAX, "keys": ["@pred", "@label"], "argmax": [True, False], "to_onehot": 4},
                {**LARGEST, "keys": "@label"},
            ),
            "pred": "$monai.utils.CommonKeys.PRED",
            "label": "$monai.utils.CommonKeys.LABEL",
        },
        {
            **post(SOFTMAX, {**ARGMAX, "keys": ["@pred"], "argmax": [True], "to_onehot": 4}),
            "pred": "$monai.utils.CommonKeys.PRED",
            "label": "$monai.utils.CommonKeys.LABEL",
        },
    ),
    "the detector's spacing": (
        {"detector": {}, "preprocessing": {"transforms": [{"_target_": "Spacingd", "pixdim": 1, "_disabled_": "@x"}]}, "x": True},
        {"detector": {}, "preprocessing": {"transforms": [{"_target_": "Spacingd", "pixdim": 1}]}, "x": True},
    ),
    "classes as prompts": (
        VISTA3D,
        {
            **VISTA3D,
            "inferer": {"_target_": "SlidingWindowInfererAdapt", "roi_size": "@size", "sw_batch_size": 3},
            "class_prompts": [1, 3, 5],
        },
    ),
}  # fmt: skip


def test_every_rule_has_a_case_and_cites_where_it_was_found():
    assert [rule.name for rule in RULES] == list(CASES)
    for rule in RULES:
        assert all(bundle and version.count(".") == 2 for bundle, version in rule.found_in)
        assert rule.says.endswith(".")


@pytest.mark.parametrize("name", CASES)
def test_a_rule_repairs_by_structure_says_so_once_and_leaves_the_original(name):
    before, after = CASES[name]
    original = copy.deepcopy(before)
    changed, said = repaired(before, "renamed", "9.9.9")
    assert changed == after
    assert said == tuple(rule.says for rule in RULES if rule.name == name)
    assert before == original
    assert repaired(changed, "renamed", "9.9.9") == (after, ())


@pytest.mark.parametrize(
    "config",
    [
        post(SOFTMAX, INVERT, ARGMAX),
        post(ARGMAX, {**INVERT, "nearest_interp": True}),
        post({**ARGMAX, "keys": "other"}, INVERT),
        post(ARGMAX, INVERT, {"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.5}),
        post(SOFTMAX, INVERT, {"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.5}),
        {"evaluator": {"_target_": "X", "device": "$torch.device('cuda')", "reader": "ITKReader", "pretrained": True}},
        {"network_def": {"_target_": "UNETR", "img_size": 96, "pretrained": "$False"}},
        {"postprocessing": "$@a + @b", "network_def": {"_target_": 5, "device": ["cuda"]}},
        vista3d(net={"_target_": "UNet"}),
        vista3d(inferer={"_target_": "scripts.inferer.Vista3dInferer"}),
        vista3d(inferer={"_target_": "scripts.inferer.OtherInferer", "roi_size": 8}),
        vista3d(everything=[]),
        vista3d(evaluator={"_target_": "E", "hyper_kwargs": {"user_prompt": False, "everything_labels": [1]}}),
        vista3d(evaluator={"_target_": "E", "hyper_kwargs": "@nothing"}),
        vista3d(evaluator="$@nothing"),
        {},
    ],
)
def test_what_needs_no_repair_stays_as_it_is(config):
    assert repaired(config, "x", "1.0.0") == (config, ())


@pytest.mark.parametrize(
    ("written", "classes"),
    [
        ([5, 1], [5, 1]),
        ("$list(range(1, 4))", "$list(range(1, 4))"),
        ("$list(set([i+1 for i in range(3)]) - set([]))", [1, 2, 3]),
        ("$list(set([n + 1 for n in range(3)])-set([3]))", [1, 2]),
        ("$list(set([i+1 for j in range(3)]) - set([3]))", "$list(set([i+1 for j in range(3)]) - set([3]))"),
        ("$list(set([i+1 for i in range(99999)]) - set([3]))", "$list(set([i+1 for i in range(99999)]) - set([3]))"),
    ],
)
def test_classes_are_written_out_where_they_are_all_but_some(written, classes):
    changed, _ = repaired(vista3d(everything=written), "x", "1.0.0")
    assert changed["class_prompts"] == classes


def test_networks_that_would_fetch_weights_by_default_are_told_not_to():
    changed, said = repaired({"network_def": {"_target_": "EfficientNetBN", "model_name": "efficientnet-b0"}}, "x", "1.0.0")
    assert changed["network_def"]["pretrained"] is False
    assert len(said) == 1


def test_repaired_configurations_can_be_built():
    config, _ = repaired(
        {
            "network_def": {"_target_": "EfficientNetBN", "model_name": "efficientnet-b0", "num_classes": 2, "pretrained": True},
            "inferer": {"_target_": "SlidingWindowInferer", "roi_size": 8, "device": "$torch.device('cuda')"},
        },
        "x",
        "1.0.0",
    )
    parts = ConfigGraph(config, {"device": torch.device("cpu"), "bundle_root": "/x"})
    assert parts.built("inferer").device == torch.device("cpu")
    assert isinstance(parts.built("network_def"), torch.nn.Module)


def test_a_bundle_shows_its_repairs_and_its_files_stay(tmp_path):
    changes = {**post(ARGMAX, INVERT), "inferer": {"_target_": "SimpleInferer", "device": "cuda"}}
    root = make_bundle(tmp_path / "tiny", changes=changes)
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    bundle = Bundle.open(root)
    assert len(bundle.repairs) == 2
    assert bundle.config["inferer"]["device"] == "@device"
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == files
    assert Bundle.open(make_bundle(tmp_path / "plain")).repairs == ()


def test_own_code_for_numpy_1_is_repaired_line_for_line_and_said(tmp_path):
    source = b"import numpy as np\nx = np.product(a)\ny = numpy.product(b); z = my_np.product(c); np.products(d)\n"
    changed = repaired_source(source)
    assert changed == b"import numpy as np\nx = np.prod(a)\ny = numpy.prod(b); z = my_np.product(c); np.products(d)\n"
    assert repairs_of_source(source) == repairs_of_source(b"np.product")
    assert repairs_of_source(changed) == ()
    root = make_bundle(tmp_path / "tiny", changes={"inferer": {"_target_": "scripts.a.Inferer"}})
    (root / "scripts").mkdir()
    (root / "scripts" / "a.py").write_bytes(source)
    assert "numpy.prod" in json.dumps(Bundle.open(root).repairs)
