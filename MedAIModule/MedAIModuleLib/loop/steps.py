"""Work in the main thread that is done in small steps, between which the application stays usable."""

import time
from collections.abc import Callable, Generator

from .timer import Timer

_SECONDS_AT_ONCE = 0.01


class Steps:
    """Goes through one generator at a time, whenever the application has nothing else to do.

    :param onDone: called with what the generator returns.
    """

    def __init__(self, onDone: Callable[[object], None]):
        self._onDone = onDone
        self._steps: Generator | None = None
        self._timer = Timer(self._go, 0)

    @property
    def busy(self) -> bool:
        """True until the generator has come to its end or was stopped."""
        return self._steps is not None

    def start(self, steps: Generator) -> None:
        """Go through these steps; others that are under way are dropped."""
        self.stop()
        self._steps = steps
        self._timer.start()

    def stop(self) -> None:
        """Drop the steps that are left."""
        self._timer.stop()
        if self._steps is not None:
            self._steps.close()
            self._steps = None

    def _go(self) -> None:
        try:
            goOn(self._steps)
        except StopIteration as done:
            self.stop()
            self._onDone(done.value)
        except Exception:
            self.stop()
            raise


def goOn(steps: Generator) -> None:
    """Go through steps for a moment; raises StopIteration, with what they return, at their end."""
    end = time.monotonic() + _SECONDS_AT_ONCE
    while time.monotonic() < end:
        next(steps)
