"""A comparison as plain values: what followup.json and followup.csv hold, and what the command line prints."""

from __future__ import annotations

from typing import Any

from .change import CHANGED, Change
from .compare import Comparison
from .response import NAMES, Response, Target

CHANGE_COLUMNS = (
    "change",
    "label",
    "baseline",
    "followup",
    "baseline_ml",
    "followup_ml",
    "volume_percent",
    "baseline_mm",
    "followup_mm",
    "diameter_percent",
    "doubling_days",
    "outside",
)
DISCLAIMER = "For research: computed from segmentations, does not replace a reader."


def comparison_table(comparison: Comparison, days: float | None = None) -> list[dict[str, Any]]:
    """One row for each change, by ``CHANGE_COLUMNS``: ids joined by "+", volumes in ml, longest diameters in mm."""
    rows = [_change(change, days) for change in comparison.changes]
    return [
        row | {when: "+".join(str(number) for number in row[when]) for when in ("baseline", "followup")}
        for row in ({column: row[column] for column in CHANGE_COLUMNS} for row in rows)
    ]


def comparison_values(comparison: Comparison, response: Response | None = None, days: float | None = None) -> dict[str, Any]:
    """The comparison as JSON holds it.

    ``changes``: kind, label, ids of both time points, volumes, longest diameters, growth in percent, ``doubling_days`` (null
    without ``days``); ``summary``: numbers of each kind and total volumes; ``response``: RECIST 1.1 with the sums in mm, the
    targets and the arithmetic in sentences; ``baseline_to_followup_ras``: the matrix by rows.
    """
    return {
        "changes": [_change(change, days) for change in comparison.changes],
        "summary": {
            **{kind: len(comparison.of_kind(kind)) for kind in CHANGED},
            "baseline_lesions": sum(len(change.baseline) for change in comparison.changes),
            "followup_lesions": sum(len(change.followup) for change in comparison.changes),
            "baseline_ml": round(comparison.baseline_ml, 6),
            "followup_ml": round(comparison.followup_ml, 6),
            "volume_percent": _rounded(comparison.volume_percent),
        },
        "response": None if response is None else _response(response),
        "days": days,
        "baseline_to_followup_ras": comparison.baseline_to_followup.tolist(),
        "disclaimer": DISCLAIMER,
    }


def _change(change: Change, days: float | None) -> dict[str, Any]:
    return {
        "change": change.kind,
        "label": change.label,
        "baseline": [lesion.id for lesion in change.baseline],
        "followup": [lesion.id for lesion in change.followup],
        "baseline_ml": round(change.baseline_ml, 6),
        "followup_ml": round(change.followup_ml, 6),
        "volume_percent": _rounded(change.volume_percent),
        "baseline_mm": _rounded(change.baseline_mm) if change.baseline else None,
        "followup_mm": _rounded(change.followup_mm) if change.followup else None,
        "diameter_percent": _rounded(change.diameter_percent),
        "doubling_days": _rounded(None if days is None else change.doubling_days(days)),
        "outside": change.outside,
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "criteria": "RECIST 1.1",
        "category": response.category,
        "name": NAMES[response.category],
        "target_category": response.target_category,
        "targets": [_target(target) for target in response.targets],
        "baseline_mm": _rounded(response.baseline_mm),
        "nadir_mm": _rounded(response.nadir_mm),
        "followup_mm": _rounded(response.followup_mm),
        "percent_from_baseline": _rounded(response.percent_from_baseline),
        "percent_from_nadir": _rounded(response.percent_from_nadir),
        "new": [lesion.id for change in response.new for lesion in change.followup],
        "arithmetic": list(response.sentences),
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "label": target.change.label,
        "baseline": [lesion.id for lesion in target.change.baseline],
        "followup": [lesion.id for lesion in target.change.followup],
        "axis": "short" if target.node else "longest",
        "baseline_mm": _rounded(target.baseline_mm),
        "followup_mm": _rounded(target.followup_mm),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
