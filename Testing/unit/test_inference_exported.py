"""Exported networks give what the network behind them gives in a MONAI bundle; they read no file but their own."""

from __future__ import annotations

import builtins
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from medai.bundles import Bundle
from medai.bundles.audit import audit
from medai.bundles.audit.consent import trust
from medai.errors import InputError, TrustError
from medai.inference import infer, make_plan
from medai.inference.exported.onnx import OnnxNetwork
from medai.inference.exported.onnx_files import data_files
from support.bundles import SOFTMAX_INVERT_ARGMAX, make_bundle
from support.foreign import TinyNetwork, make_exported
from support.scans import blobs


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def labels_of(root: Path, **scan: object) -> np.ndarray:
    return infer([blobs(**scan)], Bundle.open(root)).labelmap.voxels


def test_onnx_and_torchscript_give_what_the_network_gives_in_a_bundle(tmp_path):
    """The same convolution as a bundle's network, so that preprocessing, windows and the way back are compared too."""
    from monai.networks.nets import UNet

    settings = {"spatial_dims": 3, "in_channels": 1, "out_channels": 3, "channels": [8, 16], "strides": [2], "num_res_units": 1}
    bundle = make_bundle(tmp_path / "monai", order=SOFTMAX_INVERT_ARGMAX, window=(16, 16, 16))
    config = json.loads((bundle / "configs" / "inference.json").read_text())
    config["inferer"] |= {"sw_batch_size": 1, "mode": "gaussian"}
    (bundle / "configs" / "inference.json").write_text(json.dumps(config))
    network = UNet(**settings).eval()
    network.load_state_dict(torch.load(bundle / "models" / "model.pt", weights_only=True)["model"])
    expected = labels_of(bundle)
    assert len(np.unique(expected)) == 3
    assert (labels_of(make_exported(tmp_path / "onnx", network)) == expected).mean() >= 0.99999
    script = make_exported(tmp_path / "script", network, file="network.ts")
    trust(audit(Bundle.open(script)))
    assert (labels_of(script) == expected).mean() >= 0.99999


def test_torchscript_runs_only_after_consent(tmp_path):
    root = make_exported(tmp_path / "tiny", file="network.ts")
    found = audit(Bundle.open(root))
    assert [file.path for file in found.files] == ["network.ts"]
    with pytest.raises(TrustError, match=r"network.ts"):
        infer([blobs()], Bundle.open(root))
    trust(found)
    assert infer([blobs()], Bundle.open(root)).labelmap.shape == blobs().shape


def test_onnx_is_safe(tmp_path):
    assert audit(Bundle.open(make_exported(tmp_path / "tiny"))).verdict.value == "safe"


@pytest.mark.parametrize("output", ["logits", "softmax", "labels"])
def test_scores_probabilities_and_labels_lead_to_the_same_labels(tmp_path, output):
    whole = {"spacing": None, "orientation": None, "window": None}
    root = make_exported(tmp_path / output, TinyNetwork(output=output), output=output, **whole)
    expected = labels_of(make_exported(tmp_path / "plain", TinyNetwork(), **whole))
    assert len(np.unique(expected)) > 1
    assert (labels_of(root) == expected).mean() >= 0.9999


def test_labels_of_overlapping_windows_are_voted_on_not_averaged(tmp_path):
    found = labels_of(make_exported(tmp_path / "tiny", TinyNetwork(output="labels"), output="labels"))
    assert set(np.unique(found)) <= {0, 1, 2}
    assert len(np.unique(found)) > 1
    fewer = make_exported(tmp_path / "fewer", TinyNetwork(output="labels"), output="labels", labels={"1": "a"})
    with pytest.raises(InputError, match="labels other than 0 to 1"):
        labels_of(fewer)


def test_probabilities_of_labels_that_may_overlap(tmp_path):
    network = TinyNetwork(outputs=1, output="sigmoid")
    root = make_exported(tmp_path / "one", network, output="sigmoid", labels={"1": "thing"}, window=None)
    found = labels_of(root)
    assert set(np.unique(found)) == {0, 1}


def test_a_network_of_slices(tmp_path):
    root = make_exported(tmp_path / "flat", TinyNetwork(dims=2), window=[16, 16], spacing=None, orientation=None)
    found = labels_of(root)
    assert found.shape == (1, 48, 40, 20)
    assert len(np.unique(found)) > 1


