"""An evaluation for people: tables on standard output, what they do not say beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .console import print_table, say

if TYPE_CHECKING:
    from ..evaluation import Case, LabelSummary, Spread, Summary

_MANY = 5


def show_case(case: Case) -> None:
    """A line for each label, image or kind of box of one case."""
    if case.image is not None:
        image = case.image
        row = (image.mse, image.rmse, image.mae, image.psnr_db, image.ssim)
        print_table(("MSE", "RMSE", "MAE", "PSNR (dB)", "SSIM"), [row])
    if case.labels or not (case.boxes or case.image):
        columns = (
            "label",
            "name",
            "Dice",
            "HD95 (mm)",
            "surface Dice",
            "volume (ml)",
            "difference (%)",
            "lesions found",
            "false",
        )
        print_table(
            columns,
            (
                (
                    result.value,
                    case.label_names.get(result.value, ""),
                    result.dice,
                    result.hd95_mm,
                    result.surface_dice,
                    result.prediction_ml,
                    result.volume_difference_percent,
                    f"{result.found_lesions}/{result.reference_lesions}",
                    result.false_positives,
                )
                for result in case.labels
            ),
        )
    _note_missing(case)


def _note_missing(case: Case) -> None:
    """Say where a label is missing, and what its numbers mean then."""
    absent = [str(result.value) for result in case.labels if result.empty == "both"]
    if absent:
        say(f"medai: note: neither side has {_labels(absent)}; a Dice of 1 says nothing there, and no mean counts it.")
    for side, word in (("prediction", "reference"), ("reference", "prediction")):
        alone = [str(result.value) for result in case.labels if result.empty == side]
        if alone:
            say(f"medai: note: only the {word} has {_labels(alone)}; overlaps are 0 and distances have no meaning there.")


def show_summary(cases: Sequence[Case], summary: Summary) -> None:
    """Means with confidence intervals for each label over all cases, and what was counted how."""
    from ..evaluation import worst_cases

    if summary.images:
        columns = ("measure", "n", "mean", "95 % CI", "median", "worst case")
        print_table(
            columns,
            ((name, each.n, each.mean, _interval(each), each.median, each.worst) for name, each in summary.images.items()),
        )
    if summary.labels:
        _show_labels(summary)
        worst = [f"{name} ({dice:.3f})" for name, dice in worst_cases(cases)]
        if worst:
            say(f"Lowest mean Dice: {', '.join(worst)}")
    for note in _notes(summary.labels):
        say(f"medai: note: {note}")
    if len(cases) < 3:
        say(f"medai: note: confidence intervals and limits of agreement need 3 cases; there {_are(len(cases))}.")


def show_froc(summary: Summary) -> None:
    """Sensitivity of boxes at the usual numbers of false positives a scan."""
    from ..evaluation.froc import RATES

    if summary.froc:
        columns = ("boxes", "scans", "lesions", *(f"at {rate:g}" for rate in RATES), "mean")
        rows = ((name or "all", each.scans, each.lesions, *each.at_rates, each.score) for name, each in summary.froc.items())
        print_table(columns, rows)


def _show_labels(summary: Summary) -> None:
    columns = (
        "label",
        "name",
        "n",
        "Dice",
        "95 % CI",
        "HD95 (mm)",
        "surface Dice",
        "bias (ml)",
        "limits (ml)",
        "lesions found",
        "false",
    )
    rows = []
    for label in summary.labels:
        measures, lesions, volumes = label.measures, label.lesions, label.volumes
        limits = f"{volumes.lower:.3g} to {volumes.upper:.3g}" if volumes and not math.isnan(volumes.sd) else ""
        rows.append(
            (
                label.value,
                label.name,
                label.cases,
                measures["dice"].mean,
                _interval(measures["dice"]),
                measures["hd95_mm"].mean,
                measures["surface_dice"].mean,
                volumes.bias if volumes else math.nan,
                limits,
                f"{lesions.found}/{lesions.reference}",
                lesions.false_positives,
            )
        )
    print_table(columns, rows)


def _notes(labels: Iterable[LabelSummary]) -> Iterable[str]:
    for label in labels:
        parts = []
        if label.missed:
            parts.append(f"the prediction lacks it in {_cases(label.missed)}")
        if label.invented:
            parts.append(f"the reference lacks it in {_cases(label.invented)}")
        if parts:
            parts[-1] += " (overlap 0, no distance)"
        if label.absent:
            parts.append(f"neither side has it in {_cases(label.absent)} (not counted)")
        if parts:
            yield f"label {label.value}{f' ({label.name})' if label.name else ''}: {', '.join(parts)}."


def _interval(each: Spread) -> str:
    return "" if math.isnan(each.ci_low) else f"{each.ci_low:.3f} to {each.ci_high:.3f}"


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _labels(values: Sequence[str]) -> str:
    more = f" and {len(values) - _MANY} more" if len(values) > _MANY else ""
    return f"label {values[0]}" if len(values) == 1 else f"labels {', '.join(values[:_MANY])}{more}"
