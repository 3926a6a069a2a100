"""All cases together: each label's measures over the cases, pooled lesions, agreement of volumes, the detector's curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .agreement import Agreement, bland_altman
from .cases import Case
from .froc import Froc, froc
from .result import LabelResult, harmonic_mean, plain, share
from .spread import Spread, spread

# Where the best value of a measure lies.
MEASURES = {
    "dice": "high",
    "iou": "high",
    "surface_dice": "high",
    "hd95_mm": "low",
    "surface_distance_mm": "low",
    "volume_difference_ml": "zero",
    "volume_difference_percent": "zero",
    "lesion_sensitivity": "high",
    "lesion_precision": "high",
    "lesion_f1": "high",
}
IMAGE_MEASURES = {"mse": "low", "rmse": "low", "mae": "low", "psnr_db": "high", "ssim": "high"}


@dataclass(frozen=True)
class Lesions:
    """Lesions of all cases counted together."""

    reference: int
    found: int
    predicted: int
    false_positives: int

    def as_dict(self) -> dict[str, Any]:
        """Counts, and what follows from them; None where it has no meaning."""
        sensitivity = share(self.found, self.reference)
        precision = share(self.predicted - self.false_positives, self.predicted)
        rates = {"sensitivity": sensitivity, "precision": precision, "f1": harmonic_mean(sensitivity, precision)}
        return asdict(self) | plain(rates)


@dataclass(frozen=True)
class LabelSummary:
    """One label over all cases in which prediction or reference has it.

    Attributes:
        value, name: of the label.
        cases: in which at least one side has it.
        missed: of these, those that the prediction lacks it in; overlap 0, no distance.
        invented: of these, those that the reference lacks it in; overlap 0, no distance.
        absent: cases in which neither side has it; they count in no number here.
        measures: each of ``MEASURES`` over the cases in which it has a meaning.
        lesions: of all cases together.
        volumes: agreement of the volumes in ml; None without a case.
    """

    value: int
    name: str
    cases: int
    missed: int
    invented: int
    absent: int
    measures: dict[str, Spread]
    lesions: Lesions
    volumes: Agreement | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        counts = ("value", "name", "cases", "missed", "invented", "absent")
        return {name: getattr(self, name) for name in counts} | {
            "measures": {name: each.as_dict() for name, each in self.measures.items()},
            "lesions": self.lesions.as_dict(),
            "volumes": self.volumes.as_dict() if self.volumes else None,
        }


@dataclass(frozen=True)
class Summary:
    """Everything over all cases: labels by value, the mean Dice of the cases, curves by name, measures of images."""

    labels: tuple[LabelSummary, ...]
    mean_dice: Spread
    froc: dict[str, Froc]
    images: dict[str, Spread]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; kinds that were not compared are left out."""
        values: dict[str, Any] = {}
        if self.labels:
            values = {"mean_dice": self.mean_dice.as_dict(), "labels": [each.as_dict() for each in self.labels]}
        if self.froc:
            values["froc"] = [{"label": name, **curve.as_dict()} for name, curve in self.froc.items()]
        if self.images:
            values["image"] = {name: each.as_dict() for name, each in self.images.items()}
        return values


def summarize(cases: Sequence[Case]) -> Summary:
    """Summarize cases; see ``LabelSummary`` for what counts where a label is missing."""
    values = sorted({result.value for case in cases for result in case.labels})
    names = [case.name for case in cases]
    images = [case.image for case in cases if case.image]
    return Summary(
        labels=tuple(_label(value, cases) for value in values),
        mean_dice=spread([case.mean_dice for case in cases], names),
        froc=_curves(cases),
        images={
            measure: spread([getattr(image, measure) for image in images], [case.name for case in cases if case.image], best)
            for measure, best in (IMAGE_MEASURES.items() if images else ())
        },
    )


def _label(value: int, cases: Sequence[Case]) -> LabelSummary:
    found = [(case.name, result) for case in cases for result in case.labels if result.value == value and result.empty != "both"]
    names, results = [name for name, _ in found], [result for _, result in found]
    return LabelSummary(
        value=value,
        name=next((case.label_names[value] for case in cases if value in case.label_names), ""),
        cases=len(results),
        missed=sum(result.empty == "prediction" for result in results),
        invented=sum(result.empty == "reference" for result in results),
        absent=sum(bool(case.labels) or not case.boxes for case in cases) - len(results),
        measures={
            measure: spread([getattr(result, measure) for result in results], names, best) for measure, best in MEASURES.items()
        },
        lesions=_pooled(results),
        volumes=_volumes(results),
    )


def _pooled(results: Sequence[LabelResult]) -> Lesions:
    return Lesions(
        sum(result.reference_lesions for result in results),
        sum(result.found_lesions for result in results),
        sum(result.predicted_lesions for result in results),
        sum(result.false_positives for result in results),
    )


def _volumes(results: Sequence[LabelResult]) -> Agreement | None:
    if not results:
        return None
    return bland_altman([result.prediction_ml for result in results], [result.reference_ml for result in results])


def _curves(cases: Sequence[Case]) -> dict[str, Froc]:
    """A curve for each name; a scan without boxes and lesions of a name still counts as a scan."""
    from .boxes import BoxMatches

    scans = [case for case in cases if case.boxes or not (case.labels or case.image)]
    names = sorted({name for case in scans for name in case.boxes})
    return {name: froc([case.boxes.get(name, BoxMatches((), ())) for case in scans]) for name in names}


def worst_cases(cases: Sequence[Case], count: int = 3) -> list[tuple[str, float]]:
    """The cases of the smallest mean Dice, the worst first."""
    known = [(case.name, case.mean_dice) for case in cases if not math.isnan(case.mean_dice)]
    return sorted(known, key=lambda each: each[1])[:count]
