"""The free-response curve of a detector: how many lesions it finds at how many false alarms a scan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .boxes import BoxMatches

# As in LUNA16 (Setio et al. 2017).
RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
# Below every score: a lesion without a box. MONAI leaves out the lowest value, which must be no box's score.
_NEVER = -1.0


@dataclass(frozen=True)
class Froc:
    """Free-response receiver operating characteristic of boxes with scores.

    Attributes:
        scans: how many were looked at, also those without lesions.
        lesions: in all of them.
        thresholds: scores from the lowest to the highest; boxes of at least this score count. The last one is infinite.
        false_positives: for each threshold, false positives a scan.
        sensitivity: for each threshold, the share of all lesions that is hit, 0..1; NaN without lesions.
        at_rates: sensitivity at each of ``RATES`` (false positives a scan), between thresholds by linear interpolation.
        score: their mean, which LUNA16 calls the competition performance metric.
    """

    scans: int
    lesions: int
    thresholds: tuple[float, ...]
    false_positives: tuple[float, ...]
    sensitivity: tuple[float, ...]
    at_rates: tuple[float, ...]
    score: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: the curve as points, None where a number has no meaning."""
        points = zip(self.thresholds, self.false_positives, self.sensitivity, strict=True)
        names = ("threshold", "false_positives_per_scan", "sensitivity")
        return {
            "scans": self.scans,
            "lesions": self.lesions,
            "score": _known(self.score),
            "sensitivity_at": [
                {"false_positives_per_scan": rate, "sensitivity": _known(value)}
                for rate, value in zip(RATES, self.at_rates, strict=True)
            ],
            "curve": [dict(zip(names, map(_known, point), strict=True)) for point in points],
        }


def froc(scans: Sequence[BoxMatches]) -> Froc:
    """The curve over scans, by MONAI's ``compute_froc_curve_data`` and ``compute_froc_score``, as CAMELYON16 defines them.

    Every box that hits no lesion is a false positive; a lesion counts once, with its best box. Beyond the most false positives
    that there are, the sensitivity stays what it is at the lowest score.
    """
    from monai.metrics.froc import compute_froc_curve_data, compute_froc_score

    false_scores = np.array([score for scan in scans for score in scan.false_scores])
    lesions = [score for scan in scans for score in scan.best_scores]
    hits = np.array([_NEVER, *(_NEVER if score is None else score for score in lesions)])
    thresholds = (*sorted({*false_scores.tolist(), *hits.tolist()} - {_NEVER}), math.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates, sensitivity = compute_froc_curve_data(false_scores, hits, len(lesions), len(scans))
    if not lesions:
        sensitivity = np.full(len(thresholds), math.nan)
    at_rates = [float(compute_froc_score(rates, sensitivity, (rate,))) for rate in RATES]
    return Froc(
        scans=len(scans),
        lesions=len(lesions),
        thresholds=thresholds,
        false_positives=tuple(rates.tolist()),
        sensitivity=tuple(sensitivity.tolist()),
        at_rates=tuple(at_rates),
        score=float(np.mean(at_rates)),
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
