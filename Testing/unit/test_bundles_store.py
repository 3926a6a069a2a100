"""Bundles put into the store and taken out: whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from medai.bundles import Bundle, available_models, find_model, install_bundle, list_cards, remove_bundle, store_folder
from medai.bundles.store import archive, folder
from medai.errors import InputError
from medai.inference import Options, infer
from support.bundles import make_bundle
from support.scans import blobs


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    """A bundle that is never changed."""
    return make_bundle(tmp_path_factory.mktemp("example") / "tiny")


@pytest.fixture
def bundle(example, tmp_path) -> Path:
    """A bundle in a folder of its own."""
    return Path(shutil.copytree(example, tmp_path / "mine" / "tiny"))


def zipped(root: Path, to: Path, top: str = "") -> Path:
    """The folder as a zip, in the folder ``top``."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("*")):
            archive.write(path, Path(top, path.relative_to(root)))
    return to


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def another(bundle: Path) -> Path:
    """The bundle turned into one of another name and content."""
    (bundle / "another.txt").write_text("other")
    return bundle.rename(bundle.with_name("other"))


def in_store() -> list[str]:
    return sorted(path.name for path in store_folder().iterdir() if path.name not in (".lock", ".records"))


def test_a_folder_is_copied_whole(bundle):
    installed = install_bundle(bundle)
    assert installed.root == store_folder() / "tiny"
    assert installed.source == "installed"
    assert contents(installed.root) == contents(bundle)
    assert find_model("tiny").root == installed.root
    assert in_store() == ["tiny"]


@pytest.mark.parametrize(
    ("file", "top", "name"),
    [
        ("tiny.zip", "", "tiny"),
        ("tiny_v0.5.9.zip", "", "tiny"),
        ("tiny-1.2.zip", "", "tiny"),
        ("download (1).zip", "tiny", "tiny"),
        ("x.zip", "My model 2", "My model 2"),
    ],
)
def test_a_zip_is_unpacked_with_the_bundle_at_its_root_or_in_one_folder(bundle, tmp_path, file, top, name):
    installed = install_bundle(zipped(bundle, tmp_path / file, top))
    assert installed.name == name
    assert contents(installed.root) == contents(bundle)


def test_an_installed_model_runs_as_it_does_from_its_folder(bundle, tmp_path):
    options, scan = Options(device="cpu"), blobs()
    before = infer([scan], Bundle.open(bundle), options).labelmap.voxels
    after = infer([scan], install_bundle(zipped(bundle, tmp_path / "tiny.zip")), options).labelmap.voxels
    assert (before == after).all()


def test_what_systems_and_tools_leave_beside_the_files_stays_out(bundle, tmp_path):
    (bundle / ".git").mkdir()
    (bundle / ".git" / "config").write_text("x")
    (bundle / "configs" / ".DS_Store").write_text("x")
    packed = zipped(bundle, tmp_path / "x.zip", "tiny")
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("__MACOSX/tiny/._configs", "x")
    for path in (bundle, packed):
        root = install_bundle(path, replace=True).root
        assert {path.name for path in root.rglob("*")} == {
            "configs", "inference.json", "metadata.json", "models", "model.pt"
        }  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits.")
def test_no_file_of_the_store_can_be_executed(bundle, tmp_path):
    script = bundle / "run.sh"
    script.write_text("#!/bin/sh")
    script.chmod(0o6755)
    for path in (bundle, zipped(bundle, tmp_path / "x.zip", "tiny")):
        root = install_bundle(path, replace=True).root
        assert [p for p in root.rglob("*") if p.is_file() and stat.S_IMODE(p.stat().st_mode) & 0o7111] == []


def test_a_second_one_of_the_name_is_refused_unless_it_shall_replace(bundle):
    root = install_bundle(bundle).root
    (bundle / "note.txt").write_text("new")
    with pytest.raises(InputError, match="tiny is installed already"):
        install_bundle(bundle)
    assert not (root / "note.txt").exists()
    (root / "old.txt").write_text("old")
    assert contents(install_bundle(bundle, replace=True).root) == contents(bundle)
    assert in_store() == ["tiny"]


def test_a_name_in_other_case_is_the_same_name(bundle):
    install_bundle(bundle)
    other = bundle.rename(bundle.with_name("TINY"))
    with pytest.raises(InputError, match="installed already"):
        install_bundle(other)
    install_bundle(other, replace=True)
    assert in_store() == ["TINY"]


