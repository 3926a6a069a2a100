"""What a reader thinks of a finding: kept with the result, and handed on with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    lost, _ = _rejected(prediction)
    return tuple(lesion for lesion in prediction.lesions if lesion.id not in lost)


def standing_detections(prediction: Prediction) -> tuple[Detection, ...]:
    """The detections that no reader has rejected, neither themselves nor as lesions, in their order."""
    _, lost = _rejected(prediction)
    return tuple(box for number, box in enumerate(prediction.detections, 1) if number not in lost)


def _rejected(prediction: Prediction) -> tuple[set[int], set[int]]:
    """Ids of lesions, and of detections."""
    said: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for review in prediction.reviews:
        if review.state == REJECTED:
            said[review.kind].add(review.id)
    boxes = dict(_boxes(prediction))
    lesions = {lesion for lesion, number in boxes.items() if number in said["detection"]}
    detections = {number for lesion, number in boxes.items() if lesion in said["lesion"]}
    return said["lesion"] | lesions, said["detection"] | detections


def _boxes(prediction: Prediction) -> Iterator[tuple[int, int]]:
    """Ids of each lesion that is a box and of its detection; both are in the same order."""
    boxes = enumerate(prediction.detections, 1)
    for lesion in prediction.lesions:
        if lesion.value == 0:
            number = next((number for number, box in boxes if _is_of(lesion, box)), None)
            if number is not None:
                yield lesion.id, number


def _is_of(lesion: Lesion, detection: Detection) -> bool:
    """True for a lesion without voxels that is this box: it has the box's name and center."""
    apart = max(abs(one - two) for one, two in zip(lesion.center_ras, detection.box.center_ras, strict=True))
    return lesion.label == detection.label and apart < _SAME_MM


def _choice(kind: str, known: Iterable[int]) -> str:
    numbers = sorted(known)
    if not numbers:
        return f"it has no {kind}s"
    return f"its {kind}s are 1 to {numbers[-1]}" if numbers == list(range(1, numbers[-1] + 1)) else f"choose one of {numbers}"
