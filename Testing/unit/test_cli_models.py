"""``medai models`` with a hub, packs, verification and conversion, as users type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medai.bundles.store import download
from support.bundles import make_bundle
from support.commands import assert_refused, json_of, medai
from support.hub import contents_of, running_hub

NAME, VERSION = "spleen_ct_segmentation", "0.5.9"


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEDAI_OFFLINE", "")


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("example") / NAME, labels=("spleen",))


@pytest.fixture
def hub(monkeypatch, example):
    monkeypatch.setattr(download, "_LONGEST_WAIT", 0.02)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with running_hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        running.publish(f"MONAI/{NAME}", VERSION, contents_of(example), ("models/model.pt",))
        yield running


def test_a_public_model_is_installed_by_its_name(hub):
    done = medai("models", "install", NAME)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["installed:", NAME]
    assert "checked:       all 3 files by their published hashes" in done.stdout
    assert "model.pt" in done.stderr
    assert_refused(medai("models", "install", NAME), 2, "is installed already")
    assert json_of(medai("models", "install", f"{NAME}@{VERSION}", "--replace", "--json"))["name"] == NAME
    assert {m["name"]: m["state"] for m in json_of(medai("models", "list", "spleen", "--json"))}[NAME] == "installed"


def test_what_cannot_be_downloaded_is_said_in_a_sentence(hub):
    assert_refused(medai("models", "install", "nothing@1.0"), 2, "no public model 'nothing'")
    hub.faults[f"/MONAI/{NAME}/resolve/{VERSION}/models/model.pt"] = ["other"]
    assert_refused(medai("models", "install", NAME), 2, "model.pt", "is not the published file")
    assert_refused(medai("models", "install", NAME, "--offline"), 2, "MedAI is offline", "install the model from a file")


def test_models_are_verified_one_or_all(hub, tmp_path):
    medai("models", "install", NAME)
    medai("models", "install", make_bundle(tmp_path / "mine"))
    assert json_of(medai("models", "verify", "--json")) == [
        {"name": "mine", "good": True, "problems": []}, {"name": NAME, "good": True, "problems": []}
    ]  # fmt: skip
    (tmp_path / "home" / "models" / "mine" / "note.txt").write_text("x")
    done = medai("models", "verify", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["problems"] == [
        {"kind": "extra", "file": "note.txt", "text": "note.txt was not there when the model was installed."}
    ]
    assert medai("models", "verify", NAME).stdout.splitlines() == ["model\tfinding", f"{NAME}\tas installed"]
    assert_refused(medai("models", "verify", "nothing"), 2, "no installed model 'nothing'")


def test_models_go_to_another_computer_in_a_pack(tmp_path, monkeypatch):
    for name in ("one", "two"):
        medai("models", "install", make_bundle(tmp_path / name))
    pack = tmp_path / "pack.zip"
    made = json_of(medai("models", "export", "one", "two", "-o", pack, "--json"))
    assert made == {"file": str(pack), "models": ["one", "two"], "bytes": pack.stat().st_size}
    assert_refused(medai("models", "export", "one", "-o", pack), 2, "exists already")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "other"))
    assert [model["name"] for model in json_of(medai("models", "install", pack, "--json", "--offline"))] == ["one", "two"]
    assert medai("models", "verify").returncode == 0


def test_a_model_s_weights_are_converted(tmp_path):
    done = medai("models", "convert", make_bundle(tmp_path / "mine"), "-o", tmp_path / "safe")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "safe" / "models").iterdir()} == {"model.safetensors"}
    assert_refused(medai("models", "convert", tmp_path / "mine", "-o", tmp_path / "safe"), 2, "exists already")


def test_a_public_model_is_shown_with_its_terms_and_cost():
    shown = json_of(medai("models", "show", "multi_organ_segmentation", "--json"))
    assert (shown["kind"], shown["commercial_use"], shown["weights_license"]) == (
        "segmentation", False, "private use, not to be passed on"
    )  # fmt: skip
    assert shown["cost"]["window"] == [96, 96, 96]
    assert {"value": 4, "code": "SCT 78961009"}.items() <= {**shown["labels"][3]}.items()
    text = medai("models", "show", "multi_organ_segmentation").stdout
    assert all(line in text for line in ("commercial:    not permitted", "window:        96 x 96 x 96"))
    assert_refused(
        medai("run", "x.nii.gz", "--model", "multi_organ_segmentation", "-o", "out"),
        2,
        "`medai models install multi_organ_segmentation`",
    )


def test_a_detector_s_class_has_its_code():
    (label,) = json_of(medai("models", "show", "lung_nodule_ct_detection", "--json"))["labels"]
    assert (label["value"], label["name"], label["meaning"]) == (0, "lung nodule", "Nodule, Lung")
