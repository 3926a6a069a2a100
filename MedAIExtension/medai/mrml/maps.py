"""Maps of how sure a model is, or of what its answer rests on, as volumes in colors of their own that lie over the scan."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import slicer

from ..errors import InputError
from ..image import Image
from .hierarchy import folder_of, put_into
from .names import free_name
from .origin import Origin
from .places import find_target
from .undo import remove_node
from .vtkdata import fill_steps, matrix_from, result_of

CONFIDENCE, SALIENCY = "confidence", "saliency"
KINDS = (CONFIDENCE, SALIENCY)
OPACITY = 0.4

_KIND = "MedAI.Map"
_BEFORE, _OPACITY_BEFORE = "MedAI.ForegroundBefore", "MedAI.ForegroundOpacityBefore"
# The darkest colors, which would only shade the scan, are left out: where the model is sure, where little speaks for the answer.
_SEEN_FROM = 0.1
# matplotlib's inferno in steps of a tenth, whose lightness rises evenly, for readers of all kinds of color vision too
_INFERNO = (
    (0.001, 0.000, 0.014),
    (0.087, 0.045, 0.225),
    (0.258, 0.039, 0.406),
    (0.416, 0.090, 0.433),
    (0.578, 0.148, 0.404),
    (0.736, 0.216, 0.330),
    (0.865, 0.317, 0.226),
    (0.955, 0.469, 0.100),
    (0.988, 0.645, 0.040),
    (0.964, 0.844, 0.273),
    (0.988, 0.998, 0.645),
)


def add_map(image: Image, scene: Any, origin: Origin, name: str, kind: str) -> Any:
    """A new vtkMRMLScalarVolumeNode on the scan's grid and under its transform, with a color table of its own.

    Bright is where to look: where the model is unsure, or what its answer rests on. Above 90 % of confidence and below 10 % of
    saliency the map is transparent. It is not shown yet; see ``show_overlay``.

    Args:
        image: (1, i, j, k) uint8, percent, of the image that ``image_from_volume`` made of the scan.
        scene: the scene that the scan was in when the run began, not closed since.
        origin: what the scan was then.
        name: of the node, if no other has it.
        kind: CONFIDENCE or SALIENCY.

    Raises:
        InputError: if the kind is unknown.
    """
    return result_of(add_map_steps(image, scene, origin, name, kind))


def add_map_steps(image: Image, scene: Any, origin: Origin, name: str, kind: str) -> Generator[None, None, Any]:
    """``add_map`` in steps of a few milliseconds; nothing is in the scene before the last one."""
    import vtk

    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of map; choose {' or '.join(KINDS)}.")
    voxels = vtk.vtkImageData()
    yield from fill_steps(voxels, image.voxels)
    target = find_target(image, scene, origin)
    node, display, colors = slicer.vtkMRMLScalarVolumeNode(), slicer.vtkMRMLScalarVolumeDisplayNode(), _color_table(kind)
    node.SetName(free_name(scene, name))
    node.SetAttribute(_KIND, kind)
    node.SetVoxelValueUnits(_percent())
    colors.SetName(free_name(scene, f"{node.GetName()} colors"))
    for each in (node, display, colors):
        each.SetUndoEnabled(True)
    _set_look(display)
    node.SetIJKToRASMatrix(matrix_from(target.place.affine))
    # Slicer's undo removes nodes in this order, and what refers to a node forgets it if it is removed later.
    scene.AddNode(node)
    scene.AddNode(display).SetAndObserveColorNodeID(scene.AddNode(colors).GetID())
    node.SetAndObserveDisplayNodeID(display.GetID())
    node.SetAndObserveImageData(voxels)
    node.SetAndObserveTransformNodeID(target.place.transform_id)
    put_into(folder_of(target.volume) if target.volume is not None else origin.folder, node)
    return node


def kind_of(node: Any) -> str:
    """CONFIDENCE or SALIENCY of a node that ``add_map`` has made, also in a scene that was opened again; else ""."""
    return str(node.GetAttribute(_KIND) or "") if node.IsA("vtkMRMLScalarVolumeNode") else ""


def remove_map(scene: Any, node: Any) -> None:
    """Take a map out of the views and of the scene, with its colors."""
    if node.GetScene() is not scene:
        return
    hide_overlay(scene, node)
    display = node.GetDisplayNode()
    colors = display.GetColorNode() if display is not None else None
    remove_node(scene, node)
    if colors is not None and colors.IsA("vtkMRMLColorTableNode") and colors.GetAttribute(_KIND):
        remove_node(scene, colors)


def show_overlay(scene: Any, node: Any, opacity: float = OPACITY) -> None:
    """Lay a map over the scan in all slice views; what lay there before comes back with ``hide_overlay``.

    Args:
        node: the map; the background of the views stays.
        opacity: 0 to 1.
    """
    for composite in _composites(scene):
        shown = composite.GetForegroundVolumeID()
        if shown != node.GetID() and not _is_overlay(scene, shown):
            composite.SetNodeReferenceID(_BEFORE, shown)
            composite.SetAttribute(_OPACITY_BEFORE, f"{composite.GetForegroundOpacity():g}")
        modified = composite.StartModify()
        composite.SetForegroundVolumeID(node.GetID())
        composite.SetForegroundOpacity(opacity)
        composite.EndModify(modified)


def hide_overlay(scene: Any, node: Any) -> None:
    """Take a map away from all slice views that show it, and put back what lay there before."""
    for composite in _composites(scene):
        if composite.GetForegroundVolumeID() != node.GetID():
            continue
        before = composite.GetNodeReference(_BEFORE)
        modified = composite.StartModify()
        composite.SetForegroundVolumeID(before.GetID() if before is not None else None)
        composite.SetForegroundOpacity(float(composite.GetAttribute(_OPACITY_BEFORE) or 0))
        composite.SetNodeReferenceID(_BEFORE, None)
        composite.RemoveAttribute(_OPACITY_BEFORE)
        composite.EndModify(modified)


def is_shown(scene: Any, node: Any) -> bool:
    """Whether a slice view has the map on top."""
    return any(composite.GetForegroundVolumeID() == node.GetID() for composite in _composites(scene))


def _is_overlay(scene: Any, identifier: str | None) -> bool:
    node = scene.GetNodeByID(identifier) if identifier else None
    return node is not None and bool(kind_of(node))


def _composites(scene: Any) -> Iterator[Any]:
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceCompositeNode")):
        yield scene.GetNthNodeByClass(index, "vtkMRMLSliceCompositeNode")


def _color_table(kind: str) -> Any:
    """A vtkMRMLColorTableNode, not yet in a scene, with a color for each percent, named after it."""
    table = slicer.vtkMRMLColorTableNode()
    table.SetTypeToUser()
    table.SetAttribute(_KIND, kind)
    table.SetHideFromEditors(False)
    table.SetNumberOfColors(101)
    places = np.linspace(0, 1, len(_INFERNO))
    brightness = np.linspace(0, 1, 101) if kind == SALIENCY else np.linspace(1, 0, 101)
    red, green, blue = (np.interp(brightness, places, [color[part] for color in _INFERNO]) for part in range(3))
    for percent in range(101):
        # A threshold of the display would do the same, but Slicer forgets to apply it when a scene is opened.
        opacity = float(brightness[percent] >= _SEEN_FROM)
        table.SetColor(percent, f"{percent} %", float(red[percent]), float(green[percent]), float(blue[percent]), opacity)
    return table


def _set_look(display: Any) -> None:
    """Before there are voxels: MRML would go through all of them to find a window."""
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0, 100)
    display.AutoThresholdOff()
    display.InterpolateOn()


def _percent() -> Any:
    entry = slicer.vtkCodedEntry()
    entry.SetValueSchemeMeaning("%", "UCUM", "percent")
    return entry
