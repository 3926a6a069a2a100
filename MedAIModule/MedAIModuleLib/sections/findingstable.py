"""Boxes, points or classes of a run as rows of a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import qt
from slicer.i18n import tr as _

from medai.mrml import FindingNodes, boxes_of, show_slices_at
from medai.results import Review

from .reviewing import stateText

_AROUND_TEXT = 6  # pixels, as other dense lists leave


@dataclass(frozen=True)
class Row:
    """A box, point or class.

    :ivar cells: what is shown.
    :ivar position: gives where it is in the world's RAS mm now; None where it is nowhere (any more).
    :ivar score: 0 to 1; only those of boxes count.
    :ivar number: of a box, which can be reviewed.
    """

    cells: tuple[str, ...]
    position: Callable[[], Sequence[float] | None]
    score: float = 1.0
    number: int | None = None


class FindingsTable:
    """A QTableWidget at work; the views go where a row that is clicked is.

    :param table: the widget.
    :param onSelected: called when another row was selected.
    """

    def __init__(self, table, onSelected: Callable[[], None]):
        self._table = table
        self._rows: list[Row] = []
        self._scene = None
        table.setEditTriggers(qt.QAbstractItemView.NoEditTriggers)
        table.setSelectionBehavior(qt.QAbstractItemView.SelectRows)
        table.setSelectionMode(qt.QAbstractItemView.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + _AROUND_TEXT)
        table.connect("cellClicked(int,int)", self._onChosen)
        table.connect("cellActivated(int,int)", self._onChosen)
        table.connect("itemSelectionChanged()", onSelected)

    @property
    def selected(self) -> int | None:
        """Number of the box in the selected row; None where none is."""
        row = self._table.currentRow()
        return self._rows[row].number if 0 <= row < len(self._rows) and not self._table.isRowHidden(row) else None

    def show(self, nodes: FindingNodes | None) -> None:
        """Show these findings from now on; None: none."""
        titles, self._rows = rowsOf(nodes) if nodes is not None else ([], [])
        self._scene = nodes.scene if nodes is not None else None
        self._table.clear()
        self._table.setColumnCount(len(titles))
        self._table.setRowCount(len(self._rows))
        self._table.setHorizontalHeaderLabels(titles)
        for place, row in enumerate(self._rows):
            for column, text in enumerate(row.cells):
                self._table.setItem(place, column, qt.QTableWidgetItem(text))
        if titles:
            header = self._table.horizontalHeader()
            header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
            header.setSectionResizeMode(0, qt.QHeaderView.Stretch)

    def showAtLeast(self, threshold: float) -> None:
        """Hide the rows with a lower score."""
        for place, row in enumerate(self._rows):
            self._table.setRowHidden(place, row.score < threshold)

    def showReviews(self, reviews: Sequence[Review]) -> None:
        """Write a reader's words on boxes into their last column."""
        said = {review.id: review.state for review in reviews}
        for place, row in enumerate(self._rows):
            if row.number is not None:
                self._table.item(place, len(row.cells) - 1).setText(stateText(said.get(row.number, "")))

    def _onChosen(self, place: int, _column: int) -> None:
        position = self._rows[place].position()
        if position is not None:
            show_slices_at(self._scene, position)


def rowsOf(nodes: FindingNodes) -> tuple[list[str], list[Row]]:
    """Titles of the columns, and the rows: boxes by score, points in the model's order, of classes the chosen ones first."""
    if nodes.landmarks is not None:
        return [_("Name"), _("Position R, A, S (mm)")], _points(nodes.landmarks)
    if nodes.classes is not None:
        return [_("Class"), _("Probability"), _("Chosen")], _classes(nodes.classes)
    return [_("Label"), _("Score"), _("Center R, A, S (mm)"), _("Size (mm)"), _("Review")], _boxes(nodes.detections)


def _boxes(table) -> list[Row]:
    columns = [_column(table, title) for title in ("Number", "Label", "Score")]
    centers = zip(*(_column(table, f"Center {axis} (mm)") for axis in "RAS"), strict=True)
    sizes = zip(*(_column(table, f"Size {axis} (mm)") for axis in "ijk"), strict=True)
    return [
        Row((label, f"{score:.2f}", _numbers(center), _numbers(size, " x "), ""), _Center(table, int(number)), score, int(number))
        for number, label, score, center, size in zip(*columns, centers, sizes, strict=True)
    ]


def _points(node) -> list[Row]:
    rows = []
    for index in range(node.GetNumberOfControlPoints()):
        position = _Point(node, node.GetNthControlPointID(index))
        note = node.GetNthControlPointDescription(index)
        name = node.GetNthControlPointLabel(index)
        rows.append(Row((f"{name} ({note})" if note else name, _numbers(position() or ())), position))
    return rows


def _classes(table) -> list[Row]:
    columns = [_column(table, title) for title in ("Class", "Probability", "Score", "Chosen")]
    rows = sorted(zip(*columns, strict=True), key=lambda row: (not row[3], -row[2]))
    return [
        Row((name, _likelihood(probability, score), _("yes") if chosen else ""), _nowhere)
        for name, probability, score, chosen in rows
    ]


def _likelihood(probability: float, score: float) -> str:
    """In percent; of a model that gives no probabilities, its own number."""
    return f"{score:.3g}" if np.isnan(probability) else f"{100 * probability:.1f} %"


class _Center:
    """Where a box is; it may have been removed, or come under a transform."""

    def __init__(self, table, number: int):
        self._table, self._number = table, number

    def __call__(self) -> Sequence[float] | None:
        box = boxes_of(self._table).get(self._number)
        return box.GetCenterWorld() if box is not None else None


class _Point:
    """Where a control point is; it may have been removed, or come under a transform."""

    def __init__(self, node, identifier: str):
        self._node, self._identifier = node, identifier

    def __call__(self) -> Sequence[float] | None:
        index = self._node.GetNthControlPointIndexByID(self._identifier)
        if self._node.GetScene() is None or index < 0:
            return None
        position = [0.0, 0.0, 0.0]
        self._node.GetNthControlPointPositionWorld(index, position)
        return position


def _nowhere() -> None:
    """Where a class is."""


def _column(table, title: str) -> list:
    column = table.GetTable().GetColumnByName(title)
    return [column.GetValue(row) for row in range(column.GetNumberOfValues())]


def _numbers(values: Sequence[float], between: str = ", ") -> str:
    return between.join(f"{value:.1f}" for value in values)
