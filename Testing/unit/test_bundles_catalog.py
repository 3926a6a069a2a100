"""Which models there are, also beside damaged or hostile ones."""

from __future__ import annotations

import json
import re

import pytest

from medai.bundles import Bundle, available_models, find_model, list_cards
from medai.bundles.store.archive import is_plain_name
from medai.errors import InputError
from medai.resources import resource
from medai.results import describe_labels
from support.bundles import make_bundle


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"network_data_format": {"inputs": {"image": {"num_channels": 1e400}}}}',
        '{"network_data_format": {"inputs": {"image": {"num_channels": 1000000000}}}}',
        '{"network_data_format": {"outputs": {"pred": {"channel_def": {"one": "a"}}}}}',
        '{"network_data_format": {"outputs": {"pred": {"channel_def": ["a"]}}}}',
    ],
)
def test_a_damaged_bundle_hides_no_other(tmp_path, monkeypatch, metadata):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    bad = make_bundle(tmp_path / "models" / "bad")
    make_bundle(tmp_path / "models" / "good")
    (bad / "configs" / "metadata.json").write_text(metadata)
    assert [bundle.name for bundle in available_models()] == ["brain-mr", "good"]
    with pytest.raises(InputError):
        Bundle.open(bad)


def test_a_model_is_found_by_name_or_folder_and_others_are_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    assert find_model("brain-mr").source == "built-in"
    assert find_model(make_bundle(tmp_path / "elsewhere" / "mine")).source == "folder"
    with pytest.raises(InputError, match="brain-mr"):
        find_model("liver")
    with pytest.raises(InputError, match=r"holds no model"):
        find_model(tmp_path)


def test_the_content_hash_follows_every_file(tmp_path):
    first, second = (Bundle.open(make_bundle(tmp_path / name)).content_hash for name in ("a", "b"))
    assert first != second, "the names differ in the metadata"
    again = make_bundle(tmp_path / "a")
    assert Bundle.open(again).content_hash == first
    (again / "note.txt").write_text("changed")
    assert Bundle.open(again).content_hash != first


KINDS = ("segmentation", "detection", "landmarks", "classification")
TEXTS = ("name", "title", "description", "version", "kind", "modality", "task", "signature", "license", "url")
OTHERS = ("organs", "keywords", "channels", "labels", "weights_license", "commercial_use", "size_bytes", "hubs", "files", "cost")


def entries():
    return json.loads(resource("Models", "catalog.json").read_text(encoding="utf-8"))["models"]


def test_the_catalog_has_the_public_models_once_and_in_order():
    assert set(json.loads(resource("Models", "catalog.json").read_text(encoding="utf-8"))) == {"models"}
    names = [entry["name"] for entry in entries()]
    assert names == sorted(set(names), key=str.lower)
    assert len(names) == 22
    assert {entry["kind"] for entry in entries()} == set(KINDS)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["name"])
def test_public_models_are_described_completely(entry):
    assert list(entry) and set(entry) == {*TEXTS, *OTHERS}
    assert all(isinstance(entry[key], str) and entry[key].strip() == entry[key] != "" for key in TEXTS)
    assert is_plain_name(entry["name"])
    assert entry["modality"] in ("CT", "MR", "MG", "ES", "SM", "OT")
    for key in ("organs", "keywords", "channels"):
        assert entry[key] and all(isinstance(word, str) and word for word in entry[key])
    assert entry["commercial_use"] in (True, False, None)
    assert entry["size_bytes"] is None or entry["size_bytes"] > 1_000_000
    assert entry["url"].startswith("https://") and entry["url"].endswith(f"/{entry['name']}_v{entry['version']}.zip")
    assert entry["hubs"] == {
        "huggingface": f"MONAI/{entry['name']}",
        "ngc": {"url": entry["url"], "sha1": entry["hubs"]["ngc"]["sha1"]},
    }
    assert re.fullmatch("[0-9a-f]{40}", entry["hubs"]["ngc"]["sha1"])
    assert set(entry["cost"]) <= {"parameters", "window", "overlap", "activation"}
    assert {"window", "activation"} <= set(entry["cost"])


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["name"])
def test_labels_of_public_models_are_named_once_by_value(entry):
    names, values = list(entry["labels"].values()), [int(value) for value in entry["labels"]]
    assert values == sorted(set(values))
    assert len(names) == len(set(names)) > 0
    assert all(name.strip() == name and "  " not in name for name in names)
    if entry["kind"] == "segmentation":
        assert min(values) >= 1
        assert "background" not in names
    else:
        assert values == list(range(len(values)))


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["name"])
def test_weights_of_public_models_have_an_address_and_a_hash_where_one_is_published(entry):
    for one in entry["files"]:
        assert set(one) == {"path", "url", "md5"}
        assert all(map(is_plain_name, one["path"].split("/")))
        assert one["url"].startswith("https://")
        assert one["md5"] is None or re.fullmatch("[0-9a-f]{32}", one["md5"])


def test_labels_that_the_zoo_has_wrong_are_right():
    labels = {entry["name"]: entry["labels"] for entry in entries()}
    assert labels["brats_mri_segmentation"] == {"1": "non-enhancing tumor core", "2": "edema", "4": "enhancing tumor"}
    assert labels["pediatric_abdominal_ct_segmentation"] == {"1": "liver", "2": "spleen", "3": "pancreas"}
    assert labels["swin_unetr_btcv_segmentation"]["3"] == "left kidney"
    assert labels["lung_nodule_ct_detection"] == {"0": "lung nodule"}
    assert len(labels["wholeBody_ct_segmentation"]) == 104
    assert len(labels["wholeBrainSeg_Large_UNEST_segmentation"]) == 132
    assert len(labels["vista3d"]) == 117
    assert not {"kidney", "lung", "lung tumor"} & set(labels["vista3d"].values()), "nobody asks for them"


