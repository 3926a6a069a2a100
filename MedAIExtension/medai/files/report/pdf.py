"""The report as PDF on A4: pages with numbers, heads of tables again on each page, text that can be searched and copied."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import texts
from .document import Block, Color, Document, Facts, Picture, Row, Section, Table
from .fonts import BOLD, REGULAR, markup, register

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable

_MARGIN_MM, _FOOT_MM = 15.0, 18.0
_SMALL, _NORMAL = 7.2, 9.2  # points
_INK, _FAINT, _LINE, _SHADE, _WARN, _WARN_PAPER = "#1b1f24", "#57606a", "#d0d7de", "#f6f8fa", "#9a3412", "#fff4e5"
_FRAME = 6.0  # points that reportlab leaves around what is on a page
_PICTURE = 0.86  # of the width, so that three are on a page
_SWATCH = 6.0
_KEPT_TOGETHER = 6  # rows of a table that stay with its caption


def pdf_of(document: Document) -> bytes:
    """The file's content."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    register()
    written = io.BytesIO()
    margin = _MARGIN_MM * mm
    template = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=_FOOT_MM * mm,
        title=f"{document.title}: {document.subtitle}",
        author="MedAI",
        subject=document.disclaimer,
        lang=document.language,
    )
    story = list(_story(document, template.width - 2 * _FRAME, template.height))
    with _binary_pictures():
        template.build(story, canvasmaker=_numbered(document.disclaimer))
    return written.getvalue()


@contextmanager
def _binary_pictures() -> Iterator[None]:
    """Without reportlab's way of writing pictures as letters, which is slow and takes a quarter more."""
    from reportlab import rl_config

    kept, rl_config.useA85 = rl_config.useA85, 0
    try:
        yield
    finally:
        rl_config.useA85 = kept


def _story(document: Document, width: float, height: float) -> Iterator[Flowable]:
    from reportlab.platypus import Spacer
    from reportlab.platypus import Table as Grid

    yield _text(document.title, _style(18, bold=True, leading=22))
    yield _text(f"{document.subtitle}   ·   {document.date}", _style(_NORMAL, color=_FAINT))
    yield Spacer(0, 6)
    warning = Grid([[_text(document.disclaimer, _style(10.5, color=_WARN, bold=True))]], colWidths=[width])
    warning.setStyle(
        [
            ("BACKGROUND", (0, 0), (-1, -1), _color(_WARN_PAPER)),
            ("LINEBEFORE", (0, 0), (0, -1), 3, _color(_WARN)),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ]
    )
    yield warning
    yield Spacer(0, 6)
    yield _text(" ".join(document.summary), _style(11, leading=15))
    for section in document.sections:
        yield from _section(section, width, height)


def _section(section: Section, width: float, height: float) -> Iterator[Flowable]:
    from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

    head = [Spacer(0, 10), _text(section.title, _style(13, bold=True, leading=17)), _rule(), Spacer(0, 4)]
    for number, block in enumerate(section.blocks):
        made = list(_block(block, width, height))
        first = [*head, *made] if number == 0 else made
        if isinstance(block, Table) and len(block.rows) > _KEPT_TOGETHER:
            yield CondPageBreak(90)
            yield from first
        elif isinstance(block, Facts):
            yield CondPageBreak(60)
            yield from first
        else:
            yield KeepTogether(first)


def _block(block: Block, width: float, height: float) -> Iterator[Flowable]:
    from reportlab.platypus import ListFlowable, Spacer

    if isinstance(block, str):
        yield _text(block, _style(_NORMAL))
    elif isinstance(block, Facts):
        yield _facts(block, width)
    elif isinstance(block, Picture):
        yield _picture(block, width * _PICTURE, height * 0.6)
        yield _text(block.caption, _style(8, color=_FAINT, leading=10.5))
        yield Spacer(0, 8)
    elif isinstance(block, Table):
        yield _text(block.caption, _style(8, color=_FAINT))
        yield _table(block, width)
        yield from (_text(note, _style(8, color=_FAINT)) for note in block.notes)
    else:
        lines = [_text(line, _style(_NORMAL)) for line in block]
        yield ListFlowable(lines, bulletType="bullet", start="•", leftIndent=10, bulletFontName=REGULAR, bulletFontSize=_NORMAL)


