"""Volumes, transforms and predictions in a MRML scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import slicer
import vtk

from medai import Image
from medai.mrml import Origin, PredictionNodes, add_prediction
from medai.mrml.scene import add_volume
from medai.mrml.vtkdata import fill, matrix_from, voxels_of
from medai.results import Prediction, describe_labels

LABELS = {1: "Left hippocampus and amygdala", 2: "Brainstem", 7: "Cerebrospinal fluid"}
MODEL = {"name": "brain-mr", "title": "Brain MRI", "version": "1.2", "content_hash": "c0ffee"}


def volume_of(scene: Any, image: Image) -> Any:
    """The image as a volume node in the scene."""
    return add_volume(scene, image)


def linear_transform(scene: Any, matrix: np.ndarray) -> Any:
    """A linear transform node."""
    node = slicer.vtkMRMLLinearTransformNode()
    node.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(matrix))
    return scene.AddNode(node)


def warp(scene: Any, corners: np.ndarray, shift: Sequence[float]) -> Any:
    """A non-linear transform node: the corners (n, 3) stay where they are, their middle moves by ``shift`` mm, the rest less."""
    spline = vtk.vtkThinPlateSplineTransform()
    spline.SetBasisToR()
    middle = corners.mean(axis=0)
    spline.SetSourceLandmarks(_points([*corners, middle]))
    spline.SetTargetLandmarks(_points([*corners, middle + shift]))
    node = slicer.vtkMRMLTransformNode()
    node.SetAndObserveTransformToParent(spline)
    return scene.AddNode(node)


def corners_of(image: Image) -> np.ndarray:
    """World positions (8, 3) of the corner voxels."""
    ends = np.array(np.meshgrid(*((0, n - 1) for n in image.shape), [1], indexing="ij"), float).reshape(4, -1)
    return (image.affine @ ends)[:3].T


def prediction_of(image: Image, labels: np.ndarray, names: Mapping[int, str] = LABELS) -> Prediction:
    """A prediction of the image with these labels (i, j, k)."""
    labelmap = image.with_voxels(labels[None].astype(np.uint8))
    return Prediction(labelmap, describe_labels(names), {"model": MODEL, "date": "2026-11-20T12:00:00+00:00"})


def found(**findings: Any) -> Prediction:
    """A prediction without label map: ``detections``, ``landmarks`` or ``classes``."""
    return Prediction(None, run={"model": MODEL, "date": "2026-11-20T12:00:00+00:00"}, **findings)


def layered_prediction(image: Image, masks: Mapping[int, np.ndarray], names: Mapping[int, str] = LABELS) -> Prediction:
    """A prediction with a layer for each label, in which they may overlap, from where (i, j, k) each is."""
    labels = tuple(replace(label, layer=layer) for layer, label in enumerate(describe_labels(names)))
    layers = [masks.get(label.value, np.zeros(image.shape, bool)) * label.value for label in labels]
    return Prediction(image.with_voxels(np.stack(layers).astype(np.uint8)), labels, {"model": MODEL})


def put(prediction: Prediction, volume: Any, **options: Any) -> PredictionNodes:
    """Add a prediction to the scene of a volume that nothing has happened to since."""
    return add_prediction(prediction, volume.GetScene(), Origin.of(volume), **options)


def segment_voxels(segmentation: Any, identifier: str, volume: Any) -> np.ndarray:
    """Where a segment is on the volume's grid as the application shows both: (i, j, k) of bool."""
    wanted = vtk.vtkStringArray()
    wanted.InsertNextValue(identifier)
    scene, before = volume.GetScene(), set(node_ids(volume.GetScene()))
    exported = scene.AddNode(slicer.vtkMRMLLabelMapVolumeNode())
    assert slicer.vtkSlicerSegmentationsModuleLogic.ExportSegmentsToLabelmapNode(segmentation, wanted, exported, volume)
    voxels = slicer.util.arrayFromVolume(exported).transpose(2, 1, 0) > 0
    for added in set(node_ids(scene)) - before:
        scene.RemoveNode(scene.GetNodeByID(added))
    return voxels


