"""Boxes of a detection model as lesions."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...finding import Detection
from ...image import Image
from .. import flags
from .lesion import Lesion


def lesion_of(detection: Detection, number: int, grid: Image | None, slice_axis: int) -> Lesion:
    """A lesion without voxels: the box's volume, center and bounds, and the model's score.

    Args:
        detection: of a model.
        number: the lesion's id.
        grid: the scan; a box that reaches to its edge or beyond is flagged.
        slice_axis: the scan's.
    """
    corners = detection.box.corners()
    low, high = corners.min(axis=0), corners.max(axis=0)
    r, a, s = ((float(least), float(most)) for least, most in zip(low, high, strict=True))
    return Lesion(
        id=number,
        label=detection.label,
        value=0,
        voxels=0,
        volume_ml=math.prod(detection.box.size_mm) / 1000,
        center_ras=detection.box.center_ras,
        bounds_ras=(*r, *a, *s),
        slice_axis=slice_axis,
        score=detection.score,
        flags=(flags.AT_THE_EDGE,) if grid and _reaches_out(corners, grid) else (),
    )


def _reaches_out(corners: NDArray, grid: Image) -> bool:
    index = (corners - grid.affine[:3, 3]) @ np.linalg.inv(grid.affine[:3, :3]).T
    wide = np.array(grid.shape) > 1
    return bool(((index <= -0.5) | (index >= np.array(grid.shape) - 0.5))[:, wide].any())
