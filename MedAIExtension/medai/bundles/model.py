"""A model as users see it: what a bundle's metadata says, read without running anything of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import InputError

_MOST_CHANNELS = 1000


@dataclass(frozen=True)
class Bundle:
    """A MONAI bundle in a folder: ``configs/metadata.json``, ``configs/inference.json`` or ``.yaml``, ``models/``.

    Attributes:
        root: the bundle's folder.
        metadata: ``configs/metadata.json`` as it is.
        source: "built-in", "installed" or "folder".
    """

    root: Path
    metadata: Mapping[str, Any]
    source: str = "folder"

    @classmethod
    def open(cls, root: Path, source: str = "folder") -> Bundle:
        """Read a bundle's metadata.

        Raises:
            InputError: if the folder is no bundle, or its metadata is unreadable.
        """
        path = root / "configs" / "metadata.json"
        if not path.is_file():
            raise InputError(f"{root} is not a MONAI bundle (configs/metadata.json is missing); choose a bundle's folder.")
        try:
            metadata = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as problem:
            raise InputError(f"{path} cannot be read ({problem}); get the bundle again.") from problem
        if not isinstance(metadata, dict):
            raise InputError(f"{path} holds no JSON object; get the bundle again.")
        bundle = cls(root=root, metadata=metadata, source=source)
        try:
            bundle.channels, bundle.label_names, bundle.spatial_dims  # noqa: B018
        except (AttributeError, TypeError, ValueError, OverflowError) as problem:
            raise InputError(
                f"{path} describes inputs or outputs that cannot be read ({problem}); get the bundle again."
            ) from problem
        return bundle

    @property
    def name(self) -> str:
        """Machine name: the folder's."""
        return self.root.resolve().name

    @property
    def title(self) -> str:
        """Name for people."""
        return str(self.metadata.get("name", self.name))

    @property
    def version(self) -> str:
        """The bundle's own version."""
        return str(self.metadata.get("version", ""))

    @property
    def description(self) -> str:
        """What it does, in a sentence or two."""
        return str(self.metadata.get("description", ""))

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the input channels in the network's order, such as ("T1c", "T1", "T2", "FLAIR")."""
        image = self._format("inputs", "image")
        names = image.get("channel_def") or {}
        count = int(image.get("num_channels", len(names) or 1))
        if not 1 <= count <= _MOST_CHANNELS:
            raise ValueError(f"{count} input channels")
        return tuple(str(names.get(str(n), f"channel {n}")) for n in range(count))

    @property
    def modality(self) -> str:
        """DICOM's word for the scans it was made for ("CT", "MR"), or "" where the metadata do not say."""
        word = str(self._format("inputs", "image").get("modality", "")).upper()
        return {"MRI": "MR", "CT": "CT", "MR": "MR", "PET": "PT"}.get(word, word)

    @property
    def spatial_dims(self) -> int:
        """2 or 3: what the network works on."""
        shape = self._format("inputs", "image").get("spatial_shape") or [0, 0, 0]
        return 2 if len(shape) == 2 else 3

    @property
    def label_names(self) -> dict[int, str]:
        """Name of each value of the label map, background left out."""
        output = self._format("outputs", "pred")
        names = output.get("channel_def") or output.get("label_def") or {}
        return {int(value): str(name) for value, name in names.items() if int(value) != 0}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the names and contents of all files in the folder: what consent and run.json refer to."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.root.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            digest.update(path.relative_to(self.root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _format(self, side: str, entry: str) -> Mapping[str, Any]:
        formats = self.metadata.get("network_data_format") or {}
        found = (formats.get(side) or {}).get(entry) or {}
        return found if isinstance(found, dict) else {}


def is_bundle(root: Path) -> bool:
    """Whether a folder has a bundle's metadata; False where one may not look."""
    try:
        return (root / "configs" / "metadata.json").is_file()
    except OSError:
        return False
