"""Folders of nnU-Net and exported networks are seen as bundles; what is wrong with their descriptions is told by entry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from medai.bundles import Bundle, is_bundle
from medai.bundles.formats import OWN_PARTS, code_files, form_of
from medai.errors import InputError, MedAIError, RefusedError
from support.foreign import REGIONS, TinyNetwork, description, make_exported, make_trained_folder


def rewritten(path: Path, change) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def targets(part) -> set[str]:
    if isinstance(part, dict):
        own = {part["_target_"]} if "_target_" in part else set()
        return own.union(*map(targets, part.values()))
    return set().union(*map(targets, part)) if isinstance(part, list) else set()


def test_a_trained_folder_is_a_bundle(tmp_path):
    root = make_trained_folder(tmp_path / "Dataset900_Tiny", channels=("CT", "PET"), folds=2)
    assert is_bundle(root)
    bundle = Bundle.open(root)
    assert (bundle.title, bundle.modality, bundle.kind) == ("Dataset900_Tiny (nnU-Net 3d_fullres)", "CT", "segmentation")
    assert bundle.channels == ("CT", "PET")
    assert bundle.label_names == {1: "liver", 2: "tumor"}
    assert {name for name in targets(bundle.config) if name.startswith("medai:")} <= OWN_PARTS
    assert json.loads(json.dumps(bundle.config)) == bundle.config
    assert code_files(root) == []


def test_regions_are_named_by_what_their_value_means(tmp_path):
    bundle = Bundle.open(make_trained_folder(tmp_path, channels=("T1", "FLAIR"), labels=REGIONS))
    assert bundle.modality == "MR"
    assert bundle.label_names == {
        1: "whole tumor, outside tumor core and enhancing tumor",
        2: "tumor core, outside enhancing tumor",
        3: "enhancing tumor",
    }


def test_the_configuration_is_what_was_trained_whatever_the_folder_is_called(tmp_path):
    root = make_trained_folder(tmp_path / "data", configuration="2d", patch=(16, 16), spacing=(1.5, 1.5))
    renamed = root.rename(tmp_path / "my liver model")
    assert Bundle.open(renamed).title.endswith("(nnU-Net 2d)")
    (renamed / "fold_0" / "checkpoint_final.pth").write_bytes(b"nothing")
    with pytest.raises(InputError, match="does not say which of the configurations other, 2d"):
        Bundle.open(renamed)


def test_the_folder_above_gives_its_most_exact_model(tmp_path):
    for name in ("2d", "3d_lowres", "3d_fullres"):
        flat = {"patch": (16, 16), "spacing": (1.5, 1.5)} if name == "2d" else {}
        make_trained_folder(tmp_path / "Dataset900_Tiny", configuration=name, **flat)
    bundle = Bundle.open(tmp_path / "Dataset900_Tiny")
    assert bundle.title.endswith("(nnU-Net 3d_fullres)")
    assert form_of(tmp_path) == ""


def test_the_best_checkpoints_do_where_no_training_was_finished(tmp_path):
    root = make_trained_folder(tmp_path)
    (root / "fold_0" / "checkpoint_final.pth").rename(root / "fold_0" / "checkpoint_best.pth")
    assert Bundle.open(root).config["inferer"]["patch_size"] == [16, 24, 24]
    (root / "fold_0" / "checkpoint_best.pth").unlink()
    with pytest.raises(InputError, match=r"has no fold_0/checkpoint_final.pth"):
        Bundle.open(root)


def cascade(plans):
    plans["configurations"]["3d_fullres"]["previous_stage"] = "3d_lowres"


def other_network(plans):
    plans["configurations"]["3d_fullres"]["architecture"]["network_class_name"] = "os.system"


def other_operation(plans):
    plans["configurations"]["3d_fullres"]["architecture"]["arch_kwargs"]["norm_op"] = "builtins.exec"


def other_setting(plans):
    plans["configurations"]["3d_fullres"]["architecture"]["arch_kwargs"]["block"] = "x"


def huge(plans):
    plans["configurations"]["3d_fullres"]["architecture"]["arch_kwargs"]["features_per_stage"] = [10**9, 10**9]


def circle(plans):
    plans["configurations"]["3d_fullres"]["inherits_from"] = "3d_fullres"


def other_reader(plans):
    plans["image_reader_writer"] = "NaturalImage2DIO"


def other_resampling(plans):
    plans["configurations"]["3d_fullres"]["resampling_fn_data"] = "resample_torch_fornnunet"


def other_scheme(plans):
    plans["configurations"]["3d_fullres"]["normalization_schemes"] = ["MyNormalization"]


PLANS = {
    cascade: (InputError, "second stage of a cascade"),
    other_network: (RefusedError, "os.system"),
    other_operation: (RefusedError, "builtins.exec"),
    other_setting: (RefusedError, "block"),
    huge: (InputError, "features_per_stage"),
    circle: (InputError, "3d_fullres"),
    other_reader: (InputError, "image_reader_writer"),
    other_resampling: (InputError, "resampling_fn_data"),
    other_scheme: (InputError, "normalization_schemes"),
}


@pytest.mark.parametrize(("change", "error", "says"), [(c, *e) for c, e in PLANS.items()], ids=[c.__name__ for c in PLANS])
def test_plans_that_cannot_be_run_are_told_by_entry(tmp_path, change, error, says):
    root = make_trained_folder(tmp_path)
    rewritten(root / "plans.json", change)
    with pytest.raises(error, match=says):
        _ = Bundle.open(root).config


@pytest.mark.parametrize("labels", [{}, {"background": 1}, {"background": 0}, {"background": 0, "x": "y"}, [], {"x": 1}])
def test_labels_that_are_none_are_told(tmp_path, labels):
    root = make_trained_folder(tmp_path)
    rewritten(root / "dataset.json", lambda dataset: dataset.update(labels=labels))
    with pytest.raises(InputError, match=r"dataset.json: 'labels' must be names with their values"):
        Bundle.open(root)


def test_an_exported_network_is_a_bundle(tmp_path):
    bundle = Bundle.open(make_exported(tmp_path / "tiny"))
    assert (bundle.title, bundle.version, bundle.modality, bundle.kind) == ("A tiny model", "0.1", "MR", "segmentation")
    assert bundle.channels == ("T1",)
    assert bundle.label_names == {1: "left thing", 2: "right thing"}
    assert {name for name in targets(bundle.config) if name.startswith("medai:")} == {"medai:exported.OnnxNetwork"}
    assert code_files(bundle.root) == []


def test_torchscript_is_code(tmp_path):
    root = make_exported(tmp_path / "tiny", TinyNetwork(), file="network.ts")
    assert code_files(root) == [root / "network.ts"]


WRONG = {
    "medai_model": [2, "1", True],
    "kind": ["detection", 1],
    "channels": [[], "T1", [1], None],
    "labels": [{}, {"0": "x"}, {"1": ""}, {"a": "x"}, {"1": "a", "3": "c"}, None],
    "spacing": [[1, 1], [1, 1, 0], "2 mm", [1, 1, True]],
    "orientation": ["RAX", "RLA", 3],
    "intensity": ["zscore", {"mode": "x"}, {"mode": "range"}, {"mode": "range", "from": [5, 1]}, {"mode": "zscore", "to": 1}],
    "window": [[16], [0, 16, 16], [16.5, 16, 16], "all"],
    "overlap": [-0.1, 1, "half", float("nan")],
    "blend": ["linear"],
    "output": ["probabilities", None],
    "file": ["network.pt", "../network.onnx", "/etc/network.onnx", "none.onnx", 3, None],
    "surprise": [1],
}


@pytest.mark.parametrize(("entry", "value"), [(entry, value) for entry, values in WRONG.items() for value in values])
def test_wrong_entries_are_told_in_one_sentence(tmp_path, entry, value):
    (tmp_path / "network.onnx").write_bytes(b"x")
    (tmp_path / "medai-model.json").write_text(json.dumps(description(**{entry: value})))
    with pytest.raises(InputError, match=r"^[^\n]+$") as found:
        Bundle.open(tmp_path)
    assert entry in str(found.value) or "network" in str(found.value) or "intensity" in str(found.value) or entry == "intensity"
    assert str(found.value).rstrip().endswith(".")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"medai_model": 1}'])
def test_files_that_are_no_descriptions_are_told(tmp_path, text):
    (tmp_path / "medai-model.json").write_text(text)
    with pytest.raises(MedAIError, match=r"medai-model.json"):
        Bundle.open(tmp_path)


def test_a_network_through_a_link_out_of_the_folder_is_not_taken(tmp_path):
    root = make_exported(tmp_path / "tiny")
    (root / "network.onnx").rename(tmp_path / "other.onnx")
    (root / "network.onnx").symlink_to(tmp_path / "other.onnx")
    with pytest.raises(InputError, match="outside its own folder"):
        Bundle.open(root)


def test_such_folders_are_read_without_torch(tmp_path):
    nnunet, exported = make_trained_folder(tmp_path / "a"), make_exported(tmp_path / "b")
    code = (
        "import sys; from pathlib import Path; from medai.bundles import Bundle;"
        f"[Bundle.open(Path(p)).config for p in ({str(nnunet)!r}, {str(exported)!r})];"
        "print([m for m in ('torch', 'monai', 'onnxruntime', 'onnx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
