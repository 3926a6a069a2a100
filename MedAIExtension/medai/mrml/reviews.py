"""What a reader thinks of findings, written into their table, which is where it is kept."""

from __future__ import annotations

from typing import Any

from ..errors import InputError
from ..results import Review
from .tables import NOTE, NUMBER, REVIEW, cell


def write_review(table: Any, kind: str, number: int, state: str, note: str = "") -> None:
    """Write a reader's word into the row of a finding; a table of an earlier version gets the columns for it.

    Args:
        table: vtkMRMLTableNode with a column "Number".
        kind: "lesion" or "detection".
        number: of the finding.
        state: "accepted", "rejected" or "edited"; "" takes an earlier word back.
        note: free text, which is kept in one line.

    Raises:
        InputError: if the state is unknown or the table has no such finding.
    """
    if state:
        Review(kind, number, state, note)
    numbers = table.GetTable().GetColumnByName(NUMBER)
    row = next((row for row in range(table.GetNumberOfRows()) if int(numbers.GetValue(row)) == number), None)
    if row is None:
        raise InputError(f"{table.GetName()} has no {kind} {number}; choose one of its numbers.")
    for title, text in ((REVIEW, state), (NOTE, note if state else "")):
        column = _column(table, title)
        column.SetValue(row, cell(text))
        column.Modified()
    table.GetTable().Modified()


def reviews_of(table: Any, kind: str) -> tuple[Review, ...]:
    """The words that a table holds, in its order; what somebody has typed into it that is no outcome of a review is left out."""
    content = table.GetTable()
    numbers, states, notes = (content.GetColumnByName(title) for title in (NUMBER, REVIEW, NOTE))
    if numbers is None or states is None:
        return ()
    found = []
    for row in range(content.GetNumberOfRows()):
        try:
            state = states.GetValue(row)
            found += [Review(kind, int(numbers.GetValue(row)), state, notes.GetValue(row) if notes else "")] if state else []
        except InputError:
            continue
    return tuple(found)


def _column(table: Any, title: str) -> Any:
    import vtk

    column = table.GetTable().GetColumnByName(title)
    if column is None:
        column = vtk.vtkStringArray()
        column.SetName(title)
        for _row in range(table.GetNumberOfRows()):
            column.InsertNextValue("")
        table.AddColumn(column)
    return column
