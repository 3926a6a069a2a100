"""Which segments a DICOM segmentation has: one for each label that was found, or for each lesion of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, MedAIError
from ...results import Label, Lesion, Prediction, standing
from ...results.lesions.components import Component, components
from ...results.review import EDITED
from ...results.statistics import boxes_of

_MOST_SEGMENTS = 65535  # DICOM numbers them with 16 bits
_SAME_PLACE_MM = 1e-2

Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Segment:
    """One segment.

    Attributes:
        number: from 1.
        label: whose voxels it has.
        name: unique in the result, such as "Liver", or "Tumor 2" of a lesion; what the report calls it.
        edited: whether a reader changed its outline.
    """

    number: int
    label: Label
    name: str
    edited: bool = False


def empty_segments(prediction: Prediction) -> list[Segment]:
    """A segment for each label, of a result in which nothing was found: what was looked for."""
    return [Segment(number, label, name_of(prediction, label)) for number, label in enumerate(prediction.labels, start=1)]


def segments_of(prediction: Prediction, lesions: bool) -> tuple[list[Segment], NDArray[np.uint16]]:
    """The segments, and which voxels are theirs: (layer, i, j, k) of segment numbers, 0 for none.

    Voxels of lesions that a reader rejected are left out. Of a label that is divided into lesions, what belongs to none of them
    (as below a smallest size) stays one segment of the label's own name.

    Args:
        prediction: with a label map.
        lesions: whether each lesion gets a segment of its own.

    Returns:
        The segments; none where nothing was found or everything was rejected.
        The voxels.

    Raises:
        InputError: if there are more segments than DICOM can number.
        MedAIError: if a lesion is none of the label map's, such as where that was changed since.
    """
    labelmap = prediction.label_image
    numbers = np.zeros(labelmap.voxels.shape, np.uint16)
    segments: list[Segment] = []
    edited = {review.id for review in prediction.reviews if (review.kind, review.state) == ("lesion", EDITED)}
    boxes = {layer: boxes_of(labelmap.voxels[layer]) for layer in {label.layer for label in prediction.labels}}
    found = [(label, boxes[label.layer][label.value]) for label in prediction.labels if label.value in boxes[label.layer]]
    for label, box in found:
        for lesion, pieces in _parts(prediction, label, box, lesions):
            changed = lesion is not None and lesion.id in edited
            segments.append(Segment(len(segments) + 1, label, name_of(prediction, label, lesion), changed))
            if len(segments) > _MOST_SEGMENTS:
                raise InputError(f"The result has more than {_MOST_SEGMENTS} lesions; DICOM cannot number them, use CSV or JSON.")
            for piece in pieces:
                numbers[(label.layer, *piece.box)][piece.mask] = len(segments)
    return segments, numbers


def name_of(prediction: Prediction, label: Label, lesion: Lesion | None = None) -> str:
    """What report and segmentation call a label, or one lesion of it: no two things have one name."""
    same = sum(other.name == label.name for other in prediction.labels)
    name = label.name if same == 1 else f"{label.name} ({label.value})"
    if lesion is None:
        return name
    while any(other.name == f"{name} {lesion.id}" for other in prediction.labels):  # such as labels "Tumor" and "Tumor 1"
        name += " lesion"
    return f"{name} {lesion.id}"


def _parts(prediction: Prediction, label: Label, box: Box, lesions: bool) -> Iterator[tuple[Lesion | None, Sequence[Component]]]:
    """The lesions of a label by their numbers, if they are wanted one by one, and what else there is of it."""
    pieces = _pieces(prediction, label, box)
    owners = _owners(prediction, label, pieces)
    kept = {lesion.id for lesion in standing(prediction)}
    alone = [(owner, piece) for owner, piece in zip(owners, pieces, strict=True) if owner and owner.id in kept]
    rest = [piece for owner, piece in zip(owners, pieces, strict=True) if owner is None]
    if lesions:
        for owner, piece in sorted(alone, key=lambda part: part[0].id):
            yield owner, [piece]
    else:
        rest += [piece for _, piece in alone]
    if rest:
        yield None, rest


def _pieces(prediction: Prediction, label: Label, box: Box) -> list[Component]:
    """What hangs together of a label in its box; all of it where it has no lesions."""
    voxels, first = prediction.label_image.voxels[label.layer][box], np.array([axis.start for axis in box])
    if not any(lesion.value == label.value for lesion in prediction.lesions):
        return [Component(label.value, first, voxels == label.value)]
    return [Component(piece.value, piece.start + first, piece.mask) for piece in components(voxels, [label.value])]


def _owners(prediction: Prediction, label: Label, pieces: Sequence[Component]) -> list[Lesion | None]:
    """The lesion that each piece is, by its size and its centroid."""
    owners: list[Lesion | None] = [None] * len(pieces)
    lesions = [lesion for lesion in prediction.lesions if lesion.value == label.value and lesion.voxels]
    if not lesions:
        return owners
    affine = prediction.label_image.affine
    centers = np.array([piece.start + np.argwhere(piece.mask).mean(axis=0) for piece in pieces]).reshape(-1, 3)
    sizes = np.array([np.count_nonzero(piece.mask) for piece in pieces])
    # A core and the shell around it may have one centroid, so the size tells them apart.
    known = np.column_stack([centers @ affine[:3, :3].T + affine[:3, 3], sizes])
    for lesion in lesions:
        away = np.abs(known - [*lesion.center_ras, lesion.voxels]).max(axis=1, initial=0)
        nearest = int(away.argmin()) if len(away) else 0
        if not len(away) or away[nearest] > _SAME_PLACE_MM:
            raise MedAIError(f"The lesions of {lesion.label} are not those of its label map; find the lesions again.")
        owners[nearest] = lesion
    return owners
