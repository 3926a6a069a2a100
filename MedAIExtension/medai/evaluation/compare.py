"""The comparison itself: both label maps on one grid, then label by label in the box where the label is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from .lesions import count_lesions
from .result import LabelResult
from .surfaces import surface_distances


def evaluate(
    prediction: Image,
    reference: Image,
    labels: Iterable[int] | None = None,
    tolerance_mm: float = 1.0,
    *,
    resample: bool = False,
    prediction_map: Mapping[int, int] | None = None,
    reference_map: Mapping[int, int] | None = None,
) -> list[LabelResult]:
    """Compare two label maps, label by label.

    Args:
        prediction: label map of one channel.
        reference: label map of one channel, by default on the same grid.
        labels: the values to compare; None compares every value above 0 that either one holds.
        tolerance_mm: distance within which surfaces agree, for the surface Dice.
        resample: bring the prediction to the reference's grid first (nearest voxel); else other grids are refused.
        prediction_map, reference_map: new value of each value before the comparison; values not named become background.
            So FreeSurfer's labels can be compared with a model's: ``reference_map={2: 1, 41: 2}``.

    Returns:
        One result per label, sorted by value. Distances assume orthogonal axes, as scanners make them.

    Raises:
        InputError: if an image is no label map, or the grids differ and ``resample`` is False.
    """
    if tolerance_mm < 0:
        raise InputError(f"A tolerance of {tolerance_mm} mm has no meaning; give 0 or more.")
    predicted, expected = _values(prediction), _values(reference)
    if not prediction.on_same_grid(reference):
        if not resample:
            raise InputError(_other_grid(prediction, reference))
        predicted = _resampled(predicted, np.linalg.inv(prediction.affine) @ reference.affine, reference.shape)
    predicted, expected = _relabeled(predicted, prediction_map), _relabeled(expected, reference_map)
    wanted = sorted(set(labels) if labels is not None else _present(predicted) | _present(expected))
    return [_compare(value, predicted == value, expected == value, reference, tolerance_mm) for value in wanted]


def _compare(
    value: int, predicted: NDArray[np.bool_], expected: NDArray[np.bool_], grid: Image, tolerance_mm: float
) -> LabelResult:
    box = _box(predicted | expected)
    predicted, expected = predicted[box], expected[box]
    sizes = int(predicted.sum()), int(expected.sum())
    common = int((predicted & expected).sum())
    together = sum(sizes) - common
    hd95 = average = math.nan
    surface_dice = 0.0 if together else 1.0
    if all(sizes):
        distances = surface_distances(predicted, expected, grid.spacing)
        hd95, average, surface_dice = distances.hausdorff(), distances.average(), distances.dice(tolerance_mm)
    lesions = count_lesions(predicted, expected)
    return LabelResult(
        value=value,
        dice=2 * common / sum(sizes) if together else 1.0,
        iou=common / together if together else 1.0,
        hd95_mm=hd95,
        surface_distance_mm=average,
        surface_dice=surface_dice,
        tolerance_mm=tolerance_mm,
        prediction_ml=sizes[0] * grid.voxel_volume_ml,
        reference_ml=sizes[1] * grid.voxel_volume_ml,
        reference_lesions=lesions.reference,
        found_lesions=lesions.found,
        false_positives=lesions.false_positives,
    )


def _box(mask: NDArray[np.bool_]) -> tuple[slice, ...]:
    """The smallest box that holds the mask; an empty one for an empty mask."""
    spans = (np.flatnonzero(mask.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1)))
    return tuple(slice(int(span[0]), int(span[-1]) + 1) if span.size else slice(0, 0) for span in spans)


def _values(image: Image) -> NDArray[np.integer]:
    """The label map's voxels (i, j, k) as integers."""
    if image.channels != 1:
        raise InputError(f"{image.name} has {image.channels} values per voxel; a label map has one.")
    voxels: NDArray = image.voxels[0]
    if np.issubdtype(voxels.dtype, np.integer):
        return voxels
    if voxels.dtype == bool:
        return voxels.astype(np.uint8)
    whole = np.isfinite(voxels).all() and np.array_equal(voxels, np.rint(voxels))
    if not whole or np.abs(voxels).max() > np.iinfo(np.int32).max:
        raise InputError(f"{image.name} has values that are not whole numbers; a label map is needed.")
    return voxels.astype(np.int32)


def _present(voxels: NDArray[np.integer]) -> set[int]:
    return {int(value) for value in np.unique(voxels) if value > 0}


def _relabeled(voxels: NDArray[np.integer], new_values: Mapping[int, int] | None) -> NDArray[np.integer]:
    if new_values is None:
        return voxels
    old, where = np.unique(voxels, return_inverse=True)
    new = np.array([new_values.get(int(value), 0) for value in old], np.int32)
    return new[where].reshape(voxels.shape)


def _resampled(voxels: NDArray[np.integer], to_voxels: NDArray[np.float64], shape: tuple[int, int, int]) -> NDArray[np.integer]:
    """The nearest voxels on another grid of this shape, whose indices ``to_voxels`` (4, 4) takes to this one; 0 beyond it."""
    from scipy import ndimage

    moved: NDArray[np.integer] = ndimage.affine_transform(
        voxels, to_voxels[:3, :3], to_voxels[:3, 3], shape, order=0, mode="grid-constant", prefilter=False
    )
    return moved


def _other_grid(prediction: Image, reference: Image) -> str:
    return (
        f"{prediction.name} ({_grid(prediction)}) and {reference.name} ({_grid(reference)}) are on different grids;"
        " ask for resampling (--resample) or compare label maps of the same scan."
    )


def _grid(image: Image) -> str:
    size = "x".join(map(str, image.shape))
    spacing = "x".join(f"{length:.3g}" for length in image.spacing)
    return f"{size} voxels of {spacing} mm"
