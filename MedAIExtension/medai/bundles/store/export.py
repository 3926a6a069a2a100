"""Installed models into one file, for a computer without a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import InputError
from ..model import Bundle
from .folder import store_locked
from .installation import installed_root
from .packs import write_pack


def export_bundles(names: Sequence[str], path: str | Path) -> int:
    """Write installed bundles into a pack, which ``install_bundles`` takes on another computer.

    Args:
        names: of installed bundles.
        path: the file to write; it must not exist.

    Returns:
        The pack's size in bytes.

    Raises:
        InputError: if there is no such bundle, nothing is named, or the file exists or cannot be written.
    """
    path = Path(path).expanduser()
    if not names:
        raise InputError("No model is named; name those to export, as `medai models list` writes them.")
    if path.is_dir() or path.exists():
        raise InputError(f"{path} exists already; choose a new file.")
    with store_locked() as store:
        bundles = [Bundle.open(installed_root(store, name), "installed") for name in dict.fromkeys(names)]
        return write_pack(bundles, path)
