"""A public model from its hub into the store: downloaded whole and checked first, then installed like any other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...errors import AlreadyInstalledError, CancelledError, InputError
from ..known import public_entries
from ..model import Bundle
from .archive import bundle_files, write_files
from .download import DownloadProgress, check_space, fetch
from .folder import lock_file, store_folder
from .hubs import Listed, NotThereError, check_version, files_on_hugging_face, listed_weights
from .installation import has_weights, install_from
from .network import Connection, host_of
from .published import Hash, Remote, is_here
from .records import Origin

DOWNLOADS = ".downloads"
Report = Callable[[DownloadProgress], None]
Cancelled = Callable[[], bool]


def download_bundle(
    name: str,
    version: str | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
    replace: bool = False,
) -> Bundle:
    """Download a public model and install it. What broke off goes on at the next call; nothing of the model is run.

    It is taken from Hugging Face, and from NVIDIA's catalog where that does not have it. Every file is checked by its published
    hash; those without one are named in the record of the installation (``verify_bundle`` and the store's ``.records``).

    Args:
        name: as in the catalog.
        version: another than the catalog's, as the hub names it.
        report: called often with how far it is.
        cancelled: asked often; True stops.
        replace: put it in the place of an installed one.

    Returns:
        The installed bundle.

    Raises:
        InputError: if there is no such public model, MedAI is offline, a file cannot be had or is not the published one, weights
            must be downloaded by hand (the sentence says where to put them), or the disk is full.
        RefusedError: if a run of it would need what is never allowed.
        CancelledError: if ``cancelled`` said so.
    """
    entry = public_entries().get(name)
    if entry is None:
        raise InputError(f"There is no public model {name!r}; see `medai models list`, or install a model from its file.")
    version = check_version(version or str(entry["version"]))
    if (store_folder() / name).exists() and not replace:
        raise AlreadyInstalledError(f"A model {name} is installed already; replace it or remove it first.", name)
    with _downloading(name, version) as folder:
        return _Getting(entry, version, folder, report, cancelled).run(replace)


class _Getting:
    """One download with what it needs to know."""

    def __init__(
        self, entry: Mapping[str, Any], version: str, folder: Path, report: Report | None, cancelled: Cancelled | None
    ) -> None:
        self._entry, self._version = entry, version
        self._root = folder / str(entry["name"])
        self._zip = folder / f"{entry['name']}.zip"
        self._report, self._cancelled = report or (lambda _progress: None), cancelled
        self._connection = Connection()
        self._checked: list[str] = []
        self._unchecked: list[str] = []

    def run(self, replace: bool) -> Bundle:
        """Download, check, install."""
        try:
            source = self._bundle()
            self._weights()
        finally:
            self._connection.close()
        if self._cancelled and self._cancelled():
            raise CancelledError("The download was cancelled; what is here already is kept for the next time.")
        origin = Origin(source, f"{self._entry['name']}@{self._version}", tuple(self._checked), tuple(self._unchecked))
        bundle = install_from(self._root, origin, replace)
        shutil.rmtree(self._root.parent, ignore_errors=True)
        return bundle

    def _bundle(self) -> str:
        """Bring the bundle's own files; gives the host they came from."""
        try:
            remotes = files_on_hugging_face(self._connection, self._entry["hubs"]["huggingface"], self._version, self._root)
        except NotThereError:
            return self._from_zip()
        self._make_room(sum(remote.size or 0 for remote in remotes if not is_here(remote)), sum(r.size or 0 for r in remotes))
        total, done = sum(remote.size or 0 for remote in remotes), 0
        for remote in remotes:
            self._fetch(remote, done, total)
            done += remote.size or 0
        return host_of(remotes[0].url) if remotes else ""

    def _from_zip(self) -> str:
        """NVIDIA's catalog has each version as a zip; its SHA-1 is published in the zoo, which MedAI knows for one version."""
        ngc, known = self._entry["hubs"]["ngc"], str(self._entry["version"])
        url = str(ngc["url"])
        if self._version != known:
            for part in ("/versions/{}/", "_v{}.zip"):
                url = url.replace(part.format(known), part.format(self._version))
        sha1 = Hash("sha1", ngc["sha1"]) if self._version == known and ngc["sha1"] else None
        if not self._root.is_dir():
            self._make_room(0, 2 * int(self._entry["size_bytes"] or 0))
            self._fetch(Remote(url, self._zip, None, sha1), 0, None)
            unpacking = self._root.with_name(".unpacking")
            shutil.rmtree(unpacking, ignore_errors=True)
            with bundle_files(self._zip) as (_name, entries):
                self._make_room(sum(entry.size for entry in entries), sum(entry.size for entry in entries))
                write_files(entries, unpacking)
            unpacking.rename(self._root)
        else:
            (self._checked if sha1 else self._unchecked).append(self._zip.name)
        return host_of(url)

    def _weights(self) -> None:
        """Weights that the bundle keeps elsewhere; where they must be brought by hand, the sentence says where to put them."""
        complete = has_weights(self._root)
        for one in listed_weights(self._root):
            if one.remote.path.is_file():
                self._check_by_hand(one)
                continue
            if complete:
                continue
            if one.by_hand:
                raise InputError(
                    f"{one.place} of {self._entry['name']} lies on Google Drive, which gives it to browsers alone: download "
                    f"{one.remote.url} there, save it as {one.remote.path}, and run this command again."
                )
            self._fetch(one.remote, 0, None)

    def _check_by_hand(self, one: Listed) -> None:
        """Weights that somebody put here; those that came with the bundle were checked with it."""
        if one.place in self._checked or self._zip.name in self._checked:
            return
        if one.remote.hash and not one.remote.hash.fits(one.remote.path):
            kind = one.remote.hash.kind
            raise InputError(
                f"{one.remote.path} is not the published file (its {kind} differs); delete it and download it again."
            )
        (self._checked if one.remote.hash else self._unchecked).append(one.place)

    def _fetch(self, remote: Remote, before: int, total: int | None) -> None:
        name = remote.path.name

        def say(done: int, size: int | None) -> None:
            self._report(DownloadProgress(name, before + done, total if total is not None else size))

        fetch(self._connection, remote, say, self._cancelled)
        place = remote.path.relative_to(self._root).as_posix() if remote.path.is_relative_to(self._root) else name
        (self._checked if remote.hash else self._unchecked).append(place)

    def _make_room(self, missing: int, whole: int) -> None:
        """The download and, beside it, the copy that becomes the installed model."""
        check_space(self._root.parent, missing + whole, f"{self._entry['name']} with its download")


@contextmanager
def _downloading(name: str, version: str) -> Iterator[Path]:
    """The folder of one download, in which nobody else downloads meanwhile."""
    folder = store_folder() / DOWNLOADS / f"{name}@{version}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{name}@{version}.lock").open("a+b") as lock:
            try:
                lock_file(lock.fileno())
            except (BlockingIOError, PermissionError) as problem:
                raise InputError(f"Another MedAI is downloading {name}; try again when it is done.") from problem
            except OSError:
                pass  # some network folders have no locks
            yield folder
    except OSError as problem:
        why = problem.strerror or problem
        raise InputError(f"{folder} cannot be written ({why}); free the disk or set MEDAI_HOME.") from problem
    finally:
        with suppress(OSError):  # what broke off stays for the next time
            folder.rmdir()
