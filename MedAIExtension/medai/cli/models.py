"""``medai models``: which models there are, all about one, and putting them in and out of the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import command, gigabytes, print_fields, print_json, print_table
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..bundles import Bundle, ModelCard

app = typer.Typer(help="Which models there are, all about one, installing and removing them.", no_args_is_help=True)
_DOCUMENTS = ("docs/README.md", "README.md")
_COMMERCIAL = {True: "permitted", False: "not permitted", None: "not known; read the license"}

Name = Annotated[str, typer.Argument(help="A model's name or a bundle's folder.")]


@app.command("list")
@command
def list_models(
    words: Annotated[list[str] | None, typer.Argument(help="Only models with all these words, the best match first.")] = None,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """List the models that are here, and public ones to get."""
    from ..bundles import list_cards, search

    cards = search(list_cards(), " ".join(words or []))
    if as_json:
        print_json([_summary(card) for card in cards])
        return
    columns = ("name", "title", "modality", "labels", "version", "state", "license", "size")
    rows = ((c.name, c.title, c.modality, len(c.labels), c.version, c.state, c.license, _size(c.size_bytes)) for c in cards)
    print_table(columns, rows)


@app.command("show")
@command
def show_model(name: Name, as_json: Json = False, _debug: Debug = False) -> None:
    """Show everything about a model: inputs, labels, license, model card, measured quality."""
    details = _details(name)
    if as_json:
        print_json(details)
        return
    measured = ", ".join(f"{measure} {value}" for measure, value in details["measured"].items())
    print_fields(
        (
            ("name", details["name"]),
            ("title", details["title"]),
            ("description", details["description"]),
            ("task", details["task"]),
            ("version", details["version"]),
            ("modality", details["modality"]),
            ("organs", ", ".join(details["organs"])),
            ("channels", ", ".join(details["channels"])),
            ("state", details["state"]),
            ("folder", details["folder"]),
            ("get it from", details["url"]),
            ("size", _size(details["bytes"])),
            ("hash", details["content_hash"]),
            ("license", details["license"]),
            ("commercial", _COMMERCIAL[details["commercial_use"]]),
            ("model card", details["model_card"]),
            ("measured", measured),
        )
    )
    if details["state"] == "available":
        print_fields([("labels", ", ".join(label["name"] for label in details["labels"]))])
        return
    columns = ("value", "name", "code", "meaning")
    print_table(("value", "label", "code", "meaning"), ([label[key] for key in columns] for label in details["labels"]))


@app.command("install")
@command
def install_model(
    path: Annotated[Path, typer.Argument(help="A bundle's folder, or its zip.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of an installed one of its name.")] = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Install a bundle from its folder or zip; nothing of it is run."""
    from ..bundles import card_of, find_model, install_bundle, list_cards

    if not path.exists() and any((card.name, card.state) == (str(path), "available") for card in list_cards()):
        find_model(str(path))  # says where to get it
    card = card_of(install_bundle(path, replace))
    if as_json:
        print_json(_summary(card))
        return
    print_fields((("installed", card.name), ("folder", card.root), ("size", _size(card.size_bytes)), ("license", card.license)))


@app.command("remove")
@command
def remove_model(
    name: Annotated[str, typer.Argument(help="An installed model's name.")], as_json: Json = False, _debug: Debug = False
) -> None:
    """Delete an installed model."""
    from ..bundles import remove_bundle

    freed = remove_bundle(name)
    if as_json:
        print_json({"name": name, "bytes": freed})
        return
    print_fields((("removed", name), ("freed", gigabytes(freed))))


def _summary(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "title": card.title,
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
        **_summary(card),
        "description": card.description,
        "task": card.task,
        "content_hash": bundle.content_hash if bundle else None,
        "model_card": _document(bundle.root) if bundle else None,
        "measured": _measured(bundle) if bundle else {},
        "labels": _coded_labels(bundle) if bundle else [{"name": label} for label in card.labels],
    }


def _coded_labels(bundle: Bundle) -> list[dict[str, Any]]:
    from ..results import describe_labels

    return [
        {
            "value": label.value,
            "name": bundle.label_names[label.value],
            "color": label.color,
            "code": f"{label.type.scheme} {label.type.value}",
            "meaning": ", ".join(code.meaning for code in (label.type, label.modifier, label.region) if code),
        }
        for label in describe_labels(bundle.label_names)
    ]


def _measured(bundle: Bundle) -> dict[str, Any]:
    """What the bundle's metadata say about its quality, such as the mean Dice."""
    measured = bundle.metadata.get("eval_metrics")
    return measured if isinstance(measured, dict) else {}


def _document(folder: Path) -> Path | None:
    return next((folder / name for name in _DOCUMENTS if (folder / name).is_file()), None)


def _size(size_bytes: int | None) -> str:
    return gigabytes(size_bytes) if size_bytes else ""
