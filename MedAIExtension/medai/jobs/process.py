"""One worker process as the client sees it: started, spoken to, listened to, ended with all its children."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import MedAIError
from .protocol import Event, ProtocolError, Request, decode_event, encode

_LOG_TAIL = 20_000


@dataclass(frozen=True)
class Ended:
    """The process is gone; ``exit_code`` is negative for the signal that killed it."""

    exit_code: int

    @property
    def reason(self) -> str:
        """One sentence for users."""
        number = -self.exit_code if self.exit_code < 0 else self.exit_code - 128  # a launcher passes a signal on as 128 + n
        name = signal.Signals(number).name if os.name == "posix" and number in set(signal.Signals) else ""
        if name == "SIGKILL":
            return (
                "The run's process was killed (SIGKILL), probably because the memory of the computer ran out; close other "
                "applications or choose a smaller region, then try again."
            )
        code = self.exit_code if self.exit_code < 256 else hex(self.exit_code)  # Windows has codes such as 0xc0000005
        how = f"crashed ({name})" if name else f"ended unexpectedly (exit code {code})"
        return f"The run's process {how}; the log says more, and the next run starts a new process."


News = Event | ProtocolError | Ended
_Pipe = subprocess.Popen[bytes]


class WorkerProcess:
    """A worker that was just started; ``leaving`` once it was told to end.

    Args:
        python: the interpreter that runs it.
        script: the file to run, normally ``worker.py``.
        log: file for everything that the worker and its libraries print.
        environment: its environment variables.
        idle_seconds: it ends by itself after this time without a request.
        preload: import the large libraries at once, before the first request.

    Raises:
        MedAIError: if the interpreter cannot be started.
    """

    def __init__(
        self, python: str, script: Path, *, log: Path, environment: Mapping[str, str], idle_seconds: float, preload: bool
    ) -> None:
        command = [python, str(script), "--idle-seconds", str(idle_seconds)]
        if preload:
            command.append("--preload")
        # Linux tells a child of the end of the thread that started it; only the main thread lives as long as the process.
        if threading.current_thread() is threading.main_thread():
            command.append("--die-with-parent")
        self.leaving = False
        try:
            with log.open("wb") as errors:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=dict(environment),
                    start_new_session=True,  # Ctrl-C on a terminal is for the client, which then cancels
                    creationflags=_creation_flags(),
                )
        except OSError as problem:
            raise MedAIError(f"No process could be started with {python} ({problem.strerror}); install MedAI again.") from problem
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._listener = threading.Thread(target=_listen, args=(self._process, self._news), name="medai-worker", daemon=True)
        self._listener.start()
        # A pipe holds little; who sends must not stand still until a worker that is starting reads.
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=_speak, args=(self._process, self._outbox), name="medai-worker", daemon=True).start()
        self._finalizer = weakref.finalize(self, _end, self._process, self._outbox, os.getpid())

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def send(self, request: Request) -> None:
        """Pass a request on; where the worker is gone, ``Ended`` comes among the news."""
        self._outbox.put(encode(request))

    def news(self, timeout: float = 0.0) -> News | None:
        """What it said next, ``Ended`` as the last; None if there is nothing within ``timeout`` seconds."""
        try:
            return self._news.get(timeout=timeout) if timeout > 0 else self._news.get_nowait()
        except queue.Empty:
            return None

    def kill(self) -> None:
        """End it and its children at once, without waiting for it; ``Ended`` follows among the news."""
        self.leaving = True
        _kill_tree(self._process)

    def leave(self) -> None:
        """Have it end by itself, without waiting for it; ``Ended`` follows among the news."""
        self.leaving = True
        self._outbox.put(None)

    def stop(self, patience: float = 0.3) -> None:
        """Have it end by itself, kill it if it does not, and wait until it is gone, which a killed one is very soon."""
        self.leave()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
        self._finalizer()
        self._listener.join(patience)


def tail(log: Path) -> str:
    """The end of a worker's log; "" where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_TAIL))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def _listen(process: _Pipe, news: queue.SimpleQueue[News]) -> None:
    assert process.stdout
    with process.stdout:
        for line in process.stdout:
            news.put(_event_or_problem(line))
    news.put(Ended(process.wait()))


def _speak(process: _Pipe, outbox: queue.SimpleQueue[bytes | None]) -> None:
    """Write what is to be sent, line by line; None closes the pipe, at which a worker leaves."""
    assert process.stdin
    while (line := outbox.get()) is not None:
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(line)
            process.stdin.flush()
    _close(process.stdin)


def _event_or_problem(line: bytes) -> Event | ProtocolError:
    try:
        return decode_event(line)
    except ProtocolError as problem:
        return problem


def _kill_tree(process: _Pipe) -> None:
    import psutil

    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for child in family:
        with contextlib.suppress(psutil.Error):
            child.kill()


def _end(process: _Pipe, outbox: queue.SimpleQueue[bytes | None], owner: int) -> None:
    if os.getpid() != owner:  # a forked child inherits the finalizer, not the worker
        return
    _kill_tree(process)
    outbox.put(None)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(1)


def _close(pipe: IO[bytes] | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        if pipe:
            pipe.close()
