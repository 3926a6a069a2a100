"""Where in the scene a result goes: on the scan, wherever that is by then, or in the world where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..image import Image
from .origin import Origin
from .replacement import holds_voxels
from .volumes import is_warped, local_affine, shape_of, to_world
from .vtkdata import matrix_from


@dataclass(frozen=True, eq=False)
class Place:
    """A grid: ``affine`` (ijk-to-RAS, mm) under the transform node with this ID (None: the world)."""

    affine: NDArray[np.float64]
    transform_id: str | None


@dataclass(frozen=True, eq=False)
class Target:
    """Where a result goes.

    Attributes:
        volume: the scan's node, or None if there is none any more.
        segmentation: the node that was chosen to be written into, or None for a new one.
        place: of the label map.
        notes: what the user should know, in sentences.
    """

    volume: Any
    segmentation: Any
    place: Place
    notes: tuple[str, ...]


def find_target(labelmap: Image, scene: Any, origin: Origin, segmentation: Any = None) -> Target:
    """Where the label map of a scan goes as the scene is now; there is always a place."""
    volume = origin.volume_in(scene)
    if volume is None:
        fate = "replaced by another image" if scene.GetNodeByID(origin.id) is not None else "removed"
        note = f"{origin.name} was {fate} during the run; the result is in a new segmentation, at the place where it was."
        return Target(None, None, Place(labelmap.affine, None), (note,))
    place, notes = _place_of(labelmap, volume, origin)
    if segmentation is not None and segmentation.GetScene() is not scene:
        notes.append(f"{segmentation.GetName()} was removed during the run; the result is in a new segmentation.")
        segmentation = None
    if segmentation is not None and not holds_voxels(segmentation.GetSegmentation()):
        notes.append(f"{segmentation.GetName()} is made of surfaces by now; the result is in a new segmentation.")
        segmentation = None
    if segmentation is not None and not _can_take(segmentation, place, scene):
        notes.append(f"{segmentation.GetName()} and the scan are under different transforms; the result is in a new one.")
        segmentation = None
    return Target(volume, segmentation, place, tuple(notes))


def place_in(segmentation: Any, place: Place) -> Place:
    """The same place as seen by a segmentation; one without segments can move to the place's transform."""
    current = segmentation.GetTransformNodeID()
    if current == place.transform_id or not segmentation.GetSegmentation().GetNumberOfSegments():
        return place
    world = to_world(_transform_node(segmentation.GetScene(), place)) @ place.affine
    return Place(np.linalg.inv(to_world(segmentation.GetParentTransformNode())) @ world, current)


def set_reference_geometry(segmentation: Any, volume: Any, labelmap: Image, place: Place) -> None:
    """Tell a segmentation which voxel grid it is of: the volume's, if that has the place's, else the label map's."""
    if volume is not None:
        segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    if volume is None or not np.array_equal(local_affine(volume), place.affine) or shape_of(volume) != labelmap.shape:
        grid = slicer.vtkOrientedImageData()
        grid.SetDimensions(labelmap.shape)
        grid.SetImageToWorldMatrix(matrix_from(place.affine))
        converter = slicer.vtkSegmentationConverter
        segmentation.GetSegmentation().SetConversionParameter(
            converter.GetReferenceImageGeometryParameterName(), converter.SerializeImageGeometry(grid)
        )


def repaint_notes(volume: Any, origin: Origin) -> list[str]:
    """A sentence where the scan's voxels are no longer those that the result is of."""
    if not origin.is_repainted(volume):
        return []
    return [f"The voxels of {volume.GetName()} were changed during the run; the result is of the earlier ones."]


def _place_of(labelmap: Image, volume: Any, origin: Origin) -> tuple[Place, list[str]]:
    notes = repaint_notes(volume, origin)
    if not origin.warped:
        return Place(local_affine(volume), volume.GetTransformNodeID()), notes
    if origin.is_moved(volume):
        notes.append(f"The transform of {volume.GetName()} was changed during the run; the result is where the scan was before.")
    return Place(labelmap.affine, None), notes


def _can_take(segmentation: Any, place: Place, scene: Any) -> bool:
    if segmentation.GetTransformNodeID() == place.transform_id or not segmentation.GetSegmentation().GetNumberOfSegments():
        return True
    parent = _transform_node(scene, place)
    return not is_warped(segmentation) and (parent is None or parent.IsTransformToWorldLinear())


def _transform_node(scene: Any, place: Place) -> Any:
    return scene.GetNodeByID(place.transform_id) if place.transform_id else None
