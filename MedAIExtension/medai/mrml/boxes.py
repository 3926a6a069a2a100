"""Boxes of a detection model as ROI nodes: oriented, named, locked; shown from a score on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import slicer

from ..errors import InputError
from ..finding import Detection
from .spots import Spot, sides_of
from .tables import NUMBER, SCORE, SHOWN
from .vtkdata import matrix_from

_ROLE = "MedAI.Detection"
_NUMBER, _SHOWN_AT_LEAST = "MedAI.Number", "MedAI.ShownAtLeast"
_NO_GLYPH_MM = 0.1


def add_box(scene: Any, table: Any, number: int, detection: Detection, spot: Spot, look: Mapping[str, Any]) -> Any:
    """A new vtkMRMLMarkupsROINode that the findings table refers to.

    Args:
        table: with a row of this number.
        number: from 1, the best score first.
        detection: in the world's RAS as it was when the run began.
        spot: where the node goes.
        look: "color": red, green, blue, 0..1; "visible"; "attributes" of the node.
    """
    node, display = slicer.vtkMRMLMarkupsROINode(), slicer.vtkMRMLMarkupsROIDisplayNode()
    node.SetName(f"{detection.label} {number} ({detection.score:.2f})")
    node.SetLocked(True)
    for name, value in look["attributes"].items():
        node.SetAttribute(name, value)
    node.SetAttribute("MedAI.Label", detection.label)
    node.SetAttribute("MedAI.Score", repr(detection.score))
    node.SetAttribute(_NUMBER, str(number))
    _set_look(display, look["color"], look["visible"])
    for each in (display, node):
        each.SetUndoEnabled(True)
    # A node that comes into the scene without one is given a display node by Slicer's own logic.
    node.SetAndObserveDisplayNodeID(scene.AddNode(display).GetID())
    scene.AddNode(node)
    node.SetAndObserveTransformNodeID(spot.transform_id)
    # Last, for MRML rounds positions to single precision whenever something else of the node is changed.
    place(node, detection, spot)
    table.AddNodeReferenceID(_ROLE, node.GetID())
    return node


def place(node: Any, detection: Detection, spot: Spot) -> None:
    """Give an ROI node the box's center, size and axes, which are turned into right-handed ones: the box is the same."""
    lengths, axes = sides_of(detection.box, spot.from_world)
    matrix = np.eye(4)
    matrix[:3, :3] = axes if np.linalg.det(axes) > 0 else axes * (1, 1, -1)
    matrix[:3, 3] = (spot.from_world @ [*detection.box.center_ras, 1])[:3]
    node.SetROIType(node.ROITypeBox)
    node.SetSize(*lengths)
    node.SetAndObserveObjectToNodeMatrix(matrix_from(matrix))


def boxes_of(table: Any) -> dict[int, Any]:
    """The vtkMRMLMarkupsROINodes of a findings table that are still in the scene, by the number of their row.

    Also those of a scene that was saved and opened again.
    """
    count = table.GetNumberOfNodeReferences(_ROLE) if table.GetScene() is not None else 0
    nodes = (table.GetNthNodeReference(_ROLE, index) for index in range(count))
    return {int(node.GetAttribute(_NUMBER)): node for node in nodes if node is not None and node.GetAttribute(_NUMBER)}


def show_boxes_at_least(table: Any, threshold: float) -> int:
    """Show the boxes of a findings table that have at least this score, and hide the others; gives how many are shown.

    Nothing is run again. Only what changes is touched: a box that the user has hidden stays hidden until the threshold
    passes it.

    Args:
        table: vtkMRMLTableNode of the boxes.
        threshold: 0 shows all of them.

    Raises:
        InputError: if it is another table.
    """
    content, boxes = table.GetTable(), boxes_of(table)
    numbers, scores, shown = (content.GetColumnByName(title) for title in (NUMBER, SCORE, SHOWN))
    if numbers is None or scores is None or shown is None:
        raise InputError(f"{table.GetName()} is no table of boxes; choose the one that a run has made.")
    count, changed = 0, False
    for row in range(content.GetNumberOfRows()):
        visible = scores.GetValue(row) >= threshold
        count += visible
        if bool(shown.GetValue(row)) == visible:
            continue
        shown.SetValue(row, int(visible))
        changed = True
        box = boxes.get(int(numbers.GetValue(row)))
        if box is not None and box.GetDisplayNode() is not None:
            box.GetDisplayNode().SetVisibility(visible)
    table.SetAttribute(_SHOWN_AT_LEAST, f"{threshold:g}")
    if changed:
        shown.Modified()
        content.Modified()
    return count


def shown_at_least(table: Any) -> float:
    """The score from which on the boxes of a findings table are shown."""
    return float(table.GetAttribute(_SHOWN_AT_LEAST) or 0)


def _set_look(display: Any, color: tuple[float, float, float], visible: bool) -> None:
    """An outline with its name, so that the image inside is seen; nothing to take hold of."""
    for set_color in (display.SetColor, display.SetSelectedColor, display.SetActiveColor):
        set_color(*color)
    display.SetFillVisibility(False)
    display.SetHandlesInteractive(False)
    display.SetUseGlyphScale(False)
    display.SetGlyphSize(_NO_GLYPH_MM)
    display.SetPropertiesLabelVisibility(True)
    display.SetVisibility(visible)
