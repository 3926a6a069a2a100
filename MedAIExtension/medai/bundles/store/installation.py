"""Bundles put into the store and taken out of it: whole or not at all, whatever happens in between. Nothing of them is run."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ...errors import AlreadyInstalledError, InputError
from ..card import folder_size
from ..model import Bundle
from .archive import Entry, bundle_files, is_plain_name, write_files
from .download import check_space
from .folder import INCOMING, REMOVED, built_in_folder, delete, installed_names, put_in_place, store_locked
from .packs import is_pack, packed_bundles
from .records import Origin, Problem, differences, read_record, record_path, unpublished, write_record

_WEIGHTS = {".pt", ".pth", ".safetensors", ".ts", ".onnx"}
_URL = re.compile(r"[A-Za-z]{2,}:[/\\]")  # a path has one slash there where the URL had two
_POINTER = b"version https://git-lfs"


@dataclass(frozen=True)
class _Incoming:
    """A bundle to install.

    Attributes:
        name: under which.
        entries: its files.
        expected: SHA-256 by place that they must have; None where nothing says it.
    """

    name: str
    entries: list[Entry]
    expected: dict[str, str] | None = None


def install_bundle(path: str | Path, replace: bool = False) -> Bundle:
    """Copy a bundle, or a model of nnU-Net or an exported one, into the store from its folder or zip. Nothing of it is run.

    It takes its place when all of it was written and read again; until then, and if anything fails, the store is as it was.

    Args:
        path: a model's folder, or a zip with the model at its root or in one folder.
        replace: put it in the place of an installed one of the same name.

    Raises:
        InputError: if it is no complete bundle, is unsafe or damaged, is installed already, has the name of another, or does
            not fit on the disk.
        RefusedError: if a run would need what is never allowed.
    """
    path = _existing(path)
    return install_from(path, Origin("file", path.name), replace)


def install_bundles(path: str | Path, replace: bool = False) -> list[Bundle]:
    """Install all bundles of a pack that ``export_bundles`` wrote, all or none, or the one in a folder or zip.

    Raises:
        InputError, RefusedError: as ``install_bundle``, and if a file of the pack is not the one that was packed.
    """
    path = _existing(path)
    if not is_pack(path):
        return [install_bundle(path, replace)]
    with _said(path), store_locked() as store, packed_bundles(path) as packed:
        incoming = [_Incoming(one.name, one.entries, one.hashes) for one in packed]
        return _installed(store, path, incoming, Origin("file", path.name), replace)


def install_from(path: Path, origin: Origin, replace: bool = False) -> Bundle:
    """``install_bundle`` for a bundle of which it is known where it came from; its record says so."""
    with _said(path), store_locked() as store, bundle_files(path) as (name, entries):
        return _installed(store, path, [_Incoming(name, entries)], origin, replace)[0]


def remove_bundle(name: str) -> int:
    """Delete an installed bundle; gives the bytes that were freed.

    Raises:
        InputError: if there is none of this name, it is built in, or its files are in use.
    """
    if is_plain_name(name) and (built_in_folder() / name).is_dir():
        raise InputError(f"{name} is built in and cannot be removed.")
    with store_locked() as store:
        root = installed_root(store, name)
        freed = folder_size(root)
        away = store / f"{REMOVED}{name}"  # no folder is made, for which a full disk may have no space
        try:
            root.rename(away)
        except OSError as problem:
            raise InputError(f"{root} is in use ({problem.strerror}); stop what uses it and try again.") from problem
        with suppress(OSError):
            record_path(store, name).unlink()
        delete(away)
        return freed


def verify_bundle(name: str) -> list[Problem]:
    """Compare an installed bundle with the record of its installation and with the hashes that its authors published.

    All its files are read.

    Returns:
        What is not as it should be; empty if everything is.

    Raises:
        InputError: if there is none of this name, or its files cannot be read.
    """
    if is_plain_name(name) and (built_in_folder() / name).is_dir():
        raise InputError(f"{name} is built in and came with MedAI; only installed models are verified.")
    with store_locked() as store:
        root = installed_root(store, name)
        record = read_record(store, name)
        if record is None:
            text = f"There is no record of how {name} was installed; install it again to have one."
            problems = [Problem("unrecorded", "", text)]
        else:
            problems = differences(root, record)
        with suppress(InputError):  # damaged metadata are among the differences
            problems += unpublished(Bundle.open(root, "installed"))
        return problems


def installed_root(store: Path, name: str) -> Path:
    """The folder of an installed bundle.

    Raises:
        InputError: if there is none of this name; the sentence lists those there are.
    """
    if not is_plain_name(name) or name.startswith(".") or not (store / name).is_dir():
        raise InputError(f"There is no installed model {name!r}; installed: {', '.join(installed_names(store)) or 'none'}.")
    return store / name


def has_weights(root: Path) -> bool:
    """Whether there are weights somewhere in a bundle's folder."""
    return any(file.suffix.lower() in _WEIGHTS and file.is_file() for file in root.rglob("*"))


def _existing(path: str | Path) -> Path:
    path = Path(path).expanduser()
    if _URL.match(str(path)):
        raise InputError("URLs are not taken; download the file and install it.")
    if not path.exists():
        raise InputError(f"{path} does not exist; choose a model's folder or its zip.")
    return path


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """What the system refuses meanwhile becomes a sentence."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or problem
        raise InputError(f"{path} cannot be installed ({reason}); close what uses it or free the disk.") from problem


def _installed(store: Path, path: Path, incoming: list[_Incoming], origin: Origin, replace: bool) -> list[Bundle]:
    """Write all bundles, check all of them, then put each in its place."""
    old = [_place_of(store, one.name, path, replace) for one in incoming]
    check_space(store, sum(entry.size for one in incoming for entry in one.entries), str(path))
    work = Path(tempfile.mkdtemp(prefix=INCOMING, dir=store))
    try:
        for one in incoming:
            hashes = write_files(one.entries, work / one.name)
            _check_hashes(one, hashes, path)
            _check_complete(work / one.name, path)
            _check_new(work / one.name, store, path)
            write_record(work / f"{one.name}.json", Bundle.open(work / one.name).version, origin, hashes)
        record_path(store, "").parent.mkdir(exist_ok=True)
        for one, place in zip(incoming, old, strict=True):
            put_in_place(work / one.name, store / one.name, place)
            (work / f"{one.name}.json").replace(record_path(store, one.name))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return [Bundle.open(store / one.name, "installed") for one in incoming]


def _check_hashes(one: _Incoming, hashes: dict[str, str], path: Path) -> None:
    if one.expected is not None and one.expected != hashes:
        places = one.expected.keys() | hashes.keys()
        wrong = min(place for place in places if one.expected.get(place) != hashes.get(place))
        raise InputError(f"{wrong} of {one.name} in {path} is not the file that was packed; make or copy the pack again.")


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


def _check_complete(root: Path, path: Path) -> None:
    """Metadata and configuration can be read, a run needs nothing forbidden, and weights are there, not only pointers to them."""
    from ..audit import refusals_named, refuse_forbidden

    try:
        bundle = Bundle.open(root)
        with suppress(ImportError), refusals_named(root.name):  # before the first set-up nothing here may read YAML
            refuse_forbidden(bundle)
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
