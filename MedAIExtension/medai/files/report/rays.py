"""Labels seen by parallel rays through a volume: no OpenGL, no triangles, the same on every computer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...image import Image

RAYS = 220  # along the longer side of a picture, and as many steps along a ray at most
_AIR = 0.06  # of the longest side, left free around everything
_LIGHT = np.array([-0.45, -0.55, -0.70])  # from the upper left, behind the viewer: right, down, into the picture


@dataclass(frozen=True)
class Scene:
    """A label map seen from somewhere.

    Attributes:
        labels: (row, column, step along the ray) of the label map's values, cubes of the same size.
        turn: rows are the directions right, down and into the picture, in RAS.
        low: (3,) mm along them of the first cube's center.
        cube: mm.
    """

    labels: NDArray
    turn: NDArray[np.float64]
    low: NDArray[np.float64]
    cube: float

    def on_picture(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Column and row, (n, 2), of points (n, 3) in RAS mm."""
        return np.asarray(((points @ self.turn.T - self.low) / self.cube)[:, :2])


def seen(
    labelmap: Image, corners: NDArray[np.float64], azimuth: float, elevation: float, around: tuple[Image, int] | None = None
) -> Scene:
    """A label map from somewhere.

    Args:
        labelmap: (1, i, j, k).
        corners: (n, 3) RAS in mm of all that is to be on the picture.
        azimuth, elevation: degrees that the viewer walks from the front to the patient's left, and up.
        around: a volume (1, i, j, k) of 0 to 1, and the value that the scene gets where it is above one half and no label is.
    """
    turn = _turn(azimuth, elevation)
    placed = corners @ turn.T
    low, high = placed.min(axis=0), placed.max(axis=0)
    air = _AIR * float((high - low).max())
    low, high = low - air, high + air
    cube = float((high - low).max()) / RAYS
    columns, rows, steps = (int(count) for count in np.ceil((high - low) / cube))
    scene = Scene(np.zeros((rows, columns, steps), np.uint8), turn, low, cube)
    labels = _resampled(labelmap, scene, 0)
    if around is not None:
        labels = labels.astype(np.uint16)
        labels[(labels == 0) & (_resampled(around[0], scene, 1) > 0.5)] = around[1]
    return Scene(labels, turn, low, cube)


def _resampled(image: Image, scene: Scene, order: int) -> NDArray:
    from scipy.ndimage import affine_transform

    # From (row, column, step) to (right, down, into) in mm, to RAS, to the image's (i, j, k).
    along = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]], float) * scene.cube
    back = np.linalg.inv(image.affine)
    matrix = back[:3, :3] @ scene.turn.T @ along
    offset = back[:3, :3] @ (scene.turn.T @ scene.low) + back[:3, 3]
    found = affine_transform(image.voxels[0], matrix, offset, scene.labels.shape, order=order, mode="constant", cval=0)
    return np.asarray(found)


def _turn(azimuth: float, elevation: float) -> NDArray[np.float64]:
    """Directions right, down and into the picture, in RAS, of somebody who stands before the patient and walks to their left."""
    a, e = np.deg2rad(azimuth), np.deg2rad(elevation)
    into = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), -np.sin(e)])
    right = np.array([-np.cos(a), -np.sin(a), 0.0])
    return np.array([right, np.cross(into, right), into])


def first_met(labels: NDArray, mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray]:
    """(row, column) step at which a ray meets the mask first, and the label there; 0 where it never does."""
    step = mask.argmax(axis=2)
    value = np.take_along_axis(labels, step[..., None], 2)[..., 0]
    met = np.take_along_axis(mask, step[..., None], 2)[..., 0]
    return step, np.where(met, value, 0)


