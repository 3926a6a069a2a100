"""Texts that a model's folder brings, read before anything is known of it: plain files of its own, of a bearable size."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError


def own_text(path: Path, root: Path, largest: int) -> str:
    """A file's text.

    Args:
        path: of the file.
        root: the model's folder, outside of which nothing is read, also through a link.
        largest: size in bytes.

    Raises:
        InputError: if it is a link out of the folder, or larger.
        OSError, ValueError: if it cannot be read, or is no text in UTF-8.
    """
    if not path.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{path} is a link out of the model's folder, which is never followed; put the file itself there.")
    with path.open("rb") as file:
        found = file.read(largest + 1)
    if len(found) > largest:
        raise InputError(f"{path} is too large for what it should be (over {largest} bytes); get the bundle again.")
    return found.decode("utf-8")
