"""The files of a bundle that somebody brings, as a zip or a folder: listed and judged before a byte is written."""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from ...errors import InputError
from ..formats import DESCRIPTION, NNUNET, form_of, no_model, open_folder
from ..formats.exported import ONNX, TORCHSCRIPT
from ..formats.trained import is_passed_over
from ..model import is_bundle
from .choosing import chosen, several

MOST_FILES = 10_000
MOST_BYTES = 50_000_000_000
# Weights hardly shrink and configurations some twentyfold; what grows a hundredfold was made to fill a disk.
_LARGEST_RATIO = 100
_SMALL = 10_000_000
_DEEPEST = 16
_LONGEST_PART = 150

_IGNORED = {"__MACOSX", "__pycache__", ".DS_Store", ".git", ".cache"}
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"}
_RESERVED |= {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
# Also what moves a terminal's cursor, or writes a name from right to left.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff<>:"/\\|?*]')
_VERSION_AT_END = re.compile(r"[-_]v?\d+(\.\d+)+$")


@dataclass(frozen=True)
class Entry:
    """A file to be installed.

    Attributes:
        parts: its place in the bundle, folder by folder.
        size: in bytes; no more than that is ever written.
        open: gives its contents to read.
    """

    parts: tuple[str, ...]
    size: int
    open: Callable[[], IO[bytes]]


@contextmanager
def bundle_files(path: Path) -> Iterator[tuple[str, list[Entry]]]:
    """The name of the bundle or other model in a zip or a folder, and its files; the zip is open meanwhile.

    It lies at the root or in the one folder at the top.

    Raises:
        InputError: if it is no model, is damaged, or holds anything but plain files in plain places.
    """
    if path.is_dir():
        passed_over = is_passed_over if form_of(_check_folder(path)) == NNUNET else None
        yield _bundle_in(path, path.resolve().name, _files_of_folder(path, passed_over))
        return
    with zip_files(path) as entries:
        yield _bundle_in(path, _VERSION_AT_END.sub("", path.stem), entries)


@contextmanager
def zip_files(path: Path) -> Iterator[list[Entry]]:
    """The files of a zip, which is open meanwhile.

    Raises:
        InputError: if it is no zip, is damaged, or holds anything but plain files in plain places.
    """
    if path.suffix.lower() == ".zip" and path.is_file() and not zipfile.is_zipfile(path):
        raise InputError(f"{path} is damaged or not completely downloaded; get it again.")
    if path.suffix.lower() in (ONNX, TORCHSCRIPT) and path.is_file():
        raise InputError(f"{path} does not say what it takes and gives; put it with a {DESCRIPTION} into a folder and give that.")
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise InputError(f"{path} is neither a folder nor a zip file; choose a model's folder or its zip.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _files_of_zip(archive, path)
            _check_places(path, entries)
            yield entries
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError) as problem:
        raise InputError(f"{path} is damaged and cannot be unpacked ({problem}); get it again.") from problem


def _check_folder(path: Path) -> Path:
    """The model's folder, this one or one in it; told, as what its description lacks, before a large folder is read through."""
    root = path
    if not is_bundle(path):
        found = [folder for folder in path.iterdir() if folder.name not in _IGNORED and is_bundle(folder)]
        if not found:
            raise no_model(path)
        if len(found) > 1:
            raise several(path)
        root = found[0]
    if form_of(root):
        open_folder(root)
    return root


def write_files(entries: Sequence[Entry], folder: Path) -> dict[str, str]:
    """Write the files into a folder that must not exist; none can be executed.

    Returns:
        The SHA-256 of each, in hexadecimal, by its place with slashes.

    Raises:
        InputError: if a file is larger than it was said to be.
        OSError: if the disk is full or refuses a name.
    """
    folder.mkdir()
    hashes = {}
    for entry in entries:
        digest = hashlib.sha256()
        target = folder.joinpath(*entry.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        left = entry.size
        with entry.open() as source, target.open("xb") as file:
            while block := source.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise InputError(f"{'/'.join(entry.parts)} holds more than it says; get the bundle again.")
                file.write(block)
                digest.update(block)
        hashes["/".join(entry.parts)] = digest.hexdigest()
    return hashes


def is_plain_name(name: str) -> bool:
    """Whether a name is one file's or folder's on every system: no separator, drive, device or hidden step."""
    return (
        0 < len(name) <= _LONGEST_PART
        and not _FORBIDDEN.search(name)
        and name[-1] not in ". "
        and not name.startswith(" ")
        and name.partition(".")[0].strip().lower() not in _RESERVED
    )


def _files_of_folder(root: Path, passed_over: Callable[[str], bool] | None = None) -> list[Entry]:
    """All files but those in folders whose names are passed over."""
    found: list[Entry] = []
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting:
        folder, parts = waiting.pop()
        for path in sorted(folder.iterdir()):
            if path.name in _IGNORED:
                continue
            kind = path.lstat()
            if stat.S_ISDIR(kind.st_mode):
                if passed_over and passed_over(path.name):
                    continue
                waiting.append((path, (*parts, path.name)))
            elif stat.S_ISREG(kind.st_mode):
                found.append(Entry((*parts, path.name), kind.st_size, partial(_opened, path)))
            else:
                raise InputError(f"{path} is a link or a device; replace it with the file itself and try again.")
            if len(found) + len(waiting) > MOST_FILES:
                raise InputError(f"{root} holds more than {MOST_FILES} files; choose a bundle's own folder.")
    return found


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _files_of_zip(archive: zipfile.ZipFile, path: Path) -> list[Entry]:
    members = archive.infolist()
    if len(members) > MOST_FILES:
        raise InputError(f"{path} holds more than {MOST_FILES} files, which is no bundle; nothing was unpacked.")
    found = []
    for member in members:
        # orig_filename is what the archive says; filename is already cut at a zero byte.
        parts = tuple(member.orig_filename.removesuffix("/").split("/"))
        if _IGNORED.intersection(parts):
            continue
        if not all(map(is_plain_name, parts)):
            raise InputError(f"{path} holds the unsafe file name {member.orig_filename!r}; nothing was unpacked.")
        if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise InputError(f"{path} holds a link or a device ({member.filename}); nothing was unpacked.")
        if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{path} is encrypted or packed in an uncommon way; unpack it and add the folder.")
        if not member.is_dir():
            found.append(Entry(parts, member.file_size, partial(archive.open, member)))
    unpacked, packed = sum(entry.size for entry in found), path.stat().st_size
    if unpacked > max(_SMALL, _LARGEST_RATIO * packed):
        raise InputError(f"{path} would unpack to {unpacked / 1e9:.1f} GB, far more than any bundle; nothing was unpacked.")
    return found


def _bundle_in(path: Path, name: str, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """The bundle's name and files, judged together."""
    _check_places(path, entries)
    name, wanted = chosen(path, name, entries)
    if sum(entry.size for entry in wanted) > MOST_BYTES:
        raise InputError(f"{path} holds more than {MOST_BYTES / 1e9:.0f} GB, which is no bundle; nothing was copied.")
    return name, wanted


def _check_places(path: Path, entries: list[Entry]) -> None:
    """No two files in one place, also where case or the way of writing accents does not count, and no file where a folder is."""
    files: set[tuple[str, ...]] = set()
    for entry in entries:
        place = tuple(unicodedata.normalize("NFC", part).casefold() for part in entry.parts)
        if place in files or len(place) > _DEEPEST or not all(map(is_plain_name, entry.parts)):
            raise InputError(f"{path} holds {'/'.join(entry.parts)!r} twice or in no plain place; get the bundle again.")
        files.add(place)
    if any(place[:depth] in files for place in files for depth in range(1, len(place))):
        raise InputError(f"{path} holds a file where it also holds a folder; get the bundle again.")
