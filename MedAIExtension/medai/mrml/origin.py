"""The scan that a run began with: what must be known of it when the result arrives, whatever became of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .hierarchy import folder_of
from .volumes import is_warped, local_affine, shape_of, to_world


@dataclass(frozen=True, eq=False)
class Origin:
    """A volume node as it was when a run began.

    Attributes:
        id: the node's ID, which means another node once the scene was closed.
        name: the node's name.
        shape: number of voxels along i, j, k.
        affine: ijk-to-RAS (4, 4) without parent transforms, mm.
        voxels_time: when the voxels were last changed, in VTK's count.
        warped: whether it was under a non-linear transform.
        transform: ID of its parent transform (None: the world) and when that was last changed, in VTK's count.
        folder: the item in the subject hierarchy that it was in, or 0.
        to_parent: (4, 4) from the world's RAS to the RAS under its linear parent transforms, mm; identity if it was warped.
    """

    id: str
    name: str
    shape: tuple[int, int, int]
    affine: NDArray[np.float64]
    voxels_time: int
    warped: bool
    transform: tuple[str | None, int]
    folder: int
    to_parent: NDArray[np.float64]

    @classmethod
    def of(cls, volume_node: Any) -> Origin:
        """What the volume, which has voxels and is in a scene, is now."""
        return cls(
            volume_node.GetID(),
            volume_node.GetName() or "The scan",
            shape_of(volume_node),
            local_affine(volume_node),
            _voxels_time(volume_node),
            is_warped(volume_node),
            _transform(volume_node),
            folder_of(volume_node),
            _to_parent(volume_node),
        )

    def volume_in(self, scene: Any) -> Any:
        """The volume node if it is still in the scene, on the same voxel grid; else None.

        It may have been moved, renamed, or painted in. New voxels at a new place (a hardened warp, another frame) are another
        grid, also if their number is the same.
        """
        node = scene.GetNodeByID(self.id)
        if node is None or not node.IsA("vtkMRMLVolumeNode") or shape_of(node) != self.shape:
            return None
        return None if self.is_repainted(node) and not np.allclose(local_affine(node), self.affine) else node

    def is_repainted(self, volume_node: Any) -> bool:
        """True where the voxels were changed since."""
        return _voxels_time(volume_node) != self.voxels_time

    def is_moved(self, volume_node: Any) -> bool:
        """True where the volume's parent transform was changed or replaced since."""
        return _transform(volume_node) != self.transform


def _to_parent(volume_node: Any) -> NDArray[np.float64]:
    if is_warped(volume_node):
        return np.eye(4)
    return np.asarray(np.linalg.inv(to_world(volume_node.GetParentTransformNode())), float)


def _voxels_time(volume_node: Any) -> int:
    image_data = volume_node.GetImageData()
    scalars = image_data.GetPointData().GetScalars() if image_data is not None else None
    return int(scalars.GetMTime()) if scalars is not None else 0


def _transform(volume_node: Any) -> tuple[str | None, int]:
    parent = volume_node.GetParentTransformNode()
    return volume_node.GetTransformNodeID(), int(parent.GetTransformToWorldMTime()) if parent is not None else 0
