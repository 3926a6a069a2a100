"""Work that is partly the application's and partly the worker's: a generator that yields between steps and for jobs to wait for.

A generator yields None where the application may do something else, and a ``medai.jobs.Job`` where it wants that job's result,
which it is sent once it is there.
"""

import time
from collections.abc import Callable, Generator

import slicer
from slicer.i18n import tr as _

from medai.errors import CancelledError
from medai.jobs import Job

from ..loop.timer import Timer

POLL_MILLISECONDS = 25
_SECONDS_AT_ONCE = 0.01
_underWay: set["Work"] = set()  # keeps work alive of which the caller keeps nothing


def workToTheEnd(steps: Generator):
    """Carry the work out and wait for it, in the application or in plain Python; gives what the generator returns.

    :raises medai.MedAIError: if it fails.
    """
    value = None
    try:
        while True:
            step = steps.send(value)
            value = step.wait() if step is not None else None
    except StopIteration as done:
        return done.value
    finally:
        steps.close()


class Work:
    """Such work under way in the background; it is stopped when the scene is closed, in the next of which IDs mean other nodes.

    :ivar result: what the generator returned, once it has come to its end.
    """

    def __init__(self, steps: Generator, onFinished: Callable | None = None, onFailed: Callable | None = None):
        """Start it.

        :param onFinished: called with what the generator returns.
        :param onFailed: called with the exception; ``medai.errors.CancelledError`` if it was cancelled.
        """
        self.result = None
        self._steps = steps
        self._onFinished, self._onFailed = onFinished, onFailed
        self._job: Job | None = None
        self._reason: Exception | None = None
        self._sceneObserver = slicer.mrmlScene.AddObserver(slicer.mrmlScene.StartCloseEvent, self._onSceneStartClose)
        self._timer = Timer(self._poll, POLL_MILLISECONDS)
        self._timer.start()
        _underWay.add(self)

    @property
    def busy(self) -> bool:
        """True until it has come to its end."""
        return self in _underWay

    def cancel(self) -> None:
        """Stop it; ``onFailed`` is called when it has ended."""
        self._giveUp(CancelledError(_("It was cancelled; nothing was changed.")))

    def close(self) -> None:
        """Stop it without calling anybody back."""
        if self._job is not None:
            self._job.cancel()
        self._end()

    def _poll(self) -> None:
        try:
            self._advance()
        except StopIteration as done:
            self.result = done.value
            self._end()
            if self._onFinished:
                self._onFinished(self.result)
        except Exception as problem:  # whatever it is, the caller must hear that it is over
            self._end()
            if self._onFailed:
                self._onFailed(problem)

    def _advance(self) -> None:
        """Do what can be done in a moment."""
        value = None
        if self._job is not None:
            if not self._job.poll():
                return
            job, self._job = self._job, None
            self._refuseIfCancelled()
            value = job.result()
        end = time.monotonic() + _SECONDS_AT_ONCE
        while self._job is None:
            self._refuseIfCancelled()
            self._job, value = self._steps.send(value), None
            if time.monotonic() > end:
                return

    def _onSceneStartClose(self, *_args) -> None:
        self._giveUp(CancelledError(_("The scene was closed, so the work was stopped.")))

    def _giveUp(self, reason: Exception) -> None:
        self._reason = self._reason or reason
        if self._job is not None:
            self._job.cancel()

    def _refuseIfCancelled(self) -> None:
        if self._reason is not None:
            raise self._reason

    def _end(self) -> None:
        self._timer.stop()
        slicer.mrmlScene.RemoveObserver(self._sceneObserver)
        self._steps.close()  # takes half a result back
        _underWay.discard(self)
