"""What the comparison of one label gives."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LabelResult:
    """Agreement of prediction and reference for one label value.

    Where both lack the label, the overlaps are 1; where one lacks it, they are 0. A measure that has no meaning (a distance to
    a surface that does not exist, a share of nothing) is NaN.

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
        found_lesions: those that the prediction touches.
        false_positives: connected components of the prediction that touch none of the reference.
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
        return self.found_lesions / self.reference_lesions if self.reference_lesions else math.nan

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, NaN as None."""
        values = asdict(self) | {
            "volume_difference_ml": self.volume_difference_ml,
            "volume_difference_percent": self.volume_difference_percent,
            "lesion_sensitivity": self.lesion_sensitivity,
        }
        return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values.items()}
