"""The folder of installed models: who may change it, and how a bundle comes into its place and leaves it whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...errors import InputError
from ...resources import resource

INCOMING, REMOVED = ".incoming-", ".removed-"
_REPLACED = ".replaced-"


def store_folder() -> Path:
    """Where installed bundles are kept: ``MEDAI_HOME``/models, by default under the user's data folder."""
    home = os.environ.get("MEDAI_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share" / "medai") / "models"


def built_in_folder() -> Path:
    """Where the bundles are that ship with MedAI."""
    return resource("Models")


def installed_names(store: Path) -> list[str]:
    """Names of what is in the store, damaged bundles too, sorted."""
    return sorted(path.name for path in store.iterdir() if path.is_dir() and not path.name.startswith("."))


@contextmanager
def store_locked() -> Iterator[Path]:
    """The store, made if it is missing, with what a crash left cleaned up; nobody else changes it meanwhile."""
    store = store_folder()
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = (store / ".lock").open("a+b")
    except OSError as problem:
        raise InputError(f"{store} cannot be written ({problem.strerror}); set MEDAI_HOME to another folder.") from problem
    with lock:
        try:
            lock_file(lock.fileno())
        except (BlockingIOError, PermissionError) as problem:
            raise InputError(f"Another MedAI is changing the models in {store}; try again when it is done.") from problem
        except OSError:
            pass  # some network folders have no locks
        _clean_up(store)
        yield store


def lock_file(handle: int) -> None:
    """Hold the file until it is closed; the system lets go of it when the process ends in whatever way."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _clean_up(store: Path) -> None:
    for folder in store.glob(f"{_REPLACED}*"):
        with suppress(OSError):  # what cannot come back now does next time
            for old in list(folder.iterdir()):
                if not (store / old.name).exists():
                    old.rename(store / old.name)
            delete(folder)
    for prefix in (INCOMING, REMOVED):
        for folder in store.glob(f"{prefix}*"):
            delete(folder)


def delete(folder: Path) -> None:
    """A folder that is no longer in use, as far as the system lets it go; links are deleted, not what they lead to."""
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def put_in_place(new: Path, place: Path, old: Path | None) -> None:
    """Rename the new bundle into its place; the old one comes back if that fails, and goes when it is done."""
    if old is None:
        new.rename(place)
        return
    away = Path(tempfile.mkdtemp(prefix=_REPLACED, dir=place.parent))
    try:
        old.rename(away / old.name)
        new.rename(place)
    except OSError:
        with suppress(OSError):  # what cannot come back now does at the next change of the store
            (away / old.name).rename(old)
        with suppress(OSError):
            away.rmdir()
        raise
    delete(away)
