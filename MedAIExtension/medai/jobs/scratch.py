"""A private folder for the files of one client, gone when the client is."""

from __future__ import annotations

import contextlib
import itertools
import os
import platform
import shutil
import tempfile
import threading
import weakref
import zlib
from collections.abc import Iterable
from pathlib import Path

# The computer is in the name because a temporary folder may be shared between machines or containers, where equal process
# numbers mean different processes.
_PREFIX = f"medai-{zlib.crc32(platform.node().encode()):08x}-"


class Scratch:
    """A temporary folder that only this user can enter; its name and its files' names say nothing about a patient."""

    def __init__(self) -> None:
        threading.Thread(target=remove_leftovers, name="medai-files").start()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._numbers = itertools.count(1)
        self._unwanted = _Unwanted()
        self._finalizer = weakref.finalize(self, _remove, self.folder, os.getpid())

    def new_file(self, suffix: str) -> Path:
        """A path in the folder that was not given out before."""
        return self.folder / f"{next(self._numbers)}{suffix}"

    def discard(self, files: Iterable[Path]) -> None:
        """Remove files soon or, where the system refuses as long as a process has them mapped, with later ones."""
        # On a thread, since the system takes longer for a large file than a window may stand still.
        threading.Thread(target=self._unwanted.remove, args=(tuple(files),), name="medai-files").start()

    def remove(self) -> None:
        """Remove the folder with all it holds; done at exit at the latest."""
        self._finalizer()


class _Unwanted:
    """Files to be removed as soon as the system lets them go."""

    def __init__(self) -> None:
        self._files: set[Path] = set()
        self._lock = threading.Lock()

    def remove(self, files: Iterable[Path]) -> None:
        with self._lock:
            self._files.update(files)
            for path in tuple(self._files):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
                    self._files.discard(path)


def remove_leftovers() -> None:
    """Remove this user's folders whose clients ended without a chance to (killed, power cut)."""
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)) and _is_ours(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    try:
        return not folder.is_symlink() and folder.is_dir() and (os.name == "nt" or folder.stat().st_uid == os.getuid())
    except OSError:
        return False


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked child inherits the finalizer, not the folder
        shutil.rmtree(folder, ignore_errors=True)
