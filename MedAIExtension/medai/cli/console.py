"""What commands say: results on standard output, everything else on standard error; errors as one sentence with an exit code."""

from __future__ import annotations

import functools
import json
import math
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec

import typer

from ..errors import CancelledError, MedAIError

Parameters = ParamSpec("Parameters")
# Control characters of both kinds, marks of direction, and letters without a width.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def command(function: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """A command whose errors end the process with one sentence and MedAI's exit codes; its option ``_debug`` adds a traceback."""

    @functools.wraps(function)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except BrokenPipeError:  # whoever read the output has gone; the work itself is done
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        except (Exception, KeyboardInterrupt) as problem:
            if kwargs.get("_debug"):
                traceback.print_exc()
            raise typer.Exit(_report(_as_error(problem))) from None

    return guarded


@contextmanager
def stdout_kept_clean() -> Iterator[None]:
    """Send what libraries print meanwhile, in Python or beneath, to standard error: standard output is the result's."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def say(text: str) -> None:
    """One line for people, beside the result."""
    typer.echo(shown(text), err=True)


def shown(text: object) -> str:
    """A text in one line, without letters that steer a terminal, hide, or turn the writing: it may be a bundle's."""
    return _STEERING.sub(_written_out, re.sub(r"[\t\r\n]+", " ", str(text)))


def _written_out(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group(0)):04x}"


def print_json(value: Any) -> None:
    """The machine-readable result: one JSON document."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    typer.echo("\n".join(_STEERING.sub(_written_out, line) for line in text.split("\n")))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table: drawn on a terminal, tab-separated lines where the output goes elsewhere. Columns of numbers are right-aligned."""
    lines = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *lines):
            typer.echo("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    for number, column in enumerate(columns):
        numeric = all(line[number].replace(".", "").lstrip("-").isdigit() for line in lines if line[number])
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for line in lines:
        table.add_row(*map(Text, line))
    Console().print(table)


def print_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Lines of "name: value"; those without a value are left out."""
    for name, value in fields:
        if value not in ("", None):
            typer.echo(f"{name + ':':<14} {shown(value)}")


def gigabytes(size: float) -> str:
    """A number of bytes for people."""
    if size < 1e6:
        return f"{size / 1e3:.0f} KB"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.3f}"
    return "" if value is None else shown(value)


def _as_error(problem: BaseException) -> MedAIError:
    if isinstance(problem, MedAIError):
        return problem
    if isinstance(problem, KeyboardInterrupt):
        return CancelledError("Cancelled; nothing was changed.")
    words = " ".join(f"{type(problem).__name__}: {problem}".split())
    return MedAIError(f"Something unexpected happened ({words}); run the command again with --debug to see where.")


def _report(error: MedAIError) -> int:
    say(f"medai: {error}")
    return error.exit_code
