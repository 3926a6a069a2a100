"""Work that takes a while and touches neither MRML nor Qt: done on a thread of its own, its end told in the main thread."""

import threading
import time
from collections.abc import Callable
from typing import Any

from .timer import Timer

POLL_MILLISECONDS = 25
_SHARE_SECONDS = 0.005


class Task:
    """One piece of work; it begins at once.

    :param work: called on the thread.
    :param onDone: called with what ``work`` gave.
    :param onFailed: called with the exception that it raised.
    """

    def __init__(self, work: Callable[[], Any], onDone: Callable[[Any], None], onFailed: Callable[[Exception], None]):
        self._work, self._onDone, self._onFailed = work, onDone, onFailed
        self._value: Any = None
        self._problem: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="medai-task", daemon=True)
        self._timer = Timer(self._poll, POLL_MILLISECONDS)
        self._thread.start()
        self._timer.start()

    def close(self) -> None:
        """Tell nobody any more, and let go of who wanted to know; the work itself goes on to its end."""
        self._timer.stop()
        self._onDone = self._onFailed = _ignore

    def _run(self) -> None:
        try:
            self._value = self._work()
        except Exception as problem:
            self._problem = problem

    def _poll(self) -> None:
        time.sleep(_SHARE_SECONDS)  # Slicer keeps Python's lock while it waits for its user, and threads stand still
        if self._thread.is_alive():
            return
        self._timer.stop()
        if self._problem is not None:
            self._onFailed(self._problem)
        else:
            self._onDone(self._value)


def _ignore(_outcome: object) -> None:
    """Nobody wants to know."""
