"""Configurations: references, parts and switches; loops and forbidden parts end in a sentence."""

from __future__ import annotations

import json

import pytest
import torch

from medai.bundles.config import ConfigGraph, read_config
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
        {"_target_": "torch.hub.load"},
        {"_target_": "scripts.network.Net"},
        {"_target_": "$'os' + '.system'"},
        {"_target_": "UNet", "_mode_": "callable"},
        {"_target_": "DenseNet121", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "pretrained": True},
        {"_target_": "FlexibleUNet", "in_channels": 3, "out_channels": 2, "backbone": "efficientnet-b0", "pretrained": True},
        "%other.json::network",
        "$torch.load('x.pt')",
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


def test_wrong_settings_of_a_part_are_told_in_a_sentence():
    with pytest.raises(InputError, match="UNet cannot be built"):
        graph(net={"_target_": "UNet", "colour": "red"}).built("net")


@pytest.mark.parametrize("text", ["", "[1]", "{", "\x00", '"text"'])
def test_unreadable_configurations_are_told(tmp_path, text):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "inference.json").write_text(text)
    with pytest.raises(InputError):
        read_config(tmp_path)


def test_yaml_and_json_read_alike(tmp_path):
    for name, text in (("j", json.dumps({"a": [1, {"b": "@a"}]})), ("y", "a:\n- 1\n- b: '@a'\n")):
        (tmp_path / name / "configs").mkdir(parents=True)
        (tmp_path / name / "configs" / ("inference.json" if name == "j" else "inference.yaml")).write_text(text)
    assert read_config(tmp_path / "j") == read_config(tmp_path / "y")


def test_yaml_cannot_make_objects(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "inference.yaml").write_text("a: !!python/object/apply:os.system ['true']\n")
    with pytest.raises(InputError):
        read_config(tmp_path)
