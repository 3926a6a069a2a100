"""What was installed is verified, and goes as a pack to a computer without a network."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from medai.bundles import (
    export_bundles,
    install_bundle,
    install_bundles,
    remove_bundle,
    store_folder,
    verify_bundle,
)
from medai.bundles.store import record_of
from medai.errors import AlreadyInstalledError, InputError
from support.bundles import make_bundle
from support.hub import contents_of


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def examples(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("examples")
    return [make_bundle(folder / name) for name in ("one", "two")]


@pytest.fixture
def pack(examples, tmp_path) -> Path:
    """A pack of two models, made in another store."""
    for example in examples:
        install_bundle(example)
    path = tmp_path / "usb" / "models.zip"
    assert export_bundles(["one", "two"], path) == path.stat().st_size
    shutil.rmtree(store_folder())
    return path


def changed(pack: Path, change) -> Path:
    """The pack with other contents: ``change`` gets and gives them by place."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in change(files).items():
            archive.writestr(name, content)
    return pack


def in_store() -> list[str]:
    folder = store_folder()
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def kinds(name: str) -> list[tuple[str, str]]:
    return [(problem.kind, problem.file) for problem in verify_bundle(name)]


def test_an_installed_model_is_as_it_was_installed(examples):
    install_bundle(examples[0])
    assert verify_bundle("one") == []
    record = record_of("one")
    assert (record.origin.source, record.origin.name, record.version) == ("file", "one", "0.0.1")
    assert record.files == {place: hashlib.sha256(c).hexdigest() for place, c in contents_of(examples[0]).items()}


def test_what_changed_since_is_told_file_by_file(examples):
    root = install_bundle(examples[0]).root
    weights = root / "models" / "model.pt"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    (root / "configs" / "inference.json").unlink()
    (root / "scripts").mkdir()
    (root / "scripts" / "more.py").write_text("x")
    (root / "link").symlink_to("/etc/passwd")
    assert sorted(kinds("one")) == [
        ("changed", "models/model.pt"), ("extra", "link"), ("extra", "scripts/more.py"), ("missing", "configs/inference.json")
    ]  # fmt: skip
    texts = [str(problem) for problem in verify_bundle("one")]
    assert "models/model.pt was changed since the model was installed." in texts
    assert "configs/inference.json is missing." in texts


def test_a_model_without_a_record_says_so(examples):
    install_bundle(examples[0])
    (store_folder() / ".records" / "one.json").write_text("{")
    assert kinds("one") == [("unrecorded", "")]
    assert str(verify_bundle("one")[0]) == "There is no record of how one was installed; install it again to have one."


def test_weights_that_are_not_the_published_ones_are_told(examples, monkeypatch):
    entry = {"name": "one", "version": "0.0.1", "signature": "", "files": [{"path": "models/model.pt", "md5": "0" * 32}]}
    monkeypatch.setattr("medai.bundles.store.records.public_entries", lambda: {"one": entry})
    install_bundle(examples[0])
    assert kinds("one") == [("unpublished", "models/model.pt")]
    entry["version"] = "0.0.2"
    assert kinds("one") == []


def test_the_record_goes_with_the_model(examples):
    install_bundle(examples[0])
    remove_bundle("one")
    assert record_of("one") is None
    assert not list((store_folder() / ".records").iterdir())


@pytest.mark.parametrize("name", ["nothing", "..", ".records", "brain-mr", ""])
def test_only_installed_models_are_verified(name):
    with pytest.raises(InputError, match=r"no installed model|built in"):
        verify_bundle(name)


def test_a_pack_brings_all_its_models_to_another_computer(pack, examples):
    installed = install_bundles(pack)
    assert [bundle.name for bundle in installed] == in_store() == ["one", "two"]
    for bundle, example in zip(installed, examples, strict=True):
        assert contents_of(bundle.root) == contents_of(example)
        assert verify_bundle(bundle.name) == []
    with pytest.raises(AlreadyInstalledError):
        install_bundles(pack)
    assert [bundle.name for bundle in install_bundles(pack, replace=True)] == ["one", "two"]


def test_a_bundle_s_folder_is_taken_too(examples):
    assert [bundle.name for bundle in install_bundles(examples[0])] == ["one"]


def other_weights(files):
    return {**files, "two/models/model.pt": files["two/models/model.pt"][:-1] + b"x"}


def no_weights(files):
    return {name: content for name, content in files.items() if name != "two/models/model.pt"}


def one_more(files):
    return {**files, "two/extra.py": b"x"}


def beside(files):
    return {**files, "three/configs/metadata.json": b"{}"}


def outside(files):
    return {**files, "../x": b"x"}


def with_manifest(**changes):
    return lambda files: {**files, "medai-pack.json": json.dumps({**json.loads(files["medai-pack.json"]), **changes}).encode()}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_weights, r"models/model\.pt of two in .* is not the file that was packed"),
        (no_weights, "is not the file that was packed"),
        (one_more, r"extra\.py of two"),
        (beside, "holds files that its list does not name"),
        (outside, "unsafe file name"),
        (with_manifest(format=2), "made by a newer MedAI"),
        (with_manifest(bundles=[]), "names no bundle"),
        (with_manifest(bundles=[{"name": "../one", "files": {}}]), "in an unsafe way"),
        (with_manifest(bundles=7), "unreadable list"),
    ],
)
def test_a_pack_that_is_not_what_was_packed_installs_nothing(pack, change, words):
    with pytest.raises(InputError, match=words):
        install_bundles(changed(pack, change))
    assert in_store() == []


def test_a_truncated_pack_installs_nothing(pack):
    pack.write_bytes(pack.read_bytes()[:-200])
    with pytest.raises(InputError, match="damaged"):
        install_bundles(pack)


def test_only_installed_models_are_exported_and_no_file_is_replaced(examples, tmp_path):
    install_bundle(examples[0])
    with pytest.raises(InputError, match=r"no installed model 'brain-mr'; installed: one"):
        export_bundles(["brain-mr"], tmp_path / "x.zip")
    with pytest.raises(InputError, match="No model is named"):
        export_bundles([], tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()
    (tmp_path / "x.zip").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        export_bundles(["one"], tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_text() == "mine"


def test_a_pack_that_cannot_be_written_leaves_nothing(examples, tmp_path):
    install_bundle(examples[0])
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export_bundles(["one"], tmp_path / "file" / "x.zip")
    root = store_folder() / "one"
    (root / "link").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="is a link"):
        export_bundles(["one"], tmp_path / "x.zip")
    assert list(tmp_path.glob("x.zip*")) == []
