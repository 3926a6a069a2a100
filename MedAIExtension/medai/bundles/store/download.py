"""One file from the network: resumed where it broke off, checked, and in its place only when it is whole."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import CancelledError, InputError
from .archive import MOST_BYTES
from .network import Connection, host_of
from .published import Remote, is_here

if TYPE_CHECKING:
    import requests

SPARE_BYTES = 100_000_000
_ATTEMPTS = 5
_PIECE = 1 << 16  # what is lost at most where a connection breaks
_LONGEST_WAIT = 30.0
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download is.

    Attributes:
        file: which one is under way.
        done: bytes of all files that are here.
        total: bytes of all files; None where it is not known.
    """

    file: str
    done: int
    total: int | None


Report = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]


def fetch(connection: Connection, remote: Remote, report: Report | None = None, cancelled: Cancelled | None = None) -> None:
    """Download a file to its place; what is there already and fits is kept, and what broke off goes on.

    Args:
        connection: to take it through.
        remote: which file.
        report: called with the bytes that are here and, where it is known, the size.
        cancelled: asked often; True stops.

    Raises:
        InputError: if it cannot be had, is too large for the disk, or is not what was published (then nothing of it is kept).
        CancelledError: if ``cancelled`` said so; what is here already is kept for the next time.
    """
    if is_here(remote):
        return
    remote.path.parent.mkdir(parents=True, exist_ok=True)
    part = remote.path.with_name(f"{remote.path.name}.part")
    _Transfer(connection, remote, part, report or (lambda _done, _size: None), cancelled or (lambda: False)).run()
    if remote.hash and not remote.hash.fits(part):
        _discard(part)
        raise InputError(
            f"{remote.path.name} from {host_of(remote.url)} is not the published file (its {remote.hash.kind} differs), so it "
            f"was deleted; try again, and if that repeats, ask the model's authors."
        )
    part.replace(remote.path)
    _discard(part)


def check_space(folder: Path, needed: int, what: str) -> None:
    """Whether so many bytes fit on the disk.

    Raises:
        InputError: if not.
    """
    free = shutil.disk_usage(folder).free
    if needed + SPARE_BYTES > free:
        raise InputError(
            f"{what} needs {needed / 1e9:.2f} GB, but only {free / 1e9:.2f} GB are free in {folder}; "
            f"free some space or set MEDAI_HOME to another disk."
        )


