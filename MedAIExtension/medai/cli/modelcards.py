"""``medai models list`` and ``show``: what there is, and all about one model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import command, gigabytes, print_fields, print_json, print_table
from .parameters import Debug, Json, Offline

if TYPE_CHECKING:
    from ..bundles import Bundle, ModelCard

_DOCUMENTS = ("docs/README.md", "README.md")
_COMMERCIAL = {True: "permitted", False: "not permitted", None: "not known; read the license"}

Name = Annotated[str, typer.Argument(help="A model's name or a bundle's folder.")]


@command
def list_models(
    words: Annotated[list[str] | None, typer.Argument(help="Only models with all these words, the best match first.")] = None,
    as_json: Json = False,
    _offline: Offline = False,
    _debug: Debug = False,
) -> None:
    """List the models that are here, and public ones to get."""
    from ..bundles import list_cards, search

    cards = search(list_cards(), " ".join(words or []))
    if as_json:
        print_json([summary(card) for card in cards])
        return
    columns = ("name", "title", "modality", "labels", "version", "state", "license", "size")
    rows = ((c.name, c.title, c.modality, len(c.labels), c.version, c.state, c.license, size_of(c.size_bytes)) for c in cards)
    print_table(columns, rows)


@command
def show_model(name: Name, as_json: Json = False, _offline: Offline = False, _debug: Debug = False) -> None:
    """Show everything about a model: inputs, labels, license, model card, measured quality."""
    details = _details(name)
    if as_json:
        print_json(details)
        return
    parameters = details["cost"].get("parameters")
    measured = ", ".join(f"{measure} {value}" for measure, value in details["measured"].items())
    print_fields(
        (
            ("name", details["name"]),
            ("title", details["title"]),
            ("description", details["description"]),
            ("task", details["task"]),
            ("gives", details["kind"]),
            ("version", details["version"]),
            ("modality", details["modality"]),
            ("organs", ", ".join(details["organs"])),
            ("channels", ", ".join(details["channels"])),
            ("state", details["state"]),
            ("folder", details["folder"]),
            ("get it by", details["install"]),
            ("file", details["url"]),
            ("size", size_of(details["bytes"])),
            ("hash", details["content_hash"]),
            ("parameters", f"{parameters / 1e6:.1f} million" if parameters else ""),
            ("window", " x ".join(map(str, details["cost"].get("window", ())))),
            ("license", details["license"]),
            ("weights", details["weights_license"]),
            ("commercial", _COMMERCIAL[details["commercial_use"]]),
            ("model card", details["model_card"]),
            ("measured", measured),
        )
    )
    columns = ("value", "name", "code", "meaning")
    print_table(("value", "label", "code", "meaning"), ([label[key] for key in columns] for label in details["labels"]))


def summary(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "title": card.title,
        "kind": card.kind,
        "state": card.state,
        "modality": card.modality,
        "organs": list(card.organs),
        "channels": list(card.channels),
        "labels": list(card.labels),
        "version": card.version,
        "license": card.license,
        "commercial_use": card.commercial_use,
        "bytes": card.size_bytes or None,
        "folder": card.root,
        "url": card.url or None,
    }


def _details(name: str) -> dict[str, Any]:
    from ..bundles import card_of, find_model, list_cards

    public = [card for card in list_cards() if card.name == name and card.state == "available" and not Path(name).is_dir()]
    bundle = None if public else find_model(name)
    card = card_of(bundle) if bundle else public[0]
    return {
        **summary(card),
        "description": card.description,
        "task": card.task,
        "weights_license": card.weights_license or None,
        "install": f"medai models install {card.name}" if public else None,
        "cost": _cost(card),
        "content_hash": bundle.content_hash if bundle else None,
        "model_card": _document(bundle.root) if bundle else None,
        "measured": _measured(bundle) if bundle else {},
        "labels": _coded_labels(bundle.label_names if bundle else _known_names(card.name)),
    }


def _known_names(name: str) -> dict[int, str]:
    from ..bundles.known import public_entries

    return {int(value): str(label) for value, label in public_entries()[name]["labels"].items()}


def _cost(card: ModelCard) -> dict[str, Any]:
    """What the catalog says of a public model's size, also of an installed one of the same labels."""
    from ..bundles.known import public_entries

    return dict(public_entries().get(card.name, {}).get("cost", {})) if card.url else {}


def _coded_labels(names: dict[int, str]) -> list[dict[str, Any]]:
    from ..results import describe_labels

    return [
        {
            "value": label.value,
            "name": names[label.value],
            "color": label.color,
            "code": f"{label.type.scheme} {label.type.value}",
            "meaning": ", ".join(code.meaning for code in (label.type, label.modifier, label.region) if code),
        }
        for label in describe_labels(names)
    ]


def _measured(bundle: Bundle) -> dict[str, Any]:
    """What the bundle's metadata say about its quality, such as the mean Dice."""
    measured = bundle.metadata.get("eval_metrics")
    return measured if isinstance(measured, dict) else {}


def _document(folder: Path) -> Path | None:
    return next((folder / name for name in _DOCUMENTS if (folder / name).is_file()), None)


def size_of(size_bytes: int | None) -> str:
    return gigabytes(size_bytes) if size_bytes else ""
