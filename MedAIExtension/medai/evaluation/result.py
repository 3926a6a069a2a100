"""What the comparison of one label gives."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from .lesions import LesionMatch


@dataclass(frozen=True)
class LabelResult:
    """Agreement of prediction and reference for one label value.

    Where both lack the label, the overlaps are 1, which says nothing: ``empty`` is "both" then, and no mean counts it. Where one
    lacks it, the overlaps are 0. A measure that has no meaning (a distance to a surface that does not exist, a share of nothing)
    is NaN.

    Attributes:
        value: the label's value.
        dice: Dice coefficient, 0..1.
        iou: intersection over union (Jaccard index), 0..1.
        hd95_mm: 95th percentile of the Hausdorff distance between the surfaces: the larger of the two directions.
        surface_distance_mm: average symmetric surface distance.
        surface_dice: share of both surfaces that lies within ``tolerance_mm`` of the other one, 0..1.
        tolerance_mm: the distance that counts as agreement.
        prediction_ml, reference_ml: volumes.
        volume_difference_ml: prediction minus reference.
        volume_difference_percent: the same in percent of the reference.
        reference_lesions: connected components (26 neighbors) of the reference.
        found_lesions: those that the prediction hits.
        false_positives: connected components of the prediction that hit none of the reference.
        predicted_lesions: connected components of the prediction.
        lesions: the components of the reference, one by one.
        predicted: the components of the prediction, one by one.
    """

    value: int
    dice: float
    iou: float
    hd95_mm: float
    surface_distance_mm: float
    surface_dice: float
    tolerance_mm: float
    prediction_ml: float
    reference_ml: float
    reference_lesions: int
    found_lesions: int
    false_positives: int
    predicted_lesions: int = 0
    lesions: tuple[LesionMatch, ...] = ()
    predicted: tuple[LesionMatch, ...] = ()

    @property
    def empty(self) -> str:
        """Who lacks the label: "both", "prediction", "reference", or "" for neither."""
        if not self.prediction_ml:
            return "prediction" if self.reference_ml else "both"
        return "" if self.reference_ml else "reference"

    @property
    def volume_difference_ml(self) -> float:
        """Prediction minus reference."""
        return self.prediction_ml - self.reference_ml

    @property
    def volume_difference_percent(self) -> float:
        """Prediction minus reference, in percent of the reference; NaN where the reference lacks the label."""
        return 100 * self.volume_difference_ml / self.reference_ml if self.reference_ml else math.nan

    @property
    def lesion_sensitivity(self) -> float:
        """Share of the reference's lesions that were found; NaN where it has none."""
        return share(self.found_lesions, self.reference_lesions)

    @property
    def lesion_precision(self) -> float:
        """Share of the prediction's components that hit a lesion; NaN where it has none."""
        return share(self.predicted_lesions - self.false_positives, self.predicted_lesions)

    @property
    def lesion_f1(self) -> float:
        """Harmonic mean of lesion sensitivity and precision; 0 where one side has no lesion, NaN where neither has."""
        return harmonic_mean(self.lesion_sensitivity, self.lesion_precision)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, NaN as None."""
        names = ("volume_difference_ml", "volume_difference_percent", "lesion_sensitivity", "lesion_precision", "lesion_f1")
        values = asdict(self) | {name: getattr(self, name) for name in (*names, "empty")}
        return plain(values)


def mean_dice(results: tuple[LabelResult, ...] | list[LabelResult]) -> float:
    """Mean Dice over the labels that prediction or reference has; NaN where there is none."""
    present = [result.dice for result in results if result.empty != "both"]
    return sum(present) / len(present) if present else math.nan


def share(part: int, whole: int) -> float:
    """A part of a whole, 0..1; NaN of nothing."""
    return part / whole if whole else math.nan


def harmonic_mean(sensitivity: float, precision: float) -> float:
    """F1: 0 where one of the two is 0 or has no meaning, NaN where both have none."""
    if math.isnan(sensitivity) and math.isnan(precision):
        return math.nan
    total = sensitivity + precision
    return 0.0 if math.isnan(total) or not total else 2 * sensitivity * precision / total


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """The same for JSON: None where a number is not finite."""
    return {name: None if isinstance(each, float) and not math.isfinite(each) else each for name, each in values.items()}
