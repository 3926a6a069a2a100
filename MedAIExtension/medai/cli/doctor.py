"""``medai doctor``: what is installed, what fits, what to do."""

from __future__ import annotations

from dataclasses import asdict

import typer

from .console import command, print_json, stdout_kept_clean
from .parameters import Debug, Json


@command
def doctor(as_json: Json = False, _debug: Debug = False) -> None:
    """Check this computer: libraries, memory, disk, models, the worker; one line each, with what to do."""
    from ..doctor import checks

    found = []
    for run_check in checks():
        with stdout_kept_clean():
            check = run_check()
        found.append(check)
        if not as_json:
            advice = f"; {check.advice}" if check.advice else ""
            typer.echo(f"{check.status:<8} {check.name:<14} {check.found}{advice}")
    if as_json:
        print_json([asdict(check) | {"status": check.status} for check in found])
    if any(check.status == "missing" for check in found):
        raise typer.Exit(1)
