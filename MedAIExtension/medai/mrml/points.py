"""Points of a landmark model as a point list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import slicer

from ..finding import Landmark
from .spots import Spot


def add_points(scene: Any, name: str, landmarks: Sequence[Landmark], spot: Spot, attributes: Mapping[str, str]) -> Any:
    """A new vtkMRMLMarkupsFiducialNode with a control point of each landmark's name; locked, so that no click moves it.

    A point of a frame says so in its description: "frame 3", counted from 0.

    Args:
        landmarks: in the world's RAS as it was when the run began.
        spot: where the node goes.
        attributes: of the node.
    """
    import vtk

    node, display = slicer.vtkMRMLMarkupsFiducialNode(), slicer.vtkMRMLMarkupsFiducialDisplayNode()
    node.SetName(name)
    for landmark in landmarks:
        position = (spot.from_world @ [*landmark.position_ras, 1])[:3]
        index = node.AddControlPoint(vtk.vtkVector3d(*position), landmark.name)
        if landmark.frame is not None:
            node.SetNthControlPointDescription(index, f"frame {landmark.frame}")
    for attribute, value in attributes.items():
        node.SetAttribute(attribute, value)
    node.SetLocked(True)
    for each in (display, node):
        each.SetUndoEnabled(True)
    # A node that comes into the scene without one is given a display node by Slicer's own logic.
    node.SetAndObserveDisplayNodeID(scene.AddNode(display).GetID())
    scene.AddNode(node)
    node.SetAndObserveTransformNodeID(spot.transform_id)
    return node
