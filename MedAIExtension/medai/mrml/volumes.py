"""Volume nodes as images of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import from_kji
from ..image import Image
from .vtkdata import affine_from


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
    if volume_node is None or not volume_node.IsA("vtkMRMLVolumeNode"):
        raise InputError(f"{_name(volume_node)} is not a volume; choose a volume.")
    if volume_node.GetImageData() is None or volume_node.GetImageData().GetNumberOfPoints() == 0:
        raise InputError(f"{_name(volume_node)} has no voxels; load it again or choose another volume.")
    if volume_node.IsA("vtkMRMLDiffusionTensorVolumeNode"):
        raise InputError(f"{_name(volume_node)} holds diffusion tensors, not an image; choose a scalar or vector volume.")
    shown = _hardened_copy(volume_node) if is_warped(volume_node) else volume_node
    voxels = from_kji(slicer.util.arrayFromVolume(shown)).view()
    voxels.flags.writeable = False
    affine = to_world(shown.GetParentTransformNode()) @ local_affine(shown)
    return Image(voxels, affine, _name(volume_node), _modality(volume_node))


def is_warped(node: Any) -> bool:
    """True where a non-linear transform is among the node's parents."""
    parent = node.GetParentTransformNode()
    return parent is not None and not parent.IsTransformToWorldLinear()


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


def _hardened_copy(volume_node: Any) -> Any:
    """A copy of the volume in the world's RAS. It lives in a scene of its own, so that nobody sees it come and go."""
    import vtk

    to_world_transform = vtk.vtkGeneralTransform()
    volume_node.GetParentTransformNode().GetTransformToWorld(to_world_transform)
    scene = slicer.vtkMRMLScene()
    transform = scene.AddNode(slicer.vtkMRMLTransformNode())
    transform.SetAndObserveTransformToParent(to_world_transform)
    copy = type(volume_node)()
    copy.CopyContent(volume_node, False)
    scene.AddNode(copy)
    copy.SetAndObserveTransformNodeID(transform.GetID())
    if not copy.HardenTransform():
        raise InputError(f"The transform of {_name(volume_node)} could not be applied; harden it, then run again.")
    return copy


def _name(node: Any) -> str:
    return (node.GetName() if node is not None else None) or "The input"


def _modality(volume_node: Any) -> str:
    """DICOM's modality from the series in the subject hierarchy or the node's own attribute, else ""."""
    scene = volume_node.GetScene()
    hierarchy = scene.GetFirstNodeByClass("vtkMRMLSubjectHierarchyNode") if scene is not None else None
    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName()
    series = ""
    if hierarchy is not None and (item := hierarchy.GetItemByDataNode(volume_node)):
        series = hierarchy.GetItemAttribute(item, attribute)
    return str(series or volume_node.GetAttribute(attribute) or "")
