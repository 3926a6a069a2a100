"""Hostile zips: each would write outside its folder, fill the disk, or hide a payload, if it were unpacked as it says."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from .bundles import make_bundle

Change = Callable[[zipfile.ZipFile], None]


def hostile_zips() -> dict[str, Change]:
    """What is added to the zip of a sound bundle, by what it tries."""
    names = {
        "steps up": "tiny/../../canary",
        "an absolute path": "/tmp/medai-canary",
        "a drive": "C:/canary",
        "a backslash": "tiny\\..\\..\\canary",
        "a device": "tiny/NUL",
        "a stream": "tiny/model.pt:canary",
    }
    return {
        **{name: _file(path) for name, path in names.items()},
        "a link": _file("tiny/models/link", b"../../../canary", stat.S_IFLNK | 0o777),
        "a file through a link": _through_link,
        "a bomb": _bomb,
        "many files": _many,
        "a file twice": _file("tiny/models/MODEL.PT"),
        "a file where a folder is": _file("tiny/models"),
        "a size that is a lie": _lie,
        "two bundles": _file("other/configs/metadata.json", b"{}"),
    }


def make_zip(path: Path, work: Path, change: Change) -> Path:
    """Write the zip of a sound bundle, changed."""
    root = make_bundle(work / "tiny")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(file for file in root.rglob("*") if file.is_file()):
            archive.write(file, f"tiny/{file.relative_to(root).as_posix()}")
        change(archive)
    return path


def overlapping(path: Path, work: Path) -> Path:
    """A zip whose directory names one compressed file a thousand times."""
    make_zip(path, work, lambda archive: archive.writestr("tiny/a", bytes(100_000)))
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", content, end + 12)
    directory = content[start : start + size]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    copies = [last.replace(b"tiny/a", b"tiny/" + bytes([number])) for number in range(ord("b"), ord("z"))]
    entries = directory.count(b"PK\x01\x02") + len(copies)
    directory += b"".join(copies)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), start, 0)
    path.write_bytes(content[:start] + directory + tail)
    return path


def _file(name: str, content: bytes = b"x", mode: int = 0) -> Change:
    def add(archive: zipfile.ZipFile) -> None:
        member = zipfile.ZipInfo(name)
        member.filename = member.orig_filename = name  # as given: ZipInfo cuts and turns some names
        member.external_attr = mode << 16
        archive.writestr(member, content)

    return add


def _through_link(archive: zipfile.ZipFile) -> None:
    _file("tiny/out", b"/tmp", stat.S_IFLNK | 0o777)(archive)
    _file("tiny/out/medai-canary")(archive)


def _bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("tiny/zeros", bytes(60_000_000), compresslevel=9)


def _many(archive: zipfile.ZipFile) -> None:
    for number in range(10_001):
        archive.writestr(f"tiny/many/{number}", b"")


def _lie(archive: zipfile.ZipFile) -> None:
    archive.writestr("tiny/large", bytes(1000))
    archive.filelist[-1].file_size = 10
