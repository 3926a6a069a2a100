"""Where in the scene boxes and points go: beside the scan's voxels, wherever these are by then, or in the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry import spacing_of
from ..region import Box
from .hierarchy import folder_of
from .origin import Origin
from .places import repaint_notes
from .volumes import is_warped, local_affine

_SHEARED = 1e-4
_WORLD = np.eye(4)


@dataclass(frozen=True, eq=False)
class Spot:
    """A coordinate system in the scene.

    Attributes:
        from_world: (4, 4) from the world's RAS, as it was when the run began, to the RAS under the transform node, mm.
        transform_id: that node's ID; None: the world.
        name: of the scan.
        folder: the item of the subject hierarchy that the scan is in, or 0.
        notes: what the user should know, in sentences.
    """

    from_world: NDArray[np.float64]
    transform_id: str | None
    name: str
    folder: int
    notes: tuple[str, ...] = ()


def find_spot(scene: Any, origin: Origin, boxes: tuple[Box, ...] = ()) -> Spot:
    """Where what was found in a scan goes as the scene is now; there is always a place.

    Under the scan's parent transform, unless that bends the boxes, or did when the run began.
    """
    volume = origin.volume_in(scene)
    if volume is None:
        fate = "replaced by another image" if scene.GetNodeByID(origin.id) is not None else "removed"
        note = f"{origin.name} was {fate} during the run; the result is at the place where it was."
        return Spot(_WORLD, None, origin.name, origin.folder, (note,))
    name, notes, from_world = volume.GetName(), repaint_notes(volume, origin), _from_world(volume, origin)
    if origin.warped and origin.is_moved(volume):
        notes.append(f"The transform of {name} was changed during the run; the result is where the scan was before.")
    elif origin.warped or (is_warped(volume) and boxes):
        notes.append(f"{name} is under a non-linear transform; the result is where the scan was shown, and does not follow it.")
    elif not all(can_follow(box, from_world) for box in boxes):
        notes.append(f"The transform of {name} shears it; the boxes are where the scan was shown, and do not follow it.")
    else:
        return Spot(from_world, volume.GetTransformNodeID(), name, folder_of(volume), tuple(notes))
    return Spot(_WORLD, None, name, folder_of(volume), tuple(notes))


def _from_world(volume: Any, origin: Origin) -> NDArray[np.float64]:
    """From the world as it was to the scan's own RAS as it is: its voxels may have another place in it, as after hardening."""
    now = local_affine(volume)
    if np.array_equal(now, origin.affine):
        return origin.to_parent
    moved: NDArray[np.float64] = now @ np.linalg.inv(origin.affine) @ origin.to_parent
    return moved


def can_follow(box: Box, from_world: NDArray[np.float64]) -> bool:
    """Whether a box in the world is a box in other coordinates too, not sheared."""
    axes = sides_of(box, from_world)[1]
    return bool(np.abs(axes.T @ axes - np.eye(3)).max() <= _SHEARED)


def sides_of(box: Box, from_world: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lengths (3,) in mm and directions, the columns of (3, 3), of a box's sides in other coordinates."""
    sides = from_world[:3, :3] @ (np.array(box.axes_ras).T * box.size_mm)
    lengths = spacing_of(sides)
    return lengths, sides / lengths
