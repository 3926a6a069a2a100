"""Licenses told from their characteristic words, and what they say about commercial use. A hint for people, no legal advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILES = {"license", "license.txt", "license.md", "licence", "licence.txt", "copying"}
_DATA_FILES = {"data_license.txt", "data_license.md"}
_LONGEST_TEXT = 100_000
_LONGEST_NAME = 40

# Matched in lower-case text with single spaces. True: commercial use is permitted; None: it depends on the variant.
_KNOWN: tuple[tuple[str, bool | None, str], ...] = (
    ("Apache-2.0", True, r"\bapache license,? version 2\.0\b|\bapache[- ]2(\.0)?\b"),
    ("MIT", True, r"\bmit license\b|^mit$|permission is hereby granted, free of charge, to any person"),
    ("BSD", True, r"\bbsd[- ][0-4][- ]clause\b|redistribution and use in source and binary forms"),
    ("AGPL", True, r"^\W*gnu affero general public license\b|\bagpl-?v?3?\b"),
    ("LGPL", True, r"^\W*gnu lesser general public license\b|\blgpl-?v?[23]?\b"),
    ("GPL", True, r"^\W*gnu general public license\b|\bgpl-?v?[23]\b"),
    ("CC0", True, r"\bcc0 1\.0\b|^cc0$"),
    ("NVIDIA license", None, r"\bnvidia (source code |one-?way non-?commercial |open model )?licen[sc]e\b"),
)
_CREATIVE_COMMONS = re.compile(
    r"\bcc[- ]by(?P<short>([- ](nc|sa|nd))*)\b([- ](?P<v1>\d\.\d))?"
    r"|\battribution(?P<long>([- ](noncommercial|sharealike|noderiv\w*))*) (?P<v2>\d\.\d) (international|unported|generic)"
    r"|creativecommons\.org/licenses/by(?P<url>(-(nc|sa|nd))*)/(?P<v3>\d\.\d)"
)
_FORBIDS = re.compile(r"\bnon[- ]?commercial|\bcommons clause\b|\bresearch (use |purposes )?only\b")
_RESTRICTS = re.compile(r"\brestrict|\brequest|\bresearch\b")


@dataclass(frozen=True)
class Terms:
    """What a license says.

    Attributes:
        name: short, such as "Apache-2.0" or "CC BY-NC 4.0"; "unknown" where nothing was recognized.
        commercial_use: whether commercial use is permitted; None where that is not known.
    """

    name: str
    commercial_use: bool | None


UNKNOWN = Terms("unknown", None)


def terms_of(root: Path, metadata: Mapping[str, Any]) -> Terms:
    """The terms of a bundle: those in its license file, else in its metadata, and no better than those of its training data."""
    stated = [str(metadata.get(key) or "") for key in ("license", "copyright")]
    texts = [*_texts(root, _FILES), *stated]
    own = next((terms for terms in map(recognized, texts) if terms is not UNKNOWN), _as_stated(stated[0]))
    return _with_data(own, list(_texts(root, _DATA_FILES)))


@lru_cache(maxsize=64)
def recognized(text: str) -> Terms:
    """The license or licenses that a text is, or names; ``UNKNOWN`` where there is none that MedAI knows."""
    words = " ".join(text.lower().split())
    found = {name: permits for name, permits, pattern in _KNOWN if re.search(pattern, words)}
    found.update((name, "NC" not in name) for name in _creative_commons(words))
    # The GPL speaks of noncommercial distribution without forbidding any other.
    if _FORBIDS.search(words) and not found.keys() & {"GPL", "LGPL", "AGPL"}:
        names = [*found, *(["non-commercial"] if all(found.values()) else [])]
        return Terms(" + ".join(names), False)
    if not found:
        return UNKNOWN
    values = set(found.values())
    return Terms(" + ".join(found), False if False in values else None if None in values else True)


def _creative_commons(words: str) -> list[str]:
    """Names such as "CC BY-NC-SA 4.0", each once; one without its version is left out where the same is there with it."""
    names = []
    for match in _CREATIVE_COMMONS.finditer(words):
        groups = match.groupdict()
        parts = (groups["short"] or groups["long"] or groups["url"] or "").replace("-", " ").split()
        version = groups["v1"] or groups["v2"] or groups["v3"]
        names.append("-".join(["CC BY", *map(_abbreviated, parts)]) + (f" {version}" if version else ""))
    return [name for name in dict.fromkeys(names) if not any(other.startswith(f"{name} ") for other in names)]


def _abbreviated(part: str) -> str:
    return {"nonc": "NC", "shar": "SA", "node": "ND"}.get(part[:4], part.upper())


def _with_data(own: Terms, texts: list[str]) -> Terms:
    """Weights learned from data under narrower terms are not offered for more than those."""
    if not texts or own.commercial_use is False:
        return own
    data = recognized("\n".join(texts))
    if data.commercial_use is False:
        return Terms(f"{own.name} (data: {data.name})", False)
    permitted = data.commercial_use and not any(_RESTRICTS.search(text.lower()) for text in texts)
    return own if permitted else Terms(own.name, None)


def _as_stated(name: str) -> Terms:
    name = " ".join(name.split())
    return Terms(name, None) if 0 < len(name) <= _LONGEST_NAME and not name.lower().startswith("see ") else UNKNOWN


def _texts(root: Path, names: set[str]) -> Iterable[str]:
    for folder in (root, root / "docs"):
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.name.lower() in names and path.is_file():
                with path.open(encoding="utf-8", errors="replace") as file:
                    yield file.read(_LONGEST_TEXT)
