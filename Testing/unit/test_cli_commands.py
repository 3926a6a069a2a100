"""The command line beside runs: help, models, usage errors, purity of --json."""

import json
import subprocess
import sys

import pytest

from medai import __version__
from medai.cli.console import gigabytes
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
    assert models["brain-mr"]["state"] == "built-in"
    assert models["brain-mr"]["modality"] == "MR"
    assert len(models["brain-mr"]["labels"]) == 15
    assert models["brain-mr"]["bytes"] > 0
    lines = medai("models", "list").stdout.splitlines()
    assert lines[0].split("\t") == ["name", "title", "modality", "labels", "version", "state", "license", "size"]
    assert lines[1].startswith("brain-mr\tBrain MRI, any contrast\tMR\t15\t")


def test_models_are_listed_by_words():
    assert [model["name"] for model in json_of(medai("models", "list", "cerebral", "mri", "any", "--json"))] == ["brain-mr"]
    assert json_of(medai("models", "list", "no such thing", "--json")) == []
    public = {model["name"]: model for model in json_of(medai("models", "list", "spleen", "--json"))}["spleen_ct_segmentation"]
    assert (public["state"], public["folder"]) == ("available", None)
    assert (public["license"], public["commercial_use"]) == ("Apache-2.0", None)
    assert public["url"].endswith(".zip")


def test_installed_models_are_listed_too(tmp_path, monkeypatch):
    make_bundle(tmp_path / "models" / "mine")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    assert {model["name"]: model["state"] for model in json_of(medai("models", "list", "--json"))}["mine"] == "installed"


def test_a_model_is_installed_shown_and_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    bundle = make_bundle(tmp_path / "mine")
    installed = json_of(medai("models", "install", bundle, "--json"))
    assert (installed["name"], installed["state"]) == ("mine", "installed")
    assert json_of(medai("models", "show", "mine", "--json"))["folder"] == installed["folder"]
    assert_refused(medai("models", "install", bundle), 2, "mine is installed already")
    assert medai("models", "install", bundle, "--replace").stdout.splitlines()[0].split() == ["installed:", "mine"]
    assert json_of(medai("models", "remove", "mine", "--json")) == {"name": "mine", "bytes": installed["bytes"]}
    assert_refused(medai("models", "remove", "mine"), 2, "no installed model")
    assert_refused(medai("models", "remove", "brain-mr"), 2, "built in")


def test_a_public_model_is_shown_with_where_to_get_it():
    shown = json_of(medai("models", "show", "ventricular_short_axis_3label", "--json"))
    assert (shown["license"], shown["commercial_use"], shown["content_hash"]) == ("MIT", True, None)
    assert [label["name"] for label in shown["labels"]] == [
        "left ventricle pool", "left ventricle myocardium", "right ventricle pool"
    ]  # fmt: skip
    assert shown["install"] == "medai models install ventricular_short_axis_3label"
    text = medai("models", "show", "ventricular_short_axis_3label").stdout
    lines = ("get it by:     medai models install", "file:          https://", "commercial:    permitted")
    assert all(line in text for line in lines)


def test_a_model_is_shown_with_labels_license_card_and_measured_quality(tmp_path):
    folder = make_bundle(tmp_path / "mine", labels=("spleen", "kidney_left"))
    (folder / "LICENSE").write_text("Apache License, Version 2.0")
    (folder / "docs").mkdir()
    (folder / "docs" / "README.md").write_text("# Card")
    metadata = json.loads((folder / "configs" / "metadata.json").read_text())
    metadata["eval_metrics"] = {"mean_dice": 0.83}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    shown = json_of(medai("models", "show", folder, "--json"))
    assert shown["channels"] == ["MRI"]
    assert (shown["license"], shown["commercial_use"]) == ("Apache-2.0", True)
    assert shown["model_card"] == str(folder / "docs" / "README.md")
    assert shown["measured"] == {"mean_dice": 0.83}
    assert [(label["value"], label["name"], label["meaning"]) for label in shown["labels"]] == [
        (1, "spleen", "Spleen"),
        (2, "kidney_left", "Kidney, Left"),
    ]
    text = medai("models", "show", folder).stdout
    assert all(word in text for word in ("spleen", "SCT 78961009", "mean_dice 0.83", "Apache-2.0"))


def test_an_unknown_model_is_refused_with_those_there_are():
    assert_refused(medai("models", "show", "nothing"), 2, "nothing", "brain-mr")


def test_installing_what_is_no_file_is_refused():
    assert_refused(medai("models", "install", "https://example.org/a.zip"), 2, "URLs are not taken; download the file")
    assert_refused(medai("models", "install", "nothing"), 2, "nothing does not exist")


def test_no_name_is_said_as_such():
    assert_refused(medai("models", "show", ""), 2, "No model is named; models here: brain-mr")


def test_small_sizes_are_told_in_kilobytes():
    assert [gigabytes(size) for size in (33_000, 2_500_000, 4e9)] == ["33 KB", "2.5 MB", "4.0 GB"]


def test_a_damaged_bundle_is_refused(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "metadata.json").write_text("{")
    assert_refused(medai("models", "show", tmp_path, "--json"), 2, "metadata.json")


def test_debug_adds_the_traceback_to_the_sentence(tmp_path):
    done = medai("models", "show", tmp_path, "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("medai: ")
