"""``medai trust``: which bundles may run code of their own, and the question where one has not been allowed yet."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, RefusedError, TrustError
from .audit import BundleName, opened
from .console import command, print_fields, print_json, print_table, say, shown
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..bundles import Bundle
    from ..bundles.audit import Audit

app = typer.Typer(help="Which bundles may run code of their own: allow one, list them, take it back.", no_args_is_help=True)
_SHOWN = 12


@app.command("add")
@command
def add(bundle: BundleName, as_json: Json = False, _debug: Debug = False) -> None:
    """Allow the code of a bundle as it is now; if one byte of the bundle changes, MedAI asks again."""
    from ..bundles.audit import audit, trust

    with opened(bundle) as found_bundle:
        found = audit(found_bundle)
        _refuse_if_forbidden(found, found_bundle)
        consent = trust(found)
    if as_json:
        print_json(asdict(consent))
        return
    print_fields((("trusted", consent.name), ("hash", consent.content_hash)))
    print_table(("file", "bytes", "sha256"), ((file.path, file.size, file.sha256) for file in consent.files))


@app.command("list")
@command
def list_trusted(as_json: Json = False, _debug: Debug = False) -> None:
    """List what is allowed."""
    from ..bundles.audit import trusted

    consents = trusted()
    if as_json:
        print_json([asdict(consent) for consent in consents])
        return
    rows = ((c.name, c.date, c.content_hash[:_SHOWN], ", ".join(file.path for file in c.files)) for c in consents)
    print_table(("bundle", "since", "hash", "files"), rows)


@app.command("revoke")
@command
def revoke(
    name: Annotated[str, typer.Argument(metavar="BUNDLE|HASH", help="A bundle's name, or the beginning of its hash.")],
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Take consent back."""
    from ..bundles.audit import revoke as take_back
    from ..bundles.audit import trusted

    count = take_back(name)
    if not count:
        known = ", ".join(f"{consent.name} ({consent.content_hash[:_SHOWN]})" for consent in trusted()) or "none"
        raise InputError(f"There is no consent for {name!r}; given: {known}.")
    if as_json:
        print_json({"revoked": count})
        return
    print_fields((("revoked", name), ("consents", count)))


def obtain_permission(bundle: Bundle, consents: bool) -> None:
    """Whether a bundle may run; on a terminal the user is shown its own code and asked.

    Args:
        bundle: which is to run.
        consents: the user has said in advance that its code may run, which is remembered.

    Raises:
        RefusedError: if it asks for something that is never allowed.
        TrustError: if the user does not allow its code, or cannot be asked.
    """
    from ..bundles.audit import Verdict, audit, is_trusted, trust
    from ..bundles.audit.permission import question

    found = audit(bundle)
    _refuse_if_forbidden(found, bundle)
    if found.verdict is Verdict.SAFE or is_trusted(found.content_hash):
        return
    if not consents and not _confirmed(found):
        raise TrustError(question(found, bundle))
    trust(found)
    say(f"medai: {found.name} is trusted as it is now; `medai trust revoke {found.content_hash[:_SHOWN]}` undoes it.")


def _confirmed(found: Audit) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    say(f"{found.name} brings code of its own, which would run with your rights:")
    for file in found.files:
        typer.echo(f"  {shown(file.path)} ({file.size} bytes, SHA-256 {file.sha256})", err=True)
    return typer.confirm("Run it, and remember that for these very files?", default=False, err=True)


def _refuse_if_forbidden(found: Audit, bundle: Bundle) -> None:
    from ..bundles.audit import Verdict, refusals_named
    from ..bundles.audit.permission import refusal

    if found.verdict is Verdict.REFUSED:
        with refusals_named(bundle.name):
            raise RefusedError(refusal(found))
