"""Names to colors and standard codes, from the table ``Resources/Terminology/labels.csv``.

The table follows Slicer's color tables in CSV: colors and codes are those of Slicer's and DICOM's own lists. Where a class of
a model joins several structures, the code is the narrowest concept that is true of all of them, or names where they are.
"""

from __future__ import annotations

import colorsys
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ..resources import resource
from .labels import Code, Label

ANATOMY = Code("SCT", "123037004", "Anatomical Structure")
TISSUE = Code("SCT", "85756007", "Tissue")
SIDES = {"left": Code("SCT", "7771000", "Left"), "right": Code("SCT", "24028007", "Right")}
_FINDING = "49755003"  # SCT, Morphologically Altered Structure
_NEGATIONS = {"no", "non", "not", "without", "outside", "excluding", "minus", "normal"}
_SCANS = {"ct", "mr", "mri", "pet"}
_SPELLINGS = {"grey": "gray", "tumour": "tumor", "oedema": "edema", "oesophagus": "esophagus", "haemorrhage": "hemorrhage"}


@dataclass(frozen=True)
class Entry:
    """One line of the table: a concept with its color and codes."""

    color: tuple[int, int, int]
    category: Code
    type: Code
    region: Code | None


def describe_labels(names: Mapping[int, str]) -> tuple[Label, ...]:
    """Labels with color and codes for the names of a label map's values, sorted by value.

    "Left" or "right" anywhere in a name becomes the side's code; an organ before a finding ("liver tumor") its region; what
    else stands before a finding ("MS lesion") is passed over. A name that the table lacks is a tissue of unknown kind, in a
    color of its own that depends on the value alone. Names written for machines ("kidney_left") become names for people ("Left
    kidney").
    """
    return tuple(_label(value, names[value]) for value in sorted(names))


def _label(value: int, name: str) -> Label:
    shown = readable(name)
    words = _words(name)
    whole = _find(words)
    if whole:
        return Label(value, shown, whole.color, whole.category, whole.type, region=whole.region)
    side = next((SIDES[word] for word in words if word in SIDES), None)
    rest = tuple(word for word in words if word not in SIDES)
    entry = _find(rest) or _find_finding(rest)
    if entry:
        return Label(value, shown, entry.color, entry.category, entry.type, side, entry.region)
    return Label(value, shown, _color_of(value), ANATOMY, TISSUE, side)


def readable(name: str) -> str:
    """A name for people: "kidney_left" becomes "Left kidney"; a name that has spaces or capitals keeps them."""
    words = name.split("_")
    if len(words) > 1:
        words.sort(key=lambda word: word.lower() not in SIDES)
    text = " ".join(word for word in words if word) or "Unnamed"
    return text[0].upper() + text[1:]


def _words(name: str) -> tuple[str, ...]:
    words = name.lower().replace("_", " ").replace("-", " ").replace(",", " ").split()
    return tuple(_SPELLINGS.get(word, word) for word in words)


def _find(words: tuple[str, ...]) -> Entry | None:
    table = _table()
    known = _first(table, words)
    if known:
        return known
    for cut in range(1, len(words)):
        place, thing = _first(table, words[:cut]), _first(table, words[cut:])
        if place and thing and place.category == ANATOMY != thing.category:
            return replace(thing, region=place.type)
    return None


def _find_finding(words: tuple[str, ...]) -> Entry | None:
    """A finding in a name, whatever stands before it, and before a number or a kind of scan: "MS lesion", "GTV Mass CT"."""
    if _NEGATIONS & set(words):
        return None
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _SCANS):
        words = words[:-1]
    things = (_first(_table(), words[cut:]) for cut in range(len(words)))
    return next((thing for thing in things if thing and thing.category.value == _FINDING), None)


def _first(table: Mapping[str, Entry], words: tuple[str, ...]) -> Entry | None:
    text = " ".join(words)
    return table.get(text) or table.get(text.removesuffix("s"))


@cache
def _table() -> dict[str, Entry]:
    with resource("Terminology", "labels.csv").open(encoding="utf-8", newline="") as file:
        return dict(_entries(csv.DictReader(file)))


def _entries(rows: csv.DictReader[str]) -> Iterator[tuple[str, Entry]]:
    for row in rows:
        red, green, blue = (int(row[f"Color_{channel}"]) for channel in "RGB")
        category, kind = _code(row, "Category"), _code(row, "Type")
        assert category and kind, f"Resources/Terminology/labels.csv lacks a code for {row['Name']}"
        entry = Entry((red, green, blue), category, kind, _code(row, "Region"))
        for name in (row["Name"], *filter(None, row["Aliases"].split(";"))):
            yield " ".join(_words(name)), entry


def _code(row: Mapping[str, str], part: str) -> Code | None:
    scheme, value, meaning = (row[f"{part}_{field}"] for field in ("CodingScheme", "CodeValue", "CodeMeaning"))
    return Code(scheme, value, meaning) if value else None


def _color_of(value: int) -> tuple[int, int, int]:
    """Neighboring values get hues far apart: steps of the golden ratio around the color circle."""
    hue = (value * 0.618033988749895) % 1
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.55 + 0.15 * (value % 3), 0.95 - 0.15 * (value // 3 % 2))
    return round(red * 255), round(green * 255), round(blue * 255)
