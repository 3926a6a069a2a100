"""Lesions as rows of a table: how large they are, what deserves a look, and what the reader thinks of them."""

import math
from collections.abc import Callable, Generator, Sequence

import qt
from slicer.i18n import tr as _

from medai.mrml import LesionNodes, show_slices_at
from medai.results.flags import SENTENCES

from ..loop.steps import Steps
from ..sentences import translated
from .reviewing import stateText

_AROUND_TEXT = 6  # pixels, as other dense lists leave
_NUMBER, _LABEL, _VOLUME, _DIAMETERS, _FLAG, _REVIEW = range(6)
_AT_ONCE = 50  # rows; a thousand take so long that one would notice


class LesionsTable:
    """A QTableWidget at work; it shows the lesions' own table in the scene when ``update`` is called.

    :param table: the widget.
    :param onSelected: called when another row was selected.
    """

    def __init__(self, table, onSelected: Callable[[], None]):
        self._table = table
        self._nodes: LesionNodes | None = None
        self._numbers: tuple[int, ...] = ()
        self._filling = Steps(lambda _nothing: None)
        self._shown: list[bool] = []
        self._states: list[str] = []
        table.setColumnCount(6)
        table.setHorizontalHeaderLabels([_("No."), _("Lesion"), _("ml"), _("Diameters (mm)"), _("Flag"), _("Review")])
        table.setEditTriggers(qt.QAbstractItemView.NoEditTriggers)
        table.setSelectionBehavior(qt.QAbstractItemView.SelectRows)
        table.setSelectionMode(qt.QAbstractItemView.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + _AROUND_TEXT)
        header = table.horizontalHeader()
        header.setResizeContentsPrecision(_AT_ONCE)
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(_LABEL, qt.QHeaderView.Stretch)
        table.mouseTracking = True
        table.connect("cellEntered(int,int)", self._onEntered)
        table.connect("cellClicked(int,int)", self._onChosen)
        table.connect("cellActivated(int,int)", self._onChosen)
        table.connect("itemSelectionChanged()", onSelected)

    @property
    def selected(self) -> int | None:
        """Number of the lesion in the selected row; None where none is."""
        row = self._table.currentRow()
        return self._numbers[row] if 0 <= row < len(self._numbers) and self._shown[row] else None

    def show(self, nodes: LesionNodes | None) -> None:
        """Show these lesions from now on; None: none."""
        self._nodes = nodes
        self._numbers = nodes.ids if nodes is not None else ()
        self._filling.stop()
        self._table.setRowCount(0)
        self._table.setRowCount(len(self._numbers))
        self._shown, self._states = [True] * len(self._numbers), [""] * len(self._numbers)
        if nodes is not None:
            filling = self._fillSteps(_rowsOf(nodes))
            next(filling, None)  # what is seen at once
            self._filling.start(filling)
            self.update()

    def update(self) -> None:
        """Bring what may change in line with the scene: which lesions are shown, and the reader's words."""
        if self._nodes.ids != self._numbers:  # somebody has edited the table by hand
            self.show(self._nodes)
            return
        for row, shown in enumerate(map(bool, _column(self._nodes.table, "Shown"))):
            if shown != self._shown[row]:
                self._table.setRowHidden(row, not shown)
                self._shown[row] = shown
        for row, state in enumerate(_column(self._nodes.table, "Review")):
            if state != self._states[row]:
                self._states[row] = state
                self._writeState(row)

    def close(self) -> None:
        """Stop what is under way."""
        self._filling.stop()

    def _fillSteps(self, rows: Sequence[Sequence[str]]) -> Generator[None, None, None]:
        right = qt.Qt.AlignRight | qt.Qt.AlignVCenter
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = qt.QTableWidgetItem(text)
                if column in (_NUMBER, _VOLUME, _DIAMETERS):
                    item.setTextAlignment(right)
                self._table.setItem(row, column, item)
            self._writeState(row)
            if row % _AT_ONCE == _AT_ONCE - 1:
                yield

    def _writeState(self, row: int) -> None:
        item = self._table.item(row, _REVIEW)
        if item is not None:  # else it will be there in a moment
            item.setText(stateText(self._states[row]))

    def _onEntered(self, row: int, column: int) -> None:
        """A tip is made when it is asked for: those of a thousand lesions would take longer than their rows."""
        item = self._table.item(row, column)
        if item is not None:
            item.setToolTip(_flagTip(self._nodes, row) if column == _FLAG else _tip(self._nodes, row))

    def _onChosen(self, row: int, _column: int) -> None:
        position = self._nodes.position(self._numbers[row])
        if position is not None:
            show_slices_at(self._nodes.scene, position)


