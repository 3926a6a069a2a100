"""What a folder holds as one SHA-256: the name that consent and the record of a run give to a bundle's contents."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, RefusedError

MOST_FILES = 10_000
_MOST_BYTES = 100_000_000_000
_MOST_REMEMBERED = 50_000
_SMALL = 1_000_000
_PROGRAMS = (".ts", ".onnx")
_RACY_SECONDS = 3.0  # the coarsest clock of a file system has steps of two seconds

_Signature = tuple[str, int, int, int, int, int]
_known: dict[_Signature, bytes] = {}


@dataclass(frozen=True)
class BundleFile:
    """A file or link of a bundle: its place with slashes, its path, its size, and where it leads if it is a link."""

    place: str
    path: Path
    size: int
    leads_to: str | None = None

    @property
    def stays_inside(self) -> bool:
        """False for a link out of the bundle's folder, wherever that goes by further links."""
        if self.leads_to is None:
            return True
        root = self.path.parents[self.place.count("/")]
        return self.path.resolve().is_relative_to(root.resolve())


def files_of(root: Path) -> tuple[BundleFile, ...]:
    """All files and links of a folder by their places; no link is followed, but for ``root`` itself.

    Raises:
        InputError: if it cannot be read, or holds more than ``MOST_FILES``.
        RefusedError: if it holds a device, a pipe or a socket.
    """
    root = root.resolve()
    try:
        return tuple(sorted(_walk(root), key=lambda file: file.place))
    except OSError as problem:
        raise InputError(f"{root} cannot be read ({problem.strerror}); check who may read it.") from problem


def content_hash(root: Path) -> str:
    """SHA-256 in hexadecimal over the names and contents of all files; of a link, where it leads counts as its content.

    Raises:
        InputError, RefusedError: as ``files_of``.
    """
    digest = hashlib.sha256()
    for file in files_of(root):
        digest.update(file.place.encode("utf-8", "surrogateescape") + (b"\0" if file.leads_to is None else b"\0\0"))
        digest.update(_digest(file.path) if file.leads_to is None else _digest_of_link(file.leads_to))
    return digest.hexdigest()


def is_compiled(path: Path) -> bool:
    """Whether a file is what Python writes when it imports: it is left out of all hashes, so that nothing may be read from it."""
    return "__pycache__" in path.parts and path.suffix.lower() == ".pyc"


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; of large weights remembered while the file's size, times and place stay the same.

    Raises:
        InputError: if it cannot be read.
    """
    return _digest(path).hex()


def _walk(root: Path) -> Iterator[BundleFile]:
    waiting, count, size = [root], 0, 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > MOST_FILES:
                    raise InputError(f"{root} holds more than {MOST_FILES} files; choose a bundle's own folder.")
                path = Path(entry.path)
                if entry.is_symlink():
                    yield BundleFile(path.relative_to(root).as_posix(), path, 0, str(path.readlink()))
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    if is_compiled(path.relative_to(root)):
                        continue
                    found = BundleFile(path.relative_to(root).as_posix(), path, entry.stat(follow_symlinks=False).st_size)
                    size += found.size
                    if size > _MOST_BYTES:  # a file with holes has any size at no cost, and would be read for days
                        raise InputError(f"{root} holds more than {_MOST_BYTES / 1e9:.0f} GB; choose a bundle's own folder.")
                    yield found
                else:
                    raise RefusedError(f"{path} is a device, a pipe or a socket, which no bundle has; it was not opened.")


def _digest_of_link(target: str) -> bytes:
    return hashlib.sha256(b"link\0" + target.encode("utf-8", "surrogateescape")).digest()


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            signature = _signature(path, os.fstat(file.fileno()))
            if signature not in _known:
                digest = hashlib.sha256()
                while piece := file.read(1 << 20):
                    digest.update(piece)
                found = os.fstat(file.fileno())
                if _signature(path, found) != signature or not _may_be_remembered(path, found):
                    return digest.digest()
                if len(_known) >= _MOST_REMEMBERED:
                    _known.clear()
                _known[signature] = digest.digest()
            return _known[signature]
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check who may read it.") from problem


def _may_be_remembered(path: Path, found: os.stat_result) -> bool:
    """Not code and settings, which are read quickly, nor what was written just now: its next change could bear the same time."""
    settled = time.time() - max(found.st_mtime, found.st_ctime) > _RACY_SECONDS
    return settled and found.st_size > _SMALL and path.suffix.lower() not in _PROGRAMS


def _signature(path: Path, found: os.stat_result) -> _Signature:
    # The change time is the one that a program cannot set back after it has changed a file.
    if not stat.S_ISREG(found.st_mode):
        raise RefusedError(f"{path} is no plain file, which a bundle's files are; it was not read.")
    return (str(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)
