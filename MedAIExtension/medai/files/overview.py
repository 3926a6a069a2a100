"""A picture of a result: the scan in three views with labels in color, boxes and points, and a legend of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..image import Image
from ..results import Label, Prediction, flattened
from .legend import BACKGROUND, FAINT, TEXT, write_legend
from .marks import draw_marks, points_of_interest
from .views import View, views_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CELL = 5.4  # inches of a view's side
_DPI = 110
_WITH_LETTERS = 1.12  # of a view's side: room for the names of directions around it
_OPACITY = 0.42
_CT_WINDOW = (-160.0, 240.0)  # Hounsfield units: soft tissue


def write_overview(path: Path, image: Image, prediction: Prediction) -> None:
    """Write a PNG of about 1200 pixels of a scan with what was found; by matplotlib alone, without a display or OpenGL.

    The views go where the most labels are, through the best box, or through the middle of the points.

    Args:
        image: the scan; (1, i, j, k), or (3, i, j, k) for RGB. Of other channels the first is shown.
        prediction: of the scan; a label map is on its grid.

    Raises:
        OSError: if the disk is full, or the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    labelmap = flattened(prediction) if prediction.labelmap is not None else None
    views = list(views_of(image, labelmap, points_of_interest(prediction)))
    rows = 1 if len(views) == 1 else 2
    figure = Figure((2 * _CELL, rows * _CELL), dpi=_DPI, facecolor=BACKGROUND)
    FigureCanvasAgg(figure)
    window = _window(image, views)
    side = max(max(view.labels.shape) for view in views) * (1.0 if len(views) == 1 else _WITH_LETTERS)
    for view, cell in zip(views, (1, 3, 4), strict=False):
        axes = _axes(figure, rows, cell)
        _show(axes, view, window, prediction.labels, side)
        draw_marks(axes, view, prediction)
        if len(views) > 1:  # a single slice may be a picture, whose directions nobody knows
            _name_directions(axes, view)
    write_legend(_axes(figure, rows, 2), prediction)
    figure.savefig(path)


def _axes(figure: object, rows: int, cell: int) -> Axes:
    left, top = 0.5 * ((cell - 1) % 2), 1 - ((cell - 1) // 2 + 1) / rows
    axes: Axes = figure.add_axes((left + 0.006, top + 0.006, 0.488, 1 / rows - 0.012))  # type: ignore[attr-defined]
    axes.set_axis_off()
    return axes


def _show(axes: Axes, view: View, window: tuple[float, float], labels: Sequence[Label], side: float) -> None:
    """One view; all have the same scale, so ``side`` pixels span each."""
    height, width = view.labels.shape
    axes.imshow(_painted(view, window, labels), interpolation="antialiased")
    axes.set_xlim(width / 2 - side / 2, width / 2 + side / 2)
    axes.set_ylim(height / 2 + side / 2, height / 2 - side / 2)


def _name_directions(axes: Axes, view: View) -> None:
    style: dict[str, Any] = {"color": TEXT, "fontsize": 11, "transform": axes.transAxes}
    left, right, top, bottom = tuple(view.edges)
    axes.text(0.015, 0.5, left, ha="left", va="center", **style)
    axes.text(0.985, 0.5, right, ha="right", va="center", **style)
    axes.text(0.5, 0.985, top, ha="center", va="top", **style)
    axes.text(0.5, 0.015, bottom, ha="center", va="bottom", **style)
    axes.text(0.015, 0.985, view.name, ha="left", va="top", **{**style, "color": FAINT})


def _painted(view: View, window: tuple[float, float], labels: Sequence[Label]) -> NDArray[np.float32]:
    """(row, column, 3) in 0..1: gray or colors of the scan, labels as a tint with a solid border."""
    low, high = window
    gray = np.nan_to_num(np.clip((view.scan - low) / (high - low), 0, 1))
    picture = np.broadcast_to(gray, (*view.labels.shape, 3)).astype(np.float32)
    colors = np.zeros((int(view.labels.max()) + 1, 3), np.float32)
    for label in labels:
        if label.value < len(colors):
            colors[label.value] = np.array(label.color) / 255
    opacity = np.where(_borders(view.labels), 0.95, _OPACITY)[..., None] * (view.labels > 0)[..., None]
    return (picture * (1 - opacity) + colors[view.labels] * opacity).astype(np.float32)


def _borders(labels: NDArray) -> NDArray[np.bool_]:
    """Pixels of a label that touch another one or none."""
    padded = np.pad(labels, 1)
    here = padded[1:-1, 1:-1]
    return (here != padded[:-2, 1:-1]) | (here != padded[2:, 1:-1]) | (here != padded[1:-1, :-2]) | (here != padded[1:-1, 2:])


def _window(image: Image, views: Sequence[View]) -> tuple[float, float]:
    """The values that are shown black and white."""
    if image.channels == 3 and image.voxels.dtype == np.uint8:
        return 0.0, 255.0
    shown = np.concatenate([view.scan[np.isfinite(view.scan)] for view in views])
    if not shown.size:
        return 0.0, 1.0
    if image.modality == "CT" or (image.modality == "" and shown.min() < -500):
        return _CT_WINDOW
    low, high = np.percentile(shown, (1, 99.7)).tolist()
    return (low, high) if high > low else (low, low + 1)
