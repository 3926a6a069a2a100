"""The legend of a picture of a result: labels with volumes, boxes with scores, points, classes with bars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results import Measurement, Prediction, measure
from .marks import color_of, colors_of
from .plaintext import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BACKGROUND, TEXT, FAINT = "#000000", "#e8e8e8", "#8c8c8c"
_ROWS = 26  # in one column; then there are two
_NOTHING = "nothing found"


@dataclass(frozen=True)
class _Line:
    """A row: a color, a name, what stands at its right end, and a bar behind it (0 to 1; 0 for none)."""

    color: tuple[float, float, float]
    name: str
    value: str
    bar: float = 0.0


def write_legend(axes: Axes, prediction: Prediction) -> None:
    """What was found, in axes of their own."""
    axes.set_xlim(0, 1)
    axes.set_ylim(1, 0)
    model = prediction.run.get("model") or {}
    title = str(model.get("title") or model.get("name") or "Segmentation")
    shown_title = _shortened(f"{title} {model.get('version') or ''}", 48)
    axes.text(0.04, 0.05, shown_title, color=TEXT, fontsize=13, va="center")
    found, notes = _found(prediction)
    shown = found[: 2 * _ROWS]
    columns = math.ceil(len(shown) / _ROWS) or 1
    rows = math.ceil(len(shown) / columns)
    step = min(0.045, 0.8 / max(rows, 1))
    for number, line in enumerate(shown):
        _write_row(axes, line, 0.04 + number // rows * 0.48, 0.12 + number % rows * step, 0.92 / columns - 0.02, step)
    more = [f"and {len(found) - len(shown)} more in findings.csv"] if len(found) > len(shown) else []
    axes.text(0.04, 0.955, "; ".join([*more, *notes]), color=FAINT, fontsize=9, va="center")
    axes.text(0.04, 0.985, "For research. Not a medical device.", color=FAINT, fontsize=9, va="center")


def _found(prediction: Prediction) -> tuple[list[_Line], list[str]]:
    """The rows, and what is said below them."""
    if prediction.labelmap is not None:
        sizes = [size for size in measure(prediction) if size.voxels]
        missing = len(prediction.labels) - len(sizes)
        return [_label(size) for size in sizes], [f"not found: {missing} of {len(prediction.labels)} labels"] if missing else []
    lines = [*_boxes(prediction), *_points(prediction), *_classes(prediction)]
    return lines, [] if lines else [_NOTHING]


def _label(size: Measurement) -> _Line:
    volume = f"{size.volume_ml:.1f} ml" if size.volume_ml >= 0.95 else f"{size.volume_ml:.2g} ml"
    return _Line(color_of(size.label), size.label.name, volume)


def _boxes(prediction: Prediction) -> list[_Line]:
    colors = colors_of(detection.label for detection in prediction.detections)
    return [
        _Line(
            colors[detection.label],
            f"{number}  {detection.label}  {detection.score:.2f}",
            f"{' x '.join(f'{size:.0f}' for size in detection.box.size_mm)} mm",
        )
        for number, detection in enumerate(prediction.detections, 1)
    ]


def _points(prediction: Prediction) -> list[_Line]:
    colors = colors_of(landmark.name for landmark in prediction.landmarks)
    return [
        _Line(
            colors[landmark.name],
            landmark.name if landmark.frame is None else f"{landmark.name}, frame {landmark.frame}",
            "  ".join(f"{place:.0f}" for place in landmark.position_ras),
        )
        for landmark in prediction.landmarks
    ]


def _classes(prediction: Prediction) -> list[_Line]:
    colors = colors_of(each.name for each in prediction.classes)
    return [
        _Line(
            colors[each.name],
            f"{each.name}{'  (chosen)' if each.chosen else ''}",
            f"score {each.score:.3g}" if each.probability is None else f"{each.probability:.1%}",
            each.probability or 0.0,
        )
        for each in prediction.classes
    ]


def _write_row(axes: Axes, line: _Line, left: float, top: float, width: float, step: float) -> None:
    from matplotlib.patches import Rectangle

    narrow = width < 0.6
    font = min(11.0, step * 250) * (0.72 if narrow else 1)
    bar = (width - step) * min(max(line.bar, 0.0), 1.0)
    axes.add_patch(Rectangle((left + step, top - 0.42 * step), bar, 0.84 * step, facecolor=line.color, alpha=0.35))
    axes.add_patch(
        Rectangle((left, top - 0.3 * step), 0.6 * step, 0.6 * step, facecolor=line.color, edgecolor=FAINT, linewidth=0.4)
    )
    axes.text(left + step, top, _shortened(line.name, 24 if narrow else 42), color=TEXT, fontsize=font, va="center")
    axes.text(left + width, top, line.value, color=TEXT, fontsize=font, va="center", ha="right")


def _shortened(name: str, letters: int) -> str:
    name = plain(name)
    # matplotlib takes text between dollar signs for mathematics.
    return (name if len(name) <= letters else name[: letters - 1] + "…").replace("$", r"\$")
