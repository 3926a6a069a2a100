"""How a view is painted: gray values, labels as a tint, the directions at its edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..image import Image
from ..results import Label
from .legend import FAINT, TEXT
from .views import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_OPACITY = 0.42
_CT_WINDOW = (-160.0, 240.0)  # Hounsfield units: soft tissue


def name_directions(axes: Axes, view: View) -> None:
    """Write what lies at the edges of a view, such as R and L, and its name."""
    style: dict[str, Any] = {"color": TEXT, "fontsize": 11, "transform": axes.transAxes, "path_effects": dark_rim()}
    left, right, top, bottom = tuple(view.edges)
    axes.text(0.015, 0.5, left, ha="left", va="center", **style)
    axes.text(0.985, 0.5, right, ha="right", va="center", **style)
    axes.text(0.5, 0.985, top, ha="center", va="top", **style)
    axes.text(0.5, 0.015, bottom, ha="center", va="bottom", **style)
    axes.text(0.015, 0.985, view.name, ha="left", va="top", **{**style, "color": FAINT})


def dark_rim() -> list[Any]:
    """Makes letters and lines readable on white."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2, foreground="black", alpha=0.7)]


def painted(view: View, window: tuple[float, float], labels: Sequence[Label]) -> NDArray[np.float32]:
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


def window_of(image: Image, views: Sequence[View]) -> tuple[float, float]:
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
