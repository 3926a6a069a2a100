"""Lesion by lesion: which were found, and what was marked where there is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class LesionCounts(NamedTuple):
    """Connected components of the reference, those of them that were found, and those of the prediction that hit nothing."""

    reference: int
    found: int
    false_positives: int


def count_lesions(prediction: NDArray[np.bool_], reference: NDArray[np.bool_]) -> LesionCounts:
    """Compare the connected components (26 neighbors) of two masks (i, j, k); one common voxel is a hit."""
    from scipy import ndimage

    neighbors = np.ones((3, 3, 3), bool)
    reference_parts, reference_count = ndimage.label(reference, neighbors)
    prediction_parts, prediction_count = ndimage.label(prediction, neighbors)
    hit = prediction & reference
    found = np.unique(reference_parts[hit]).size
    right = np.unique(prediction_parts[hit]).size
    return LesionCounts(reference_count, found, prediction_count - right)
