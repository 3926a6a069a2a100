"""``medai models install``, ``remove``, ``verify``, ``export`` and ``convert``: what changes the store or comes out of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import command, gigabytes, print_fields, print_json, print_table, shown
from .modelcards import size_of, summary
from .parameters import Debug, Json, Offline

if TYPE_CHECKING:
    from ..bundles import Bundle
    from ..bundles.store import DownloadProgress

_PUBLIC = re.compile(r"(?P<name>[A-Za-z]\w+)(@(?P<version>[^@/\\]+))?")


@command
def install_model(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="A public model's name, NAME@VERSION, a model's folder or zip, or an exported pack."
        ),
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of an installed one of its name.")] = False,
    as_json: Json = False,
    _offline: Offline = False,
    _debug: Debug = False,
) -> None:
    """Install a model: download a public one, or take it from a file; nothing of it is run."""
    from ..bundles import card_of

    installed = _installed(model, replace)
    cards = [card_of(bundle) for bundle in installed]
    if as_json:
        print_json([summary(card) for card in cards] if len(cards) > 1 else summary(cards[0]))
        return
    for bundle, card in zip(installed, cards, strict=True):
        print_fields(
            (
                ("installed", card.name),
                ("version", card.version),
                ("folder", card.root),
                ("size", size_of(card.size_bytes)),
                ("license", card.license),
                ("weights", card.weights_license),
                ("checked", _how_checked(bundle)),
            )
        )


@command
def remove_model(
    name: Annotated[str, typer.Argument(help="An installed model's name.")],
    as_json: Json = False,
    _offline: Offline = False,
    _debug: Debug = False,
) -> None:
    """Delete an installed model."""
    from ..bundles import remove_bundle

    freed = remove_bundle(name)
    if as_json:
        print_json({"name": name, "bytes": freed})
        return
    print_fields((("removed", name), ("freed", gigabytes(freed))))


@command
def verify_models(
    names: Annotated[list[str] | None, typer.Argument(help="Installed models; without a name, all of them.")] = None,
    as_json: Json = False,
    _offline: Offline = False,
    _debug: Debug = False,
) -> None:
    """Say whether installed models are still what was installed; ends with 1 if one is not."""
    from ..bundles import available_models, verify_bundle

    chosen = names or [bundle.name for bundle in available_models() if bundle.source == "installed"]
    found = {name: verify_bundle(name) for name in dict.fromkeys(chosen)}
    if as_json:
        problems = {
            name: [{"kind": p.kind, "file": p.file, "text": p.text} for p in all_of_it] for name, all_of_it in found.items()
        }
        print_json([{"name": name, "good": not listed, "problems": listed} for name, listed in problems.items()])
    else:
        rows = [
            (name, text) for name, problems in found.items() for text in (map(str, problems) if problems else ("as installed",))
        ]
        print_table(("model", "finding"), rows)
    if any(found.values()):
        raise typer.Exit(1)


@command
def export_models(
    names: Annotated[list[str], typer.Argument(help="Installed models.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The pack to write, such as models.zip.")],
    as_json: Json = False,
    _offline: Offline = False,
    _debug: Debug = False,
) -> None:
    """Write installed models into one file for a computer without a network; `medai models install FILE` takes it there."""
    from ..bundles import export_bundles

    size = export_bundles(names, output)
    if as_json:
        print_json({"file": output, "models": names, "bytes": size})
        return
    print_fields((("exported", ", ".join(dict.fromkeys(names))), ("file", output), ("size", gigabytes(size))))


@command
def convert_model(
    name: Annotated[str, typer.Argument(help="A model's name or a bundle's folder.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The new bundle's folder.")],
    as_json: Json = False,
    _offline: Offline = False,
    _debug: Debug = False,
) -> None:
    """Copy a bundle with its weights as safetensors, a format that cannot hold code."""
    from ..bundles import find_model, folder_size
    from ..bundles.weights import convert_bundle

    folder = convert_bundle(find_model(name).root, output)
    if as_json:
        print_json({"folder": folder, "bytes": folder_size(folder)})
        return
    print_fields((("converted", name), ("folder", folder), ("size", size_of(folder_size(folder)))))


def _installed(model: str, replace: bool) -> list[Bundle]:
    from ..bundles import download_bundle, install_bundles
    from ..bundles.known import public_entries

    public = _PUBLIC.fullmatch(model)
    if public is None or Path(model).exists() or (public["name"] not in public_entries() and public["version"] is None):
        return install_bundles(model, replace)
    with _progress_shown() as report:
        return [download_bundle(public["name"], public["version"], report, replace=replace)]


def _how_checked(bundle: Bundle) -> str:
    """Which files of a download had no published hash to be checked by; "" for one from a file."""
    from ..bundles.store import record_of

    record = record_of(bundle.name)
    if record is None or record.origin.source == "file":
        return ""
    missing = record.origin.unchecked
    if missing:
        return f"no hash is published of {', '.join(missing)}, so nobody can say whether that is the authors' file"
    return f"all {len(record.origin.checked)} files by their published hashes"


@contextmanager
def _progress_shown() -> Iterator[Callable[[DownloadProgress], None]]:
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("connecting", total=None)
            yield lambda progress: bar.update(task, completed=progress.done, total=progress.total, description=progress.file)
    else:
        yield _Lines()


class _Lines:
    """A line for each file, and at every further tenth of the whole."""

    def __init__(self) -> None:
        self._last: tuple[str, int] = ("", -1)

    def __call__(self, progress: DownloadProgress) -> None:
        now = (progress.file, int(10 * progress.done / progress.total) if progress.total else progress.done // 50_000_000)
        if now != self._last:
            self._last = now
            whole = f" of {gigabytes(progress.total)}" if progress.total else ""
            with suppress(OSError):  # a download goes on where nobody reads its progress
                typer.echo(f"{gigabytes(progress.done)}{whole}, {shown(progress.file)}", err=True)
