"""Pictures of an evaluation, by matplotlib alone, without a display."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .cases import Case
from .result import LabelResult
from .summary import LabelSummary, Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_PANELS = 12
_COLUMNS = 3
_PANEL = (4.6, 3.7)  # inches
_DPI = 130
_DOT, _BIAS, _LIMIT = "#2b6a99", "#333333", "#b5541c"


def write_bland_altman(path: Path, cases: Sequence[Case], summary: Summary) -> None:
    """Write a PNG with a Bland-Altman plot of the volumes for each label: mean of both against prediction minus reference.

    Lines are the bias and the limits of agreement, bands their 95 % confidence intervals; below three cases there are only dots.
    Of more than twelve labels, the twelve of the largest mean volume are shown. Cases in which neither side has a label have
    no dot.

    Raises:
        OSError: if the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = _largest([label for label in summary.labels if label.cases], cases)
    columns = max(1, min(_COLUMNS, len(shown)))
    rows = max(1, math.ceil(len(shown) / columns))
    figure = Figure((_PANEL[0] * columns, _PANEL[1] * rows + 0.45), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    for number, label in enumerate(shown, 1):
        _draw(figure.add_subplot(rows, columns, number), label, _results(label, cases))
    figure.suptitle(_title(len(shown), summary), fontsize=11)
    _save(figure, path)


def write_froc(path: Path, summary: Summary) -> None:
    """Write a PNG of the free-response curves: sensitivity against false positives a scan.

    Raises:
        OSError: if the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from .froc import RATES

    figure = Figure((6.2, 4.6), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for name, curve in summary.froc.items():
        (line,) = axes.step(
            curve.false_positives, curve.sensitivity, where="pre", label=f"{name or 'lesions'} ({curve.score:.2f})"
        )
        axes.plot(RATES, curve.at_rates, "o", markersize=4, color=line.get_color())
    axes.set_xscale("symlog", linthresh=RATES[0], base=2)
    axes.set_xticks([0, *RATES], ["0", *(f"{rate:g}" for rate in RATES)])
    axes.set_xlim(0, RATES[-1] * 1.1)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel("false positives per scan")
    axes.set_ylabel("sensitivity")
    axes.grid(alpha=0.3)
    axes.legend(title="mean sensitivity in brackets", loc="lower right")
    _save(figure, path)


def _draw(axes: Axes, label: LabelSummary, results: Sequence[LabelResult]) -> None:
    pairs = np.array([[result.prediction_ml, result.reference_ml] for result in results])
    axes.scatter(pairs.mean(axis=1), pairs[:, 0] - pairs[:, 1], s=22, color=_DOT, alpha=0.8, linewidths=0, zorder=3)
    axes.axhline(0, color="#bbbbbb", linewidth=0.8, zorder=1)
    found = label.volumes
    if found is not None and not math.isnan(found.sd):
        for value, interval, color, style, name in (
            (found.bias, found.bias_ci, _BIAS, "-", "bias"),
            (found.upper, found.upper_ci, _LIMIT, "--", "+1.96 SD"),
            (found.lower, found.lower_ci, _LIMIT, "--", "\N{MINUS SIGN}1.96 SD"),
        ):
            axes.axhspan(*interval, color=color, alpha=0.12, linewidth=0)
            axes.axhline(value, color=color, linestyle=style, linewidth=1.2)
            text = f"{name} {value:.3g}".replace("-", "\N{MINUS SIGN}")
            axes.annotate(
                text, (1, value), xycoords=("axes fraction", "data"), xytext=(-3, 2), textcoords="offset points",
                ha="right", fontsize=8, color=color,
            )  # fmt: skip
    axes.margins(x=0.12, y=0.18)
    axes.set_title(f"{label.name or f'label {label.value}'} (n = {label.cases})", fontsize=10)
    axes.set_xlabel("mean of both (ml)", fontsize=9)
    axes.set_ylabel("prediction \N{MINUS SIGN} reference (ml)", fontsize=9)
    axes.tick_params(labelsize=8)


def _title(shown: int, summary: Summary) -> str:
    if not shown:
        return "No label in any case"
    more = len([label for label in summary.labels if label.cases]) - shown
    return "Agreement of volumes (Bland and Altman)" + (f"; {more} smaller labels are not shown" if more else "")


def _largest(labels: Sequence[LabelSummary], cases: Sequence[Case]) -> list[LabelSummary]:
    """The labels of the largest mean volume, in order of their values."""
    sizes = {label.value: np.mean([result.reference_ml for result in _results(label, cases)]) for label in labels}
    chosen = sorted(labels, key=lambda label: -sizes[label.value])[:_MOST_PANELS]
    return sorted(chosen, key=lambda label: label.value)


def _results(label: LabelSummary, cases: Sequence[Case]) -> list[LabelResult]:
    return [result for case in cases for result in case.labels if result.value == label.value and result.empty != "both"]


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path)
