"""Repairs of a bundle's own code in memory, while it is read: its files on the disk, and their hashes, stay as they are."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from .parts import objects

# valve_landmarks 0.5.0 (scripts/valve_landmarks.py) is written for NumPy 1; NumPy 2 has the same function as ``prod`` only.
_PRODUCT = re.compile(rb"\b(np|numpy)\.product\b")


def repaired_source(source: bytes) -> bytes:
    """The text of a Python file as it is run; line for line the same."""
    return _PRODUCT.sub(rb"\1.prod", source)


def repairs_of_source(source: bytes) -> tuple[str, ...]:
    """A sentence for each repair that ``repaired_source`` would make."""
    if _PRODUCT.search(source):
        return ("The bundle's own code uses numpy.product, which NumPy 2 no longer has; numpy.prod is used instead.",)
    return ()


def repairs_of_bundle(root: Path, config: dict[str, Any]) -> tuple[str, ...]:
    """A sentence for each repair of the own code that a run of a configuration would load."""
    from ..owncode import OwnCode

    code = OwnCode(root)
    names = [part["_target_"] for part in objects(config) if code.has(part["_target_"])]
    files = dict.fromkeys(path for name in dict.fromkeys(names) for path in code.files(name))
    said: dict[str, None] = {}
    for path in files:
        with suppress(OSError):
            said |= dict.fromkeys(repairs_of_source(path.read_bytes()))
    return tuple(said)
