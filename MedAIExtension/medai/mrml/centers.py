"""Where a segment is, and how the views get there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from .replacement import LABELMAP
from .vtkdata import layer_affine, voxels_of

# Of a larger structure, every second or third voxel along each axis is looked at.
_LOOKED_AT = 500_000


def center_of_segment(segmentation_node: Any, segment_id: str) -> tuple[float, float, float] | None:
    """Position in the world's RAS mm of a voxel of a segment, the nearest to its centroid; None if it has no voxels.

    The centroid itself may lie outside, as that of a ring or of two kidneys, where a view would show nothing of it.
    """
    segment = segmentation_node.GetSegmentation().GetSegment(segment_id)
    layer: Any = segment.GetRepresentation(LABELMAP) if segment is not None else None
    indices = _indices(voxels_of(layer)[0], segment.GetLabelValue()) if layer is not None else ()
    if not len(indices):
        return None
    affine = layer_affine(layer)
    positions = (indices + layer.GetExtent()[::2]) @ affine[:3, :3].T + affine[:3, 3]
    nearest = positions[((positions - positions.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    shown = [0.0, 0.0, 0.0]
    segmentation_node.TransformPointToWorld(nearest.tolist(), shown)
    return shown[0], shown[1], shown[2]


def show_slices_at(scene: Any, ras: Sequence[float]) -> None:
    """Center all slice views on a position in the world's RAS mm, and let all 3D views turn about it from where they look."""
    slicer.vtkMRMLSliceNode.JumpAllSlices(scene, *ras, slicer.vtkMRMLSliceNode.CenteredJumpSlice)
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLCameraNode")):
        camera = scene.GetNthNodeByClass(index, "vtkMRMLCameraNode")
        shift = np.array(ras) - camera.GetFocalPoint()
        modified = camera.StartModify()
        camera.SetPosition(*(camera.GetPosition() + shift))
        camera.SetFocalPoint(*ras)
        camera.ResetClippingRange()
        camera.EndModify(modified)


def _indices(labels: NDArray, value: int) -> NDArray[np.int64]:
    """(n, 3) indices (i, j, k) of voxels with a value: all of them, or an even part of very many."""
    box, count = _box_around(labels, value)
    step = max(1, int(np.ceil((count / _LOOKED_AT) ** (1 / 3))))
    found = np.argwhere(labels[box][::step, ::step, ::step] == value) * step
    if count and not len(found):
        found = np.argwhere(labels[box] == value)[:1]
    return found + [side.start for side in box]


def _box_around(labels: NDArray, value: int) -> tuple[tuple[slice, slice, slice], int]:
    """The smallest part (i, j, k) with all voxels of a value, and their number; no mask of the whole is made."""
    kji = labels.transpose(2, 1, 0)
    counts, plane = np.zeros(kji.shape[0], int), np.zeros(kji.shape[1:], bool)
    for k, voxels in enumerate(kji):
        inside = voxels == value
        counts[k] = np.count_nonzero(inside)
        plane |= inside
    box = _range(np.any(plane, axis=0)), _range(np.any(plane, axis=1)), _range(counts)
    return box, int(counts.sum())


def _range(counts: Any) -> slice:
    hits = np.flatnonzero(counts)
    return slice(int(hits[0]), int(hits[-1]) + 1) if len(hits) else slice(0, 0)
