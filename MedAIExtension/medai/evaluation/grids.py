"""Both images on one grid, and label maps as whole numbers with the same numbering."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image

Slices = tuple[slice, ...]
# Up to this value a table of all values is smaller than what sorting the voxels takes.
_LARGEST_IN_TABLE = 65535


def labels_on_grid(
    prediction: Image, reference: Image, resample: bool, layered: bool
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Two label maps as whole numbers (layer, i, j, k) on the reference's grid; the nearest voxel where they are resampled.

    Raises:
        InputError: if one is no label map, has several layers and ``layered`` is False, or the grids differ and ``resample`` is
            False.
    """
    predicted, expected = _values(prediction, layered), _values(reference, layered)
    if not prediction.on_same_grid(reference):
        _require(resample, prediction, reference)
        to_voxels = _to_voxels(prediction, reference)
        predicted = np.stack([_resampled(each, to_voxels, reference.shape, order=0) for each in predicted])
    return predicted, expected


def scan_on_grid(prediction: Image, reference: Image, resample: bool) -> NDArray:
    """The prediction's voxels (channel, i, j, k) on the reference's grid; interpolated linearly where they are resampled.

    Raises:
        InputError: if the grids differ and ``resample`` is False, or the prediction does not cover the reference's grid.
    """
    if prediction.on_same_grid(reference):
        return prediction.voxels
    _require(resample, prediction, reference)
    to_voxels = _to_voxels(prediction, reference)
    corners = np.array([(*corner, 1) for corner in product(*((0, size - 1) for size in reference.shape))])
    places = (to_voxels @ corners.T)[:3].T
    if (places < -0.5 - 1e-3).any() or (places > np.array(prediction.shape) - 0.5 + 1e-3).any():
        raise InputError(
            f"{prediction.name} does not cover all of {reference.name}, so part of it has nothing to compare with;"
            " crop the reference."
        )
    channels = [_resampled(each.astype(np.float32), to_voxels, reference.shape, order=1) for each in prediction.voxels]
    return np.stack(channels)


def relabeled(voxels: NDArray[np.integer], new_values: Mapping[int, int] | None) -> NDArray[np.integer]:
    """The label map with each value replaced; values that are not named become 0. None changes nothing."""
    if new_values is None:
        return voxels
    low, high = int(voxels.min()), int(voxels.max())
    if low >= 0 and high <= _LARGEST_IN_TABLE:
        return np.array([new_values.get(value, 0) for value in range(high + 1)], np.int32)[voxels]
    old, where = np.unique(voxels, return_inverse=True)
    new = np.array([new_values.get(int(value), 0) for value in old], np.int32)
    return new[where].reshape(voxels.shape)


def boxes(voxels: NDArray[np.integer]) -> dict[int, Slices]:
    """The smallest box that holds each value above 0 of a label map (layer, i, j, k), in one pass over each layer."""
    found: dict[int, Slices] = {}
    for layer in voxels:
        for value, box in _boxes(layer).items():
            found[value] = joined(found.get(value), box)
    return found


def joined(first: Slices | None, second: Slices | None) -> Slices:
    """The smallest box that holds both boxes; an empty one without any."""
    if first is None or second is None:
        return first or second or (slice(0, 0),) * 3
    return tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(first, second, strict=True))


def _boxes(voxels: NDArray[np.integer]) -> dict[int, Slices]:
    from scipy import ndimage

    if voxels.max() <= _LARGEST_IN_TABLE:
        return {value: box for value, box in enumerate(ndimage.find_objects(voxels), 1) if box is not None}
    values, where = np.unique(voxels, return_inverse=True)
    found = ndimage.find_objects(where.reshape(voxels.shape) + 1)
    return {int(value): box for value, box in zip(values, found, strict=True) if value > 0}


def box_of(mask: NDArray[np.bool_]) -> Slices:
    """The smallest box that holds a mask (i, j, k); an empty one for an empty mask."""
    spans = (np.flatnonzero(mask.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1)))
    return tuple(slice(int(span[0]), int(span[-1]) + 1) if span.size else slice(0, 0) for span in spans)


def _values(image: Image, layered: bool) -> NDArray[np.integer]:
    """The label map's voxels (layer, i, j, k) as integers."""
    if image.channels != 1 and not layered:
        raise InputError(
            f"{image.name} has {image.channels} values per voxel, and a label map has one; give labels that overlap as the"
            " layers of a segmentation (.seg.nrrd), or each in a file of its own."
        )
    voxels: NDArray = image.voxels
    if np.issubdtype(voxels.dtype, np.integer):
        return voxels
    if voxels.dtype == bool:
        return voxels.astype(np.uint8)
    whole = np.isfinite(voxels).all() and np.array_equal(voxels, np.rint(voxels))
    if not whole or np.abs(voxels).max() > np.iinfo(np.int32).max:
        raise InputError(
            f"{image.name} has values that are not whole numbers, so it is no label map; to compare scans, ask for --images."
        )
    return voxels.astype(np.int32)


def _to_voxels(prediction: Image, reference: Image) -> NDArray[np.float64]:
    """What takes voxel indices of the reference to those of the prediction, (4, 4)."""
    to_voxels: NDArray[np.float64] = np.linalg.inv(prediction.affine) @ reference.affine
    return to_voxels


def _resampled(voxels: NDArray, to_voxels: NDArray[np.float64], shape: tuple[int, int, int], order: int) -> NDArray:
    """Voxels on another grid of this shape, whose indices ``to_voxels`` takes to this one: nearest (0) or linear (1)."""
    from scipy import ndimage

    beyond = "grid-constant" if order == 0 else "nearest"
    moved: NDArray = ndimage.affine_transform(
        voxels, to_voxels[:3, :3], to_voxels[:3, 3], shape, order=order, mode=beyond, prefilter=False
    )
    return moved


def _require(resample: bool, prediction: Image, reference: Image) -> None:
    if not resample:
        raise InputError(
            f"{prediction.name} ({_grid(prediction)}) and {reference.name} ({_grid(reference)}) are on different grids;"
            " ask for resampling (--resample) or compare images of the same scan."
        )


def _grid(image: Image) -> str:
    size = "x".join(map(str, image.shape))
    spacing = "x".join(f"{length:.3g}" for length in image.spacing)
    return f"{size} voxels of {spacing} mm"
