"""Progress of a run on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import typer

from ..inference.progress import Progress, Report


@contextmanager
def progress_shown() -> Iterator[Report]:
    """What to report progress to."""
    if sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[left]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0, left="")

        def report(progress: Progress) -> None:
            bar.update(task, completed=progress.fraction, description=progress.stage, left=_time_left(progress))

        yield report


class _Lines:
    """A line when a stage begins and at every further tenth of the whole run."""

    def __init__(self) -> None:
        self._last = ("", -1)

    def __call__(self, progress: Progress) -> None:
        now = (progress.stage, int(progress.fraction * 10))
        if now != self._last:
            self._last = now
            left = _time_left(progress)
            with suppress(OSError):  # a run goes on where nobody reads its progress
                typer.echo(f"{progress.fraction:4.0%} {progress.stage}{', ' + left if left else ''}", err=True)


def _time_left(progress: Progress) -> str:
    if progress.seconds_left is None:
        return ""
    seconds = round(progress.seconds_left)
    return f"{seconds // 60} min {seconds % 60} s left" if seconds >= 60 else f"{seconds} s left"
