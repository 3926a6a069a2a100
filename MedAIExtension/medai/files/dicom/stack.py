"""Planes to a volume: which of them are one frame, in what order, and whether they lie evenly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...geometry import affine_from_lps
from ..values import chosen_frame
from .planes import Plane

_SAME_PLACE = 0.01  # mm between slices that are meant to be at the same place
_OFF_GRID = 0.05  # of the slice spacing: how far a slice may be from its even place; writing rounds positions
_OFF_LINE = 0.5  # of a pixel: how far slices may drift sideways over the whole stack; writing rounds directions


def planes_of_frame(planes: Sequence[Plane], frame: int | None, name: Path) -> list[Plane]:
    """The planes of one frame in time (echo, diffusion weighting), ordered along their normal.

    Raises:
        InputError: if the planes are mosaics, of different sizes or directions, some do not say where they are or how large their
            pixels are, or their places are not covered equally often.
    """
    first = planes[0]
    if any(plane.tiled for plane in planes):
        raise InputError(f"{name} holds mosaics, with all slices on one picture; convert them to NIfTI or enhanced DICOM.")
    if any(np.isnan(plane.axes).any() for plane in planes):
        raise InputError(f"{name} holds slices whose rows and columns have the same direction; export the scan again.")
    if any(np.isnan(plane.spacing).any() for plane in planes):
        raise InputError(f"{name} holds slices that do not say how large their pixels are; export the scan again.")
    if len({plane.placed for plane in planes}) > 1:
        raise InputError(f"{name} holds slices that do not say where they are beside others that do; export the scan again.")
    if any(plane.shape != first.shape or not np.allclose(plane.spacing, first.spacing, rtol=1e-3) for plane in planes):
        raise InputError(f"{name} holds slices of different sizes in one series; export the scan without the others.")
    if any(not np.allclose(plane.axes, first.axes, atol=1e-3) for plane in planes):
        raise InputError(f"{name} holds slices in several directions in one series; export the scan without its localizer.")
    places = _by_place(planes)
    count = len(places[0])
    if any(len(place) != count for place in places):
        most = max(len(place) for place in places)
        raise InputError(f"{name} has between 1 and {most} images at a place of one series; export a single acquisition of it.")
    if count > 1 and frame is None and not first.placed and len({plane.path for plane in planes}) > 1:
        raise InputError(f"{name} holds {count} images that do not say where they are; choose --frame 0 to {count - 1}.")
    chosen = chosen_frame(count, frame, name)
    return [sorted(place, key=lambda plane: plane.order)[chosen] for place in places]


def unevenness(planes: Sequence[Plane]) -> str:
    """What keeps ordered planes from being an even grid, as a part of a sentence; "" where nothing does."""
    along, aside = offsets(planes)
    gaps = np.diff(along)
    if len(gaps) == 0:
        return ""
    spacing = along[-1] / len(gaps)
    if np.abs(along - spacing * np.arange(len(along))).max() > max(_OFF_GRID * spacing, _SAME_PLACE):
        widest = int(gaps.argmax())
        return f"slices {gaps.min():.2f} to {gaps.max():.2f} mm apart, with the widest gap after slice {widest + 1}"
    drift = float(np.linalg.norm(aside, axis=1).max())
    if drift > _OFF_LINE * min(planes[0].spacing):
        return f"slices that are shifted sideways by up to {drift:.1f} mm, as from a tilted gantry"
    return ""


def offsets(planes: Sequence[Plane]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place of every plane against the first: (k,) mm along the normal and (k, 2) mm along i and j."""
    steps = np.stack([plane.position for plane in planes]) - planes[0].position
    return steps @ planes[0].normal, steps @ planes[0].axes.T


def affine_of(planes: Sequence[Plane], spacing: float | None = None) -> NDArray[np.float64]:
    """ijk-to-RAS (4, 4), mm, of planes that lie evenly; ``spacing`` in mm overrides that between them."""
    first = planes[0]
    if spacing is None:
        spacing = offsets(planes)[0][-1] / (len(planes) - 1) if len(planes) > 1 else first.depth
    direction = np.column_stack([*first.axes, first.normal])
    return affine_from_lps(first.position.tolist(), (*first.spacing, float(spacing)), direction.ravel().tolist())


def _by_place(planes: Sequence[Plane]) -> list[list[Plane]]:
    """Planes grouped by their place along the normal, in its direction."""
    distances = np.stack([plane.position for plane in planes]) @ planes[0].normal
    order = np.argsort(distances, kind="stable")
    starts = np.flatnonzero(np.diff(distances[order]) > _SAME_PLACE) + 1
    return [[planes[index] for index in group] for group in np.split(order, starts)]
