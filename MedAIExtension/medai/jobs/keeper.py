"""Keeps one worker process: starts it when it is needed, and lets it go when it is not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from .environment import worker_environment
from .process import Ended, News, WorkerProcess, tail
from .protocol import Request, Stay
from .scratch import Scratch

_IDLE_BEFORE_FIRST_JOB = 600.0


class Keeper:
    """The worker of a client, where there is one.

    Args:
        python: interpreter for the worker; None: this process's own.
        script: what the worker runs.
        environment: variables that its environment starts from; None: this process's own.
        scratch: the client's folder, for the worker's log.
        idle_seconds: how long a worker without work stays; 0: until ``let_go``.
    """

    def __init__(
        self, python: str | None, script: Path, environment: Mapping[str, str] | None, scratch: Scratch, idle_seconds: float
    ) -> None:
        self._python = python or sys.executable
        self._script = script
        self._environment = environment
        self._folder = scratch.folder
        self._log = scratch.new_file(".log")
        self._idle_seconds = idle_seconds
        self._worker: WorkerProcess | None = None

    @property
    def pid(self) -> int | None:
        """Process number of the worker; None where there is none."""
        return self._worker.pid if self._worker else None

    @property
    def leaving(self) -> bool:
        """True while a worker that was told to end is still there, and with it its memory."""
        return self._worker is not None and self._worker.leaving

    @property
    def idle_seconds(self) -> float:
        """How long a worker without work stays; the one that is there is told of changes."""
        return self._idle_seconds

    @idle_seconds.setter
    def idle_seconds(self, seconds: float) -> None:
        if self._worker and seconds and seconds != self._idle_seconds:
            self._worker.send(Stay(seconds))
        self._idle_seconds = seconds

    def log(self) -> str:
        """The end of what the last worker and its libraries printed."""
        return tail(self._log)

    def ensure(self) -> None:
        """Start a worker where there is none; raises MedAIError if that cannot be done."""
        if self._worker is None:
            self._worker = WorkerProcess(
                self._python,
                self._script,
                log=self._log,
                environment=worker_environment(self._environment, self._folder),
                idle_seconds=self._idle_seconds or _IDLE_BEFORE_FIRST_JOB,
                preload=True,
            )

    def send(self, request: Request) -> None:
        """Pass a request on to the worker that is there."""
        if self._worker:
            self._worker.send(request)

    def news(self, timeout: float = 0.0) -> News | None:
        """What the worker said next, within ``timeout`` seconds; after ``Ended`` there is none."""
        news = self._worker.news(timeout) if self._worker else None
        if isinstance(news, Ended):
            self._worker = None
        return news

    def kill(self) -> None:
        """End the worker at once, without waiting for it."""
        if self._worker:
            self._worker.kill()

    def let_go(self) -> None:
        """Have the worker end by itself, without waiting for it."""
        if self._worker:
            self._worker.leave()

    def stop(self) -> None:
        """End the worker and wait until it is gone."""
        if self._worker:
            self._worker.stop()
            self._worker = None
