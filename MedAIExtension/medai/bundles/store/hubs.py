"""Where public models lie: Hugging Face, file by file, or NVIDIA's catalog, as a zip; and weights that lie elsewhere."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from ...errors import InputError
from ..config.reading import load_yaml
from ..texts import own_text
from .archive import MOST_BYTES, MOST_FILES, is_plain_name
from .network import Connection, host_of
from .published import Hash, Remote

HUGGING_FACE = "https://huggingface.co"
_ENDPOINT = "HF_ENDPOINT"  # the variable by which Hugging Face's own tools find a mirror
_VERSION = re.compile(r"[A-Za-z0-9][\w.+-]{0,79}")
_LEFT_OUT = {".gitattributes", ".gitignore"}
_LARGE_FILES = ("large_files.yml", "large_files.yaml")
_LARGEST_ANSWER = 20_000_000
_LARGEST_LIST = 1_000_000
_BY_HAND = ("drive.google.com", "docs.google.com", "drive.usercontent.google.com")
# TorchScript holds a program; MedAI takes it only where there is no table of weights.
_TABLES, _PROGRAM = {".pt", ".pth", ".safetensors", ".onnx"}, ".ts"


class NotThereError(InputError):
    """A hub does not have this model, or not in this version, or cannot be reached."""


@dataclass(frozen=True)
class Listed:
    """Weights that a bundle says lie elsewhere.

    Attributes:
        place: in the bundle, with slashes.
        remote: where to get it.
        by_hand: whether its host gives it to browsers alone.
    """

    place: str
    remote: Remote
    by_hand: bool


def check_version(version: str) -> str:
    """The version, if it may stand in an address.

    Raises:
        InputError: if not.
    """
    if not _VERSION.fullmatch(version) or ".." in version:
        raise InputError(f"{version!r} is no version of a model; write one such as 0.5.9.")
    return version


def files_on_hugging_face(connection: Connection, repository: str, version: str, folder: Path) -> list[Remote]:
    """All files of a model on Hugging Face, each with size and hash, to be put into ``folder``.

    Raises:
        NotThereError: if the hub has no such model or version.
        InputError: if the list names what no bundle holds.
    """
    hub = os.environ.get(_ENDPOINT, "").rstrip("/") or HUGGING_FACE
    revision = quote(check_version(version), safe="")
    url: str | None = f"{hub}/api/models/{repository}/tree/{revision}?recursive=true"
    found: list[Remote] = []
    while url:
        entries, url = _page(connection, url)
        for entry in entries:
            if entry.get("type") == "file" and entry.get("path") not in _LEFT_OUT:
                parts = _parts(entry.get("path"), repository)
                address = f"{hub}/{repository}/resolve/{revision}/{quote('/'.join(parts))}"
                found.append(Remote(address, folder.joinpath(*parts), _size(entry, repository), _hash(entry)))
        if len(found) > MOST_FILES:
            raise InputError(f"{repository} on {host_of(hub)} lists more than {MOST_FILES} files, which is no bundle.")
    if sum(remote.size or 0 for remote in found) > MOST_BYTES:
        raise InputError(f"{repository} on {host_of(hub)} is larger than {MOST_BYTES / 1e9:.0f} GB, which is no bundle.")
    return found


def listed_weights(folder: Path) -> list[Listed]:
    """The weights that the bundle's own list of large files names, whether they are in its folder or not.

    Raises:
        InputError: if the list cannot be read, names files in unsafe places, or hashes that cannot be checked.
    """
    path = next((folder / name for name in _LARGE_FILES if (folder / name).is_file()), None)
    listed = list(_listed(path, folder)) if path else []
    has_table = any(Path(one.place).suffix in _TABLES for one in listed)
    wanted = _TABLES if has_table else {_PROGRAM}
    return [one for one in listed if Path(one.place).suffix in wanted]


def _listed(path: Path, folder: Path) -> Iterator[Listed]:
    try:
        said = load_yaml(own_text(path, folder, _LARGEST_LIST))
        entries = said["large_files"]
    except ImportError as problem:
        raise InputError(f"{path.name} needs the package pyyaml; run: pip install pyyaml.") from problem
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise InputError(f"{path.name} of {folder.name} cannot be read; get the bundle elsewhere.") from problem
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
            raise InputError(f"{path.name} of {folder.name} names a file without an address; get the bundle elsewhere.")
        parts = _parts(entry.get("path"), folder.name)
        remote = Remote(entry["url"], folder.joinpath(*parts), None, Hash.read(entry.get("hash_type"), entry.get("hash_val")))
        yield Listed("/".join(parts), remote, (urlsplit(entry["url"]).hostname or "") in _BY_HAND)


def _page(connection: Connection, url: str) -> tuple[list[Mapping[str, Any]], str | None]:
    """One page of a list of files, and the address of the next one."""
    import requests

    host = host_of(url)
    try:
        with connection.get(url) as answer:
            if answer.status_code in (401, 404):
                raise NotThereError(f"{host} does not have it")
            if answer.status_code != 200:
                raise InputError(f"{host} does not list the files (it answers {answer.status_code}); try again later.")
            text = b""
            for piece in answer.iter_content(1 << 16):
                text += piece
                if len(text) > _LARGEST_ANSWER:
                    raise InputError(f"{host} lists more files than any bundle has.")
            following = answer.links.get("next", {}).get("url")
            entries = json.loads(text)
    except requests.RequestException as problem:
        why = type(problem).__name__
        raise NotThereError(f"{host} cannot be reached ({why}); check the network and proxy settings.") from problem
    except ValueError as problem:
        raise InputError(f"{host} gives no list of files; check the network and proxy settings.") from problem
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{host} gives no list of files; check the network and proxy settings.")
    following = urljoin(url, following) if following else None
    if following and host_of(following) != host:
        raise InputError(f"{host} continues its list elsewhere, which MedAI does not follow.")
    return entries, following


def _parts(path: Any, name: str) -> tuple[str, ...]:
    parts = tuple(path.split("/")) if isinstance(path, str) else ()
    if not parts or not all(map(is_plain_name, parts)):
        raise InputError(f"{name} lists a file in an unsafe place ({str(path)[:80]!r}); nothing was installed.")
    return parts


def _size(entry: Mapping[str, Any], repository: str) -> int:
    lfs = entry.get("lfs")
    size = lfs.get("size") if isinstance(lfs, dict) else entry.get("size")
    if not isinstance(size, int) or size < 0:
        raise InputError(f"{repository} lists a file without its size; try again later.")
    return size


def _hash(entry: Mapping[str, Any]) -> Hash | None:
    """SHA-256 of a large file; of a small one, git's own."""
    lfs = entry.get("lfs")
    if isinstance(lfs, dict):
        return Hash.read("sha256", str(lfs.get("oid") or lfs.get("sha256") or "").removeprefix("sha256:"))
    return Hash.read("git", entry.get("oid"))
