"""Several bundles in one file for a computer without a network, with the SHA-256 of every file in it."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..hashing import file_hash, files_of
from ..model import Bundle
from .archive import Entry, is_plain_name, zip_files

MANIFEST = "medai-pack.json"
_FORMAT = 1
_LARGEST_MANIFEST = 20_000_000


@dataclass(frozen=True)
class PackedBundle:
    """A bundle in a pack: its name, files, and the SHA-256 of each by place."""

    name: str
    entries: list[Entry]
    hashes: dict[str, str]


def write_pack(bundles: Sequence[Bundle], path: Path) -> int:
    """Write bundles into a pack; it appears when all of it is written.

    Returns:
        Its size in bytes.

    Raises:
        InputError: if it cannot be written, or a bundle holds links.
    """
    part = path.with_name(f"{path.name}.part")
    said: list[dict[str, Any]] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for bundle in bundles:
                files = files_of(bundle.root)
                for file in files:
                    if file.leads_to is not None:
                        raise InputError(f"{file.path} is a link; replace it with the file itself and try again.")
                    archive.write(file.path, f"{bundle.name}/{file.place}")
                hashes = {file.place: file_hash(file.path) for file in files}
                said.append({"name": bundle.name, "version": bundle.version, "files": hashes})
            made = datetime.now(timezone.utc).isoformat(timespec="seconds")
            archive.writestr(MANIFEST, json.dumps({"format": _FORMAT, "made": made, "bundles": said}, indent=1))
        os.replace(part, path)  # noqa: PTH105
    except OSError as problem:
        raise InputError(f"{path} cannot be written ({problem.strerror or problem}); choose another place.") from problem
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path.stat().st_size


def is_pack(path: Path) -> bool:
    """Whether a file is such a pack."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


@contextmanager
def packed_bundles(path: Path) -> Iterator[list[PackedBundle]]:
    """The bundles in a pack, judged as any zip is; it is open meanwhile.

    Raises:
        InputError: if it is damaged, unsafe, or its list of contents is.
    """
    with zip_files(path) as entries:
        lists = [entry for entry in entries if entry.parts == (MANIFEST,)]
        manifest = _manifest(lists[0], path)
        found = []
        for name, hashes in manifest.items():
            own = [replace(entry, parts=entry.parts[1:]) for entry in entries if len(entry.parts) > 1 and entry.parts[0] == name]
            found.append(PackedBundle(name, own, hashes))
        if sum(len(one.entries) for one in found) + len(lists) != len(entries):
            raise InputError(f"{path} holds files that its list does not name; make the pack again.")
        yield found


def _manifest(entry: Entry, path: Path) -> dict[str, dict[str, str]]:
    """Names of the bundles with the hashes of their files."""
    try:
        if entry.size > _LARGEST_MANIFEST:
            raise ValueError("too large")
        with entry.open() as file:
            said = json.loads(file.read(_LARGEST_MANIFEST))
        if said["format"] != _FORMAT:
            raise InputError(f"{path} was made by a newer MedAI; update MedAI here.")
        found = {str(one["name"]): _hashes(one["files"]) for one in said["bundles"]}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise InputError(f"{path} has an unreadable list of contents; make the pack again.") from problem
    if not found or not all(is_plain_name(name) for name in found):
        raise InputError(f"{path} names no bundle, or one in an unsafe way; make the pack again.")
    return found


def _hashes(files: Mapping[str, Any]) -> dict[str, str]:
    return {str(place): str(value) for place, value in files.items()}
