"""Sentences of a run without the names of scans: a file may be called after the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable

_THE_SCAN = "The scan"
# How the sentences of ``medai.inference`` that begin with a scan's name go on; other scans of the run have names of their own.
_AFTER_A_NAME = (
    r"is an? \S+ scan\b",
    r"is not in Hounsfield units\b",
    r"looks like an? \S+ scan\b",
    r"was resampled from\b",
    r"is gray;",
)
_OPENING = re.compile(rf"^.{{1,400}}? (?=(?:{'|'.join(_AFTER_A_NAME)}))")
_TWO = re.compile(r"^.{1,400} hardly lie in the same place\b")
_OPACITY = re.compile(r"^The opacity of .{1,400} was left out;")


def without_names(sentences: Iterable[str], name: str) -> list[str]:
    """The sentences with "the scan" for the name of a scan, wherever ``name`` stands, and where such sentences have one."""
    own = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if len(name.strip()) > 2 else None  # "CT" names nobody
    return [_without(sentence, own) for sentence in sentences]


def _without(sentence: str, own: re.Pattern[str] | None) -> str:
    sentence = _TWO.sub("Two scans hardly lie in the same place", sentence, count=1)
    sentence = _OPACITY.sub("The opacity of the scan was left out;", sentence, count=1)
    sentence = _OPENING.sub(f"{_THE_SCAN} ", sentence, count=1)
    if own is not None:
        sentence = own.sub(lambda match: _THE_SCAN if match.start() == 0 else _THE_SCAN.lower(), sentence)
    return sentence
