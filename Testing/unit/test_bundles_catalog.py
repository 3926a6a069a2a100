"""Which models there are, also beside damaged or hostile ones."""

from __future__ import annotations

import pytest

from medai.bundles import Bundle, available_models, find_model
from medai.errors import InputError
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
