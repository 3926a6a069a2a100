"""Which of somebody's files are a model, and under which name it is kept: told from places and plans.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ..formats import DESCRIPTION, no_model
from ..formats.trained import PLANS, dataset_in, files_of_model, is_trained_name

if TYPE_CHECKING:
    from .archive import Entry

_AT_ROOT = (("configs", "metadata.json"), (DESCRIPTION,))


def chosen(path: Path, name: str, entries: Sequence[Entry]) -> tuple[str, list[Entry]]:
    """The name and the files of the model at the root, or in the one folder at the top.

    Of a MONAI bundle and of an exported network these are all files; of what nnU-Net trained, those that a run or a reader needs.

    Args:
        path: where they are, for sentences.
        name: of the folder or zip.
        entries: all files, in plain places.

    Raises:
        InputError: if there is no model, or there are several.
    """
    found = _at_root(name, entries)
    if found:
        return found
    tops: dict[str, list[Entry]] = {}
    for entry in entries:
        if len(entry.parts) > 1:
            tops.setdefault(entry.parts[0], []).append(replace(entry, parts=entry.parts[1:]))
    models = [model for model in (_at_root(top, inside) for top, inside in tops.items()) if model]
    if len(models) > 1:
        raise several(path)
    if not models or any(entry.parts[0] not in tops for entry in entries) or len(tops) > 1:
        raise no_model(path)
    return models[0]


def several(path: Path) -> InputError:
    """The error for a folder or zip that holds more than one."""
    return InputError(f"{path} holds several models; choose one of them.")


def _at_root(name: str, entries: Sequence[Entry]) -> tuple[str, list[Entry]] | None:
    places = {entry.parts for entry in entries}
    if places.intersection(_AT_ROOT):
        return name, list(entries)
    trained = files_of_model(places)
    if trained is None:
        return None
    folder, wanted = trained
    kept = [entry for entry in entries if entry.parts in wanted]
    if not is_trained_name(name):
        return name, kept
    # The folder's own name says with which configuration it was trained, so that it is kept within one that says of what.
    nested = kept if folder else [replace(entry, parts=(name, *entry.parts)) for entry in kept]
    return _name_of(name, nested), nested


def _name_of(folder: str, entries: Sequence[Entry]) -> str:
    plans = next(entry for entry in entries if entry.parts[1:] == (PLANS,))
    with plans.open() as file:
        dataset = dataset_in(file)
    return f"{dataset}_{folder.rpartition('__')[2]}" if dataset else folder
