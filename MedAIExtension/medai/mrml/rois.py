"""Boxes that users draw: ROI nodes as boxes of the engine, and a first box around a scan."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import spacing_of
from ..region import Box, Vector
from .volumes import is_warped, local_affine, shape_of, to_world
from .vtkdata import affine_from, matrix_from

_SHEARED = 1e-4


def box_from_roi(roi_node: Any) -> Box:
    """The box that a vtkMRMLMarkupsROINode shows, in the world's RAS mm, with its linear parent transforms.

    Raises:
        InputError: if it has not been drawn, or is bent or sheared by its transforms.
    """
    name = roi_node.GetName() or "The box"
    size = np.array(roi_node.GetSize())
    if not size.all():
        raise InputError(f"{name} has no size; draw the box in the views first.")
    if is_warped(roi_node):
        raise InputError(f"{name} is under a non-linear transform, so it is no box; take it out of the transform.")
    to_ras = to_world(roi_node.GetParentTransformNode()) @ affine_from(roi_node.GetObjectToNodeMatrix())
    scale = spacing_of(to_ras)
    axes = to_ras[:3, :3] / scale
    if _is_sheared(axes):
        raise InputError(f"{name} is sheared by its transform, so it is no box; take it out of the transform.")
    right, anterior, superior = (_vector(axis) for axis in axes.T)
    return Box(_vector(to_ras[:3, 3]), _vector(np.abs(size * scale)), (right, anterior, superior))


def fit_roi_to_volume(roi_node: Any, volume_node: Any) -> None:
    """Make an ROI node the smallest box around all voxels of a volume, along its axes; of a bent or sheared one, along RAS."""
    shape = np.array(shape_of(volume_node))
    if is_warped(volume_node):
        box, size = _around_bounds(volume_node)
    else:
        to_ras = to_world(volume_node.GetParentTransformNode()) @ local_affine(volume_node)
        spacing = spacing_of(to_ras)
        box, size = np.eye(4), shape * spacing
        box[:3, :3] = to_ras[:3, :3] / spacing
        box[:3, 3] = (to_ras @ [*(shape - 1) / 2, 1])[:3]
        if _is_sheared(box[:3, :3]):
            box, size = _around_corners(to_ras, shape)
    if not is_warped(roi_node):
        box = np.linalg.inv(to_world(roi_node.GetParentTransformNode())) @ box
    scale = spacing_of(box)
    box[:3, :3] /= scale
    roi_node.SetROIType(roi_node.ROITypeBox)
    roi_node.SetSize(*(size * scale))
    roi_node.SetAndObserveObjectToNodeMatrix(matrix_from(box))


def _vector(values: NDArray[np.float64]) -> Vector:
    x, y, z = values.tolist()
    return x, y, z


def _around_bounds(volume_node: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    bounds = np.zeros(6)
    volume_node.GetRASBounds(bounds)
    return _between(bounds[::2], bounds[1::2])


def _around_corners(to_ras: NDArray[np.float64], shape: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    corners = np.array(list(product(*((-0.5, n - 0.5) for n in shape), [1])))
    positions = (corners @ to_ras.T)[:, :3]
    return _between(positions.min(axis=0), positions.max(axis=0))


def _between(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    box = np.eye(4)
    box[:3, 3] = (low + high) / 2
    return box, high - low


def _is_sheared(axes: NDArray[np.float64]) -> bool:
    return bool(np.abs(axes.T @ axes - np.eye(3)).max() > _SHEARED)
