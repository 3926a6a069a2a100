"""Which models there are: those that ship with MedAI, those that the user installed, and any folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..errors import InputError
from ..resources import resource
from .model import Bundle


def store_folder() -> Path:
    """Where installed bundles are kept: ``MEDAI_HOME``/models, by default under the user's data folder."""
    home = os.environ.get("MEDAI_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share" / "medai") / "models"


def available_models() -> list[Bundle]:
    """Built-in models, then installed ones, each sorted by name; a built-in one hides an installed one of its name.

    A damaged one is left out; ``find_model`` with its folder says what is wrong with it.
    """
    found: dict[str, Bundle] = {}
    for folder, source in ((resource("Models"), "built-in"), (store_folder(), "installed")):
        for root in sorted(folder.iterdir()) if folder.is_dir() else []:
            with suppress(InputError):
                found.setdefault(root.name, Bundle.open(root, source))
    return list(found.values())


def find_model(name: str | Path) -> Bundle:
    """The model of this name, or the bundle in this folder.

    Raises:
        InputError: if there is none; the sentence lists what there is.
    """
    models = {bundle.name: bundle for bundle in available_models()}
    if str(name) in models:
        return models[str(name)]
    if Path(name).is_dir():
        return Bundle.open(Path(name))
    known = ", ".join(models) or "none"
    raise InputError(f"There is no model or bundle folder {str(name)!r}; models here: {known}.")