def test_terms_that_forbid_commercial_use_are_marked():
    forbidden = {entry["name"] for entry in entries() if entry["commercial_use"] is False}
    assert forbidden == {"multi_organ_segmentation", "renalStructures_CECT_segmentation", "vista3d"}


def test_almost_every_label_of_a_public_model_has_a_code():
    unknown = {
        name
        for entry in entries()
        if entry["kind"] in ("segmentation", "detection")
        for label in describe_labels({int(value): name for value, name in entry["labels"].items()})
        for name in [label.name]
        if label.type.meaning == "Tissue" and label.region is None
    }
    assert unknown == {
        "Left Basal Forebrain", "Right Basal Forebrain", "Category 1", "Category 2", "Category 3"
    }  # fmt: skip


def test_the_catalog_can_be_made_again_from_a_zoo(tmp_path, monkeypatch):
    import update_catalog

    bundle = make_bundle(
        tmp_path / "zoo" / "models" / "tiny", labels=("Right-ACgG--anterior-cingulate-gyrus", "Left Kideny", "X")
    )
    (bundle / "large_files.yml").write_text(
        "large_files:\n- {path: models/model.pt, url: 'https://example.org/a', hash_val: ''}\n"
    )
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text())
    (bundle / "configs" / "metadata.json").write_text(json.dumps({**metadata, "task": "Demo"}))
    zips = {"tiny_v0.0.1": {"source": "https://example.org/tiny_v0.0.1.zip", "checksum": "a" * 40}}
    (tmp_path / "zoo" / "models" / "model_info.json").write_text(json.dumps(zips))
    words = {"title": "T", "description": "D", "kind": "segmentation", "organs": ["x"], "keywords": [], "size_bytes": None}
    words = {**words, "cost": {}, "label_changes": {2: "Left kidney", 3: None}}
    (tmp_path / "words.yaml").write_text(json.dumps({"tiny": words, "out_of_scope": {}}))
    monkeypatch.setattr(update_catalog, "WORDS", tmp_path / "words.yaml")
    monkeypatch.setattr(update_catalog, "CATALOG", tmp_path / "catalog.json")
    assert update_catalog.main([str(tmp_path / "zoo")]) == 0
    (entry,) = json.loads((tmp_path / "catalog.json").read_text())["models"]
    assert entry["labels"] == {"1": "Right anterior cingulate gyrus", "2": "Left kidney"}
    assert entry["files"] == [{"path": "models/model.pt", "url": "https://example.org/a", "md5": None}]
    assert (entry["version"], entry["task"], entry["hubs"]["ngc"]["sha1"]) == ("0.0.1", "Demo", "a" * 40)
    assert update_catalog.main([]) == 2
    (tmp_path / "words.yaml").write_text(json.dumps({"out_of_scope": {}}))
    with pytest.raises(ValueError, match="tiny"):
        update_catalog.main([str(tmp_path / "zoo")])


def test_what_is_written_by_hand_is_what_the_catalog_says():
    import yaml

    import update_catalog

    words = yaml.safe_load(update_catalog.WORDS.read_text(encoding="utf-8"))
    words.pop(update_catalog.OUT_OF_SCOPE)
    by_name = {entry["name"]: entry for entry in entries()}
    assert set(words) == set(by_name)
    for name, said in words.items():
        for key in ("title", "description", "kind", "organs", "keywords", "size_bytes", "cost"):
            assert by_name[name][key] == said[key], (name, key)


def test_public_models_are_listed_after_those_that_are_here(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    make_bundle(tmp_path / "models" / "zebra")
    make_bundle(tmp_path / "models" / "spleen_ct_segmentation", labels=("spleen",))
    cards = list_cards()
    assert [(card.name, card.state) for card in cards[:3]] == [
        ("brain-mr", "built-in"),
        ("spleen_ct_segmentation", "installed"),
        ("zebra", "installed"),
    ]
    assert {card.state for card in cards[3:]} == {"available"}
    assert len({card.name for card in cards}) == len(cards)
    assert all(card.root is None and card.thumbnail is None and card.url for card in cards[3:])


def test_an_installed_public_model_keeps_the_words_by_which_it_was_known(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    (public,) = [card for card in list_cards() if card.name == "spleen_ct_segmentation"]
    make_bundle(tmp_path / "models" / public.name, labels=public.labels)
    (card,) = [card for card in list_cards() if card.name == public.name]
    assert (card.title, card.description, card.organs, card.url) == (public.title, public.description, public.organs, public.url)
    assert (card.version, card.license, card.commercial_use) == ("0.0.1", "unknown", None)


def test_another_model_of_a_public_ones_name_is_not_taken_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    make_bundle(tmp_path / "models" / "spleen_ct_segmentation", labels=("liver",))
    (card,) = [card for card in list_cards() if card.name == "spleen_ct_segmentation"]
    assert (card.title, card.organs, card.url) == ("Test bundle spleen_ct_segmentation", (), "")


def test_a_public_model_that_is_not_here_is_refused_with_how_to_get_it():
    with pytest.raises(InputError, match=r"not installed; install it with `medai models install spleen_ct_segmentation`\."):
        find_model("spleen_ct_segmentation")


def test_what_an_installation_is_doing_is_no_model(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    make_bundle(tmp_path / "models" / ".incoming-1")
    (tmp_path / "models" / "note.txt").write_text("not a bundle")
    (tmp_path / "models" / "odd" / "configs" / "metadata.json").mkdir(parents=True)
    assert [bundle.name for bundle in available_models()] == ["brain-mr"]
