"""Rows for files of numbers: cases, their summary, single lesions, the detector's curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .cases import Case
from .summary import MEASURES, Summary

_SPREAD = ("n", "mean", "ci_low", "ci_high", "sd", "median", "minimum", "maximum", "worst")
_COUNTS = ("cases", "missed", "invented", "absent")


class Table(NamedTuple):
    """Names of the columns, and rows of values; None is an empty cell."""

    columns: tuple[str, ...]
    rows: list[list[Any]]


def tables(cases: Sequence[Case], summary: Summary) -> dict[str, Table]:
    """Tables by name: "cases" and "summary" always, "lesions" and "froc" where there are any."""
    found = {"cases": _cases(cases), "summary": _summary(summary), "lesions": _lesions(cases), "froc": _froc(summary)}
    return {name: table for name, table in found.items() if table.rows or name in ("cases", "summary")}


def _cases(cases: Sequence[Case]) -> Table:
    """A row for each case and label; of images one for each case; of boxes one for each case and name."""
    if any(case.image for case in cases):
        rows = [{"case": case.name, **case.image.as_dict()} for case in cases if case.image]
        return _table(rows)
    rows = []
    for case in cases:
        for result in case.labels:
            measured = {name: each for name, each in result.as_dict().items() if not isinstance(each, list | tuple)}
            rows.append(
                {"case": case.name, "label": measured.pop("value"), "name": case.label_names.get(result.value, "")} | measured
            )
        for name, boxes in case.boxes.items():
            counts = {f"box_{key}": each for key, each in boxes.as_dict().items() if key != "best_scores"}
            rows.append({"case": case.name, "label": None, "name": name} | counts)
    return _table(rows)


def _summary(summary: Summary) -> Table:
    """A row for each label and measure, for pooled lesions, and for the volumes' bias and limits of agreement."""
    rows: list[dict[str, Any]] = []
    if summary.labels:
        rows.append({"label": "all", "measure": "mean_dice"} | summary.mean_dice.as_dict())
    for label in summary.labels:
        shared = {"label": label.value, "name": label.name} | {name: getattr(label, name) for name in _COUNTS}
        rows += [shared | {"measure": measure} | label.measures[measure].as_dict() for measure in MEASURES]
        rows += [shared | {"measure": f"pooled_lesion_{name}", "mean": each} for name, each in label.lesions.as_dict().items()]
        if label.volumes:
            for name in ("bias", "lower", "upper"):
                agreement = label.volumes.as_dict()
                low, high = agreement[f"{name}_ci"] or (None, None)
                numbers = {"n": label.volumes.n, "mean": agreement[name], "ci_low": low, "ci_high": high}
                rows.append(shared | {"measure": f"bland_altman_{name}_ml"} | numbers)
    rows += [{"measure": measure} | each.as_dict() for measure, each in summary.images.items()]
    for name, curve in summary.froc.items():
        values = curve.as_dict()
        rows.append({"name": name, "measure": "froc_score", "n": curve.scans, "mean": values["score"]})
        for each in values["sensitivity_at"]:
            measure = f"froc_sensitivity_at_{each['false_positives_per_scan']:g}"
            rows.append({"name": name, "measure": measure, "n": curve.scans, "mean": each["sensitivity"]})
    return _table(rows, ("label", "name", "measure", *_SPREAD, *_COUNTS))


def _lesions(cases: Sequence[Case]) -> Table:
    """A row for each component of a reference or a prediction."""
    rows = []
    for case in cases:
        for result in case.labels:
            for side, lesions in (("reference", result.lesions), ("prediction", result.predicted)):
                for lesion in lesions:
                    place = dict(zip("ras", lesion.center_ras, strict=True))
                    row = {"case": case.name, "label": result.value, "side": side, "id": lesion.id, "hit": lesion.hit}
                    rows.append(row | {"iou": lesion.iou, "volume_ml": lesion.volume_ml} | place)
    return _table(rows)


def _froc(summary: Summary) -> Table:
    """A row for each point of a curve."""
    return _table([{"name": name} | point for name, curve in summary.froc.items() for point in curve.as_dict()["curve"]])


def _table(rows: Sequence[dict[str, Any]], columns: tuple[str, ...] = ()) -> Table:
    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    return Table(names, [[row.get(name) for name in names] for row in rows])
