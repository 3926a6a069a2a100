"""Predictions as nodes in the scene: a segmentation and, where asked for, a label map volume, beside the scan they are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..errors import InputError
from ..results import Prediction
from ..results.segments import provenance, segment_id
from .segments import build_color_table, build_segments
from .volumes import is_warped, local_affine, to_world
from .vtkdata import fill, matrix_from


@dataclass(frozen=True)
class PredictionNodes:
    """The nodes that hold a prediction.

    Attributes:
        segmentation: vtkMRMLSegmentationNode.
        labelmap: vtkMRMLLabelMapVolumeNode with a color table of its own, or None.
    """

    segmentation: Any
    labelmap: Any = None


@dataclass(frozen=True)
class _Place:
    """Where the label map is: ``affine`` (ijk-to-RAS, mm) under the transform node with this ID (None: the world)."""

    affine: NDArray[np.float64]
    transform_id: str | None


def add_prediction(
    prediction: Prediction, volume_node: Any, *, segmentation: Any = None, labelmap: bool = False
) -> PredictionNodes:
    """Put a prediction into the volume's scene, on the voxels of the volume.

    Under linear transforms the nodes get the volume's own grid and its parent transform, so that they follow it; for a
    volume under a non-linear one they are in the world, on the grid that ``image_from_volume`` gave. Only labels with
    voxels become segments; their IDs are the same in every run of a model. Everything is built before the scene is touched.

    Args:
        prediction: of the image that ``image_from_volume`` made of this volume.
        volume_node: the scan, in a scene.
        segmentation: a vtkMRMLSegmentationNode to write into; segments of the same model are replaced, others are kept.
            By default a new node, named after the volume.
        labelmap: also make a label map volume.

    Raises:
        InputError: if the volume is in no scene or is of another size than the label map, or the segmentation is in another
            scene or has segments under a non-linear transform; the scene is as before.
    """
    refuse_unusable(volume_node, segmentation)
    scene = volume_node.GetScene()
    place = _place_of(prediction, volume_node)
    target = segmentation if segmentation is not None else slicer.vtkMRMLSegmentationNode()
    own = _place_in(target, place)
    segments = list(build_segments(prediction, own.affine))
    label_nodes = _build_labelmap(prediction, volume_node, place) if labelmap else ()

    if segmentation is None:
        target.SetName(scene.GenerateUniqueName(f"{volume_node.GetName()} segmentation"))
        scene.AddNode(target)
    _write_segments(prediction, target, segments, volume_node, own)
    return PredictionNodes(target, _add_labelmap(label_nodes, volume_node, place) if label_nodes else None)


def refuse_unusable(volume_node: Any, segmentation: Any = None) -> None:
    """Find out before a run whether ``add_prediction`` could take its result; raises InputError if not."""
    if volume_node.GetScene() is None:
        raise InputError(f"{volume_node.GetName()} is in no scene; add it to one first.")
    if segmentation is None:
        return
    if segmentation.GetScene() is not volume_node.GetScene():
        raise InputError(f"{segmentation.GetName()} is not in the scene of {volume_node.GetName()}; choose another segmentation.")
    if is_warped(segmentation) and segmentation.GetSegmentation().GetNumberOfSegments():
        raise InputError(f"{segmentation.GetName()} is under a non-linear transform; choose another segmentation.")


def _place_of(prediction: Prediction, volume_node: Any) -> _Place:
    if is_warped(volume_node):
        return _Place(prediction.labelmap.affine, None)
    image_data = volume_node.GetImageData()
    size = image_data.GetDimensions() if image_data is not None else (0, 0, 0)
    if size != prediction.labelmap.shape:
        raise InputError(f"{volume_node.GetName()} has changed its size since the run began; run it again.")
    return _Place(local_affine(volume_node), volume_node.GetTransformNodeID())


def _place_in(segmentation: Any, place: _Place) -> _Place:
    """The same place as seen by a segmentation; one without segments can move to the volume's transform."""
    current = segmentation.GetTransformNodeID()
    if current == place.transform_id or not segmentation.GetSegmentation().GetNumberOfSegments():
        return place
    scene = segmentation.GetScene()
    parent = scene.GetNodeByID(place.transform_id) if place.transform_id else None
    world = to_world(parent) @ place.affine
    return _Place(np.linalg.inv(to_world(segmentation.GetParentTransformNode())) @ world, current)


