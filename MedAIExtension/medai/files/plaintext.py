"""Texts of others, such as a bundle's names of labels, as they can be shown without harm."""

from __future__ import annotations

import re
import unicodedata

# Control characters, and marks that turn, hide or join what is written around them.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]")


def plain(text: object, longest: int = 400) -> str:
    """A text in one line, without characters that steer or hide writing, cut where it is very long: it may be a bundle's."""
    cleaned = _STEERING.sub("", re.sub(r"\s+", " ", str(text))).strip()
    cleaned = unicodedata.normalize("NFC", cleaned)
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1] + "…"
