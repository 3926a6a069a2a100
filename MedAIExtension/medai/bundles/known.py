"""The catalog of public models as it ships: ``Resources/Models/catalog.json``, read once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..resources import resource

_VERSION_AT_END = re.compile(r"[-_]v?\d+(\.\d+)+$")


@lru_cache(maxsize=1)
def public_entries() -> Mapping[str, Mapping[str, Any]]:
    """The catalog's entries by the models' names, sorted."""
    entries = json.loads(resource("Models", "catalog.json").read_text(encoding="utf-8"))["models"]
    return {entry["name"]: entry for entry in sorted(entries, key=lambda entry: str(entry["name"]).lower())}


def known_labels(name: str, signature: str) -> dict[int, str] | None:
    """The catalog's names of a model's labels by value; None where the catalog does not mean this very model.

    Args:
        name: the bundle's folder; a version at its end does not matter.
        signature: as ``labels.signature_of`` gives it.
    """
    entries = public_entries()
    entry = entries.get(name) or entries.get(_VERSION_AT_END.sub("", name))
    if entry is None or entry.get("signature") != signature:
        return None
    return {int(value): str(label) for value, label in entry["labels"].items()}
