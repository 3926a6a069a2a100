"""Weights: every way in which a checkpoint can be wrong is told apart, and none runs code."""

from __future__ import annotations

import pickle

import pytest
import torch
from torch import nn

from medai.bundles.weights import load_weights
from medai.errors import InputError, RefusedError


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv3d(1, 4, 3), nn.InstanceNorm3d(4, affine=True))


@pytest.mark.parametrize(
    "wrap", [lambda s: s, lambda s: {"model": s}, lambda s: {"state_dict": s, "epoch": 3}, lambda s: {"net": s}]
)
def test_bare_and_nested_tables_of_weights_are_found(tmp_path, network, wrap):
    state = {name: value + 1 for name, value in network.state_dict().items()}
    torch.save(wrap(state), tmp_path / "model.pt")
    load_weights(network, tmp_path / "model.pt")
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


def test_half_precision_on_disk_becomes_the_networks_precision(tmp_path, network):
    torch.save({name: value.half() for name, value in network.state_dict().items()}, tmp_path / "model.pt")
    load_weights(network, tmp_path / "model.pt")
    assert {value.dtype for value in network.state_dict().values()} == {torch.float32}


def damaged(state: dict, kind: str) -> dict:
    state = dict(state)
    if kind == "missing":
        state.pop("0.bias")
    elif kind == "extra":
        state["2.weight"] = torch.zeros(1)
    elif kind == "shape":
        state["0.bias"] = torch.zeros(5)
    elif kind == "nan":
        state["0.bias"] = torch.full((4,), float("nan"))
    return state


@pytest.mark.parametrize(
    ("kind", "says"), [("missing", "missing"), ("extra", "too many"), ("shape", "shape"), ("nan", "no numbers")]
)
def test_weights_that_do_not_fit_are_told_apart(tmp_path, network, kind, says):
    torch.save({"model": damaged(network.state_dict(), kind)}, tmp_path / "model.pt")
    with pytest.raises(InputError, match=says):
        load_weights(network, tmp_path / "model.pt")


def test_a_missing_file_a_truncated_file_and_a_text_are_told(tmp_path, network):
    with pytest.raises(InputError, match="missing"):
        load_weights(network, tmp_path / "none.pt")
    torch.save(network.state_dict(), tmp_path / "cut.pt")
    whole = (tmp_path / "cut.pt").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no weights at all"):
        (tmp_path / "cut.pt").write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            load_weights(network, tmp_path / "cut.pt")


def test_safetensors_are_read_and_damaged_ones_told(tmp_path, network):
    from safetensors.torch import save_file

    save_file({name: value + 1 for name, value in network.state_dict().items()}, tmp_path / "model.safetensors")
    before = network.state_dict()["0.bias"].clone()
    load_weights(network, tmp_path / "model.safetensors")
    assert torch.equal(network.state_dict()["0.bias"], before + 1)
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match="damaged"):
        load_weights(network, tmp_path / "model.safetensors")


class Gadget:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("protocol", ["torch", "pickle"])
def test_a_checkpoint_that_would_run_code_is_not_read(tmp_path, network, protocol):
    canary = tmp_path / "canary"
    if protocol == "torch":
        torch.save({"model": Gadget(str(canary))}, tmp_path / "model.pt")
    else:
        (tmp_path / "model.pt").write_bytes(pickle.dumps(Gadget(str(canary))))
    with pytest.raises((RefusedError, InputError)):
        load_weights(network, tmp_path / "model.pt")
    assert not canary.exists()