def painted(scene: Scene, colors: Mapping[int, tuple[int, int, int]], solid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(row, column, 4) in 0..1: solid labels with light and shade, glass before and around them."""
    table = np.full((len(solid), 3), 0.7)
    for value, color in colors.items():
        table[value] = np.array(color) / 255
    opaque = solid[scene.labels]
    inner, inner_alpha, depth = _surface(scene.labels, opaque, table)
    glass = (scene.labels > 0) & ~opaque
    if not glass.any():
        return np.dstack([inner, inner_alpha]).astype(np.float32)
    outer, outer_alpha, outer_depth = _surface(scene.labels, scene.labels > 0, table, rim=True)
    outer_alpha = np.where(outer_depth < depth - 1, outer_alpha, 0.0)
    alpha = outer_alpha + inner_alpha * (1 - outer_alpha)
    both = outer * outer_alpha[..., None] + inner * (inner_alpha * (1 - outer_alpha))[..., None]
    return np.dstack([both / np.maximum(alpha, 1e-6)[..., None], alpha]).astype(np.float32)


def _surface(
    labels: NDArray, mask: NDArray[np.bool_], colors: NDArray[np.float64], rim: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Color (row, column, 3), opacity and depth of the first surface; ``rim``: clear but where it is seen from its edge."""
    from scipy.ndimage import gaussian_filter

    filled = gaussian_filter(mask.astype(np.float32), 1.0, mode="constant")
    np.maximum(filled, mask * np.float32(0.51), out=filled)  # what is smaller than the filter stays
    step = (filled > 0.5).argmax(axis=2)
    alpha = np.clip((filled.max(axis=2) - 0.25) / 0.3, 0, 1).astype(float)
    step = np.where(alpha > 0, np.where((filled > 0.5).any(axis=2), step, filled.argmax(axis=2)), 0)
    normals = _normals(filled, step)
    base = colors[_labels_at(labels, mask, step)]
    facing = np.clip(-normals[..., 2], 0, 1)
    light = np.clip(normals @ (_LIGHT / np.linalg.norm(_LIGHT)), 0, 1)
    far = 1 - 0.25 * step / labels.shape[2]
    shade = (0.34 + 0.66 * light) * far
    color = np.clip(base * shade[..., None] + 0.18 * (light**24)[..., None], 0, 1)
    if rim:
        color = np.clip(base * (0.6 + 0.3 * light)[..., None], 0, 1)
        alpha = alpha * (0.10 + 0.45 * (1 - facing) ** 2)
    return color, alpha, np.where(alpha > 0, step, labels.shape[2] + 2).astype(float)


def _normals(filled: NDArray[np.float32], step: NDArray[np.intp]) -> NDArray[np.float64]:
    """(row, column, 3) outward unit vectors along right, down and into the picture, where the rays meet the surface."""
    rows, columns = np.indices(step.shape)
    size = filled.shape

    def at(row: int, column: int, away: int) -> NDArray[np.float64]:
        where = (
            np.clip(rows + row, 0, size[0] - 1),
            np.clip(columns + column, 0, size[1] - 1),
            np.clip(step + away, 0, size[2] - 1),
        )
        return filled[where].astype(float)

    slopes = [
        sum(at(*(np.array(shift) * sign * reach)) * sign for sign in (1, -1) for reach in (1, 2))
        for shift in ((0, 1, 0), (1, 0, 0), (0, 0, 1))
    ]
    outward = -np.stack(slopes, axis=-1)
    return np.asarray(outward / np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-6))


def _labels_at(labels: NDArray, mask: NDArray[np.bool_], step: NDArray[np.intp]) -> NDArray:
    """The label of the mask at the surface or a little behind it, and of the nearest ray that has one at its rim."""
    from scipy.ndimage import distance_transform_edt

    value = np.zeros(step.shape, labels.dtype)
    for behind in range(4):
        at = np.minimum(step + behind, labels.shape[2] - 1)[..., None]
        here = np.where(np.take_along_axis(mask, at, 2), np.take_along_axis(labels, at, 2), 0)[..., 0]
        value = np.where(value == 0, here, value)
    if not value.any():
        return value
    nearest = distance_transform_edt(value == 0, return_distances=False, return_indices=True)
    return np.asarray(value[tuple(nearest)])