def draw(segmentation: Any, identifier: str, image: Image, voxels: np.ndarray) -> None:
    """Add a segment as a user would who paints it: with a label map of its own."""
    labelmap = slicer.vtkOrientedImageData()
    fill(labelmap, voxels[None].astype(np.uint8))
    labelmap.SetImageToWorldMatrix(matrix_from(image.affine))
    segment = slicer.vtkSegment()
    segment.SetName(identifier)  # exporting a segment without a name crashes Slicer
    segment.AddRepresentation("Binary labelmap", labelmap)
    segmentation.GetSegmentation().AddSegment(segment, identifier)


def state_of(segmentation: Any, volume: Any) -> dict[str, Any]:
    """What a segmentation is: its segments in order with name, color and number and place of voxels, its attributes, transform,
    and reference geometry. Two that are equal look the same."""
    content = segmentation.GetSegmentation()
    segments = [(identifier, content.GetSegment(identifier)) for identifier in content.GetSegmentIDs()]
    return {
        "segments": [
            (identifier, segment.GetName(), segment.GetColor(), segment_voxels(segmentation, identifier, volume).tobytes())
            for identifier, segment in segments
        ],
        "attributes": {name: segmentation.GetAttribute(name) for name in segmentation.GetAttributeNames()},
        "transform": segmentation.GetTransformNodeID(),
        "reference": segmentation.GetNodeReferenceID("referenceImageGeometryRef"),
    }


def paint_beside(segmentation: Any, neighbor: str, identifier: str, voxels: np.ndarray) -> None:
    """Add a segment as a user would who paints it where no other is: in its neighbor's label map, with the value 9."""
    content = segmentation.GetSegmentation()
    layer_of(segmentation, neighbor)[0][voxels] = 9
    segment = slicer.vtkSegment()
    segment.SetName(identifier)
    segment.SetLabelValue(9)
    segment.AddRepresentation("Binary labelmap", layer_of_segment(segmentation, neighbor))
    content.AddSegment(segment, identifier)


def layer_of_segment(segmentation: Any, identifier: str) -> Any:
    """The label map (vtkOrientedImageData) that a segment is in."""
    return segmentation.GetSegmentation().GetSegment(identifier).GetRepresentation("Binary labelmap")


def layer_of(segmentation: Any, identifier: str) -> np.ndarray:
    """Its voxels (1, i, j, k), which can be painted."""
    return voxels_of(layer_of_segment(segmentation, identifier))


def tag_of(segment: Any, name: str) -> str:
    """A segment's tag."""
    value = vtk.reference("")
    assert segment.GetTag(name, value), f"no tag {name}"
    return str(value)


def world_center(segmentation: Any, identifier: str) -> np.ndarray:
    """Where the application shows the middle of a segment: its voxels' mean position, moved by its parent transforms."""
    content = slicer.vtkOrientedImageData()
    segmentation.GetBinaryLabelmapRepresentation(identifier, content)
    slicer.vtkSlicerSegmentationsModuleLogic.ApplyParentTransformToOrientedImageData(segmentation, content)
    matrix = vtk.vtkMatrix4x4()
    content.GetImageToWorldMatrix(matrix)
    first = np.array(content.GetExtent()[::2])
    shape = np.array(content.GetDimensions())[::-1]
    voxels = vtk.util.numpy_support.vtk_to_numpy(content.GetPointData().GetScalars()).reshape(shape)
    middle = np.argwhere(voxels.transpose(2, 1, 0) > 0).mean(axis=0) + first
    return np.array(matrix.MultiplyPoint((*middle, 1.0))[:3])


def node_ids(scene: Any) -> list[str]:
    """IDs of all nodes in the scene, in order."""
    return [scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())]


def _points(positions: Sequence[np.ndarray]) -> Any:
    points = vtk.vtkPoints()
    for position in positions:
        points.InsertNextPoint(position)
    return points
