"""What of a result a report speaks of, and what its reader has rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...finding import Detection
from ...image import Image
from ...results import Lesion, Prediction, Review, review_of, standing, standing_detections
from ...results.lesions import target_lesions


@dataclass(frozen=True)
class Standing:
    """Findings sorted by what a reader said.

    Attributes:
        lesions: those with voxels that stand, the largest first; the lesion of a box is its box.
        targets: ids of those that RECIST 1.1 would follow.
        detections: boxes that stand with their numbers, the best first.
        rejected_lesions, rejected_detections: the others.
    """

    lesions: tuple[Lesion, ...]
    targets: tuple[int, ...]
    detections: tuple[tuple[int, Detection], ...]
    rejected_lesions: tuple[Lesion, ...]
    rejected_detections: tuple[tuple[int, Detection], ...]

    def important(self, most: int) -> tuple[Lesion, ...]:
        """The lesions that are shown: targets first, then the largest."""
        return tuple(sorted(self.lesions, key=lambda lesion: lesion.id not in self.targets)[:most])


def sorted_by_review(prediction: Prediction, image: Image) -> Standing:
    """What stands and what does not; ``image`` is the scan."""
    kept = {lesion.id for lesion in standing(prediction)}
    boxes = {id(detection) for detection in standing_detections(prediction)}
    own = [lesion for lesion in prediction.lesions if lesion.value]
    numbered = list(enumerate(prediction.detections, 1))
    lesions = tuple(lesion for lesion in own if lesion.id in kept)
    between = image.spacing[lesions[0].slice_axis] if lesions else 0.0
    return Standing(
        lesions=lesions,
        targets=tuple(lesion.id for lesion in target_lesions(lesions, slice_mm=between)),
        detections=tuple((number, box) for number, box in numbered if id(box) in boxes),
        rejected_lesions=tuple(lesion for lesion in own if lesion.id not in kept),
        rejected_detections=tuple((number, box) for number, box in numbered if id(box) not in boxes),
    )


def said_of(prediction: Prediction, kind: str, number: int) -> Iterator[str]:
    """What a reader said of a finding, in words: its state, and the note."""
    review: Review | None = review_of(prediction, kind, number)
    if review is not None:
        yield review.state
        if review.note:
            yield review.note
