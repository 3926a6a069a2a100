"""Shows whether a payload ran: a canary file, a server on this computer, a secret file, and a watch over new processes."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty")
_SOCKETS = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto")
_FILES = ("open", "os.listdir", "os.remove", "os.rename", "shutil.copyfile")

_armed: list[Trap] = []  # the hook stays for good; it only looks while a trap is armed


class Trap:
    """What payloads are aimed at.

    Attributes:
        canary: a file that only a payload makes.
        secret: a file that only a payload reads.
        script, pickle, config, logging: files that make the canary when they are run, unpickled, or taken as settings.
        port, url: of a server that only a payload calls.
        tripped: what the payloads did, in words; empty while nothing ran.
    """

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.canary, self.secret = folder / "canary", folder / "secret.txt"
        self.script, self.pickle = folder / "script.py", folder / "evil.pt"
        self.config, self.logging = folder / "config.json", folder / "logging.conf"
        self.port, self.url = port, f"http://127.0.0.1:{port}/x"
        self.command = f"touch {self.canary}"
        self.expression = f"__import__('os').system({self.command!r})"
        self.statement = f"import os; os.system({self.command!r})"
        self.tripped: list[str] = []
        from .attacks.pickles import write_pickle

        self.secret.write_text("1")
        self.script.write_text(self.statement)
        write_pickle(self.pickle, self.command)
        self.config.write_text(f'{{"run": "${self.expression}"}}'.replace("\\", "\\\\"))
        handler = f"[handler_a]\nclass=StreamHandler\nargs=({self.expression},)\n"
        self.logging.write_text(f"[loggers]\nkeys=\n[handlers]\nkeys=a\n[formatters]\nkeys=\n{handler}")

    def check(self) -> list[str]:
        """All that was done until now."""
        return self.tripped + (["made the canary"] if self.canary.exists() else [])

    def notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Called for what Python does while the trap is armed."""
        if event in _PROCESSES:
            self.tripped.append(f"started a process ({event})")
        elif event in _SOCKETS:
            self.tripped.append(f"used a socket ({event})")
        elif event in _FILES and arguments and str(arguments[0]) in (str(self.secret), str(self.canary), str(self.script)):
            self.tripped.append(f"reached for a file ({event})")


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _armed and (event in _PROCESSES or event in _SOCKETS or event in _FILES):
        _armed[-1].notice(event, arguments)


_hooked: list[bool] = []


@contextmanager
def armed(trap: Trap) -> Iterator[Trap]:
    """What happens inside is watched."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    _armed.append(trap)
    try:
        yield trap
    finally:
        _armed.pop()


class Server:
    """Listens on this computer and counts who calls."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
