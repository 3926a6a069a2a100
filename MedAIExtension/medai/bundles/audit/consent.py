"""What the user has consented to: bundles by content hash, in a file that only this user can read, taken back at any time."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..store import store_folder
from .verdict import Audit, CodeFile, Verdict

_SHORTEST_PREFIX = 8
_HASH_LENGTH = 64


@dataclass(frozen=True)
class Consent:
    """What was allowed: the bundle's content hash and name, when (ISO 8601, UTC), and the files that were shown."""

    content_hash: str
    name: str
    date: str
    files: tuple[CodeFile, ...] = ()


def consent_file() -> Path:
    """Where consents are kept."""
    return store_folder().parent / "trusted.json"


def trusted() -> list[Consent]:
    """All consents, the oldest first.

    Raises:
        InputError: if the file is damaged; nothing is trusted then.
    """
    path = consent_file()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [_read(entry) for entry in content["trusted"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as problem:
        raise InputError(f"{path} is damaged, so no bundle is trusted; delete it and give your consents again.") from problem


def is_trusted(content_hash: str) -> bool:
    """Whether the user has allowed the code of the bundle with exactly these contents; False where the file is damaged."""
    with suppress(InputError):
        return any(consent.content_hash == content_hash for consent in trusted())
    return False


def trust(audit: Audit) -> Consent:
    """Remember that the user has seen what an audit shows and allows it.

    Raises:
        InputError: if there is nothing to allow, the file of consents is damaged, or it cannot be written.
    """
    if audit.verdict is not Verdict.NEEDS_TRUST:
        what = (
            "is safe and runs without consent" if audit.verdict is Verdict.SAFE else "is refused, which consent does not change"
        )
        raise InputError(f"{audit.name} {what}; nothing was remembered.")
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    consent = Consent(audit.content_hash, audit.name, now, audit.files)
    _write([*(other for other in trusted() if other.content_hash != audit.content_hash), consent])
    return consent


def revoke(content_hash_or_name: str) -> int:
    """Take consents back: of the bundles of this name, or of the one with this content hash or its beginning (8 letters).

    Gives how many there were.

    Raises:
        InputError: if the beginning fits several, the file is damaged, or it cannot be written.
    """
    wanted, consents = content_hash_or_name.strip(), trusted()
    by_hash = [c for c in consents if len(wanted) >= _SHORTEST_PREFIX and c.content_hash.startswith(wanted.lower())]
    if len(by_hash) > 1:
        raise InputError(f"{wanted!r} is the beginning of several hashes; give more of it.")
    gone = by_hash or [c for c in consents if c.name == wanted]
    if gone:
        _write([consent for consent in consents if consent not in gone])
    return len(gone)


def _read(entry: Any) -> Consent:
    consent = Consent(**entry)
    texts = (consent.content_hash, consent.name, consent.date)
    if not all(isinstance(text, str) for text in texts) or len(consent.content_hash) != _HASH_LENGTH:
        raise TypeError("no consent")
    return replace(consent, files=tuple(CodeFile(**file) for file in consent.files))  # type: ignore[arg-type]


def _write(consents: list[Consent]) -> None:
    """Whole or not at all, readable by nobody else."""
    path = consent_file()
    text = json.dumps({"trusted": [asdict(consent) for consent in consents]}, indent=1, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".trusted-", dir=path.parent)  # made with 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as problem:
        raise InputError(f"{path} cannot be written ({problem.strerror}); set MEDAI_HOME to another folder.") from problem
