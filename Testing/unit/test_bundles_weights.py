"""Weights: every way in which a checkpoint can be wrong is told apart, and none runs code."""

from __future__ import annotations

import pickle
import zipfile

import numpy as np
import pytest
import torch
from torch import nn

from medai.bundles.weights import load_weights, read_checkpoint
from medai.errors import InputError, RefusedError, TrustError


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv3d(1, 4, 3), nn.InstanceNorm3d(4, affine=True))


WRAPPED = {
    "bare": lambda s: s,
    "model": lambda s: {"model": s},
    "state_dict": lambda s: {"state_dict": s, "epoch": 3},
    "net": lambda s: {"net": s},
    "deeper": lambda s: {"state_dict": {"model": s}, "epoch": np.float64(3)},
    "DataParallel": lambda s: {f"module.{name}": value for name, value in s.items()},
    "Lightning": lambda s: {"state_dict": {**{f"model.{n}": v for n, v in s.items()}, "loss.weight": torch.ones(2)}},
    "compiled and parallel": lambda s: {"network_weights": {f"module._orig_mod.{n}": v for n, v in s.items()}},
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_bare_and_nested_tables_of_weights_are_found(tmp_path, network, wrap):
    state = {name: value + 1 for name, value in network.state_dict().items()}
    torch.save(wrap(state), tmp_path / "model.pt")
    assert load_weights(network, tmp_path / "model.pt") == ()
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


def test_the_loaders_key_comes_before_the_usual_ones_and_an_averaged_copy_is_not_guessed(tmp_path, network):
    state = network.state_dict()
    torch.save({"model": {n: v + 1 for n, v in state.items()}, "ema": {n: v + 2 for n, v in state.items()}}, tmp_path / "a.pt")
    before = state["0.bias"].clone()
    load_weights(network, tmp_path / "a.pt", key="ema")
    assert torch.equal(network.state_dict()["0.bias"], before + 2)
    torch.save({"ema": dict(state), "teacher": dict(state)}, tmp_path / "b.pt")
    with pytest.raises(InputError, match=r"holds no table of weights \(it holds ema, teacher\)"):
        load_weights(network, tmp_path / "b.pt")


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
    elif kind == "type":
        state["0.bias"] = torch.zeros(4, dtype=torch.int64)
    elif kind == "nan":
        state["0.bias"] = torch.full((4,), float("nan"))
    elif kind == "other":
        state = {f"encoder.{name}": value for name, value in state.items()}
    elif kind == "empty":
        state = {}
    return state


SAYS = {
    "missing": r"1 weights are missing \(first: 0.bias\)",
    "extra": r"1 weights are too many \(first: 2.weight\)",
    "shape": r"0.bias has the shape \(5,\), not \(4,\)",
    "type": "0.bias is of the type int64, not float32",
    "nan": "damaged: 0.bias holds values that are no numbers",
    "other": "belongs to another network",
    "empty": "empty table",
}


@pytest.mark.parametrize(("kind", "says"), SAYS.items())
def test_weights_that_do_not_fit_are_told_apart(tmp_path, network, kind, says):
    torch.save({"model": damaged(network.state_dict(), kind)}, tmp_path / "model.pt")
    with pytest.raises(InputError, match=says):
        load_weights(network, tmp_path / "model.pt")


def test_missing_weights_are_tolerated_only_where_the_loader_says_so_and_then_told(tmp_path, network):
    torch.save({**damaged(network.state_dict(), "missing"), "more": torch.ones(1)}, tmp_path / "model.pt")
    (said,) = load_weights(network, tmp_path / "model.pt", strict=False)
    assert "lacks 1 of the network's 4 weights (first: 0.bias)" in said
    torch.save({"model": damaged(network.state_dict(), "other")}, tmp_path / "model.pt")
    with pytest.raises(InputError, match="another network"):
        load_weights(network, tmp_path / "model.pt", strict=False)


BROKEN = {
    b"": "empty",
    b"no weights at all": "no checkpoint",
    b"\n<!DOCTYPE html><html>Quota exceeded": "web page",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0": "Git LFS pointer",
    b"\x80\x02}q\x00": "damaged",
    b"PK\x03\x04 and no more": "cut short",
}


@pytest.mark.parametrize(("content", "says"), BROKEN.items())
def test_files_that_are_no_checkpoints_are_told_apart(tmp_path, network, content, says):
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(InputError, match=says):
        load_weights(network, tmp_path / "model.pt")


def test_a_missing_file_and_files_cut_short_are_told(tmp_path, network):
    from safetensors.torch import save_file

    with pytest.raises(InputError, match="missing"):
        load_weights(network, tmp_path / "none.pt")
    torch.save(network.state_dict(), tmp_path / "cut.pt")
    save_file(network.state_dict(), tmp_path / "cut.safetensors")
    for path in (tmp_path / "cut.pt", tmp_path / "cut.safetensors"):
        whole = path.read_bytes()
        for end in (len(whole) - 1, len(whole) // 2, 60):
            path.write_bytes(whole[:end])
            with pytest.raises(InputError, match="cut short"):
                load_weights(network, path)


def test_an_archive_without_a_checkpoint_is_damaged(tmp_path, network):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(InputError, match="damaged"):
        load_weights(network, tmp_path / "model.pt")


def test_safetensors_are_read_and_damaged_ones_told(tmp_path, network):
    from safetensors.torch import save_file

    save_file({name: value + 1 for name, value in network.state_dict().items()}, tmp_path / "model.safetensors")
    before = network.state_dict()["0.bias"].clone()
    load_weights(network, tmp_path / "model.safetensors")
    assert torch.equal(network.state_dict()["0.bias"], before + 1)
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match="damaged"):
        load_weights(network, tmp_path / "model.safetensors")


def test_numpy_arrays_and_numbers_beside_weights_are_read(tmp_path):
    content = {
        "arch_code_a": np.arange(12).reshape(3, 4)[:, ::2],
        "node_a": np.asfortranarray(np.ones((2, 3), np.float32)),
        "best": np.float64(0.25),
        "swapped": np.arange(3, dtype=">i4"),
    }
    torch.save(content, tmp_path / "search_code.pt")
    read = read_checkpoint(tmp_path / "search_code.pt")
    for name, value in content.items():
        assert np.array_equal(read[name], value), name
        assert np.asarray(read[name]).dtype == np.asarray(value).dtype.newbyteorder("=")
    assert torch.equal(torch.from_numpy(read["node_a"]), torch.ones(2, 3))


@pytest.mark.parametrize("content", [np.array([object()]), np.zeros(2, [("a", "f4"), ("b", "O")]), np.array(["text"])])
def test_arrays_of_anything_but_numbers_are_not_read(tmp_path, content):
    with (tmp_path / "model.pt").open("wb") as file:
        torch.save({"odd": content.astype(object) if content.dtype == object else content}, file)
    with pytest.raises((InputError, RefusedError)):
        read_checkpoint(tmp_path / "model.pt")


class Gadget:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("protocol", ["torch", "pickle", "in an array"])
def test_a_checkpoint_that_would_run_code_is_not_read(tmp_path, network, protocol):
    canary = tmp_path / "canary"
    if protocol == "pickle":
        (tmp_path / "model.pt").write_bytes(pickle.dumps(Gadget(str(canary))))
    else:
        gadget = Gadget(str(canary))
        torch.save({"model": np.array([gadget]) if protocol == "in an array" else gadget}, tmp_path / "model.pt")
    with pytest.raises((RefusedError, InputError)):
        load_weights(network, tmp_path / "model.pt")
    assert not canary.exists()


def test_a_whole_network_that_was_pickled_is_refused_by_its_class(tmp_path, network):
    torch.save(network, tmp_path / "model.pt")
    with pytest.raises(RefusedError, match=r"torch\.nn\.modules\.container\.Sequential.*was not read"):
        load_weights(network, tmp_path / "model.pt")


def test_torchscript_gives_its_weights_only_when_it_is_trusted(tmp_path, network):
    torch.jit.script(network).save(str(tmp_path / "model.ts"))
    other = nn.Sequential(nn.Conv3d(1, 4, 3), nn.InstanceNorm3d(4, affine=True))
    with pytest.raises(TrustError, match="TorchScript"):
        load_weights(other, tmp_path / "model.ts")
    load_weights(other, tmp_path / "model.ts", trusted=True)
    assert torch.equal(other.state_dict()["0.weight"], network.state_dict()["0.weight"])