def test_a_classifier(tmp_path):
    network = TinyNetwork(outputs=2, classes=True)
    root = make_exported(tmp_path / "c", network, kind="classification", labels={"0": "healthy", "1": "ill"}, window=None)
    bundle = Bundle.open(root)
    assert bundle.kind == "classification"
    classes = infer([blobs()], bundle).classes
    assert [entry.name for entry in classes] == ["healthy", "ill"]
    assert sum(entry.probability for entry in classes) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "intensity",
    [
        {"mode": "range", "from": [-100, 400], "to": [0, 1], "clip": True},
        {"mode": "percentile", "from": [1, 99], "to": [-1, 1]},
        {"mode": "scale", "to": [0, 1]},
        {"mode": "zscore", "nonzero": True},
        None,
    ],
)
def test_every_scale_of_intensities_runs(tmp_path, intensity):
    root = make_exported(tmp_path / "tiny", intensity=intensity)
    assert labels_of(root, shape=(20, 20, 10)).shape == (1, 20, 20, 10)


def test_the_plan_of_an_exported_network(tmp_path):
    plan = make_plan([blobs()], Bundle.open(make_exported(tmp_path / "tiny")))
    assert plan.window == (16, 16, 16)
    assert plan.windows > 1
    assert plan.stage_seconds["segmenting"] > 0


def test_networks_that_are_not_what_their_description_says_are_told(tmp_path):
    more = make_exported(tmp_path / "labels", labels={"1": "a", "2": "b", "3": "c"})
    with pytest.raises(InputError, match=r"gives 1 x 3 x 16 x 16 x 16 values .* promises 1 x 4 x 16 x 16 x 16"):
        labels_of(more)
    channels = make_exported(tmp_path / "channels")
    entries = json.loads((channels / "medai-model.json").read_text())
    (channels / "medai-model.json").write_text(json.dumps({**entries, "channels": ["T1", "T2"]}))
    with pytest.raises(InputError, match="takes 1 channels, not the 2"):
        infer([blobs(channels=2)], Bundle.open(channels))


@pytest.mark.parametrize("content", [b"", b"no network at all", b"\x08\x07\x3a\xff\xff\xff\xff\x0f", None])
def test_damaged_networks_are_told(tmp_path, content):
    root = make_exported(tmp_path / "tiny")
    whole = (root / "network.onnx").read_bytes()
    (root / "network.onnx").write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(InputError, match=r"network.onnx is damaged"):
        labels_of(root)


def with_outside_weights(root: Path, location: str) -> Path:
    """The network with its weights in a file of its own, as the library of ONNX writes it, at any place."""
    onnx = pytest.importorskip("onnx")
    path = root / "network.onnx"
    model = onnx.load(str(path))
    onnx.save_model(model, str(path), save_as_external_data=True, location="weights.bin", size_threshold=0)
    model = onnx.load(str(path), load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            entry.value = location if entry.key == "location" else entry.value
    path.write_bytes(model.SerializeToString())
    return path


def test_weights_beside_the_network_are_read(tmp_path):
    plain, root = (make_exported(tmp_path / name) for name in ("plain", "tiny"))
    path = with_outside_weights(root, "weights.bin")
    assert data_files(path) == [root / "weights.bin"]
    assert np.array_equal(labels_of(root), labels_of(plain))
    (root / "weights.bin").unlink()
    with pytest.raises(InputError, match=r"weights.bin is missing"):
        labels_of(root)


@pytest.mark.parametrize("location", ["../secret.bin", "/etc/passwd", "link.bin"])
def test_weights_outside_the_folder_are_not_read(tmp_path, location):
    root = make_exported(tmp_path / "tiny")
    path = with_outside_weights(root, location)
    (tmp_path / "secret.bin").write_bytes(b"\0" * 4096)
    (root / "link.bin").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(InputError, match="outside its own folder"):
        OnnxNetwork(path, 1, 3, "maps")


def test_operations_of_other_makers_are_not_loaded(tmp_path):
    onnx = pytest.importorskip("onnx")
    root = make_exported(tmp_path / "tiny")
    model = onnx.load(str(root / "network.onnx"))
    model.graph.node[0].domain = "com.someone"
    model.opset_import.append(onnx.helper.make_opsetid("com.someone", 1))
    (root / "network.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match="no network that onnxruntime can run"):
        labels_of(root)


def test_a_missing_onnxruntime_is_named_with_how_to_get_it(tmp_path, monkeypatch):
    root = make_exported(tmp_path / "tiny")
    real = builtins.__import__

    def without(name, *arguments, **more):
        if name == "onnxruntime":
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match="run: pip install onnxruntime"):
        labels_of(root)
