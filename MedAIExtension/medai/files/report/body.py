"""The patient's outline in a scan, for pictures: where findings without any organ around them lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...image import Image

_MOST = 120  # voxels along an axis
_SKIN_HU = -300.0
_AIR_HU = -500.0
_OF_OTSU = 0.6  # skin is darker than what lies below it
_SMALLEST, _LARGEST = 0.01, 0.97  # share of the scan that can be a body
_SOFT = 0.8  # voxels, of the filter that makes it smooth


def body_of(image: Image) -> Image | None:
    """The largest thing in a scan that is no air, without holes, as a volume (1, i, j, k) float32 of 0 to 1 on a coarser grid.

    Hounsfield units have a threshold of their own; of other scans it is Otsu's (IEEE Trans Syst Man Cybern 9, 1979), lowered. A
    hint for the eye, no segmentation. None where nothing stands out, or of a scan of few slices.
    """
    from scipy.ndimage import binary_fill_holes, gaussian_filter

    coarse = thinned(image, _MOST)
    if min(coarse.shape) < 4:
        return None
    values = np.nan_to_num(coarse.voxels[0].astype(np.float32))
    mask = _largest(values > _threshold(values, image.modality))
    if mask is None:
        return None
    filled = gaussian_filter(binary_fill_holes(mask).astype(np.float32), _SOFT)
    return Image(filled[None], coarse.affine)


def thinned(image: Image, most: int) -> Image:
    """Every n-th voxel of the first channel along each axis, so that none has more than about ``most``."""
    steps = [-(-size // most) for size in image.shape]
    i, j, k = (slice(None, None, step) for step in steps)
    affine = image.affine.copy()
    affine[:3, :3] *= steps
    return Image(image.voxels[:1, i, j, k], affine, image.name, image.modality)


def corners_of(mask: NDArray, affine: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(8, 3) RAS of the corners of the box along the grid that holds all of a mask (i, j, k); None of an empty one."""
    ends = []
    for axis in range(3):
        there = np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis)))
        if not there.size:
            return None
        ends.append((there[0] - 0.5, there[-1] + 0.5))
    points = np.array(np.meshgrid(*ends, [1.0], indexing="ij")).reshape(4, -1)
    return np.asarray((affine @ points)[:3].T)


def _threshold(values: NDArray[np.float32], modality: str) -> float:
    from skimage.filters import threshold_otsu

    low, high = float(values.min()), float(values.max())
    if modality == "CT" or (modality == "" and low < _AIR_HU):
        return _SKIN_HU
    return low + _OF_OTSU * (float(threshold_otsu(values)) - low) if high > low else high


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    from scipy.ndimage import label

    parts, count = label(mask)
    if not count:
        return None
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    largest = np.asarray(parts == sizes.argmax())
    return largest if _SMALLEST < largest.mean() < _LARGEST else None
