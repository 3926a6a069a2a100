"""Marks of lesions in the views: a numbered point in each, and two lines for the diameters of those that are followed."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np
import slicer

from ..region import Vector
from ..results import Diameter, Lesion
from .spots import Spot

Color = tuple[float, float, float]

LONG, SHORT = "long", "short"
# Those of the report's pictures: seen on gray scans and on segments of any color, and told apart in every kind of color vision.
_LINE_COLORS: dict[str, Color] = {LONG: (1.0, 0.85, 0.18), SHORT: (0.31, 0.88, 1.0)}
_LINE, _NUMBER, _AXIS = "MedAI.LesionLine", "MedAI.Number", "MedAI.Axis"
_AT_ONCE = 50  # MRML takes a tenth of a millisecond for a point
_NAMED_AT_MOST = 100  # more numbers hide the scan, and make 3D views slow
_POINT_SCALE, _LINE_SCALE, _TEXT_SCALE = 1.2, 1.0, 2.5


def point_steps(name: str, lesions: Sequence[Lesion], spot: Spot, color: Color) -> Generator[None, None, tuple[Any, Any]]:
    """A vtkMRMLMarkupsFiducialNode and its display node, not yet in a scene, with a control point of each lesion's number.

    Name and volume are in the control point's description. Locked, so that no click moves it. Steps of a few milliseconds.

    Args:
        lesions: in the world's RAS as it was when the run began.
        spot: where the node goes.
    """
    import vtk

    node, display = slicer.vtkMRMLMarkupsFiducialNode(), slicer.vtkMRMLMarkupsFiducialDisplayNode()
    node.SetName(name)
    node.SetLocked(True)
    for start in range(0, len(lesions), _AT_ONCE):
        for lesion in lesions[start : start + _AT_ONCE]:
            position = _moved(lesion.center_ras, spot)
            index = node.AddControlPoint(vtk.vtkVector3d(*position), str(lesion.id))
            node.SetNthControlPointDescription(index, f"{lesion.label} {lesion.id}, {volume_text(lesion.volume_ml)}")
        yield
    _set_look(display, color, _POINT_SCALE)
    display.SetPropertiesLabelVisibility(False)
    display.SetPointLabelsVisibility(len(lesions) <= _NAMED_AT_MOST)
    return node, display


def add_line(scene: Any, table: Any, lesion: Lesion, axis: str, spot: Spot) -> Any:
    """A new vtkMRMLMarkupsLineNode along a lesion's longest diameter or its short axis, which the lesions' table refers to.

    Its own measurement is the diameter in mm. Locked.

    Args:
        axis: LONG or SHORT; the lesion has it.
    """
    node, display = slicer.vtkMRMLMarkupsLineNode(), slicer.vtkMRMLMarkupsDisplayNode()
    node.SetName(f"{lesion.label} {lesion.id} {axis} axis")
    node.SetLocked(True)
    node.SetAttribute(_NUMBER, str(lesion.id))
    node.SetAttribute(_AXIS, axis)
    _set_look(display, _LINE_COLORS[axis], _LINE_SCALE)
    display.SetPropertiesLabelVisibility(axis == LONG)  # the two cross, and so would their texts
    display.SetPointLabelsVisibility(False)
    for each in (display, node):
        each.SetUndoEnabled(True)
    # A node that comes into the scene without one is given a display node by Slicer's own logic.
    node.SetAndObserveDisplayNodeID(scene.AddNode(display).GetID())
    scene.AddNode(node)
    node.SetAndObserveTransformNodeID(spot.transform_id)
    diameter = diameter_of(lesion, axis)
    if diameter is not None:
        _stretch(node, diameter, spot)
    table.AddNodeReferenceID(_LINE, node.GetID())
    return node


def diameter_of(lesion: Lesion, axis: str) -> Diameter | None:
    """The diameter that a line of this kind shows."""
    return lesion.longest if axis == LONG else lesion.short


def lines_of(table: Any) -> dict[int, dict[str, Any]]:
    """The lines of a table of lesions that are still in the scene, by number and by LONG or SHORT."""
    found: dict[int, dict[str, Any]] = {}
    count = table.GetNumberOfNodeReferences(_LINE) if table.GetScene() is not None else 0
    for node in (table.GetNthNodeReference(_LINE, index) for index in range(count)):
        if node is not None and node.GetAttribute(_NUMBER):
            found.setdefault(int(node.GetAttribute(_NUMBER)), {})[node.GetAttribute(_AXIS)] = node
    return found


def show_marks(points: Any, lines: Mapping[int, Mapping[str, Any]], changed: Mapping[int, bool]) -> None:
    """Show or hide the marks of lesions by their numbers; the views hear of it once."""
    if points is not None and points.GetScene() is not None:
        modified = points.StartModify()
        for index in range(points.GetNumberOfControlPoints()):
            label = points.GetNthControlPointLabel(index)
            if label.isdecimal() and int(label) in changed:
                points.SetNthControlPointVisibility(index, changed[int(label)])
        points.EndModify(modified)
    for number in changed.keys() & lines.keys():
        for node in lines[number].values():
            if node.GetDisplayNode() is not None:
                node.GetDisplayNode().SetVisibility(changed[number])


def volume_text(milliliters: float) -> str:
    """A volume for people, with three digits that count: "12.3 ml", "0.00412 ml"."""
    return f"{milliliters:.3g} ml" if milliliters < 1000 else f"{milliliters:.0f} ml"


def _stretch(node: Any, diameter: Diameter, spot: Spot) -> None:
    import vtk

    modified = node.StartModify()
    for end in (diameter.start_ras, diameter.end_ras):
        node.AddControlPoint(vtk.vtkVector3d(*_moved(end, spot)))
    node.EndModify(modified)


def _moved(ras: Vector, spot: Spot) -> list[float]:
    position: list[float] = (spot.from_world @ np.array([*ras, 1.0]))[:3].tolist()
    return position


def _set_look(display: Any, color: Color, scale: float) -> None:
    for set_color in (display.SetColor, display.SetSelectedColor, display.SetActiveColor):
        set_color(*color)
    display.SetHandlesInteractive(False)
    display.SetGlyphScale(scale)
    display.SetTextScale(_TEXT_SCALE)
