"""A picture of a result: the scan in three views with labels in color, boxes and points, and a legend of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..image import Image
from ..results import Label, Prediction, flattened
from .legend import BACKGROUND, write_legend
from .marks import draw_marks, points_of_interest
from .painting import name_directions, painted, window_of
from .views import View, views_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CELL = 5.4  # inches of a view's side
_DPI = 110
_WITH_LETTERS = 1.12  # of a view's side: room for the names of directions around it


def write_overview(target: Path | IO[bytes], image: Image, prediction: Prediction) -> None:
    """Write a PNG of about 1200 pixels of a scan with what was found; by matplotlib alone, without a display or OpenGL.

    The views go where the most labels are, through the best box, or through the middle of the points.

    Args:
        target: a file's path, or an open file.
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
    window = window_of(image, views)
    side = max(max(view.labels.shape) for view in views) * (1.0 if len(views) == 1 else _WITH_LETTERS)
    for view, cell in zip(views, (1, 3, 4), strict=False):
        axes = _axes(figure, rows, cell)
        _show(axes, view, window, prediction.labels, side)
        draw_marks(axes, view, prediction)
        if len(views) > 1:  # a single slice may be a picture, whose directions nobody knows
            name_directions(axes, view)
    write_legend(_axes(figure, rows, 2), prediction)
    figure.savefig(target, format="png")


def _axes(figure: object, rows: int, cell: int) -> Axes:
    left, top = 0.5 * ((cell - 1) % 2), 1 - ((cell - 1) // 2 + 1) / rows
    axes: Axes = figure.add_axes((left + 0.006, top + 0.006, 0.488, 1 / rows - 0.012))  # type: ignore[attr-defined]
    axes.set_axis_off()
    return axes


def _show(axes: Axes, view: View, window: tuple[float, float], labels: Sequence[Label], side: float) -> None:
    """One view; all have the same scale, so ``side`` pixels span each."""
    height, width = view.labels.shape
    axes.imshow(painted(view, window, labels), interpolation="antialiased")
    axes.set_xlim(width / 2 - side / 2, width / 2 + side / 2)
    axes.set_ylim(height / 2 + side / 2, height / 2 - side / 2)
