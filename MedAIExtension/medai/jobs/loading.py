"""Loads the large libraries while the worker stays able to answer."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from ..errors import CancelledError, MedAIError
from .failure import CANCELLED, first_line


class Loading:
    """Imports on a thread of their own, so that a request can be cancelled meanwhile."""

    def __init__(self, load: Callable[[], None]) -> None:
        self._load = load
        self._thread = threading.Thread(target=self._run, name="medai-load", daemon=True)
        self._error: BaseException | None = None

    def start(self) -> None:
        """Begin, unless that was done before."""
        if self._thread.ident is None:
            self._thread.start()

    def finish(self, cancelled: Callable[[], bool]) -> None:
        """Wait until all is imported; raises CancelledError if ``cancelled`` answers True before."""
        self.start()
        while self._thread.is_alive():
            self._thread.join(0.05)
            if cancelled():
                raise CancelledError(CANCELLED)
        if self._error:
            raise MedAIError(
                f"PyTorch or MONAI cannot be loaded ({first_line(self._error)}); install them again for {sys.executable}."
            ) from self._error

    def _run(self) -> None:
        try:
            self._load()
        except BaseException as problem:
            self._error = problem
