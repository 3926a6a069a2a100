"""What a reader thinks of a finding: kept with the result, and handed on with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from ..finding import Detection
    from .lesions import Lesion
    from .prediction import Prediction

ACCEPTED, REJECTED, EDITED = "accepted", "rejected", "edited"
STATES = (ACCEPTED, REJECTED, EDITED)
KINDS = ("lesion", "detection")
_SAME_MM = 1e-3


@dataclass(frozen=True)
class Review:
    """A reader's word on one finding.

    Attributes:
        kind: "lesion" or "detection".
        id: the lesion's ``id``, or the detection's place in the result's order, from 1.
        state: "accepted", "rejected" or "edited" (its outline or box was changed by hand).
        note: free text of the reader; "" for none.

    Raises:
        InputError: if kind or state is unknown.
    """

    kind: str
    id: int
    state: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"{self.kind!r} is no kind of finding that is reviewed; choose one of {', '.join(KINDS)}.")
        if self.state not in STATES:
            raise InputError(f"{self.state!r} is no outcome of a review; choose one of {', '.join(STATES)}.")


def reviewed(prediction: Prediction, reviews: Iterable[Review]) -> Prediction:
    """The prediction with a reader's words added to those that it has; of several on one finding the latest holds.

    Reviews are sorted: lesions before detections, each by its id.

    Raises:
        InputError: if one of them is on a lesion or detection that the prediction does not have.
    """
    known = {"lesion": {lesion.id for lesion in prediction.lesions}, "detection": set(range(1, len(prediction.detections) + 1))}
    latest = {(review.kind, review.id): review for review in prediction.reviews}
    for review in reviews:
        if review.id not in known[review.kind]:
            raise InputError(f"There is no {review.kind} {review.id} in this result; {_choice(review.kind, known[review.kind])}.")
        latest[review.kind, review.id] = review
    ordered = sorted(latest.values(), key=lambda review: (KINDS.index(review.kind), review.id))
    return replace(prediction, reviews=tuple(ordered))


def review_of(prediction: Prediction, kind: str, number: int) -> Review | None:
    """A reader's word on the lesion or detection of this id; None where nobody has said anything."""
    return next((review for review in prediction.reviews if (review.kind, review.id) == (kind, number)), None)


def standing(prediction: Prediction) -> tuple[Lesion, ...]:
    """The lesions that no reader has rejected, in their order: what is counted, followed and handed on.

    The lesion of a box goes with its detection: rejecting either rejects both.
    """
    lost = _rejected(prediction, "lesion")
    boxes = [box for number, box in enumerate(prediction.detections, 1) if number in _rejected(prediction, "detection")]
    return tuple(
        lesion for lesion in prediction.lesions if lesion.id not in lost and not any(_is_of(lesion, box) for box in boxes)
    )


def standing_detections(prediction: Prediction) -> tuple[Detection, ...]:
    """The detections that no reader has rejected, neither themselves nor as lesions, in their order."""
    lost = _rejected(prediction, "detection")
    lesions = [lesion for lesion in prediction.lesions if lesion.id in _rejected(prediction, "lesion")]
    return tuple(
        box
        for number, box in enumerate(prediction.detections, 1)
        if number not in lost and not any(_is_of(lesion, box) for lesion in lesions)
    )


def _rejected(prediction: Prediction, kind: str) -> set[int]:
    return {review.id for review in prediction.reviews if review.kind == kind and review.state == REJECTED}


def _is_of(lesion: Lesion, detection: Detection) -> bool:
    """True for a lesion that is this box: it has no voxels, and the box's name and center."""
    apart = max(abs(one - two) for one, two in zip(lesion.center_ras, detection.box.center_ras, strict=True))
    return lesion.value == 0 and lesion.label == detection.label and apart < _SAME_MM


def _choice(kind: str, known: Iterable[int]) -> str:
    numbers = sorted(known)
    if not numbers:
        return f"it has no {kind}s"
    return f"its {kind}s are 1 to {numbers[-1]}" if numbers == list(range(1, numbers[-1] + 1)) else f"choose one of {numbers}"
