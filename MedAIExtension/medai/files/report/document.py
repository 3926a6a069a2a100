"""A report as plain data: what its HTML and its PDF both show, in the same order and the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, whether it holds numbers, and how wide it is beside the others."""

    name: str
    numeric: bool = False
    width: float = 1.0


@dataclass(frozen=True)
class Row:
    """A line of a table.

    Attributes:
        cells: one text a column; the first names the line.
        color: 0..255, a swatch before the first cell; None for none.
        share: 0 to 1, a bar in the last cell; None for none.
        strong: set in bold, such as a target lesion or the chosen class.
    """

    cells: tuple[str, ...]
    color: Color | None = None
    share: float | None = None
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table with what stands above and below it; ``notes`` explain its columns or say what was left out."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Names with values, such as what is known of the scan."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picture:
    """A PNG with a sentence below it; ``text`` says what it shows to those who do not see it. ``size`` in pixels, width first."""

    png: bytes
    size: tuple[int, int]
    caption: str
    text: str


Block = str | Facts | Table | Picture | tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it: paragraphs (text), lists (tuples of text), facts, tables, pictures."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes:
        title: at the top, and of the file.
        subtitle: the model.
        date: when the report was made.
        disclaimer: what it must not be used for; stands out, and stands on every page that is printed.
        summary: the result in one or two sentences.
        sections: the rest, the most urgent first.
        language: of the texts, as HTML names it.
    """

    title: str
    subtitle: str
    date: str
    disclaimer: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...] = field(default=())
    language: str = "en-US"

    def pictures(self) -> Iterator[Picture]:
        """All pictures, in their order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Picture))