def _facts(block: Facts, width: float) -> Flowable:
    from reportlab.platypus import Table as Grid

    rows = [[_text(name, _style(_NORMAL, color=_FAINT)), _text(value, _style(_NORMAL))] for name, value in block.pairs]
    grid = Grid(rows, colWidths=[0.26 * width, 0.74 * width])
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, _color(_LINE)), *_tight(2)])
    return grid


def _picture(picture: Picture, width: float, height: float) -> Flowable:
    from reportlab.platypus import Image as Shown

    across, down = picture.size
    scale = min(width / across, height / down)
    return Shown(io.BytesIO(picture.png), width=across * scale, height=down * scale, hAlign="LEFT")


def _table(table: Table, width: float) -> Flowable:
    from reportlab.platypus import Table as Grid

    total = sum(column.width for column in table.columns)
    heads: list[Any] = [_text(column.name, _style(_SMALL, bold=True, right=column.numeric)) for column in table.columns]
    rows: list[list[Any]] = [[_cell(row, number, table) for number in range(len(row.cells))] for row in table.rows]
    widths = [column.width / total * width for column in table.columns]
    if any(row.color for row in table.rows):
        heads, rows = ["", *heads], [[_swatch(row.color), *cells] for row, cells in zip(table.rows, rows, strict=True)]
        widths = [_SWATCH + 5, *(column.width / total * (width - _SWATCH - 5) for column in table.columns)]
    grid = Grid([heads, *rows], colWidths=widths, repeatRows=1)
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), _color(_SHADE)),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _color(_LINE)),
            *_tight(2.5),
        ]
    )
    return grid


def _cell(row: Row, number: int, table: Table) -> list[Flowable]:
    column, style = table.columns[number], _style(_SMALL, bold=row.strong, right=table.columns[number].numeric)
    last = number == len(row.cells) - 1
    text = _text(row.cells[number], style)
    return [text, _bar(row.share)] if last and column.numeric and row.share is not None else [text]


def _bar(share: float) -> Flowable:
    from reportlab.graphics.shapes import Drawing, Rect

    drawing = Drawing(80, 5, hAlign="RIGHT")
    drawing.add(Rect(0, 1, 80, 3, fillColor=_color(_SHADE), strokeColor=_color(_LINE), strokeWidth=0.4))
    drawing.add(Rect(0, 1, 80 * min(max(share, 0.0), 1.0), 3, fillColor=_color(_FAINT), strokeColor=None))
    return drawing


def _swatch(color: Color | None) -> Any:
    from reportlab.graphics.shapes import Drawing, Rect

    if color is None:
        return ""
    drawing = Drawing(_SWATCH, _SWATCH + 1)
    fill = _color(f"#{bytes(color).hex()}")
    drawing.add(Rect(0, 0, _SWATCH, _SWATCH, fillColor=fill, strokeColor=_color(_FAINT), strokeWidth=0.3))
    return drawing


def _rule() -> Flowable:
    from reportlab.platypus import HRFlowable

    return HRFlowable(width="100%", thickness=1, color=_color(_LINE), spaceBefore=0, spaceAfter=0)


def _text(text: str, style: ParagraphStyle) -> Flowable:
    from reportlab.platypus import Paragraph

    return Paragraph(markup(text), style)


def _style(size: float, *, color: str = _INK, bold: bool = False, right: bool = False, leading: float = 0.0) -> ParagraphStyle:
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        f"{size}{color}{bold}{right}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=leading or size * 1.3,
        textColor=_color(color),
        alignment=TA_RIGHT if right else TA_LEFT,
        splitLongWords=True,
    )


def _tight(points: float) -> list[tuple[Any, ...]]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), points) for side in sides]


def _color(code: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(code)


def _numbered(disclaimer: str) -> type:
    """A canvas that writes "Page 2 of 5" and the disclaimer below every page, when it knows how many there are."""
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self.setFont(REGULAR, 7)
                self.setFillColor(_color(_FAINT))
                self.drawString(_MARGIN_MM * mm, 10 * mm, disclaimer)
                right = self._pagesize[0] - _MARGIN_MM * mm
                self.drawRightString(right, 10 * mm, texts.PAGE.format(number=number, count=len(self._pages)))
                super().showPage()
            super().save()

    return Numbered
