"""A hub of models on this computer: real HTTP with ranges, marks of files, redirects and every way in which a download fails."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

API = "/api/models/"


@dataclass
class Request:
    """What somebody asked for: the address as it was sent, and the headers in lower case."""

    target: str
    headers: dict[str, str]


@dataclass
class Hub:
    """What the server has and how it misbehaves.

    Attributes:
        url: of the server.
        files: contents by path.
        faults: what happens to the next requests of a path, first one first: "break" (half of it, then the connection
            ends), "503", "404" and other codes, "slow" (piece by piece), "other" (another file's bytes), "no range", "weak",
            "html" (a page for people).
        redirects: paths that lead to another address.
        requests: all that were made.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def publish(self, repository: str, version: str, files: Mapping[str, bytes], large: tuple[str, ...] = ()) -> None:
        """Offer a model as Hugging Face does: a list with sizes and hashes, and its files; ``large`` ones with their SHA-256."""
        entries: list[dict[str, Any]] = [{"type": "directory", "path": "configs", "oid": "0" * 40, "size": 0}]
        for path, content in files.items():
            entry = {"type": "file", "path": path, "oid": git_hash(content), "size": len(content)}
            if path in large:
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
            entries.append(entry)
            self.files[f"/{repository}/resolve/{version}/{path}"] = content
        self.files[f"{API}{repository}/tree/{version}"] = json.dumps(entries).encode()

    def asked_for(self, name: str) -> list[Request]:
        """The requests whose path ends so."""
        return [request for request in self.requests if urlsplit(request.target).path.endswith(name)]


def git_hash(content: bytes) -> str:
    """The hash that git gives a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def contents_of(folder: Path) -> dict[str, bytes]:
    """A folder's files as a hub offers them."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def running_hub() -> Iterator[Hub]:
    """A hub that answers until the end of the block."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.hub.requests.append(Request(self.path, {name.lower(): value for name, value in self.headers.items()}))
        path = urlsplit(self.path).path  # a proxy is asked for whole addresses
        waiting = self.hub.faults.get(path, [])
        fault = waiting.pop(0) if waiting else ""
        if path in self.hub.redirects:
            self._end(302, {"Location": self.hub.redirects[path]})
        elif fault.isdigit():
            self._end(int(fault), {"Retry-After": "0"})
        elif path not in self.hub.files:
            self._end(404, {})
        elif fault == "html":
            self._send(b"<html>Please sign in to the hospital's network</html>", 0, 200, {})
        else:
            self._give(self.hub.files[path], fault)

    def _give(self, content: bytes, fault: str) -> None:
        mark = hashlib.md5(content, usedforsecurity=False).hexdigest()
        headers = {"ETag": f'{"W/" if fault == "weak" else ""}"{mark}"'}
        if fault == "other":
            content = bytes(byte ^ 1 for byte in content)
        asked = self.headers.get("Range")
        same = self.headers.get("If-Range") in (None, f'"{mark}"')
        if asked and same and fault != "no range":
            start = int(asked.removeprefix("bytes=").partition("-")[0])
            if start >= len(content):
                self._end(416, {"Content-Range": f"bytes */{len(content)}"})
                return
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self._send(content, start, 206, headers, fault)
        else:
            self._send(content, 0, 200, headers, fault)

    def _send(self, content: bytes, start: int, status: int, headers: Mapping[str, str], fault: str = "") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        try:
            if fault == "break":
                self.wfile.write(content[start : start + (len(content) - start) // 2])
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)
            elif fault == "slow":
                for place in range(start, len(content), 1 << 14):
                    self.wfile.write(content[place : place + (1 << 14)])
                    time.sleep(0.005)
            else:
                self.wfile.write(content[start:])
        except OSError:
            self.close_connection = True  # the other side has gone

    def _end(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""
