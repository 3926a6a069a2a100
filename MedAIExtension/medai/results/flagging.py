"""Which lesions and labels deserve a reader's look, and why."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from ..resources import resource
from . import flags
from .labels import Label
from .prediction import Prediction
from .statistics import Statistics

_ORDER = tuple(flags.SENTENCES)


def unsure_below(classes: int = 2) -> float:
    """The mean confidence inside, 0 to 1, below which a model is called unsure.

    The map (1 - entropy / ln classes) is 1 where the model knows one answer and 0 where all are alike to it. Of two answers, a
    half is where the likelier one has a probability of 0.89. Where a model chooses among more, two that are equally likely leave
    it more than half as sure, of 16 at 0.75; being as unsure as that on average is the limit then.
    """
    return max(0.5, 1 - math.log(2) / math.log(classes)) if classes > 2 else 0.5


def flagged(prediction: Prediction, doubts: Sequence[str] = (), classes: int = 2) -> Prediction:
    """The prediction with flags on its lesions and statistics, in addition to those that they have.

    ``flags.AT_THE_EDGE`` and ``flags.TINY`` are set where lesions and labels are measured. Here come ``LOW_CONFIDENCE`` below
    ``unsure_below``, ``OUTSIDE_RANGE`` on everything where there are doubts about the input, and
    ``IMPLAUSIBLE_VOLUME`` on labels that Resources/Terminology/volumes.csv knows, where they do not touch the scan's edge and
    the whole scan was labeled.

    Args:
        prediction: with lesions and statistics.
        doubts: sentences about an input that the model was not made for.
        classes: that the model chooses one of at each voxel, background included; 2 where its labels may overlap.
    """
    limit = unsure_below(classes)
    common = [flags.OUTSIDE_RANGE] if doubts else []
    labels = {label.value: label for label in prediction.labels} if _was_whole(prediction.run) else {}
    lesions = (replace(each, flags=_joined(each.flags, common, _unsure(each.confidence, limit))) for each in prediction.lesions)
    statistics = (
        replace(
            each, flags=_joined(each.flags, common, _unsure(each.confidence, limit), _implausible(each, labels.get(each.value)))
        )
        for each in prediction.statistics
    )
    return replace(prediction, lesions=tuple(lesions), statistics=tuple(statistics))


def plausible_volume(label: Label) -> tuple[float, float] | None:
    """Least and most ml of a structure in adults, far beyond what is normal; None of what the table does not know.

    A label without side of what there is left and right may be both sides; one with a side of what is counted whole is half.
    """
    entry = _table().get((label.type.scheme, label.type.value))
    if entry is None or label.region is not None:
        return None
    low, high, sides = entry
    if sides == 2:
        return (low, high) if label.modifier else (low, 2 * high)
    return (low / 2, high / 2) if label.modifier else (low, high)


def _implausible(measured: Statistics, label: Label | None) -> list[str]:
    allowed = plausible_volume(label) if label and flags.AT_THE_EDGE not in measured.flags else None
    return [] if allowed is None or allowed[0] <= measured.volume_ml <= allowed[1] else [flags.IMPLAUSIBLE_VOLUME]


def _unsure(confidence: float | None, limit: float) -> list[str]:
    return [flags.LOW_CONFIDENCE] if confidence is not None and confidence < limit else []


def _joined(*some: Iterable[str]) -> tuple[str, ...]:
    found = {flag for each in some for flag in each}
    return (*(flag for flag in _ORDER if flag in found), *sorted(found - set(_ORDER)))


def _was_whole(run: Mapping[str, object]) -> bool:
    options = run.get("options")
    return not (isinstance(options, Mapping) and options.get("roi"))


@cache
def _table() -> dict[tuple[str, str], tuple[float, float, int]]:
    with resource("Terminology", "volumes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["Type_CodingScheme"], row["Type_CodeValue"]): (float(row["Least_ml"]), float(row["Most_ml"]), int(row["Sides"]))
        for row in rows
    }
