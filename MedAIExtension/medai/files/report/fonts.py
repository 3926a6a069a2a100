"""Fonts of the PDF: DejaVu Sans, which matplotlib brings, inside the file; for Chinese, Japanese and Korean what is at hand."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
# Fonts with outlines that can be put into a PDF: of Windows, macOS and Linux. The first that is there is taken.
_EAST_ASIAN = ("Microsoft YaHei", "SimSun", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "Arial Unicode MS")
# Of Adobe's list, which PDF readers bring or replace themselves; it is not in the file.
_NOT_EMBEDDED = "STSong-Light"
_MISSING = "\N{WHITE SQUARE}"


def markup(text: str) -> str:
    """A text as a paragraph of reportlab takes it, with another font named wherever DejaVu Sans lacks the letters."""
    known = _letters()
    parts = ((own, "".join(letters)) for own, letters in groupby(text, lambda letter: ord(letter) in known))
    return "".join(escape(part) if own else _foreign(part) for own, part in parts)


def register() -> None:
    """Make the fonts known to reportlab; once is enough, and again does no harm."""
    _letters()


@cache
def _letters() -> frozenset[int]:
    """The characters that DejaVu Sans has."""
    from matplotlib import get_data_path
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(get_data_path()) / "fonts" / "ttf"
    regular, bold = (TTFont(name, str(folder / f"{name}.ttf")) for name in (REGULAR, BOLD))
    registerFont(regular)
    registerFont(bold)
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(regular.face.charToGlyph) & frozenset(bold.face.charToGlyph)


def _foreign(text: str) -> str:
    name, letters = _east_asian()
    shown = "".join(letter if (ord(letter) in letters if letters else _in_gb(letter)) else _MISSING for letter in text)
    return "".join(
        f'<font name="{REGULAR}">{"".join(part)}</font>' if missing else f'<font name="{name}">{escape("".join(part))}</font>'
        for missing, part in groupby(shown, lambda letter: letter == _MISSING)
    )


@cache
def _east_asian() -> tuple[str, frozenset[int]]:
    """A font for East Asian text, and the characters that it has; none are named of the one that is not in the file."""
    from matplotlib.font_manager import fontManager
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    files = {entry.name: entry.fname for entry in fontManager.ttflist}
    for name in (name for name in _EAST_ASIAN if name in files):
        try:
            font = TTFont("EastAsian", files[name])
        except (TTFError, OSError):  # outlines of the other kind (CFF), or damaged
            continue
        registerFont(font)
        registerFontFamily("EastAsian", normal="EastAsian", bold="EastAsian", italic="EastAsian", boldItalic="EastAsian")
        return "EastAsian", frozenset(font.face.charToGlyph)
    registerFont(UnicodeCIDFont(_NOT_EMBEDDED))
    registerFontFamily(_NOT_EMBEDDED, normal=_NOT_EMBEDDED, bold=_NOT_EMBEDDED, italic=_NOT_EMBEDDED, boldItalic=_NOT_EMBEDDED)
    return _NOT_EMBEDDED, frozenset()


def _in_gb(letter: str) -> bool:
    """True where Chinese character sets have the letter, and so the font that is not in the file."""
    try:
        letter.encode("gb18030")
    except UnicodeEncodeError:
        return False
    return ord(letter) < 0x10000