class _Transfer:
    """A file's way through answers that may break off."""

    def __init__(self, connection: Connection, remote: Remote, part: Path, report: Report, cancelled: Cancelled) -> None:
        self._connection, self._remote, self._part = connection, remote, part
        self._report, self._cancelled = report, cancelled
        self._stamp = part.with_name(f"{part.name}.json")

    def run(self) -> None:
        """Ask until all of it is here; each piece that arrived gives new attempts.

        Raises:
            InputError, CancelledError: as ``fetch``.
        """
        import requests

        failures, before = 0, self._here()
        while True:
            try:
                if self._take():
                    return
                reason, wait = "the connection broke off", 0.0
            except _Busy as problem:
                reason, wait = str(problem), problem.wait
            except requests.exceptions.SSLError as problem:
                raise InputError(
                    f"The certificate of {self._host} is not believed; if your network has its own authority, set SSL_CERT_FILE."
                ) from problem
            except requests.exceptions.ProxyError as problem:
                reason, wait = f"the proxy does not answer ({type(problem).__name__})", 0.0
            except (requests.RequestException, OSError) as problem:
                if isinstance(problem, OSError) and not isinstance(problem, requests.RequestException):
                    raise InputError(f"{self._part} cannot be written ({problem.strerror}); free the disk.") from problem
                reason, wait = f"no answer ({type(problem).__name__})", 0.0
            failures = 1 if self._here() > before else failures + 1
            before = self._here()
            if failures >= _ATTEMPTS:
                raise InputError(
                    f"{self._remote.path.name} cannot be downloaded from {self._host}: {reason}; check the network and try "
                    f"again, it goes on from where it is."
                )
            self._wait(min(_LONGEST_WAIT, wait or 2.0 ** (failures - 1)))

    @property
    def _host(self) -> str:
        return host_of(self._remote.url)

    def _here(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    def _take(self) -> bool:
        """One request; whether the file is whole after it."""
        here = self._here()
        if here and self._remote.size is not None and here >= self._remote.size:
            if here == self._remote.size:
                return True
            _discard(self._part)
            here = 0
        answer = self._connection.get(self._remote.url, self._headers(here))
        with answer:
            status = answer.status_code
            if status == 416:
                _discard(self._part)
                return False
            if status in _AGAIN:
                raise _Busy(f"it answers {status}", _seconds(answer.headers.get("Retry-After")))
            if status not in (200, 206):
                raise InputError(_refusal(self._remote, status))
            start, size = _extent(answer, here)
            if start != here:
                _discard(self._part)
            self._check(size, start)
            self._stamp.write_text(json.dumps({"url": self._remote.url, "etag": _validator(answer)}), encoding="utf-8")
            return self._write(answer, start, size)

    def _headers(self, here: int) -> dict[str, str]:
        """Go on only with the very file that was begun: the server's mark of it, or the hash at the end, makes that sure."""
        if not here:
            return {}
        said: dict[str, str | None] = {}
        with suppress(OSError, ValueError):
            said = json.loads(self._stamp.read_text(encoding="utf-8"))
        etag = said.get("etag") if said.get("url") == self._remote.url else None
        if not etag and self._remote.hash is None:
            return {}
        return {"Range": f"bytes={here}-", **({"If-Range": etag} if etag else {})}

    def _check(self, size: int | None, start: int) -> None:
        expected = self._remote.size
        if expected is not None and size is not None and size != expected:
            _discard(self._part)
            raise InputError(f"{self._remote.path.name} from {self._host} has another size than published; try again later.")
        check_space(self._part.parent, (size or expected or 0) - start, self._remote.path.name)

    def _write(self, answer: requests.Response, start: int, size: int | None) -> bool:
        limit = self._remote.size if self._remote.size is not None else size if size is not None else MOST_BYTES
        done = start
        with self._part.open("ab" if start else "wb") as file:
            for piece in answer.iter_content(_PIECE):
                done += len(piece)
                if done > limit:
                    break
                file.write(piece)
                self._report(done, size)
                self._stop_if_cancelled()
        if done > limit:
            _discard(self._part)
            raise InputError(f"{self._remote.path.name} from {self._host} is larger than it says; nothing was installed.")
        return done == size if size is not None else True

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._stop_if_cancelled()
            time.sleep(min(left, 0.1))

    def _stop_if_cancelled(self) -> None:
        if self._cancelled():
            raise CancelledError("The download was cancelled; what is here already is kept for the next time.")


class _Busy(Exception):
    """The server asks for patience."""

    def __init__(self, reason: str, wait: float) -> None:
        super().__init__(reason)
        self.wait = wait


def _extent(answer: requests.Response, here: int) -> tuple[int, int | None]:
    """Where the answer's bytes begin in the file, and the file's size; a range that was not asked for counts as none."""
    length = answer.headers.get("Content-Length", "")
    if answer.status_code == 206:
        match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if not match or int(match[1]) != here:
            raise _Busy("it sends another part than was asked for", 0.0)
        return here, int(match[2]) if match[2] != "*" else here + int(length) if length.isdigit() else None
    return 0, int(length) if length.isdigit() else None


def _validator(answer: requests.Response) -> str | None:
    etag = answer.headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified")


def _refusal(remote: Remote, status: int) -> str:
    where = host_of(remote.url)
    if status in (401, 403):
        said = f"{where} does not give {remote.path.name} to everybody (it answers {status})"
        return f"{said}; download it in a browser and install the file."
    if status in (404, 410):
        return f"{remote.path.name} is not on {where} (it answers {status}); check name and version, or get the model elsewhere."
    return f"{where} does not give {remote.path.name} (it answers {status}); try again later."


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0


def _discard(part: Path) -> None:
    for path in (part, part.with_name(f"{part.name}.json")):
        path.unlink(missing_ok=True)
