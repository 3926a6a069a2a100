"""A slice of a scan as it was acquired, whole or enlarged around a point, turned as radiologists look at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...image import Image
from ..views import View, sample_view

# By the axis of RAS that the slices' normal is nearest to: name, and what is at the left, right, top and bottom.
_LOOKS = (("Sagittal", "APSI"), ("Coronal", "RLSI"), ("Axial", "RLAP"))
_PIXELS = 480
_MARGIN = 1.04


@dataclass(frozen=True)
class Slice:
    """One slice of a scan, ready to be looked at.

    Attributes:
        name: "Axial", "Coronal" or "Sagittal", whichever is nearest.
        edges: the direction nearest to what is at its left, right, top and bottom, such as "RLAP".
        axis, index: which slice of the scan it is.
        right, down: unit vectors in RAS, (3,) each, at right angles, in the slice.
        low, high: (2,) mm along ``right`` and ``down`` from RAS's origin: the slice's corners.
        away: mm of the slice from RAS's origin, along the cross product of ``right`` and ``down``.
    """

    name: str
    edges: str
    axis: int
    index: int
    right: NDArray[np.float64]
    down: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    away: float

    @property
    def side_mm(self) -> float:
        """Length of its longer side."""
        return float((self.high - self.low).max())

    def flat(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 3) in RAS mm as (n, 2) mm along ``right`` and ``down``."""
        return np.asarray(points @ np.array([self.right, self.down]).T)


def slice_of(image: Image, point: NDArray[np.float64], axis: int) -> Slice:
    """The slice across an axis of the scan's grid that a point (3,) in RAS mm lies in, or the nearest one."""
    index = round(float((np.linalg.inv(image.affine) @ [*point, 1.0])[axis]))
    index = min(max(index, 0), image.shape[axis] - 1)
    first, second = (image.affine[:3, other] / np.linalg.norm(image.affine[:3, other]) for other in range(3) if other != axis)
    normal = np.cross(first, second)
    normal /= np.linalg.norm(normal)
    name, wanted = _LOOKS[int(np.abs(normal).argmax())]
    candidates = [first, second, -first, -second]
    right = max(candidates, key=lambda each: float(each @ _toward(wanted[1])))
    down = np.cross(normal, right)
    down *= np.sign(down @ _toward(wanted[3])) or 1.0
    corners = _corners(image, axis, index)
    flat = corners @ np.array([right, down]).T
    edges = _letter(-right) + _letter(right) + _letter(-down) + _letter(down)
    away = float(corners[0] @ np.cross(right, down))
    return Slice(name, edges, axis, index, right, down, flat.min(axis=0), flat.max(axis=0), away)


def is_photo(image: Image) -> bool:
    """True for what looks like a picture from a file, which knows neither directions nor sizes: its pixels are taken as 1 mm."""
    return image.shape[2] == 1 and image.spacing == (1.0, 1.0, 1.0)


def whole_view(image: Image, labelmap: Image | None, plane: Slice) -> View:
    """The whole slice in a square."""
    return _view(image, labelmap, plane, (plane.low + plane.high) / 2, plane.side_mm * _MARGIN)


def close_view(image: Image, labelmap: Image | None, plane: Slice, center: NDArray[np.float64], side_mm: float) -> View:
    """A square of the slice around a point (2,) of ``Slice.flat``."""
    return _view(image, labelmap, plane, center, side_mm)


def _view(image: Image, labelmap: Image | None, plane: Slice, center: NDArray[np.float64], side_mm: float) -> View:
    pixel = side_mm / _PIXELS
    start = center - side_mm / 2 + pixel / 2
    axes = np.array([plane.right, plane.down, np.cross(plane.right, plane.down)])
    corner = axes.T @ [*start, plane.away]
    steps = corner, plane.right * pixel, plane.down * pixel
    return sample_view(image, labelmap, plane.name, plane.edges, steps, (_PIXELS, _PIXELS), only=(plane.axis, plane.index))


def _corners(image: Image, axis: int, index: int) -> NDArray[np.float64]:
    """(4, 3) RAS of a slice's outer corners."""
    ends = [(-0.5, size - 0.5) for size in image.shape]
    ends[axis] = (float(index), float(index))
    points = np.array(np.meshgrid(*ends, [1.0], indexing="ij")).reshape(4, -1)
    return np.unique((image.affine @ points)[:3].T, axis=0)


def _toward(letter: str) -> NDArray[np.float64]:
    axis = "RAS".find(letter) if letter in "RAS" else "LPI".find(letter)
    vector = np.zeros(3)
    vector[axis] = 1.0 if letter in "RAS" else -1.0
    return vector


def _letter(direction: NDArray[np.float64]) -> str:
    axis = int(np.abs(direction).argmax())
    return ("RAS" if direction[axis] > 0 else "LPI")[axis]
