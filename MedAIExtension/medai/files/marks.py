"""Boxes and points on the views of a scan."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..region import Box
from ..results import Label, Prediction, describe_labels
from .views import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NUMBERED = 20  # the best boxes have their number beside them
_NEAR = 0.03  # of a view's side: points this far from the plane are shown on it
_CORNERS_OF_AN_EDGE = [(a, b) for a, b in combinations(range(8), 2) if (a ^ b).bit_count() == 1]

Color = tuple[float, float, float]


def points_of_interest(prediction: Prediction) -> NDArray[np.float64] | None:
    """(3, n) in RAS mm that the views are to go through: the best box, the points; None where labels say it."""
    if prediction.detections:
        return prediction.detections[0].box.corners().mean(axis=0)[:, None]
    if prediction.landmarks:
        return np.array([landmark.position_ras for landmark in prediction.landmarks]).T
    return None


def draw_marks(axes: Axes, view: View, prediction: Prediction) -> None:
    """Outlines of the boxes where the view cuts them, the best on top, and the points that lie near it."""
    from matplotlib.patches import Rectangle

    kinds = colors_of(detection.label for detection in prediction.detections)
    height, width = view.labels.shape
    shown = Rectangle((-0.5, -0.5), width, height, transform=axes.transData)
    numbered = list(enumerate(prediction.detections, 1))
    for number, detection in reversed(numbered):
        outline = cut(detection.box, view)
        if len(outline) < 3:
            continue
        color = kinds[detection.label]
        alpha = 0.35 + 0.65 * min(max(detection.score, 0.0), 1.0)
        (drawn,) = axes.fill(*outline.T, fill=False, edgecolor=color, linewidth=1.4, alpha=alpha)
        drawn.set_clip_path(shown)
        right, top = outline[:, 0].max(), outline[:, 1].min()
        if number <= _NUMBERED and 0 <= right < width and 0 <= top < height:
            axes.text(right + 2, top - 2, str(number), color=color, fontsize=8, va="bottom", clip_on=True)
    colors = colors_of(landmark.name for landmark in prediction.landmarks)
    for landmark in prediction.landmarks:
        column, row, away = on_view(view, np.array(landmark.position_ras)[None])[0]
        if abs(away) <= _NEAR * max(view.labels.shape):
            axes.plot(column, row, "+", color=colors[landmark.name], markersize=10, markeredgewidth=1.6)


def cut(box: Box, view: View) -> NDArray[np.float64]:
    """The outline (n, 2) of a box where the view's plane cuts it, as columns and rows in pixels; empty where it does not."""
    corners = on_view(view, box.corners())
    found = [_crossing(corners[a], corners[b]) for a, b in _CORNERS_OF_AN_EDGE]
    points = np.array([point for point in found if point is not None]).reshape(-1, 2)
    if not len(points):
        return points
    middle = points - points.mean(axis=0)
    return points[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))]


def _crossing(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Where an edge between two (column, row, away) meets the plane."""
    if (one[2] < 0) == (two[2] < 0):
        return None
    share = one[2] / (one[2] - two[2])
    return np.asarray(one[:2] + share * (two[:2] - one[:2]))


def on_view(view: View, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 3) in RAS mm as column, row and distance from the plane, all in pixels of the view."""
    pixel = np.linalg.norm(view.right)
    axes = np.array([view.right, view.down, np.cross(view.right, view.down) / pixel]) / pixel**2
    return np.asarray((points - view.corner) @ axes.T)


def colors_of(names: Iterable[str]) -> dict[str, Color]:
    """A color, 0 to 1, for each name: where its terminology is known, the color that it has as a label."""
    each = list(dict.fromkeys(names))
    return {name: color_of(label) for name, label in zip(each, describe_labels(dict(enumerate(each, 1))), strict=True)}


def color_of(label: Label) -> Color:
    """A label's color, 0 to 1."""
    red, green, blue = (part / 255 for part in label.color)
    return red, green, blue
