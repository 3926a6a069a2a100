"""The command line beside runs: help, models, usage errors, purity of --json."""

import json
import subprocess
import sys

import pytest

from medai import __version__
from support.bundles import make_bundle
from support.commands import assert_refused, json_of, medai, medai_process


def test_help_lists_every_command():
    done = medai_process("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("run", "models", "plan", "evaluate", "doctor"))


def test_the_version_is_the_package_version():
    assert medai("--version").stdout.strip() == __version__


def test_the_command_line_loads_no_large_library_before_a_command_needs_it():
    code = "import sys, medai.cli; print({'torch', 'monai', 'SimpleITK', 'slicer', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'numpy'}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("run", "scan.nii.gz"),
        ("run", "--model", "brain-mr", "scan.nii.gz"),
        ("run", "--wings"),
        ("models", "fly"),
        ("evaluate", "one.nii"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(arguments):
    done = medai(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_models_are_listed_with_what_one_chooses_by():
    models = {model["name"]: model for model in json_of(medai("models", "list", "--json"))}
    assert models["brain-mr"]["source"] == "built-in"
    assert models["brain-mr"]["modality"] == "MR"
    assert len(models["brain-mr"]["labels"]) == 15
    assert models["brain-mr"]["bytes"] > 0
    lines = medai("models", "list").stdout.splitlines()
    assert lines[0].split("\t") == ["name", "title", "modality", "labels", "version", "source", "size"]


def test_installed_models_are_listed_too(tmp_path, monkeypatch):
    make_bundle(tmp_path / "models" / "mine")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    assert {model["name"]: model["source"] for model in json_of(medai("models", "list", "--json"))}["mine"] == "installed"


def test_a_model_is_shown_with_labels_license_card_and_measured_quality(tmp_path):
    folder = make_bundle(tmp_path / "mine", labels=("spleen", "kidney_left"))
    (folder / "LICENSE").write_text("Apache-2.0")
    (folder / "docs").mkdir()
    (folder / "docs" / "README.md").write_text("# Card")
    metadata = json.loads((folder / "configs" / "metadata.json").read_text())
    metadata["eval_metrics"] = {"mean_dice": 0.83}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    shown = json_of(medai("models", "show", folder, "--json"))
    assert shown["channels"] == ["MRI"]
    assert shown["license"] == str(folder / "LICENSE")
    assert shown["model_card"] == str(folder / "docs" / "README.md")
    assert shown["measured"] == {"mean_dice": 0.83}
    assert [(label["value"], label["name"], label["meaning"]) for label in shown["labels"]] == [
        (1, "spleen", "Spleen"),
        (2, "kidney_left", "Kidney, Left"),
    ]
    text = medai("models", "show", folder).stdout
    assert all(word in text for word in ("spleen", "SCT 78961009", "mean_dice 0.83", "LICENSE"))


def test_an_unknown_model_is_refused_with_those_there_are():
    assert_refused(medai("models", "show", "nothing"), 2, "nothing", "brain-mr")


def test_a_damaged_bundle_is_refused(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "metadata.json").write_text("{")
    assert_refused(medai("models", "show", tmp_path, "--json"), 2, "metadata.json")


def test_debug_adds_the_traceback_to_the_sentence(tmp_path):
    done = medai("models", "show", tmp_path, "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("medai: ")
