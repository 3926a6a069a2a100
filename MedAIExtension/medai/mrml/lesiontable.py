"""The table of lesions: a row for each, which also holds what a filter shows and what a reader thinks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..results import Diameter, Lesion, Review
from .tables import FLAGS_BETWEEN, LABEL, NOTE, NUMBER, REVIEW, SCORE, SHOWN, table_of

VOLUME, LONGEST, SHORT, FERET = "Volume (ml)", "Longest diameter (mm)", "Short axis (mm)", "Feret diameter (mm)"
_NOT_KNOWN = float("nan")


def lesion_table(lesions: Sequence[Lesion], reviews: Sequence[Review] = ()) -> Any:
    """A vtkMRMLTableNode, not yet in a scene, with a row for each lesion; a number that is not known is no number.

    Args:
        lesions: with positions in RAS mm as the run saw them.
        reviews: those of lesions fill the columns "Review" and "Note".
    """
    said = {review.id: review for review in reviews if review.kind == "lesion"}

    def doubles(of: Callable[[Lesion], float | None]) -> tuple[str, Iterable[Any]]:
        found = map(of, lesions)
        return "Double", [_NOT_KNOWN if value is None else value for value in found]

    columns: Mapping[str, tuple[str, Iterable[Any]]] = {
        NUMBER: ("Int", [each.id for each in lesions]),
        LABEL: ("String", [each.label for each in lesions]),
        VOLUME: doubles(lambda each: each.volume_ml),
        LONGEST: doubles(lambda each: _length(each.longest)),
        SHORT: doubles(lambda each: _length(each.short)),
        FERET: doubles(lambda each: _length(each.feret)),
        **{f"Center {name} (mm)": ("Double", [each.center_ras[n] for each in lesions]) for n, name in enumerate("RAS")},
        "Mean": doubles(lambda each: each.intensity.mean if each.intensity else None),
        "SD": doubles(lambda each: each.intensity.sd if each.intensity else None),
        "Nearest": ("String", [each.nearest.name if each.nearest else "" for each in lesions]),
        "Distance (mm)": doubles(lambda each: each.nearest.distance_mm if each.nearest else None),
        SCORE: doubles(lambda each: each.score),
        "Confidence": doubles(lambda each: each.confidence),
        "Flags": ("String", [FLAGS_BETWEEN.join(each.flags) for each in lesions]),
        REVIEW: ("String", [said[each.id].state if each.id in said else "" for each in lesions]),
        NOTE: ("String", [said[each.id].note if each.id in said else "" for each in lesions]),
        SHOWN: ("Bit", [1] * len(lesions)),
    }
    return table_of(columns)


def passing(table: Any, minimum_ml: float, minimum_mm: float, minimum_score: float) -> NDArray[np.bool_]:
    """(row,) bool: which lesions of a table are as large and as sure as is asked for; what is not known does not count against
    a lesion."""
    passed = np.ones(table.GetNumberOfRows(), bool)
    for title, minimum in ((VOLUME, minimum_ml), (LONGEST, minimum_mm), (SCORE, minimum_score)):
        values = numbers_in(table, title)
        passed &= np.isnan(values) | (values >= minimum)
    return passed


def numbers_in(table: Any, title: str) -> NDArray:
    """The values of a column of numbers, (row,), as a view."""
    from vtk.util.numpy_support import vtk_to_numpy

    return vtk_to_numpy(table.GetTable().GetColumnByName(title))


def is_lesion_table(table: Any) -> bool:
    """Whether a vtkMRMLTableNode has the columns that a filter and a review need."""
    names = [table.GetColumnName(number) for number in range(table.GetNumberOfColumns())]
    return {NUMBER, VOLUME, LONGEST, SCORE, REVIEW, NOTE, SHOWN} <= set(names)


def _length(diameter: Diameter | None) -> float | None:
    return diameter.length_mm if diameter is not None else None
