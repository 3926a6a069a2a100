"""Models of nnU-Net and exported networks in the store, as users type it: the same commands, the same judgment."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest

from support.bundles import make_bundle
from support.commands import assert_refused, json_of, medai
from support.foreign import TRAINER, make_exported, make_trained_folder

DATASET, TRAINED = "Dataset900_Tiny", f"{TRAINER}3d_fullres"
MODEL_FILES = {f"{TRAINED}/plans.json", f"{TRAINED}/dataset.json", f"{TRAINED}/fold_0/checkpoint_final.pth"}


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


@pytest.fixture
def trained(tmp_path) -> Path:
    """What nnU-Net leaves of a training: two configurations, and scans that were segmented to judge it."""
    folder = tmp_path / "results" / DATASET
    make_trained_folder(folder, configuration="2d", patch=(16, 16), spacing=(1.5, 1.5))
    root = make_trained_folder(folder)
    (root / "fold_0" / "checkpoint_best.pth").write_bytes(b"another")
    (root / "fold_0" / "validation").mkdir()
    (root / "fold_0" / "validation" / "Doe_John.nii.gz").write_bytes(b"scan")
    (root / "fold_0" / "training_log.txt").write_text("log")
    return folder


def zipped(root: Path, to: Path, top: str = "") -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for path in sorted(root.rglob("*")):
            archive.write(path, Path(top, path.relative_to(root)))
    return to


def installed(*arguments: object) -> str:
    return str(json_of(medai("models", "install", *arguments, "--json"))["name"])


def files_in(tmp_path: Path, name: str) -> set[str]:
    root = tmp_path / "home" / "models" / name
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def scan(path: Path) -> Path:
    voxels = np.random.default_rng(1).normal(60, 90, (24, 26, 20)).astype(np.float32)
    nibabel.save(nibabel.Nifti1Image(voxels, np.diag([1.5, 1.5, 2.0, 1.0])), path)
    return path


def test_a_folder_of_nnunet_lives_in_the_store_like_any_other_model(tmp_path, trained, monkeypatch):
    assert installed(trained) == DATASET
    assert files_in(tmp_path, DATASET) == MODEL_FILES, "of two trainings the one that runs, without anybody's scans"
    shown = json_of(medai("models", "show", DATASET, "--json"))
    assert (shown["title"], shown["kind"]) == (f"{DATASET} (nnU-Net 3d_fullres)", "segmentation")
    assert DATASET in medai("models", "list", "liver").stdout
    assert medai("models", "verify", DATASET).stdout.splitlines()[1] == f"{DATASET}\tas installed"
    assert json_of(medai("audit", DATASET, "--json"))["verdict"] == "safe"
    assert_refused(medai("models", "install", trained), 2, "is installed already")
    pack = tmp_path / "pack.zip"
    assert medai("models", "export", DATASET, "-o", pack).returncode == 0
    assert medai("models", "remove", DATASET).returncode == 0
    assert files_in(tmp_path, DATASET) == set()
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "other"))
    assert installed(pack) == DATASET
    assert medai("models", "verify").returncode == 0


def test_an_installed_one_runs_and_finds_what_its_folder_finds(tmp_path, trained):
    installed(trained)
    labels = []
    for model in (DATASET, trained):
        out = tmp_path / f"out-{len(labels)}"
        done = medai("run", scan(tmp_path / "ct.nii.gz"), "--model", model, "-o", out, "--device", "cpu")
        assert done.returncode == 0, done.stderr
        labels.append(np.asarray(nibabel.load(out / "segmentation.nii.gz").dataobj))
    assert labels[0].any()
    assert np.array_equal(*labels)


def test_a_trained_folder_by_itself_is_called_by_what_it_learned_from(tmp_path, trained):
    assert installed(trained / TRAINED) == f"{DATASET}_3d_fullres"
    assert installed(trained / f"{TRAINER}2d") == f"{DATASET}_2d"
    assert files_in(tmp_path, f"{DATASET}_3d_fullres") == MODEL_FILES
    renamed = shutil.copytree(trained / TRAINED, tmp_path / "my liver")
    (renamed / "README.md").write_text("mine")
    assert installed(renamed) == "my liver"
    assert files_in(tmp_path, "my liver") == {p.removeprefix(f"{TRAINED}/") for p in MODEL_FILES} | {"README.md"}


def test_zips_of_nnunet_are_taken_with_their_folder_at_the_top_or_without(tmp_path, trained):
    packed = zipped(trained, tmp_path / "export.zip", top=DATASET)
    assert medai("audit", packed).returncode == 0
    assert installed(packed) == DATASET
    assert files_in(tmp_path, DATASET) == MODEL_FILES
    by_itself = zipped(trained / TRAINED, tmp_path / f"{TRAINED}.zip", top=TRAINED)
    assert_refused(medai("models", "install", by_itself), 2, f"is installed already as {DATASET}; use that one")
    assert medai("models", "remove", DATASET).returncode == 0
    assert installed(by_itself) == f"{DATASET}_3d_fullres"


def test_what_is_wrong_with_a_training_is_said_before_anything_is_copied(tmp_path, trained):
    make_trained_folder(trained.parent / "Dataset901_Other")
    assert_refused(medai("models", "install", trained.parent), 2, "holds several models; choose one of them")
    shutil.rmtree(trained / TRAINED / "fold_0")
    assert_refused(medai("models", "install", trained), 2, "has no fold_0/checkpoint_final.pth")
    (trained / TRAINED / "dataset.json").unlink()
    shutil.rmtree(trained / f"{TRAINER}2d")
    assert_refused(medai("models", "install", trained), 2, "holds no model (configs/metadata.json of a MONAI bundle, plans.json")
    plans = trained.parent / "Dataset901_Other" / TRAINED / "plans.json"
    said = json.loads(plans.read_text())
    architecture = said["configurations"]["3d_fullres"]["architecture"]
    architecture["network_class_name"] = "os.system"
    plans.write_text(json.dumps(said))
    assert_refused(medai("models", "install", plans.parent), 4, "os.system")
    said["dataset_name"] = "../outside"
    plans.write_text(json.dumps(said))
    assert_refused(medai("models", "install", plans.parent), 2, "no plain folder name")
    assert [path.name for path in (tmp_path / "home" / "models").iterdir()] == [".lock"]


def test_an_exported_network_lives_in_the_store_like_any_other_model(tmp_path):
    folder = make_exported(tmp_path / "mine" / "tiny-head")
    assert_refused(medai("models", "install", folder / "network.onnx"), 2, "put it with a medai-model.json into a folder")
    assert_refused(medai("models", "convert", folder, "-o", tmp_path / "safe"), 2, "is no MONAI bundle")
    assert installed(folder) == "tiny-head"
    assert files_in(tmp_path, "tiny-head") == {"medai-model.json", "network.onnx"}
    assert medai("audit", "tiny-head").returncode == 0
    assert medai("models", "verify", "tiny-head").returncode == 0
    assert medai("models", "remove", "tiny-head").returncode == 0
    assert installed(zipped(folder, tmp_path / "tiny-head-1.2.zip", top="tiny-head")) == "tiny-head"
    (folder / "network.onnx").unlink()
    assert_refused(medai("models", "install", folder, "--replace"), 2, "network.onnx is missing")
    assert medai("models", "verify", "tiny-head").returncode == 0


def test_a_torchscript_network_is_installed_and_asks_before_it_runs(tmp_path):
    assert installed(make_exported(tmp_path / "mine" / "script", file="network.ts")) == "script"
    done = medai("audit", "script")
    assert done.returncode == 3
    assert "network.ts" in done.stdout
    arguments = ("run", scan(tmp_path / "mr.nii.gz"), "--model", "script", "-o", tmp_path / "out", "--device", "cpu")
    assert_refused(medai(*arguments), 3, "--trust")
    done = medai(*arguments, "--trust")
    assert done.returncode == 0, done.stderr


def test_a_bundle_without_a_network_is_refused_wherever_it_is_met(tmp_path):
    bundle = make_bundle(tmp_path / "generator", changes={"network_def": None, "diffusion_unet_def": {"_target_": "UNet"}})
    done = medai("audit", bundle)
    assert done.returncode == 4
    assert "The configuration describes no network that MedAI could run" in done.stdout
    assert_refused(medai("models", "install", bundle), 4, "describes no network that MedAI could run at 'network_def'.")
    done = medai("run", scan(tmp_path / "mr.nii.gz"), "--model", bundle, "-o", tmp_path / "out")
    assert_refused(done, 4, "describes no network that MedAI could run")
