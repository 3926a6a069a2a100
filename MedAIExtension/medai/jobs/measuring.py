"""What a result is measured with, in the worker: lesions, the labels' statistics, and what deserves a look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..errors import MedAIError
from ..image import Image
from ..results import Prediction


def measured(
    prediction: Prediction,
    image: Image | None,
    values: Collection[int] | None = None,
    doubts: Sequence[str] = (),
    classes: int = 2,
) -> Prediction:
    """The prediction with its lesions, statistics and flags.

    Args:
        prediction: on the grid of the scan.
        image: the scan, whose first channel is measured inside of lesions and labels; None measures sizes alone.
        values: of the labels whose parts are lesions; None: of those that are findings.
        doubts, classes: see ``flagged``.
    """
    from ..results.flagging import flagged
    from ..results.lesions import find_lesions
    from ..results.statistics import measure_labels

    lesions = find_lesions(prediction, image, values=values)
    statistics = measure_labels(prediction, image)
    return flagged(replace(prediction, lesions=lesions, statistics=statistics), doubts, classes)


def measured_if_possible(
    prediction: Prediction, image: Image, doubts: Sequence[str], classes: int = 2
) -> tuple[Prediction, tuple[str, ...]]:
    """As ``measured``; where that fails, the prediction as it is and a sentence, for a run must not be lost with it."""
    try:
        return measured(prediction, image, doubts=doubts, classes=classes), ()
    except MedAIError as problem:
        reason = str(problem).rstrip(".")
    except (MemoryError, ValueError, ArithmeticError, RuntimeError) as problem:
        reason = type(problem).__name__
    return prediction, (f"Lesions and labels could not be measured ({reason}); the labels themselves are complete.",)
