"""A file as its authors published it: where it is, how large, and the hash by which it is known."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError

_LENGTHS = {"md5": 32, "sha1": 40, "git": 40, "sha256": 64}


@dataclass(frozen=True)
class Hash:
    """A file's hash as it is published.

    Attributes:
        kind: "sha256", "sha1", "md5", or "git": the SHA-1 that git gives a file.
        value: in hexadecimal.
    """

    kind: str
    value: str

    @classmethod
    def read(cls, kind: object, value: object) -> Hash | None:
        """A hash as a list of files writes it; None where it writes none.

        Raises:
            InputError: if it is no hash of a kind that MedAI knows.
        """
        if not value:
            return None
        word, text = str(kind or "").strip().lower(), str(value).strip().lower()
        if _LENGTHS.get(word) != len(text) or not re.fullmatch(r"[0-9a-f]+", text):
            what = f"{text[:70]!r} is no {word or 'known'} hash"
            raise InputError(f"{what}, so the file cannot be checked; get the bundle elsewhere.")
        return cls(word, text)

    def fits(self, path: Path) -> bool:
        """Whether a file has this hash."""
        digest = hashlib.new("sha1" if self.kind == "git" else self.kind, usedforsecurity=False)
        if self.kind == "git":
            digest.update(b"blob %d\0" % path.stat().st_size)
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        return digest.hexdigest() == self.value


@dataclass(frozen=True)
class Remote:
    """A file to download.

    Attributes:
        url: where.
        path: where to put it.
        size: in bytes; None where it is not known before.
        hash: as published; None where there is none.
    """

    url: str
    path: Path
    size: int | None = None
    hash: Hash | None = None


def is_here(remote: Remote) -> bool:
    """Whether the file is in its place, whole as far as size and hash tell."""
    if not remote.path.is_file() or (remote.size is not None and remote.path.stat().st_size != remote.size):
        return False
    return remote.hash is None or remote.hash.fits(remote.path)