def _write_segments(prediction: Prediction, node: Any, segments: list[tuple[str, Any]], volume_node: Any, place: _Place) -> None:
    content = node.GetSegmentation()
    identifiers = {segment_id(prediction, label): label.name for label in prediction.labels}
    modified = node.StartModify()
    for identifier in identifiers.keys() & set(content.GetSegmentIDs()):
        content.RemoveSegment(identifier)
    if content.GetNumberOfSegments() == 0:
        node.SetAndObserveTransformNodeID(place.transform_id)
        _set_reference_geometry(node, volume_node, prediction, place)
        _put_beside(volume_node, node)
    for identifier, segment in segments:
        content.AddSegment(segment, identifier)
    missing = [name for identifier, name in identifiers.items() if identifier not in dict(segments)]
    for name, value in (provenance(prediction) | {"MedAI.NotFound": "; ".join(missing)}).items():
        node.SetAttribute(name, value)
    node.EndModify(modified)
    node.CreateDefaultDisplayNodes()


def _set_reference_geometry(node: Any, volume_node: Any, prediction: Prediction, place: _Place) -> None:
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume_node)
    if is_warped(volume_node):  # its own grid means nothing in the world
        grid = slicer.vtkOrientedImageData()
        grid.SetDimensions(prediction.labelmap.shape)
        grid.SetImageToWorldMatrix(matrix_from(place.affine))
        converter = slicer.vtkSegmentationConverter
        node.GetSegmentation().SetConversionParameter(
            converter.GetReferenceImageGeometryParameterName(), converter.SerializeImageGeometry(grid)
        )


def _build_labelmap(prediction: Prediction, volume_node: Any, place: _Place) -> tuple[Any, Any]:
    import vtk

    voxels = vtk.vtkImageData()
    fill(voxels, prediction.labelmap.voxels)
    node = slicer.vtkMRMLLabelMapVolumeNode()
    node.SetAndObserveImageData(voxels)
    node.SetIJKToRASMatrix(matrix_from(place.affine))
    for name, value in provenance(prediction).items():
        node.SetAttribute(name, value)
    return node, build_color_table(prediction, f"{volume_node.GetName()} label colors")


def _add_labelmap(nodes: tuple[Any, Any], volume_node: Any, place: _Place) -> Any:
    node, colors = nodes
    scene = volume_node.GetScene()
    scene.AddNode(colors)
    node.SetName(scene.GenerateUniqueName(f"{volume_node.GetName()} labels"))
    scene.AddNode(node)
    node.SetAndObserveTransformNodeID(place.transform_id)
    display = slicer.vtkMRMLLabelMapVolumeDisplayNode()
    display.SetAndObserveColorNodeID(colors.GetID())
    scene.AddNode(display)
    node.SetAndObserveDisplayNodeID(display.GetID())
    _put_beside(volume_node, node)
    return node


def _put_beside(volume_node: Any, node: Any) -> None:
    """Into the volume's study or folder in the subject hierarchy, where the volume is in one."""
    hierarchy = volume_node.GetScene().GetFirstNodeByClass("vtkMRMLSubjectHierarchyNode")
    item = hierarchy.GetItemByDataNode(volume_node) if hierarchy is not None else 0
    if not item:
        return
    parent = hierarchy.GetItemParent(item)
    own = hierarchy.GetItemByDataNode(node)
    if own:
        hierarchy.SetItemParent(own, parent)
    else:
        hierarchy.CreateItem(parent, node)
