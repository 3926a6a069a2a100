"""Which models there are, also beside damaged or hostile ones."""

from __future__ import annotations

import json

import pytest

from medai.bundles import Bundle, available_models, find_model, list_cards
from medai.bundles.archive import is_plain_name
from medai.errors import InputError
from medai.resources import resource
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
    with pytest.raises(InputError, match=r"metadata\.json is missing"):
        find_model(tmp_path)


def test_the_content_hash_follows_every_file(tmp_path):
    first, second = (Bundle.open(make_bundle(tmp_path / name)).content_hash for name in ("a", "b"))
    assert first != second, "the names differ in the metadata"
    again = make_bundle(tmp_path / "a")
    assert Bundle.open(again).content_hash == first
    (again / "note.txt").write_text("changed")
    assert Bundle.open(again).content_hash != first


def test_public_models_are_described_completely():
    entries = json.loads(resource("Models", "catalog.json").read_text())
    assert set(entries) == {"models"}
    names = [entry["name"] for entry in entries["models"]]
    assert names == sorted(set(names))
    kinds = {
        **dict.fromkeys(("name", "title", "description", "version", "modality", "task", "license", "url"), str),
        **dict.fromkeys(("organs", "channels", "labels"), list),
        "commercial_use": bool,
        "size_bytes": int,
    }
    for entry in entries["models"]:
        assert set(entry) == set(kinds)
        for key, kind in kinds.items():
            optional = key in ("commercial_use", "size_bytes") and entry[key] is None
            assert optional or (isinstance(entry[key], kind) and (entry[key] or kind is bool)), (entry["name"], key)
            assert kind is not list or all(isinstance(value, str) and value for value in entry[key])
        assert is_plain_name(entry["name"])
        assert entry["modality"] in ("CT", "MR", "PT", "US")
        assert len(entry["labels"]) == len(set(entry["labels"]))
        assert "background" not in entry["labels"]
        assert entry["url"].startswith("https://")
        assert entry["url"].endswith(f"/{entry['name']}_v{entry['version']}.zip")


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


def test_a_public_model_that_is_not_here_is_refused_with_where_to_get_it():
    with pytest.raises(InputError, match=r"not installed; download it from https://\S+ and install"):
        find_model("spleen_ct_segmentation")


def test_what_an_installation_is_doing_is_no_model(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    make_bundle(tmp_path / "models" / ".incoming-1")
    (tmp_path / "models" / "note.txt").write_text("not a bundle")
    (tmp_path / "models" / "odd" / "configs" / "metadata.json").mkdir(parents=True)
    assert [bundle.name for bundle in available_models()] == ["brain-mr"]
