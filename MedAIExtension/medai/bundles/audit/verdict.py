"""What an audit says of a bundle: safe, needs trust, or refused, line by line, and which files are the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Verdict(str, Enum):
    """How much a bundle asks for; the larger of two outweighs the other."""

    SAFE = "safe"
    NEEDS_TRUST = "needs trust"
    REFUSED = "refused"

    @property
    def exit_code(self) -> int:
        """What ``medai audit`` ends with."""
        return {Verdict.SAFE: 0, Verdict.NEEDS_TRUST: 3, Verdict.REFUSED: 4}[self]


@dataclass(frozen=True)
class Reason:
    """One line of an audit.

    Attributes:
        part: where in the configuration, such as "postprocessing::3", or a file of the bundle.
        verdict: what this line alone would make of the bundle.
        text: a sentence.
    """

    part: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class CodeFile:
    """A file of the bundle whose code would run: its place in the bundle, its size, and its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Audit:
    """The outcome of reading a bundle without running anything of it.

    Attributes:
        name: the bundle's.
        content_hash: SHA-256 over all its files, which consent refers to.
        verdict: the gravest of the reasons'.
        reasons: line by line; those that need trust or are refused come first.
        files: own code and code-like weights that would run after consent; empty unless the verdict is "needs trust".
        repairs: a sentence for each repair that is made in memory.
    """

    name: str
    content_hash: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    files: tuple[CodeFile, ...] = ()
    repairs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "name": self.name,
            "content_hash": self.content_hash,
            "verdict": self.verdict.value,
            "reasons": [{"part": r.part, "verdict": r.verdict.value, "text": r.text} for r in self.reasons],
            "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in self.files],
            "repairs": list(self.repairs),
        }
