"""Area of a label's surface, as that of the closed surface that Slicer draws, within a few percent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

# The surface of voxels has steps, which make a sphere's area 9 percent too large however small they are. Slicer smooths the
# surface; smoothing the voxels by this many of them comes to the same (docs/lesions.md has the numbers).
_SIGMA, _RADIUS = 0.7, 3
_BLOCK = 48


def surface_area(mask: NDArray[np.bool_], affine: NDArray) -> float:
    """Area in mm2 of the surface at half the height of the mask, smoothed with a Gaussian of 0.7 voxels.

    By marching cubes (Lewiner et al., Efficient implementation of marching cubes' cases with topological guarantees, 2003),
    block by block where there is a border, so that memory stays small. Parts of a label that are one voxel thin in two
    directions are below half the height and left out; where nothing else is left, half of the greatest height is taken.

    Args:
        mask: bool (i, j, k), with at least one voxel; what lies around it is taken as empty.
        affine: ijk to RAS in mm; sheared grids are right too.
    """
    heights = [float(block.max()) for block in _smoothed(mask)]
    area = _area(mask, affine, 0.5) if max(heights) > 0.5 else 0.0
    return area or _area(mask, affine, max(heights) / 2)


def _area(mask: NDArray[np.bool_], affine: NDArray, level: float) -> float:
    from skimage.measure import marching_cubes, mesh_surface_area

    area = 0.0
    for block in _smoothed(mask):
        if block.min() < level < block.max():
            places, faces, _normals, _values = marching_cubes(block, level, allow_degenerate=False)
            area += float(mesh_surface_area(places @ affine[:3, :3].T, faces))
    return area


def _smoothed(mask: NDArray[np.bool_]) -> Iterator[NDArray[np.float32]]:
    """Blocks of the smoothed mask that hold a border; each shares a layer of voxels with the next."""
    from scipy.ndimage import gaussian_filter

    margin = _RADIUS + 1
    ranges = [range(-margin, size + margin, _BLOCK) for size in mask.shape]
    for begin in product(*ranges):
        block = _cut(mask, [at - _RADIUS for at in begin], _BLOCK + 1 + 2 * _RADIUS)
        if block.any() and not block.all():
            smooth = gaussian_filter(block.astype(np.float32), _SIGMA, mode="nearest", radius=_RADIUS)
            inner = slice(_RADIUS, -_RADIUS)
            yield smooth[inner, inner, inner]


def _cut(mask: NDArray[np.bool_], begin: list[int], size: int) -> NDArray[np.bool_]:
    """A cube of a mask that may reach out of it; it ends where the mask ends but for what smoothing needs."""
    ends = [min(at + size, length + 2 * _RADIUS + 2) for at, length in zip(begin, mask.shape, strict=True)]
    block = np.zeros([end - at for at, end in zip(begin, ends, strict=True)], bool)
    inner = tuple(slice(max(at, 0), max(end, 0)) for at, end in zip(begin, ends, strict=True))
    found = mask[inner]
    outer = tuple(slice(max(-at, 0), max(-at, 0) + length) for at, length in zip(begin, found.shape, strict=True))
    block[outer] = found
    return block
