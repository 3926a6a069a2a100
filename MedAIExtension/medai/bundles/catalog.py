"""Which models there are: those that ship with MedAI, those that the user installed, public ones to get, and any folder."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import InputError
from .card import ModelCard, read_card
from .known import public_entries
from .model import Bundle
from .store import built_in_folder, store_folder

_PLAIN_WORDS = ("title", "description", "organs", "keywords", "url", "weights_license", "has_hashes")


def available_models() -> list[Bundle]:
    """Built-in models, then installed ones, each sorted by name; a built-in one hides an installed one of its name.

    A damaged one is left out; ``find_model`` with its folder says what is wrong with it.
    """
    found: dict[str, Bundle] = {}
    for folder, source in ((built_in_folder(), "built-in"), (store_folder(), "installed")):
        for root in sorted(folder.iterdir()) if folder.is_dir() else []:
            if not root.name.startswith("."):
                with suppress(InputError, OSError):
                    found.setdefault(root.name, Bundle.open(root, source))
    return list(found.values())


def list_cards() -> list[ModelCard]:
    """Cards of built-in models, of installed ones, then of public ones that are not on this computer."""
    here: list[ModelCard] = []
    for bundle in available_models():
        with suppress(OSError):
            here.append(card_of(bundle))
    names = {card.name for card in here}
    return [*here, *(card for card in public_cards() if card.name not in names)]


def card_of(bundle: Bundle) -> ModelCard:
    """The card of a bundle on this computer; no weights are read. One of the catalog keeps the catalog's plain words."""
    card = read_card(bundle)
    same = [public for public in public_cards() if (public.name, public.labels) == (card.name, card.labels)]
    words = {key: getattr(public, key) for public in same for key in _PLAIN_WORDS}
    return replace(card, **words)


def find_model(name: str | Path) -> Bundle:
    """The model of this name, or the bundle in this folder.

    Raises:
        InputError: if there is none; the sentence lists what there is, or says where to get it.
    """
    models = {bundle.name: bundle for bundle in available_models()}
    if str(name) in models:
        return models[str(name)]
    if str(name).strip() and Path(name).is_dir():
        return Bundle.open(Path(name))
    public = next((card for card in public_cards() if card.name == str(name)), None)
    if public:
        raise InputError(f"{public.name} is not installed; install it with `medai models install {public.name}`.")
    known = ", ".join(models) or "none"
    if not str(name).strip():
        raise InputError(f"No model is named; models here: {known}.")
    raise InputError(f"There is no model or bundle folder {str(name)!r}; models here: {known}.")


@lru_cache(maxsize=1)
def public_cards() -> tuple[ModelCard, ...]:
    """Public models that MedAI can run, whether they are on this computer or not, sorted by name."""
    return tuple(map(_public_card, public_entries().values()))


def _public_card(entry: Mapping[str, Any]) -> ModelCard:
    return ModelCard(
        name=entry["name"],
        title=entry["title"],
        description=entry["description"],
        state="available",
        modality=entry["modality"],
        task=entry["task"],
        organs=tuple(entry["organs"]),
        keywords=tuple(entry["keywords"]),
        channels=tuple(entry["channels"]),
        labels=tuple(entry["labels"].values()),
        license=entry["license"],
        commercial_use=entry["commercial_use"],
        size_bytes=entry["size_bytes"] or 0,
        thumbnail=None,
        root=None,
        url=entry["url"],
        version=entry["version"],
        kind=entry["kind"],
        weights_license=entry["weights_license"],
        has_hashes=bool(entry["hubs"]["ngc"]["sha1"]),
    )
