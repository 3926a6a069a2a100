"""Three orthogonal views of a scan with what was found in it, sampled along the patient's axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..image import Image

_PIXELS = 512
_SAMPLES = 200_000
_MARGIN, _SMALLEST = 20.0, 150.0  # mm around what was found, and shown at least
# Name, what is at the left, right, top and bottom: radiological, the patient's right on the viewer's left.
_VIEWS = (("Axial", "RLAP"), ("Coronal", "RLSI"), ("Sagittal", "APSI"))


@dataclass(frozen=True)
class View:
    """A plane through a scan, ready to be shown: rows run down, columns to the right, square pixels.

    Attributes:
        name: "Axial", "Coronal" or "Sagittal".
        edges: the direction at the left, right, top and bottom, such as "RLAP".
        scan: (row, column, channel) float32, NaN outside the scan.
        labels: (row, column) values of the label map, 0 outside it.
        corner, right, down: RAS in mm of the first pixel's center, and the steps to its neighbors, (3,) each.
    """

    name: str
    edges: str
    scan: NDArray[np.float32]
    labels: NDArray
    corner: NDArray[np.float64]
    right: NDArray[np.float64]
    down: NDArray[np.float64]


@dataclass(frozen=True)
class _Space:
    """The box that all views of a scan share, in RAS mm, and the point that they go through."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    through: tuple[float, ...]

    @property
    def pixel(self) -> float:
        return float((self.high - self.low).max()) / _PIXELS

    def steps(self, toward: str) -> NDArray[np.float64]:
        """Coordinates of pixels that run toward a direction."""
        axis = _axis(toward)
        steps = np.arange(self.low[axis] + self.pixel / 2, self.high[axis], self.pixel)
        return steps if toward in "RAS" else steps[::-1]


def views_of(image: Image, labelmap: Image | None, points: NDArray[np.float64] | None = None) -> Iterator[View]:
    """Axial, coronal and sagittal planes where each meets the most labels; only the plane itself for a single slice.

    Args:
        image: the scan.
        labelmap: on its grid, one layer; None where there is none.
        points: (3, n) in RAS mm, which the planes go through instead, as near as they can; none for the middle of the scan.
    """
    if points is None:
        points = np.zeros((3, 0)) if labelmap is None else _labeled_points(labelmap)
    low, high = _box(image)
    if points.size and 1 not in image.shape:
        low, high = _around(points, low, high)
    middle = (low + high) / 2
    space = _Space(low, high, tuple(_richest(points[axis], max(image.spacing), middle[axis]) for axis in range(3)))
    for name, edges in _VIEWS:
        if _faces(image, 3 - _axis(edges[0]) - _axis(edges[2])):
            yield _sample(image, labelmap, space, name, edges)


def _sample(image: Image, labelmap: Image | None, space: _Space, name: str, edges: str) -> View:
    rows, columns = space.steps(edges[3]), space.steps(edges[1])
    corner, right, down = np.array(space.through), np.zeros(3), np.zeros(3)
    corner[_axis(edges[1])], corner[_axis(edges[3])] = columns[0], rows[0]
    right[_axis(edges[1])] = space.pixel if edges[1] in "RAS" else -space.pixel
    down[_axis(edges[3])] = space.pixel if edges[3] in "RAS" else -space.pixel
    return sample_view(image, labelmap, name, edges, (corner, right, down), (len(rows), len(columns)))


def sample_view(
    image: Image,
    labelmap: Image | None,
    name: str,
    edges: str,
    plane: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    size: tuple[int, int],
    *,
    only: tuple[int, int] | None = None,
) -> View:
    """A plane through a scan, whichever way it lies.

    Args:
        image: the scan; of other channels than three the first is shown.
        labelmap: on its grid, one layer; None where there is none.
        name, edges: of the view.
        plane: its ``corner``, ``right`` and ``down``, RAS in mm, (3,) each.
        size: rows and columns.
        only: an axis of the scan and an index on it: nothing but this slice is shown, nothing is mixed in from its neighbors.
    """
    from scipy.ndimage import map_coordinates

    corner, right, down = plane
    rows, columns = (np.arange(count, dtype=float) for count in size)
    points = np.ones((4, *size))
    points[:3] = corner[:, None, None] + right[:, None, None] * columns[None, None, :] + down[:, None, None] * rows[None, :, None]
    ijk = np.tensordot(np.linalg.inv(image.affine)[:3], points, 1)
    ijk[np.equal(image.shape, 1)] = 0  # an oblique slice is looked at from the front, not cut
    if only is not None:
        ijk[only[0]] = only[1]
    extent = np.reshape(image.shape, (3, 1, 1))
    inside = ((ijk >= -0.5) & (ijk <= extent - 0.5)).all(axis=0)
    channels = image.voxels[: 3 if image.channels == 3 else 1]
    scan = np.stack([map_coordinates(channel, ijk, np.float32, order=1, mode="nearest") for channel in channels], axis=-1)
    scan[~inside] = np.nan
    nearest = np.clip(np.rint(ijk), 0, extent - 1).astype(int)
    values = np.zeros(inside.shape, np.uint8) if labelmap is None else labelmap.voxels[0][tuple(nearest)]
    return View(name, edges, scan, np.where(inside, values, 0), corner, right, down)


def _axis(letter: str) -> int:
    return next(axis for axis, pair in enumerate(("RL", "AP", "SI")) if letter in pair)


def _box(image: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest R, A and S in mm over the outer corners of the corner voxels."""
    ends = [(-0.5, size - 0.5) for size in image.shape]
    corners = np.array(np.meshgrid(*ends, [1.0], indexing="ij")).reshape(4, -1)
    world = (image.affine @ corners)[:3]
    return world.min(axis=1), world.max(axis=1)


def _around(points: NDArray, low: NDArray, high: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The part of a box where labels are, with some room around them; a single slice is shown whole."""
    first, last = points.min(axis=1) - _MARGIN, points.max(axis=1) + _MARGIN
    room = np.maximum(0, _SMALLEST - (last - first)) / 2
    return np.maximum(low, first - room), np.minimum(high, last + room)


def _labeled_points(labelmap: Image) -> NDArray[np.float64]:
    """(3, n) RAS of labeled voxels, or of an even part of them where there are many."""
    where = np.flatnonzero(labelmap.voxels[0])
    where = where[:: 1 + len(where) // _SAMPLES]
    ijk = np.stack([*np.unravel_index(where, labelmap.shape), np.ones(len(where))])
    return (labelmap.affine @ ijk)[:3]


def _richest(coordinates: NDArray[np.float64], width: float, default: float) -> float:
    """The coordinate around which most of the given ones lie."""
    if not len(coordinates):
        return float(default)
    bins = np.floor((coordinates - coordinates.min()) / width).astype(int)
    return float(coordinates[bins == np.bincount(bins).argmax()].mean())


def _faces(image: Image, normal: int) -> bool:
    """True for volumes; for single slices, where the view along this axis of RAS looks at the slice."""
    thin = [axis for axis, size in enumerate(image.shape) if size == 1]
    if not thin:
        return True
    return int(np.abs(image.affine[:3, thin[-1]]).argmax()) == normal
