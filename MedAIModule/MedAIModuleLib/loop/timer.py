"""A timer that keeps nobody alive: Qt holds on to what is connected, so it is connected only while it runs."""

from collections.abc import Callable

import qt


class Timer:
    """Calls something after a time, in the main thread.

    :param slot: what is called.
    :param milliseconds: after which time; with 0, as soon as the application has nothing else to do.
    :param once: only once, not again and again.
    """

    def __init__(self, slot: Callable[[], object], milliseconds: int, once: bool = False):
        self._slot, self._once, self._running = slot, once, False
        self._timer = qt.QTimer()
        self._timer.setInterval(milliseconds)

    @property
    def active(self) -> bool:
        """True from ``start`` until ``stop``, or until it has called once."""
        return self._running

    def start(self, milliseconds: int | None = None) -> None:
        """Begin, or begin anew; ``milliseconds``: another time from now on."""
        if milliseconds is not None:
            self._timer.setInterval(milliseconds)
        if not self._running:
            self._running = True
            self._timer.connect("timeout()", self._onTimeout)
        self._timer.start()

    def stop(self) -> None:
        """Call no more."""
        if self._running:
            self._running = False
            self._timer.stop()
            self._timer.disconnect("timeout()", self._onTimeout)

    def _onTimeout(self) -> None:
        if self._once:
            self.stop()
        self._slot()
