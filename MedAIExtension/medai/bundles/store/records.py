"""What was installed, kept beside the bundles: where it came from and the SHA-256 of every file then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..hashing import file_hash, files_of
from ..known import public_entries
from ..model import Bundle
from .folder import store_folder
from .published import Hash

RECORDS = ".records"


@dataclass(frozen=True)
class Origin:
    """Where a bundle came from.

    Attributes:
        source: "file", or the host that it was downloaded from.
        name: the file's or folder's name, or the model's on the hub.
        checked: places of files that fitted a published hash.
        unchecked: places of files for which none is published.
    """

    source: str
    name: str
    checked: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What was installed.

    Attributes:
        version: of the bundle.
        origin: where it came from.
        files: SHA-256 by place.
        date: when, as ISO 8601 in UTC.
    """

    version: str
    origin: Origin
    files: Mapping[str, str] = field(default_factory=dict)
    date: str = ""


@dataclass(frozen=True)
class Problem:
    """What is not as it should be with an installed bundle.

    Attributes:
        kind: "changed", "missing", "extra", "unpublished" (not the file that its authors published) or "unrecorded".
        file: its place in the bundle, or "".
        text: in plain words.
    """

    kind: str
    file: str
    text: str

    def __str__(self) -> str:
        return self.text


def write_record(path: Path, version: str, origin: Origin, files: Mapping[str, str]) -> None:
    """Write a record; raises OSError where the disk does not take it."""
    said = {
        "version": version,
        "installed": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "source": origin.source,
        "name": origin.name,
        "checked": list(origin.checked),
        "unchecked": list(origin.unchecked),
        "files": dict(sorted(files.items())),
    }
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False), encoding="utf-8")


def record_path(store: Path, name: str) -> Path:
    """Where the record of an installed bundle is."""
    return store / RECORDS / f"{name}.json"


def read_record(store: Path, name: str) -> Record | None:
    """What was written when a bundle was installed; None where nothing readable was."""
    with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
        said: dict[str, Any] = json.loads(record_path(store, name).read_text(encoding="utf-8"))
        origin = Origin(str(said["source"]), str(said["name"]), tuple(said["checked"]), tuple(said["unchecked"]))
        files = {str(place): str(value) for place, value in said["files"].items()}
        return Record(str(said["version"]), origin, files, str(said["installed"]))
    return None


def record_of(name: str) -> Record | None:
    """The record of an installed bundle; None where there is none."""
    return read_record(store_folder(), name)


def differences(root: Path, record: Record) -> list[Problem]:
    """What changed since a bundle was installed; all its files are read."""
    now = {file.place: file for file in files_of(root)}
    problems = [Problem("missing", place, f"{place} is missing.") for place in sorted(record.files.keys() - now.keys())]
    for place, file in now.items():
        if place not in record.files:
            problems.append(Problem("extra", place, f"{place} was not there when the model was installed."))
        elif file.leads_to is not None or file_hash(file.path) != record.files[place]:
            problems.append(Problem("changed", place, f"{place} was changed since the model was installed."))
    return problems


def unpublished(bundle: Bundle) -> list[Problem]:
    """Files of a public model's version that are not those that its authors published."""
    entry = public_entries().get(bundle.name)
    if entry is None or entry["version"] != bundle.version:
        return []
    listed = [(str(one["path"]), one["md5"]) for one in entry["files"] if one["md5"]]
    wrong = [p for p, md5 in listed if (bundle.root / p).is_file() and not Hash("md5", md5).fits(bundle.root / p)]
    return [
        Problem("unpublished", p, f"{p} is not the file that the model's authors published (its MD5 differs).") for p in wrong
    ]