def lesionsText(nodes: LesionNodes) -> str:
    """How many lesions there are and how large the largest is; where limits hide some, how many are shown."""
    volumes, shown = _column(nodes.table, "Volume (ml)"), sum(map(bool, _column(nodes.table, "Shown")))
    if not volumes:
        return _("No lesion was found.")
    largest = volumeText(max(volumes))
    if shown < len(volumes):
        text = _("{shown} of {count} lesions shown, largest {volume} ml")
        return text.format(shown=shown, count=len(volumes), volume=largest)
    if len(volumes) == 1:
        return _("1 lesion, {volume} ml").format(volume=largest)
    return _("{count} lesions, largest {volume} ml").format(count=len(volumes), volume=largest)


def volumeText(milliliters: float) -> str:
    """A volume in ml, of small ones with more digits."""
    if milliliters >= 10:
        return f"{milliliters:.1f}"
    return f"{milliliters:.2f}" if milliliters >= 1 else f"{milliliters:.3f}"


def _rowsOf(nodes: LesionNodes) -> list[tuple[str, ...]]:
    """Texts of the cells."""
    titles = ("Number", "Label", "Volume (ml)", "Longest diameter (mm)", "Short axis (mm)", "Flags")
    return [
        (str(int(number)), label, volumeText(volume), _diameters(longest, short), "!" if flags else "", "")
        for number, label, volume, longest, short, flags in zip(*(_column(nodes.table, title) for title in titles), strict=True)
    ]


def _diameters(longest: float, short: float) -> str:
    return f"{longest:.1f} x {short:.1f}" if _isKnown(longest, short) else ""


def _tip(nodes: LesionNodes, row: int) -> str:
    """What else is known of a lesion, in lines."""
    titles = ("Feret diameter (mm)", "Mean", "SD", "Nearest", "Distance (mm)", "Score", "Confidence", "Note")
    feret, mean, sd, nearest, distance, score, confidence, note = (_cell(nodes.table, title, row) for title in titles)
    lines = [
        _("Longest in space: {length} mm").format(length=f"{feret:.1f}") if _isKnown(feret) else "",
        _("Mean {mean}, SD {sd}").format(mean=f"{mean:.4g}", sd=f"{sd:.4g}") if _isKnown(mean, sd) else "",
        _("{distance} mm from {name}").format(distance=f"{distance:.1f}", name=nearest) if nearest and _isKnown(distance) else "",
        _("Score: {score}").format(score=f"{score:.2f}") if _isKnown(score) else "",
        _("Confidence: {percent} %").format(percent=f"{100 * confidence:.0f}") if _isKnown(confidence) else "",
        note,
    ]
    return "\n".join(line for line in lines if line)


def _flagTip(nodes: LesionNodes, row: int) -> str:
    """Why a lesion deserves a look."""
    names = [name for name in _cell(nodes.table, "Flags", row).split("; ") if name]
    return "\n".join(translated(SENTENCES.get(name, name)) for name in names)


def _isKnown(*values: float) -> bool:
    return not any(map(math.isnan, values))


def _cell(table, title: str, row: int):
    return table.GetTable().GetColumnByName(title).GetValue(row)


def _column(table, title: str) -> Sequence:
    column = table.GetTable().GetColumnByName(title)
    return [column.GetValue(row) for row in range(column.GetNumberOfValues())]
