"""Volume nodes as images of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from .hierarchy import attribute_of
from .vtkdata import affine_from, voxels_of


def image_from_volume(volume_node: Any) -> Image:
    """What a volume node shows, as an Image: voxels (channel, i, j, k) and where the application displays them.

    Linear parent transforms become part of the affine (ijk-to-RAS of the world, mm); the voxels are then a read-only view
    of the node's. For a non-linear one, the volume is resampled by MRML itself ("hardened") on a copy outside the scene,
    and the image has that copy's grid.

    Args:
        volume_node: a vtkMRMLVolumeNode; the components of a vector volume become channels.

    Raises:
        InputError: if there is no volume, or it has no voxels or no usable geometry; the sentence names the node.
    """
    refuse_unreadable(volume_node)
    return image_under(volume_node, volume_node.GetParentTransformNode(), _name(volume_node), modality_of(volume_node))


def refuse_unreadable(volume_node: Any) -> None:
    """Raises InputError unless ``image_from_volume`` can read the node."""
    if volume_node is None or not volume_node.IsA("vtkMRMLVolumeNode"):
        raise InputError(f"{_name(volume_node)} is not a volume; choose a volume.")
    if volume_node.IsA("vtkMRMLDiffusionTensorVolumeNode"):
        raise InputError(f"{_name(volume_node)} holds diffusion tensors, not an image; choose a scalar or vector volume.")
    if 0 in shape_of(volume_node):
        raise InputError(f"{_name(volume_node)} has no voxels; load it again or choose another volume.")


def image_under(volume_node: Any, transform_node: Any, name: str, modality: str) -> Image:
    """What a volume with voxels would show under a transform node, or under None, whatever its own is."""
    if transform_node is not None and not transform_node.IsTransformToWorldLinear():
        volume_node, transform_node = _hardened_copy(volume_node, transform_node, name), None
    voxels = voxels_of(volume_node.GetImageData()).view()
    voxels.flags.writeable = False
    return Image(voxels, to_world(transform_node) @ local_affine(volume_node), name, modality)


def is_warped(node: Any) -> bool:
    """True where a non-linear transform is among the node's parents."""
    parent = node.GetParentTransformNode()
    return parent is not None and not parent.IsTransformToWorldLinear()


def shape_of(volume_node: Any) -> tuple[int, int, int]:
    """Number of voxels along i, j, k; zeros where it has none."""
    image_data = volume_node.GetImageData()
    if image_data is None or image_data.GetPointData().GetScalars() is None:
        return 0, 0, 0
    i, j, k = image_data.GetDimensions()
    return i, j, k


def local_affine(volume_node: Any) -> NDArray[np.float64]:
    """The node's own ijk-to-RAS (4, 4), without its parent transforms, mm."""
    import vtk

    matrix = vtk.vtkMatrix4x4()
    volume_node.GetIJKToRASMatrix(matrix)
    return affine_from(matrix)


def to_world(transform_node: Any) -> NDArray[np.float64]:
    """(4, 4) from RAS under a linear transform node, or under None, to the world's RAS, mm."""
    import vtk

    matrix = vtk.vtkMatrix4x4()
    slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(transform_node, None, matrix)
    return affine_from(matrix)


def modality_of(volume_node: Any) -> str:
    """DICOM's modality from the series in the subject hierarchy or the node's own attribute, else ""."""
    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName()
    return attribute_of(volume_node, attribute) or volume_node.GetAttribute(attribute) or ""


def _hardened_copy(volume_node: Any, transform_node: Any, name: str) -> Any:
    """A copy of the volume in the world's RAS. It lives in a scene of its own, so that nobody sees it come and go."""
    import vtk

    to_world_transform = vtk.vtkGeneralTransform()
    transform_node.GetTransformToWorld(to_world_transform)
    scene = slicer.vtkMRMLScene()
    transform = scene.AddNode(slicer.vtkMRMLTransformNode())
    transform.SetAndObserveTransformToParent(to_world_transform)
    copy = type(volume_node)()
    copy.CopyContent(volume_node, False)
    scene.AddNode(copy)
    copy.SetAndObserveTransformNodeID(transform.GetID())
    if not copy.HardenTransform():
        raise InputError(f"The transform of {name} could not be applied; harden it, then run again.")
    return copy


def _name(node: Any) -> str:
    return (node.GetName() if node is not None else None) or "The input"
