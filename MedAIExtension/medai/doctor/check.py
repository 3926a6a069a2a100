"""The outcome of looking at one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        found: what is there.
        advice: what to do where it is not ok.
        needed: False for what only some features need.
    """

    name: str
    ok: bool
    found: str
    advice: str = ""
    needed: bool = True

    @property
    def status(self) -> str:
        """In a word: "ok"; else "missing" for what is needed and "note" for what is not."""
        return "ok" if self.ok else "missing" if self.needed else "note"
