"""The comparison itself: both label maps on one grid, then label by label in the box where the label is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from .grids import Slices, box_of, boxes, joined, labels_on_grid, relabeled
from .lesions import match_lesions
from .result import LabelResult
from .surfaces import surface_distances

Places = Mapping[int, Slices]


def evaluate(
    prediction: Image,
    reference: Image,
    labels: Iterable[int] | None = None,
    tolerance_mm: float = 1.0,
    *,
    resample: bool = False,
    prediction_map: Mapping[int, int] | None = None,
    reference_map: Mapping[int, int] | None = None,
    lesion_iou: float = 0.0,
    layered: bool = False,
) -> list[LabelResult]:
    """Compare two label maps, label by label.

    Args:
        prediction: label map (1, i, j, k).
        reference: label map (1, i, j, k), by default on the same grid.
        labels: the values to compare; None compares every value above 0 that either one holds.
        tolerance_mm: distance within which surfaces agree, for the surface Dice.
        resample: bring the prediction to the reference's grid first (nearest voxel); else other grids are refused.
        prediction_map, reference_map: new value of each value before the comparison; values not named become background.
            So FreeSurfer's labels can be compared with a model's: ``reference_map={2: 1, 41: 2}``.
        lesion_iou: 0: a lesion is hit by one common voxel. Above 0, up to 1: components hit each other one to one whose
            intersection over union is at least this.
        layered: the label maps may have several channels, as those of labels that overlap: a voxel has a label where any of its
            values is the label's.

    Returns:
        One result per label, sorted by value.

    Raises:
        InputError: if an image is no label map, the grids differ and ``resample`` is False, or a number has no meaning.
    """
    check_criteria(tolerance_mm, lesion_iou)
    predicted, expected = labels_on_grid(prediction, reference, resample, layered)
    predicted, expected = relabeled(predicted, prediction_map), relabeled(expected, reference_map)
    places = boxes(predicted), boxes(expected)
    wanted = sorted(set(labels) if labels is not None else {*places[0], *places[1]})
    return [
        _compare(value, *_cropped(value, predicted, expected, places), reference.affine, tolerance_mm, lesion_iou)
        for value in wanted
    ]


def check_criteria(tolerance_mm: float, lesion_iou: float) -> None:
    """Refuse what has no meaning; raises InputError."""
    if not 0 <= tolerance_mm < math.inf:
        raise InputError(f"A tolerance of {tolerance_mm} mm has no meaning; give 0 or more.")
    if not 0 <= lesion_iou <= 1:
        raise InputError(f"An overlap of lesions (IoU) of {lesion_iou} has no meaning; give a number from 0 to 1.")


def _compare(
    value: int,
    predicted: NDArray[np.bool_],
    expected: NDArray[np.bool_],
    box: Slices,
    affine: NDArray[np.float64],
    tolerance_mm: float,
    lesion_iou: float,
) -> LabelResult:
    sizes = int(predicted.sum()), int(expected.sum())
    common = int((predicted & expected).sum())
    together = sum(sizes) - common
    hd95 = average = math.nan
    surface_dice = 0.0 if together else 1.0
    if all(sizes):
        distances = surface_distances(predicted, expected, affine[:3, :3])
        hd95, average, surface_dice = distances.hausdorff(), distances.average(), distances.dice(tolerance_mm)
    lesions = match_lesions(predicted, expected, _moved(affine, box), lesion_iou)
    milliliters = abs(float(np.linalg.det(affine[:3, :3]))) / 1000
    return LabelResult(
        value=value,
        dice=2 * common / sum(sizes) if together else 1.0,
        iou=common / together if together else 1.0,
        hd95_mm=hd95,
        surface_distance_mm=average,
        surface_dice=surface_dice,
        tolerance_mm=tolerance_mm,
        prediction_ml=sizes[0] * milliliters,
        reference_ml=sizes[1] * milliliters,
        reference_lesions=len(lesions.reference),
        found_lesions=sum(lesion.hit for lesion in lesions.reference),
        false_positives=sum(not lesion.hit for lesion in lesions.prediction),
        predicted_lesions=len(lesions.prediction),
        lesions=lesions.reference,
        predicted=lesions.prediction,
    )


def _cropped(
    value: int, predicted: NDArray[np.integer], expected: NDArray[np.integer], places: tuple[Places, Places]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Slices]:
    """Where both label maps (layer, i, j, k) have the value, in the smallest box that holds both; and that box."""
    if value > 0:
        box = joined(*(place.get(value) for place in places))
    else:  # such as the background
        box = box_of((predicted == value).any(axis=0) | (expected == value).any(axis=0))
    within = (slice(None), *box)
    return (predicted[within] == value).any(axis=0), (expected[within] == value).any(axis=0), box


def _moved(affine: NDArray[np.float64], box: Slices) -> NDArray[np.float64]:
    """The ijk-to-RAS affine (4, 4) of the box alone."""
    moved = affine.copy()
    moved[:3, 3] = (affine @ [*(part.start for part in box), 1])[:3]
    return moved
