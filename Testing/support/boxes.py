"""Boxes to be put into a scene, and where they are shown there."""

from __future__ import annotations

from collections.abc import Generator
from itertools import product
from typing import Any

import numpy as np

from medai import Image
from medai.finding import Detection
from medai.mrml import FindingNodes
from medai.mrml.vtkdata import affine_from
from medai.region import Box


def boxes_in(image: Image, count: int, label: str = "nodule") -> tuple[Detection, ...]:
    """Boxes along the image's axes, the best first, down to a score above 0."""
    axes = image.affine[:3, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    middles = np.random.default_rng(3).uniform(0, 15, (count, 3))
    centers = middles @ image.affine[:3, :3].T + image.affine[:3, 3]
    vectors = tuple(map(tuple, axes.T.tolist()))
    boxes = (Box(tuple(center), (4.0, 5.5, 7.25), vectors) for center in centers.tolist())
    return tuple(Detection(label, (count - number) / (count + 1), box) for number, box in enumerate(boxes))


def shown_corners(node: Any) -> np.ndarray:
    """(8, 3) corners of an ROI node where the application shows it."""
    signs = np.array(list(product((-0.5, 0.5), repeat=3)))
    ends = np.c_[signs * node.GetSize(), np.ones(8)]
    return (ends @ affine_from(node.GetObjectToWorldMatrix()).T)[:, :3]


def assert_shown_at(node: Any, box: Box, moved: np.ndarray | None = None, within: float = 1e-6) -> None:
    """The node's corners, and the bounds that the application takes, are those of the box, moved by a (4, 4) matrix.

    Of a node that was changed or read from a file, MRML has rounded the position to single precision.
    """
    corners = (np.c_[box.corners(), np.ones(8)] @ (np.eye(4) if moved is None else moved).T)[:, :3]
    distances = np.linalg.norm(shown_corners(node)[:, None] - corners, axis=2)
    assert max(distances.min(axis=0).max(), distances.min(axis=1).max()) < within
    bounds = np.zeros(6)
    node.GetRASBounds(bounds)
    assert np.allclose(bounds.reshape(3, 2), np.stack([corners.min(axis=0), corners.max(axis=0)], 1), rtol=0, atol=within)


def columns_of(table: Any) -> dict[str, list[Any]]:
    """Values of a table node's columns by their titles."""
    content = table.GetTable()
    columns = (content.GetColumn(number) for number in range(content.GetNumberOfColumns()))
    return {column.GetName(): [column.GetValue(row) for row in range(column.GetNumberOfValues())] for column in columns}


def visible(nodes: FindingNodes) -> list[bool]:
    """Whether each box is shown."""
    return [bool(node.GetDisplayNode().GetVisibility()) for node in nodes.boxes]


def drained(scene: Any, steps: Generator[None, None, Any]) -> tuple[Any, int]:
    """What steps lead to, and by how many nodes the scene became larger or smaller in one of them at most."""
    most, count = 0, scene.GetNumberOfNodes()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, most
        most, count = max(most, abs(scene.GetNumberOfNodes() - count)), scene.GetNumberOfNodes()
