"""What is followed of one result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..errors import InputError
from ..image import Image
from ..results import Label, Lesion, Prediction, find_lesions, standing


@dataclass(frozen=True, eq=False)
class TimePoint:
    """Lesions of one time point.

    Attributes:
        lesions: those that are followed.
        labelmap: what they were measured in; None of boxes.
        slice_mm: distance of its slices.
        rejected: lesions that a reader rejected; at the baseline they keep what is found there again from being new.
    """

    lesions: tuple[Lesion, ...]
    labelmap: Image | None
    slice_mm: float = 0.0
    rejected: tuple[Lesion, ...] = ()


def time_point(prediction: Prediction, labels: Collection[str] = (), *, with_rejected: bool = False) -> TimePoint:
    """The lesions of a result that are followed.

    Lesions are those of the result; where it has none, or ``labels`` names labels that they are not of, they are measured in its
    label map. Those that a reader rejected are left out, unless ``with_rejected``.

    Args:
        prediction: of a run, or a label map alone.
        labels: names or values of the labels to follow; by default those that are findings.

    Raises:
        InputError: if the result has no such label.
    """
    wanted = [_label(prediction, name) for name in labels]
    known = prediction.lesions if with_rejected else standing(prediction)
    rejected = tuple(lesion for lesion in prediction.lesions if lesion not in known)
    measured = {lesion.label for lesion in prediction.lesions}
    if not wanted:
        lesions = known if prediction.lesions else find_lesions(prediction, None)
    elif all(name in measured for name, _ in wanted):
        names = {name for name, _ in wanted}
        lesions = tuple(lesion for lesion in known if lesion.label in names)
        rejected = tuple(lesion for lesion in rejected if lesion.label in names)
    else:
        rejected = ()
        lesions = find_lesions(prediction, None, values=[label.value for _, label in wanted if label is not None])
    labelmap = prediction.labelmap
    axis = lesions[0].slice_axis if lesions else 2
    return TimePoint(lesions, labelmap, labelmap.spacing[axis] if labelmap is not None else 0.0, rejected)


def _label(prediction: Prediction, wanted: str) -> tuple[str, Label | None]:
    """A label by its name in any case, or by its value; without one, the name of what a detection model found."""
    for label in prediction.labels:
        if wanted.casefold() == label.name.casefold() or wanted == str(label.value):
            return label.name, label
    names = {lesion.label for lesion in prediction.lesions if not lesion.value}
    for name in sorted(names):
        if wanted.casefold() == name.casefold():
            return name, None
    known = ", ".join([*(label.name for label in prediction.labels), *sorted(names)])
    raise InputError(f"The result has no label {wanted!r}; choose from {known or 'another result'}.")
