"""Lesions to be put into a scene, with all measurements or with hardly any, and where they are shown there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from medai import Image
from medai.mrml import LesionNodes
from medai.results import Diameter, Intensity, Lesion, Nearest, Prediction

from .mrml import prediction_of

NAMES = {1: "Tumor", 2: "Liver"}


def lesions_in(image: Image, count: int, label: str = "Tumor") -> tuple[Lesion, ...]:
    """Lesions inside an image, the largest first, with diameters from 32 mm down to 12 mm along the image's axes."""
    random = np.random.default_rng(7)
    axes = image.affine[:3, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    found = []
    for number, ijk in enumerate(random.uniform(0.2, 0.8, (count, 3)) * np.array(image.shape), 1):
        center = image.affine[:3, :3] @ ijk + image.affine[:3, 3]
        longest = 12.0 + 20 * (count - number) / count
        bounds = np.stack([center - longest / 2, center + longest / 2], 1).ravel().tolist()
        lengths = {"longest": longest, "short": longest / 2, "feret": longest + 1}
        diameters = {name: _across(center, axes[:, axis], mm) for axis, (name, mm) in enumerate(lengths.items())}
        found.append(Lesion(number, label, 1, 100, longest**3 / 4000, tuple(center.tolist()), tuple(bounds), **diameters))
    return tuple(found)


def measured(lesion: Lesion) -> Lesion:
    """The lesion with everything that can be known of one."""
    known: dict[str, Any] = {"intensity": Intensity(40.5, 6.25, -3.0, 88.0), "nearest": Nearest("Liver", 3.5)}
    return replace(lesion, score=0.75, confidence=0.5, flags=("at the edge", "few voxels"), **known)


def one_voxel(image: Image, ijk: Sequence[float], number: int = 1) -> Lesion:
    """A small lesion around a voxel, without diameters."""
    center = tuple((image.affine @ [*ijk, 1])[:3].tolist())
    bounds = tuple(end for middle in center for end in (middle - 0.5, middle + 0.5))
    return Lesion(number, "Tumor", 1, 1, image.voxel_volume_ml, center, bounds)


def with_lesions(image: Image, lesions: Sequence[Lesion], labels: np.ndarray | None = None, **more: Any) -> Prediction:
    """A prediction of the image with these lesions, and "reviews", "confidence" or "saliency" where given."""
    labels = np.ones(image.shape, np.uint8) if labels is None else labels
    return replace(prediction_of(image, labels, NAMES), lesions=tuple(lesions), **more)


def shown_points(nodes: LesionNodes) -> np.ndarray:
    """(n, 3) world positions of the control points, in their order."""
    positions = np.zeros((nodes.points.GetNumberOfControlPoints(), 3))
    for number, position in enumerate(positions):
        nodes.points.GetNthControlPointPositionWorld(number, position)
    return positions


def centers_of(lesions: Sequence[Lesion], moved: np.ndarray | None = None) -> np.ndarray:
    """(n, 3) of the lesions, moved by a (4, 4) matrix."""
    centers = np.array([[*lesion.center_ras, 1] for lesion in lesions])
    return (centers @ (np.eye(4) if moved is None else moved).T)[:, :3]


def visible_points(nodes: LesionNodes) -> list[int]:
    """Numbers of the lesions whose points are shown."""
    points = range(nodes.points.GetNumberOfControlPoints())
    return [int(nodes.points.GetNthControlPointLabel(n)) for n in points if nodes.points.GetNthControlPointVisibility(n)]


def lines_shown(nodes: LesionNodes) -> list[int]:
    """Numbers of the lesions whose lines are both shown."""
    looks = {number: [line.GetDisplayNode() for line in lines.values()] for number, lines in nodes.lines.items()}
    return [number for number, displays in looks.items() if all(display.GetVisibility() for display in displays)]


def _across(center: np.ndarray, way: np.ndarray, mm: float) -> Diameter:
    start, end = (tuple((center + sign * way * mm / 2).tolist()) for sign in (-1, 1))
    return Diameter(start, end)
