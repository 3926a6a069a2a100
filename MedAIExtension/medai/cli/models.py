"""``medai models``: which models there are, and all about one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import command, gigabytes, print_fields, print_json, print_table
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..bundles import Bundle

app = typer.Typer(help="Which models there are, and all about one.", no_args_is_help=True)
_CARDS = ("docs/README.md", "README.md")
_LICENSES = ("LICENSE", "LICENSE.txt", "docs/LICENSE")


@app.command("list")
@command
def list_models(as_json: Json = False, _debug: Debug = False) -> None:
    """List the models that are here."""
    from ..bundles import available_models

    models = [_summary(bundle) for bundle in available_models()]
    if as_json:
        print_json(models)
        return
    columns = ("name", "title", "modality", "labels", "version", "source", "size")
    shown = ({**one, "labels": len(one["labels"]), "size": gigabytes(one["bytes"])} for one in models)
    print_table(columns, ([one[column] for column in columns] for one in shown))


@app.command("show")
@command
def show_model(
    name: Annotated[str, typer.Argument(help="A model's name or a bundle's folder.")],
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Show everything about a model: inputs, labels, license, model card, measured quality."""
    from ..bundles import find_model

    bundle = find_model(name)
    details = _details(bundle)
    if as_json:
        print_json(details)
        return
    measured = ", ".join(f"{measure} {value}" for measure, value in details["measured"].items())
    print_fields(
        (
            ("name", details["name"]),
            ("title", details["title"]),
            ("description", details["description"]),
            ("version", details["version"]),
            ("modality", details["modality"]),
            ("channels", ", ".join(details["channels"])),
            ("source", details["source"]),
            ("folder", details["folder"]),
            ("size", gigabytes(details["bytes"])),
            ("hash", details["content_hash"]),
            ("license", details["license"]),
            ("model card", details["model_card"]),
            ("measured", measured),
        )
    )
    print_table(
        ("value", "label", "code", "meaning"),
        ((label["value"], label["name"], label["code"], label["meaning"]) for label in details["labels"]),
    )


def _summary(bundle: Bundle) -> dict[str, Any]:
    return {
        "name": bundle.name,
        "title": bundle.title,
        "modality": bundle.modality,
        "channels": list(bundle.channels),
        "labels": [{"value": value, "name": name} for value, name in sorted(bundle.label_names.items())],
        "version": bundle.version,
        "source": bundle.source,
        "folder": bundle.root,
        "bytes": sum(path.stat().st_size for path in bundle.root.rglob("*") if path.is_file()),
    }


def _details(bundle: Bundle) -> dict[str, Any]:
    from ..results import describe_labels

    labels = describe_labels(bundle.label_names)
    license_file = _first(bundle.root, _LICENSES)
    return {
        **_summary(bundle),
        "description": bundle.description,
        "content_hash": bundle.content_hash,
        "license": bundle.metadata.get("license") or license_file,
        "model_card": _first(bundle.root, _CARDS),
        "measured": _measured(bundle),
        "labels": [
            {
                "value": label.value,
                "name": bundle.label_names[label.value],
                "color": label.color,
                "code": f"{label.type.scheme} {label.type.value}",
                "meaning": ", ".join(code.meaning for code in (label.type, label.modifier, label.region) if code),
            }
            for label in labels
        ],
    }


def _measured(bundle: Bundle) -> dict[str, Any]:
    """What the bundle's metadata say about its quality, such as the mean Dice."""
    measured = bundle.metadata.get("eval_metrics")
    return measured if isinstance(measured, dict) else {}


def _first(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)
