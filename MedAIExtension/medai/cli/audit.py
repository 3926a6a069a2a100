"""``medai audit``: what a bundle asks for, line by line, before anything of it runs."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import command, print_fields, print_json, print_table
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..bundles import Bundle
    from ..bundles.audit import Audit

BundleName = Annotated[str, typer.Argument(metavar="BUNDLE", help="A model's name, a bundle's folder, or its zip.")]


@command
def audit(bundle: BundleName, as_json: Json = False, _debug: Debug = False) -> None:
    """Say line by line what a bundle asks for; nothing of it runs. Ends with 0 (safe), 3 (needs trust) or 4 (refused)."""
    from ..bundles.audit import Verdict, is_trusted
    from ..bundles.audit import audit as read

    with opened(bundle) as found_bundle:
        found = read(found_bundle)
        allowed = found.verdict is Verdict.NEEDS_TRUST and is_trusted(found.content_hash)
    if as_json:
        print_json({**found.as_dict(), "trusted": allowed})
    else:
        _show(found, allowed, bundle)
    raise typer.Exit(found.verdict.exit_code)


@contextmanager
def opened(name: str) -> Iterator[Bundle]:
    """The bundle of this name or in this folder, or the one in this zip, unpacked for as long as it is needed.

    Raises:
        InputError: if there is none, or the zip is damaged or unsafe.
    """
    from ..bundles import Bundle, find_model
    from ..bundles.store.archive import bundle_files, is_plain_name, write_files
    from ..bundles.store.download import check_space

    path = Path(name)
    if not path.is_file():
        yield find_model(name)
        return
    with tempfile.TemporaryDirectory(prefix="medai-audit-") as folder:
        with bundle_files(path) as (bundle_name, entries):
            place = Path(folder) / (bundle_name if is_plain_name(bundle_name) else "bundle")
            check_space(Path(folder), sum(entry.size for entry in entries), name)
            write_files(entries, place)
        yield Bundle.open(place)


def show_files(found: Audit) -> None:
    """The files of a bundle that would run, with what identifies them."""
    print_table(("file", "bytes", "sha256"), ((file.path, file.size, file.sha256) for file in found.files))


def _show(found: Audit, allowed: bool, name: str) -> None:
    print_fields(
        (
            ("bundle", found.name),
            ("verdict", found.verdict.value + (", and trusted" if allowed else "")),
            ("hash", found.content_hash),
            *(("repaired", repair) for repair in found.repairs),
            ("what to do", _advice(found, allowed, name)),
        )
    )
    typer.echo("")
    print_table(("verdict", "part", "reason"), ((line.verdict.value, line.part, line.text) for line in found.reasons))
    if found.files:
        typer.echo("")
        show_files(found)


def _advice(found: Audit, allowed: bool, name: str) -> str:
    from ..bundles.audit import Verdict

    if found.verdict is Verdict.SAFE:
        return "Nothing; it runs without a question."
    if found.verdict is Verdict.REFUSED:
        return f"Do not use {found.name}, or ask its authors; consent cannot allow this."
    if allowed:
        return f"Nothing; take your consent back with `medai trust revoke {found.content_hash[:12]}`."
    command = f"medai trust add {shlex.quote(name)}"
    return f"Read the files below, and if you trust who wrote them, allow them with `{command}` or --trust."
