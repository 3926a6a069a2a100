"""Archives made to harm: nothing of them is written outside the store, and nothing stays in it."""

from __future__ import annotations

import json
import os
import stat
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai.bundles import install_bundle, store_folder
from medai.bundles.store.archive import MOST_FILES, is_plain_name
from medai.errors import InputError

FILES = {
    "configs/metadata.json": json.dumps({"version": "1"}).encode(),
    "configs/inference.json": b'{"network_def": {"_target_": "UNet"}}',
    "models/model.pt": b"weights" * 1000,
}
Add = Callable[[zipfile.ZipFile], None]


def make_zip(path: Path, add: Add = lambda _archive: None, top: str = "tiny/") -> Path:
    """A sound bundle, and what is added to it."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)  # duplicate names, which are on purpose
        for name, content in FILES.items():
            archive.writestr(top + name, content)
        add(archive)
    return path


def file(name: str, content: bytes = b"x", mode: int = 0) -> Add:
    def add(archive: zipfile.ZipFile) -> None:
        member = zipfile.ZipInfo(name)
        member.filename = member.orig_filename = name  # as given: ZipInfo cuts and turns some names
        member.external_attr = mode << 16
        archive.writestr(member, content)

    return add


def changed(**attributes: int) -> Add:
    """The last file's entry in the archive's directory says something else."""

    def add(archive: zipfile.ZipFile) -> None:
        for name, value in attributes.items():
            setattr(archive.filelist[-1], name, value)

    return add


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def assert_refused(path: Path, *words: str) -> None:
    with pytest.raises(InputError) as refusal:
        install_bundle(path)
    assert str(path) in str(refusal.value)
    assert all(word in str(refusal.value) for word in words)
    assert [p.name for p in store_folder().iterdir()] == [".lock"]


def test_the_sound_archive_is_installed(tmp_path):
    root = install_bundle(make_zip(tmp_path / "x.zip")).root
    assert {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()} == FILES


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "//server/share",
        "../outside",
        "tiny/../../outside",
        "tiny/..",
        "tiny/./x",
        "tiny//x",
        "tiny\\..\\..\\outside",
        "..\\outside",
        "C:\\outside",
        "C:outside",
        "tiny/file:stream",
        "tiny/nul",
        "tiny/NUL.txt",
        "tiny/com1",
        "tiny/COM1 .txt",
        "tiny/trailing ",
        "tiny/trailing.",
        "tiny/line\nbreak",
        "tiny/model.pt\x00.txt",
        "tiny/star*",
        "tiny/" + "a" * 200,
        "../outside/",
    ],
)
def test_unsafe_names_are_refused(tmp_path, name):
    assert_refused(make_zip(tmp_path / "x.zip", file(name)), "unsafe")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path, kind):
    assert_refused(make_zip(tmp_path / "x.zip", file("tiny/models/other.pt", b"/etc/passwd", kind | 0o777)), "link or a device")


@pytest.mark.parametrize(
    "name",
    [
        "tiny/models/model.pt",
        "tiny/models/MODEL.PT",
        "tiny/Configs/metadata.json",
        "tiny/models",
        "tiny/configs/metadata.json/x",
        "tiny/" + "a/" * 20 + "x",
    ],
)
def test_files_in_one_anothers_places_are_refused(tmp_path, name):
    assert_refused(make_zip(tmp_path / "x.zip", file(name)), "get the bundle again")


def test_accents_written_in_two_ways_are_one_name(tmp_path):
    def both(archive: zipfile.ZipFile) -> None:
        file("tiny/\u00e9")(archive)
        file("tiny/e\u0301")(archive)

    assert_refused(make_zip(tmp_path / "x.zip", both), "twice")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = make_zip(tmp_path / "x.zip", file("tiny/zeros"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tiny/more zeros", bytes(30_000_000))
    assert_refused(path, "would unpack to")


def test_too_many_files_are_refused(tmp_path):
    def many(archive: zipfile.ZipFile) -> None:
        for number in range(MOST_FILES):
            archive.writestr(f"tiny/{number}", b"")

    assert_refused(make_zip(tmp_path / "x.zip", many), str(MOST_FILES))


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"file_size": 10}, "damaged"),
        ({"CRC": 1}, "damaged"),
        ({"header_offset": 5}, "damaged"),
        ({"compress_size": 3}, "damaged"),
        ({"flag_bits": 1}, "encrypted"),
        ({"compress_type": zipfile.ZIP_LZMA}, "uncommon"),
        ({"compress_type": 99}, "uncommon"),
    ],
)
def test_an_archive_that_lies_about_a_file_is_refused(tmp_path, lie, words):
    def add(archive: zipfile.ZipFile) -> None:
        file("tiny/large", os.urandom(5000))(archive)
        changed(**lie)(archive)

    assert_refused(make_zip(tmp_path / "x.zip", add), words)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_half_a_download_is_refused(tmp_path, kept):
    path = make_zip(tmp_path / "x.zip")
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    assert_refused(path, "damaged or not completely downloaded; get it again")


def test_a_file_damaged_on_the_way_is_refused(tmp_path):
    path = make_zip(tmp_path / "x.zip", file("tiny/large", os.urandom(5000)))
    content = bytearray(path.read_bytes())
    content[-3000] ^= 255
    path.write_bytes(content)
    assert_refused(path, "damaged")


@pytest.mark.parametrize("top", ["../", "/", "..", "a/b/", ".hidden/", "C:/"])
def test_the_bundles_own_folder_must_have_a_plain_name(tmp_path, top):
    assert_refused(make_zip(tmp_path / "x.zip", top=top))


def test_two_bundles_in_one_archive_are_refused(tmp_path):
    assert_refused(make_zip(tmp_path / "x.zip", file("other/configs/metadata.json", b"{}")), "several models; choose one")


@pytest.mark.skipif(os.name == "nt", reason="Links need rights on Windows.")
def test_links_and_pipes_in_a_folder_are_refused(tmp_path):
    (tmp_path / "secret").write_text("secret")
    root = install_bundle(make_zip(tmp_path / "x.zip")).root.rename(tmp_path / "tiny")
    (root / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="link or a device"):
        install_bundle(root)
    (root / "link").unlink()
    (root / "folder").symlink_to(tmp_path)
    with pytest.raises(InputError, match="link or a device"):
        install_bundle(root)
    (root / "folder").unlink()
    os.mkfifo(root / "pipe")
    with pytest.raises(InputError, match="link or a device"):
        install_bundle(root)
    (root / "pipe").unlink()
    assert install_bundle(root).name == "tiny"


NAMES = st.text(st.sampled_from("ab./\\: \x00é~") | st.characters(), max_size=12)


@given(NAMES)
def test_a_plain_name_stays_in_its_folder_on_every_system(name):
    if is_plain_name(name):
        assert (Path("/folder") / name).parent == Path("/folder")
        assert (PureWindowsPath("C:/folder") / name).parent == PureWindowsPath("C:/folder")
        assert PureWindowsPath(name).drive == ""
        assert name not in (".", "..")


@settings(max_examples=50, deadline=None)
@given(st.lists(NAMES, max_size=3), st.sampled_from([0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR]))
def test_no_archive_writes_outside_its_own_folder(names, kind):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        home = Path(folder, "a", "home")
        patch.setenv("MEDAI_HOME", str(home))

        def add(archive: zipfile.ZipFile) -> None:
            for name in names:
                if name.isprintable():
                    file(name, mode=kind)(archive)

        path = make_zip(Path(folder, "x.zip"), add)
        try:
            root = install_bundle(path).root
        except InputError:
            root = None
        files = {p for p in Path(folder).rglob("*") if not p.is_dir() and (root is None or root not in p.parents)}
        records = {home / "models" / ".records" / f"{root.name}.json"} if root else set()
        assert files == {path, home / "models" / ".lock"} | records
