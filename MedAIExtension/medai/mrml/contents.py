"""What nodes hold, to tell later whether a user has edited them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import SHOWN
from .vtkdata import affine_from

# MRML rounds positions of markups to single precision whenever something else of the node is changed.
_MOVED_MM = 1e-3

Content = tuple[tuple[str, ...], NDArray[np.float64]]


class Contents:
    """Names, positions and values of ROI nodes, point lists and tables, as they were when they were added."""

    def __init__(self) -> None:
        self._nodes: list[tuple[Any, Content]] = []

    def add(self, node: Any) -> None:
        """Remember what a node, which is in a scene, holds now."""
        self._nodes.append((node, _content_of(node)))

    @property
    def are_changed(self) -> bool:
        """True where a node was removed, renamed, moved in its own coordinates, or given other values."""
        return any(node.GetScene() is None or _differ(_content_of(node), content) for node, content in self._nodes)


def _differ(one: Content, other: Content) -> bool:
    (texts, numbers), (texts_before, numbers_before) = one, other
    if texts != texts_before or len(numbers) != len(numbers_before):
        return True
    return bool((np.abs(numbers - numbers_before) > _MOVED_MM).any())


def _content_of(node: Any) -> Content:
    """What of a node is text, to be compared as it is, and its positions."""
    name = node.GetName() or ""
    if node.IsA("vtkMRMLTableNode"):
        return (name, *_cells_of(node.GetTable())), np.zeros(0)
    if node.IsA("vtkMRMLMarkupsROINode"):
        return (name,), np.concatenate([node.GetSize(), affine_from(node.GetObjectToNodeMatrix()).ravel()])
    points = range(node.GetNumberOfControlPoints())
    positions = np.array([node.GetNthControlPointPosition(number) for number in points], float).ravel()
    return (name, *(node.GetNthControlPointLabel(number) for number in points)), positions


def _cells_of(table: Any) -> Iterable[str]:
    """Column after column, but for what a threshold changes."""
    for column in (table.GetColumn(number) for number in range(table.GetNumberOfColumns())):
        if column.GetName() != SHOWN:
            yield column.GetName()
            yield from (repr(column.GetValue(row)) for row in range(column.GetNumberOfTuples()))