def test_a_damaged_one_in_the_store_can_be_replaced_and_removed(bundle):
    (install_bundle(bundle).root / "configs" / "metadata.json").write_text("{")
    assert [model.name for model in available_models()] == ["brain-mr"]
    assert install_bundle(bundle, replace=True).name == "tiny"
    (store_folder() / "tiny" / "configs" / "metadata.json").unlink()
    assert remove_bundle("tiny") > 0
    assert in_store() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: (b / "configs" / "metadata.json").unlink(), "holds no model"),
        (lambda b: (b / "configs" / "metadata.json").write_text("{"), "metadata.json cannot be read"),
        (lambda b: (b / "configs" / "inference.json").unlink(), "configs/inference.json"),
        (lambda b: (b / "configs" / "inference.json").write_text('{"network_def": '), "cannot be read as a configuration"),
        (lambda b: (b / "models" / "model.pt").unlink(), "holds no weights"),
        (lambda b: (b / "models" / "model.pt").write_text("version https://git-lfs.github.com/spec/v1\n"), "only points to"),
    ],
)
def test_an_incomplete_bundle_is_refused_as_a_folder_and_as_a_zip(bundle, tmp_path, change, words):
    change(bundle)
    for path in (bundle, zipped(bundle, tmp_path / "x.zip", "tiny")):
        with pytest.raises(InputError, match=words) as refusal:
            install_bundle(path)
        assert str(path) in str(refusal.value) or words == "only points to"
        assert ".incoming" not in str(refusal.value)
        assert in_store() == []


def test_a_yaml_configuration_is_read_too(bundle):
    config = bundle / "configs" / "inference.json"
    config.rename(config.with_suffix(".yaml"))
    assert install_bundle(bundle).name == "tiny"
    (bundle / "configs" / "inference.yaml").write_text("a: [1\nb: {")
    with pytest.raises(InputError, match="cannot be read as a configuration"):
        install_bundle(bundle, replace=True)
    assert find_model("tiny").source == "installed"


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path):
    (tmp_path / "text.txt").write_text("no zip")
    with pytest.raises(InputError, match="neither a folder nor a zip"):
        install_bundle(tmp_path / "text.txt")
    (tmp_path / "empty.zip").touch()
    with pytest.raises(InputError, match=r"empty\.zip is damaged or not completely downloaded; get it again\.$"):
        install_bundle(tmp_path / "empty.zip")
    with pytest.raises(InputError, match="does not exist"):
        install_bundle(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["brain-mr", "catalog.json"])
def test_names_of_what_ships_with_medai_are_refused(bundle, name):
    with pytest.raises(InputError, match="built-in"):
        install_bundle(bundle.rename(bundle.with_name(name)))


def test_a_hidden_name_is_refused(bundle):
    with pytest.raises(InputError, match="no plain folder name"):
        install_bundle(bundle.rename(bundle.with_name(".hidden")))


def test_what_does_not_fit_on_the_disk_is_refused_before_anything_is_written(bundle, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000}))
    with pytest.raises(InputError, match=r"needs 0\.00 GB, but only 0\.00 GB are free"):
        install_bundle(bundle)
    assert in_store() == []


def test_a_store_that_cannot_be_made_is_said(bundle, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="MEDAI_HOME"):
        install_bundle(bundle)


@pytest.mark.parametrize("failing", [1, 2])
def test_the_old_model_stays_when_the_new_one_cannot_take_its_place(bundle, monkeypatch, failing):
    kept = contents(install_bundle(bundle).root)
    (bundle / "note.txt").write_text("new")
    renames, rename = [], Path.rename

    def full_disk(self, target):
        renames.append(self)
        if len(renames) == failing:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full_disk)
        with pytest.raises(InputError, match="No space left"):
            install_bundle(bundle, replace=True)
    assert contents(store_folder() / "tiny") == kept
    assert in_store() == ["tiny"]


@pytest.mark.parametrize("step", ["installation._check_complete", "folder.delete"])
def test_a_crash_costs_no_model_and_the_next_installation_cleans_up(bundle, step):
    install_bundle(bundle)
    (bundle / "note.txt").write_text("new")
    code = f"""
import os, sys
from medai.bundles import install_bundle
from medai.bundles.store import folder, installation
{step} = lambda *_: os._exit(9)
install_bundle(sys.argv[1], replace=True)
"""
    assert subprocess.run([sys.executable, "-c", code, str(bundle)], check=False).returncode == 9
    assert len(in_store()) > 1
    assert [model.name for model in available_models()] == ["brain-mr", "tiny"]
    other = another(bundle)
    install_bundle(other)
    assert in_store() == ["other", "tiny"]


