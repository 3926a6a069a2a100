"""What values are called: by the catalog for the models that it means, else by metadata and configuration, else by number."""

from __future__ import annotations

import json

import pytest

from medai.bundles import Bundle, known
from medai.bundles.labels import has_overlapping_labels, signature_of
from support.bundles import make_bundle

SIGMOID = {"_target_": "Activationsd", "keys": "pred", "sigmoid": True}
THRESHOLD = {"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.5}
INVERT = {"_target_": "Invertd", "keys": "pred"}
SAVE = {"_target_": "SaveImaged", "keys": "pred"}
ARGMAX = {"_target_": "AsDiscreted", "keys": "pred", "argmax": True}
MERGE = {"_target_": "Lambdad", "keys": "pred", "func": "$lambda x: torch.where(x[[2]] > 0, 4, torch.where(x[[0]] > 0, 1, 0))"}
OWN_MERGE = {"_target_": "scripts.my_transforms.MergeClassesd", "keys": "pred"}


def opened(folder, changes=None, **pred) -> Bundle:
    """A bundle whose metadata say this of the output."""
    root = make_bundle(folder, changes=changes)
    path = root / "configs" / "metadata.json"
    metadata = json.loads(path.read_text())
    metadata["network_data_format"]["outputs"]["pred"] = pred
    path.write_text(json.dumps(metadata))
    return Bundle.open(root)


def steps(*transforms) -> dict:
    return {"postprocessing": {"_target_": "Compose", "transforms": list(transforms)}}


def test_names_of_the_metadata_by_value_without_the_background(tmp_path):
    bundle = opened(tmp_path / "a", channel_def={"0": "background", "1": "liver", "2": "spleen"}, num_channels=3)
    assert bundle.label_names == {1: "liver", 2: "spleen"}


def test_names_of_the_configuration_where_the_metadata_have_none(tmp_path):
    by_name = opened(tmp_path / "a", {"labels": {"background": 0, "liver": 1, "spleen": 2}}, channel_def={})
    in_order = opened(tmp_path / "b", {"label_names": ["background", "liver", "spleen"]})
    by_value = opened(tmp_path / "c", {"label_names": {"0": "background", "1": "liver", "2": "spleen"}})
    assert by_name.label_names == in_order.label_names == by_value.label_names == {1: "liver", 2: "spleen"}
    assert opened(tmp_path / "d", {"labels": "$glob.glob('*')"}).label_names == {1: "Label 1", 2: "Label 2"}


def test_values_without_a_name_are_numbered_and_names_without_a_value_dropped(tmp_path):
    bundle = opened(tmp_path / "a", channel_def={"0": "background", "2": "spleen", "7": "no such channel", "-1": "nor this"})
    assert bundle.label_names == {1: "Label 1", 2: "spleen"}
    assert opened(tmp_path / "b").label_names == {1: "Label 1", 2: "Label 2"}


def test_where_labels_may_overlap_the_value_is_the_channel_and_one(tmp_path):
    changes = {**steps(SIGMOID, INVERT, THRESHOLD, SAVE)}
    names = {"0": "tumor core", "1": "whole tumor", "2": "enhancing tumor"}
    assert opened(tmp_path / "a", changes, channel_def=names).label_names == {
        1: "tumor core", 2: "whole tumor", 3: "enhancing tumor"
    }  # fmt: skip
    with_background = {"0": "Background", "1": "a", "2": "b"}
    assert opened(tmp_path / "b", changes, channel_def=with_background).label_names == {2: "a", 3: "b"}


@pytest.mark.parametrize(
    ("transforms", "overlapping"),
    [
        ((SIGMOID, THRESHOLD, SAVE), True),
        ((SIGMOID, INVERT, THRESHOLD), True),
        ((SIGMOID, ARGMAX), False),
        ((ARGMAX, THRESHOLD), False),
        ((SIGMOID, THRESHOLD, MERGE), False),
        ((SIGMOID, THRESHOLD, OWN_MERGE), False),
        ((SIGMOID, THRESHOLD, {**MERGE, "_disabled_": True}), True),
        ((SIGMOID,), False),
        ((), False),
    ],
)
def test_overlap_is_told_from_the_steps_without_running_them(transforms, overlapping):
    assert has_overlapping_labels(steps(*transforms)) is overlapping


@pytest.mark.parametrize(
    "config", [{}, {"postprocessing": "$@x"}, {"postprocessing": [3, None]}, {"postprocessing": {"transforms": 7}}]
)
def test_careless_configurations_have_no_overlap(config):
    assert has_overlapping_labels(config) is False


def test_values_that_a_lambda_writes_are_not_called_by_the_names_of_channels(tmp_path):
    names = {"0": "tumor core", "1": "whole tumor", "2": "enhancing tumor"}
    assert opened(tmp_path / "a", steps(SIGMOID, THRESHOLD, MERGE), channel_def=names).label_names == {1: "Label 1", 4: "Label 4"}


def test_classes_and_boxes_are_named_by_number_from_0(tmp_path):
    pred = {"type": "probabilities", "format": "classes", "channel_def": {"0": "in body", "1": "out body"}}
    assert opened(tmp_path / "a", **pred).label_names == {0: "in body", 1: "out body"}


def in_catalog(monkeypatch, bundle: Bundle, labels: dict[str, str], name: str = "") -> None:
    entry = {"name": name or bundle.name, "signature": signature_of(bundle.metadata), "labels": labels}
    monkeypatch.setattr(known, "public_entries", lambda: {entry["name"]: entry})


def test_the_catalog_s_names_come_first_for_the_very_model_that_it_means(tmp_path, monkeypatch):
    bundle = opened(tmp_path / "public", channel_def={"1": "Left Kideny"})
    in_catalog(monkeypatch, bundle, {"1": "left kidney", "4": "cyst"})
    assert Bundle.open(bundle.root).label_names == {1: "left kidney", 4: "cyst"}
    renamed = bundle.root.rename(tmp_path / "public_v0.5.9")
    assert Bundle.open(renamed).label_names == {1: "left kidney", 4: "cyst"}


@pytest.mark.parametrize(
    "pred", [{"channel_def": {"1": "liver"}}, {"channel_def": {"1": "left kidney"}, "num_channels": 9}, {"channel_def": {}}]
)
def test_a_private_model_of_a_public_one_s_name_is_not_mislabeled(tmp_path, monkeypatch, pred):
    public = opened(tmp_path / "there" / "public", channel_def={"1": "left kidney"}, num_channels=2)
    in_catalog(monkeypatch, public, {"1": "from the catalog"})
    private = opened(tmp_path / "here" / "public", **pred)
    assert "from the catalog" not in private.label_names.values()


def test_a_damaged_configuration_leaves_the_names_of_the_metadata(tmp_path):
    bundle = opened(tmp_path / "a", channel_def={"0": "background", "1": "liver"})
    (bundle.root / "configs" / "inference.json").write_text("{")
    assert Bundle.open(bundle.root).label_names == {1: "liver"}
