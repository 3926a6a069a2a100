"""All commands together. A new one is a function in a file of its own and one line here."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from . import audit, doctor, evaluate, export, followup, measure, models, plan, report, review, run, synthesize, train, trust
from .parameters import Offline

app = typer.Typer(
    name="medai",
    help="Segment scans with MONAI bundles: labels on the scan's exact grid, with names, colors and measurements.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("plan")(plan.plan)
app.add_typer(models.app, name="models")
app.command("audit")(audit.audit)
app.add_typer(trust.app, name="trust")
app.command("measure")(measure.measure)
app.command("evaluate")(evaluate.evaluate)
app.command("followup")(followup.followup)
app.command("review")(review.review)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("train")(train.train)
app.command("synthesize")(synthesize.synthesize)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command that the process was started with; ends the process with 0, 1, 2, 3, 4 or 130."""
    for name in ("SIGTERM", "SIGHUP"):  # what batch systems and closing terminals send; Windows lacks the second
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        app(prog_name="medai")
    except KeyboardInterrupt:
        sys.exit(130)


def _say_version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version.")] = False,
    offline: Offline = False,
) -> None:
    """See ``app``'s help; the options' callbacks do the work."""