def test_a_model_that_a_crash_left_aside_comes_back(bundle):
    kept = contents(install_bundle(bundle).root)
    (store_folder() / ".replaced-x").mkdir()
    (store_folder() / "tiny").rename(store_folder() / ".replaced-x" / "tiny")
    (store_folder() / ".removed-y" / "gone").mkdir(parents=True)
    install_bundle(another(bundle))
    assert contents(store_folder() / "tiny") == kept
    assert in_store() == ["other", "tiny"]


def test_one_that_cannot_come_back_yet_is_kept_and_stops_nothing(bundle, monkeypatch):
    kept = contents(install_bundle(bundle).root)
    (store_folder() / ".replaced-x").mkdir()
    (store_folder() / "tiny").rename(store_folder() / ".replaced-x" / "tiny")
    other, rename = another(bundle), Path.rename

    def in_use(self, target):
        if self.parent.name == ".replaced-x":
            raise PermissionError(13, "The file is in use")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", in_use)
        install_bundle(other)
        remove_bundle("other")
    install_bundle(other)
    assert contents(store_folder() / "tiny") == kept
    assert in_store() == ["other", "tiny"]


def test_two_at_once_do_not_mix(bundle):
    with folder.store_locked(), pytest.raises(InputError, match="Another MedAI"):
        install_bundle(bundle)
    assert install_bundle(bundle).name == "tiny"


def test_removing_gives_the_bytes_freed_and_leaves_the_others(bundle):
    size = sum(len(content) for content in contents(bundle).values())
    install_bundle(bundle)
    install_bundle(another(bundle))
    assert remove_bundle("tiny") == size
    assert in_store() == ["other"]
    assert "tiny" not in {card.name for card in list_cards()}


def test_a_model_can_be_removed_from_a_full_disk(bundle, monkeypatch):
    install_bundle(bundle)

    def full_disk(*_args, **_options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "mkdir", full_disk)
        remove_bundle("tiny")
    assert in_store() == []


@pytest.mark.parametrize("name", ["nothing", "", ".", "..", "../home", "/", ".lock", "a/b", "c:x"])
def test_removing_what_is_not_installed_is_refused(bundle, tmp_path, name):
    install_bundle(bundle)
    before = contents(tmp_path)
    with pytest.raises(InputError, match=r"There is no installed model .*installed: tiny"):
        remove_bundle(name)
    assert contents(tmp_path) == before


def test_a_built_in_model_cannot_be_removed():
    with pytest.raises(InputError, match="brain-mr is built in"):
        remove_bundle("brain-mr")
    assert find_model("brain-mr").source == "built-in"


def test_removing_a_linked_model_removes_the_link_alone(bundle):
    store_folder().mkdir(parents=True)
    (store_folder() / "linked").symlink_to(bundle, target_is_directory=True)
    remove_bundle("linked")
    assert in_store() == []
    assert (bundle / "models" / "model.pt").is_file()


def test_the_same_content_is_not_installed_a_second_time_under_another_name(bundle, tmp_path):
    install_bundle(bundle)
    for replace in (False, True):
        with pytest.raises(InputError, match=r"renamed file \(1\)\.zip is installed already as tiny; use that one\."):
            install_bundle(zipped(bundle, tmp_path / "renamed file (1).zip"), replace)
    assert in_store() == ["tiny"]
    metadata = bundle / "configs" / "metadata.json"
    metadata.write_text(metadata.read_text().replace("0.0.1", "0.0.2"))
    install_bundle(zipped(bundle, tmp_path / "renamed file (1).zip"))
    assert in_store() == ["renamed file (1)", "tiny"]


def test_urls_are_not_taken():
    for url in ("https://example.org/a.zip", Path("https://example.org/a.zip"), "FTP://example.org/a.zip"):
        with pytest.raises(InputError, match=r"^URLs are not taken; download the file and install it\.$"):
            install_bundle(url)


def test_a_large_folder_that_is_no_bundle_is_not_read_through(monkeypatch):
    monkeypatch.setattr(archive, "_files_of_folder", lambda _root: pytest.fail("it was read through"))
    with pytest.raises(InputError, match=r"^/ holds no model"):
        install_bundle("/")


def test_a_folder_or_zip_of_several_bundles_says_so(bundle, tmp_path):
    shutil.copytree(bundle, bundle.with_name("second"))
    for path in (bundle.parent, zipped(bundle.parent, tmp_path / "x.zip")):
        with pytest.raises(InputError, match=rf"{path.name} holds several models; choose one of them\."):
            install_bundle(path)
