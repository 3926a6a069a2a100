"""The folder of installed models: bundles are put in and taken out whole, whatever happens in between."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import AlreadyInstalledError, InputError
from ..resources import resource
from .archive import Entry, bundle_files, is_plain_name, write_files
from .card import folder_size
from .model import Bundle

_INCOMING, _REPLACED, _REMOVED = ".incoming-", ".replaced-", ".removed-"
_SPARE_BYTES = 100_000_000
_WEIGHTS = {".pt", ".pth", ".safetensors", ".ts", ".onnx"}
_URL = re.compile(r"[A-Za-z]{2,}:[/\\]")  # a path has one slash there where the URL had two
_POINTER = b"version https://git-lfs"


def store_folder() -> Path:
    """Where installed bundles are kept: ``MEDAI_HOME``/models, by default under the user's data folder."""
    home = os.environ.get("MEDAI_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share" / "medai") / "models"


def built_in_folder() -> Path:
    """Where the bundles are that ship with MedAI."""
    return resource("Models")


def install_bundle(path: str | Path, replace: bool = False) -> Bundle:
    """Copy a bundle into the store from its folder or unpack it from its zip. Nothing of it is run.

    It takes its place when all of it was written and read again; until then, and if anything fails, the store is as it was.

    Args:
        path: a bundle's folder, or a zip with the bundle at its root or in one folder.
        replace: put it in the place of an installed one of the same name.

    Raises:
        InputError: if it is no complete bundle, is unsafe or damaged, is installed already, has the name of another, or does
            not fit on the disk.
        RefusedError: if a run would need what is never allowed.
    """
    path = Path(path).expanduser()
    if _URL.match(str(path)):
        raise InputError("URLs are not taken; download the file and install it.")
    if not path.exists():
        raise InputError(f"{path} does not exist; choose a bundle's folder or its zip.")
    try:
        with _store_locked() as store, bundle_files(path) as (name, entries):
            old = _place_of(store, name, path, replace)
            _check_space(store, path, entries)
            work = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=store))
            try:
                write_files(entries, work / name)
                _check_complete(work / name, path)
                _check_new(work / name, store, path)
                _put_in_place(work / name, store / name, old)
            finally:
                shutil.rmtree(work, ignore_errors=True)
            return Bundle.open(store / name, "installed")
    except OSError as problem:
        reason = problem.strerror or problem
        raise InputError(f"{path} cannot be installed ({reason}); close what uses it or free the disk.") from problem


def remove_bundle(name: str) -> int:
    """Delete an installed bundle; gives the bytes that were freed.

    Raises:
        InputError: if there is none of this name, it is built in, or its files are in use.
    """
    if is_plain_name(name) and (built_in_folder() / name).is_dir():
        raise InputError(f"{name} is built in and cannot be removed.")
    with _store_locked() as store:
        root = store / name
        if not is_plain_name(name) or name.startswith(".") or not root.is_dir():
            installed = ", ".join(sorted(p.name for p in store.iterdir() if not p.name.startswith("."))) or "none"
            raise InputError(f"There is no installed model {name!r}; installed: {installed}.")
        freed = folder_size(root)
        away = store / f"{_REMOVED}{name}"  # no folder is made, for which a full disk may have no space
        try:
            root.rename(away)
        except OSError as problem:
            raise InputError(f"{root} is in use ({problem.strerror}); stop what uses it and try again.") from problem
        _delete(away)
        return freed


@contextmanager
def _store_locked() -> Iterator[Path]:
    """The store, made if it is missing, with what a crash left cleaned up; nobody else changes it meanwhile."""
    store = store_folder()
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = (store / ".lock").open("a+b")
    except OSError as problem:
        raise InputError(f"{store} cannot be written ({problem.strerror}); set MEDAI_HOME to another folder.") from problem
    with lock:
        try:
            _lock(lock.fileno())
        except (BlockingIOError, PermissionError) as problem:
            raise InputError(f"Another MedAI is changing the models in {store}; try again when it is done.") from problem
        except OSError:
            pass  # some network folders have no locks
        _clean_up(store)
        yield store


def _lock(handle: int) -> None:
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
            _delete(folder)
    for prefix in (_INCOMING, _REMOVED):
        for folder in store.glob(f"{prefix}*"):
            _delete(folder)


def _delete(folder: Path) -> None:
    """A folder that is no longer in use, as far as the system lets it go; links are deleted, not what they lead to."""
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _place_of(store: Path, name: str, path: Path, replace: bool) -> Path | None:
    """The installed bundle that this one would replace, or None."""
    if not is_plain_name(name) or name.startswith("."):
        raise InputError(f"{path} gives the model the name {name!r}, which is no plain folder name; rename it and try again.")
    if (built_in_folder() / name).exists():
        raise InputError(f"{name} is the name of a built-in model; rename {path} and try again.")
    old = next((other for other in store.iterdir() if other.name.casefold() == name.casefold()), None)
    if old and not replace:
        raise AlreadyInstalledError(f"A model {old.name} is installed already; replace it or remove it first.", old.name)
    return old


def _check_space(store: Path, path: Path, entries: list[Entry]) -> None:
    needed, free = sum(entry.size for entry in entries), shutil.disk_usage(store).free
    if needed + _SPARE_BYTES > free:
        raise InputError(
            f"{path} needs {needed / 1e9:.2f} GB, but only {free / 1e9:.2f} GB are free in {store}; "
            f"free some space or set MEDAI_HOME to another disk."
        )


def _check_complete(root: Path, path: Path) -> None:
    """Metadata and configuration can be read, a run needs nothing forbidden, and weights are there, not only pointers to them."""
    from .config import read_config
    from .judgment import check_allowed, refusals_named

    try:
        Bundle.open(root)
        with suppress(ImportError), refusals_named(root.name):  # before the first set-up nothing here may read YAML
            check_allowed(read_config(root))
    except InputError as problem:
        raise InputError(str(problem).replace(str(root), str(path))) from problem
    weights = [file for file in root.rglob("*") if file.suffix.lower() in _WEIGHTS and file.is_file()]
    if not weights:
        raise InputError(f"{path} holds no weights (such as models/model.pt); get the bundle with its large files.")
    for file in weights:
        with file.open("rb") as start:
            if start.read(len(_POINTER)) == _POINTER:
                raise InputError(f"{file.name} in {path} only points to the weights; get the bundle with its large files.")


def _check_new(root: Path, store: Path, path: Path) -> None:
    """No installed bundle of another name has the same contents; only those of the same size are read."""
    size, others = folder_size(root), (other for other in store.iterdir() if not other.name.startswith("."))
    for other in others:
        if other.name.casefold() == root.name.casefold() or folder_size(other) != size:
            continue
        if Bundle(other, {}).content_hash == Bundle(root, {}).content_hash:
            raise InputError(f"{path} is installed already as {other.name}; use that one.")


def _put_in_place(new: Path, place: Path, old: Path | None) -> None:
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
    _delete(away)
