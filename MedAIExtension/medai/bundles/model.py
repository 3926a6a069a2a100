"""A model as users see it: what a bundle's metadata says, read without running anything of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import InputError
from .formats import config_of, form_of, metadata_of, no_model
from .hashing import content_hash
from .inputs import channel_names
from .kinds import kind_of_model
from .labels import label_names
from .texts import own_text

_LARGEST_METADATA = 10_000_000


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
        metadata = metadata_of(root) if form_of(root) else _metadata(root, path)
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
        return str(self.metadata.get("name") or self.name)

    @property
    def version(self) -> str:
        """The bundle's own version."""
        return str(self.metadata.get("version", ""))

    @property
    def description(self) -> str:
        """What it does, in a sentence or two."""
        return str(self.metadata.get("description", ""))

    @property
    def config(self) -> dict[str, Any]:
        """The inference configuration as it is run, repaired; nothing of it is executed.

        Raises:
            InputError: if there is none, or it is unreadable.
        """
        return self._repaired[0]

    @property
    def repairs(self) -> tuple[str, ...]:
        """A sentence for each repair of the configuration, or of the bundle's own code, that is made in memory.

        Raises:
            InputError: as ``config``.
        """
        return self._repaired[1]

    @cached_property
    def _repaired(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        from .config import read_config
        from .config.repairs import repaired
        from .config.repairs.own_code import repairs_of_bundle

        if form_of(self.root):
            return config_of(self.root), ()
        config, said = repaired(read_config(self.root), self.name, self.version)
        return config, (*said, *repairs_of_bundle(self.root, config))

    @cached_property
    def kind(self) -> str:
        """What it gives: "segmentation", "detection", "landmarks" or "classification"."""
        return kind_of_model(self)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the input channels in the network's order, such as ("T1c", "T1", "T2", "FLAIR")."""
        return channel_names(self, self._format("inputs", "image"))

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

    @cached_property
    def label_names(self) -> dict[int, str]:
        """Names by value: of a label map from 1, background left out; of classes, boxes and landmarks by number from 0."""
        return label_names(self)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the names and contents of all files in the folder: what consent and run.json refer to."""
        return content_hash(self.root)

    def _format(self, side: str, entry: str) -> Mapping[str, Any]:
        formats = self.metadata.get("network_data_format") or {}
        found = (formats.get(side) or {}).get(entry) or {}
        return found if isinstance(found, dict) else {}


def _metadata(root: Path, path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise no_model(root)
    try:
        metadata = json.loads(own_text(path, root, _LARGEST_METADATA))
    except (OSError, ValueError, RecursionError) as problem:
        raise InputError(f"{path} cannot be read ({problem}); get the bundle again.") from problem
    if not isinstance(metadata, dict):
        raise InputError(f"{path} holds no JSON object; get the bundle again.")
    return metadata


def is_bundle(root: Path) -> bool:
    """Whether a folder is a bundle, or a model of another form that is seen as one; False where one may not look."""
    try:
        return (root / "configs" / "metadata.json").is_file() or bool(form_of(root))
    except OSError:
        return False
