"""What a user sees of a model before anything of it runs: told from its metadata and license, unreliable as they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kinds import SEGMENTATION
from .licenses import terms_of
from .model import Bundle

_THUMBNAILS = ("docs/thumbnail.png", "thumbnail.png")


@dataclass(frozen=True)
class ModelCard:
    """A model at a glance.

    Attributes:
        name: machine name, the bundle's folder.
        title: name for people.
        description: what it does, in a sentence or two.
        state: "built-in", "installed", "available" (known, but not on this computer) or "folder".
        modality: DICOM's word for the scans it was made for ("CT", "MR"), or "".
        task: what it was made for, in its makers' words, or "".
        organs: in plain words.
        channels: names of the input channels in the network's order.
        labels: names of the labels by value, background left out.
        license: short name, "unknown" where it is not known.
        commercial_use: whether the license permits it; None where that is not known.
        size_bytes: on disk, or of what there is to download; 0 where that is not known.
        thumbnail: a small PNG, or None.
        root: the bundle's folder; None for an available one.
        url: where to get it; "" where that is not known.
        version: the bundle's own, or "".
        keywords: what else it is found by, such as the kinds of its scans.
        kind: what it gives: "segmentation", "detection", "landmarks" or "classification".
        weights_license: what holds for the weights or the data that they were learned from beyond ``license``, or "".
        has_hashes: whether a hash of its files is published, by which a download is checked.
    """

    name: str
    title: str
    description: str
    state: str
    modality: str
    task: str
    organs: tuple[str, ...]
    channels: tuple[str, ...]
    labels: tuple[str, ...]
    license: str
    commercial_use: bool | None
    size_bytes: int
    thumbnail: Path | None
    root: Path | None
    url: str = ""
    version: str = ""
    keywords: tuple[str, ...] = ()
    kind: str = SEGMENTATION
    weights_license: str = ""
    has_hashes: bool = False


def read_card(bundle: Bundle) -> ModelCard:
    """The card of a bundle from its own files; no weights are read."""
    terms = terms_of(bundle.root, bundle.metadata)
    thumbnails = (bundle.root / name for name in _THUMBNAILS)
    return ModelCard(
        name=bundle.name,
        title=_text(bundle.metadata, "name") or bundle.name,
        description=_text(bundle.metadata, "description"),
        state=bundle.source,
        modality=bundle.modality,
        task=_text(bundle.metadata, "task"),
        organs=_words(bundle.metadata, "organs"),
        channels=bundle.channels,
        labels=tuple(name for _, name in sorted(bundle.label_names.items())),
        license=terms.name,
        commercial_use=terms.commercial_use,
        size_bytes=folder_size(bundle.root),
        thumbnail=next((path for path in thumbnails if path.is_file()), None),
        root=bundle.root,
        version=bundle.version,
        keywords=_words(bundle.metadata, "keywords"),
        kind=bundle.kind,
    )


def folder_size(path: Path) -> int:
    """Bytes of all files in a folder, links not followed; 0 where there is no such folder."""
    return sum(Path(folder, name).lstat().st_size for folder, _, names in os.walk(path) for name in names)


def _text(metadata: Mapping[str, Any], key: str) -> str:
    value = metadata.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _words(metadata: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = metadata.get(key)
    values = value if isinstance(value, list) else [value]
    return tuple(word.strip() for word in values if isinstance(word, str) and word.strip())
