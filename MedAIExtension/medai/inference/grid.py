"""The network's grid: where it will lie, and which part of it decides the labels inside a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.data.utils import compute_shape_offset, zoom_affine
from monai.inferers import SlidingWindowInferer
from monai.transforms import (
    Activationsd,
    AsDiscreted,
    CastToTyped,
    CropForegroundd,
    EnsureTyped,
    Identityd,
    Invertd,
    Orientationd,
    Resize,
    Resized,
    Spacingd,
    ToDeviced,
    Transposed,
)
from monai.utils import ensure_tuple, fall_back_tuple
from numpy.typing import NDArray

from ..geometry import spacing_of
from ..image import Image
from ..region import Box
from .cost import WindowCost
from .pipeline import Pipeline
from .prepare import rounded_affine

Part = tuple[slice, ...]

# How far a label sees on the way back, in voxels of either grid. A resampling that is linear at most reads voxels less than
# one away, or (averaging) within one voxel of the coarser grid. Two of them may follow each other.
_REACH = 2.0

# What makes a label of the scores at its own place alone. Anything else (the largest component, filled holes) looks further.
_LOCAL = (Activationsd, AsDiscreted, CastToTyped, EnsureTyped, Identityd, Invertd, ToDeviced)


@dataclass(frozen=True, eq=False)
class Grid:
    """Size (i, j, k) of a grid and its ijk-to-RAS affine (4, 4) in mm."""

    shape: tuple[int, ...]
    affine: NDArray[np.float64]

    @property
    def spacing(self) -> tuple[float, ...]:
        """Voxel size in mm along i, j, k."""
        return tuple(spacing_of(self.affine).tolist())

    def moved(self, shape: Sequence[int], start: Sequence[float], step: Sequence[float]) -> Grid:
        """A grid of another size that begins at ``start`` and whose voxels are ``step`` large, both in voxels of this one."""
        change = np.diag([*step, 1.0])
        change[:3, 3] = start
        return Grid(tuple(int(n) for n in shape), self.affine @ change)


def expected_grid(image: Image, pipeline: Pipeline) -> Grid:
    """The network's grid for a scan, from the preprocessing's own orientation, foreground crop and spacing, without running it.

    A crop that follows a change of spacing is left out: the size is then an upper bound.
    """
    steps = pipeline.preprocessing.transforms
    axes, flips = _axes(image, next((step for step in steps if isinstance(step, Orientationd)), None))
    grid = turned = _turned(image, axes, flips)
    for step in steps:
        if isinstance(step, CropForegroundd) and grid is turned:
            grid = _cropped(grid, step, image, axes, flips)
        elif isinstance(step, Spacingd):
            grid = _respaced(grid, step)
        elif hasattr(step, "expected_grid"):
            grid = Grid(*step.expected_grid(image))
        elif isinstance(step, Resized):
            size = _resized(grid.shape, step.resizer)
            scale = [n / r for n, r in zip(grid.shape, size, strict=True)]
            grid = grid.moved(size, [(f - 1) / 2 for f in scale], scale)
    return grid


def grid_of(inputs: torch.Tensor, source: Any) -> Grid | None:
    """The network's grid as it turned out: that of its input (channel, i, j, k); None where the preprocessing lost it."""
    return Grid(tuple(inputs.shape[1:]), source.affine.numpy().astype(float)) if isinstance(source, MetaTensor) else None


def deciding_part(box: Box | None, image: Image, grid: Grid | None, pipeline: Pipeline, cost: WindowCost) -> Part | None:
    """The part of the network's grid that decides the labels in the box; None where all of it has to be computed.

    That is so without a box, for a network that sees the scan whole or whose output has no known shape, for resampling with
    splines, and for postprocessing that looks at more than one voxel.
    """
    local = all(isinstance(step, _LOCAL) for step in pipeline.postprocessing)
    tracked = not any(_loses_place(step) or _is_spline(step) for step in pipeline.preprocessing.transforms)
    windowed = isinstance(pipeline.inferer, SlidingWindowInferer) and bool(cost.output_shape)
    if box is None or grid is None or not (local and tracked and windowed):
        return None
    to_grid = np.linalg.inv(grid.affine)
    corners = box.corners() @ to_grid[:3, :3].T + to_grid[:3, 3]
    reach = _REACH + _REACH * np.abs(to_grid[:3, :3] @ image.affine[:3, :3]).sum(axis=1)
    last = np.array(grid.shape) - 1
    # Beyond the border the nearest voxel may decide, so that some of the grid always does.
    low = np.clip(np.floor(corners.min(axis=0) - reach), 0, last).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0) + reach), 0, last).astype(int)
    return tuple(slice(int(a), int(b) + 1) for a, b in zip(low, high, strict=True))


def deciding_slices(box: Box | None, image: Image) -> list[int]:
    """Those k of a scan that have voxels in the box; all without one."""
    if box is None:
        return list(range(image.shape[2]))
    return [int(k) for k in np.flatnonzero(box.mask(image.shape, image.affine).any(axis=(0, 1)))]


def _loses_place(step: Any) -> bool:
    """True for what moves voxels and leaves a wrong affine behind."""
    return isinstance(step, Transposed) or (isinstance(step, Spacingd) and bool(step.spacing_transform.recompute_affine))


def _is_spline(step: Any) -> bool:
    """True for interpolation of an order above 1, where every voxel has a share in all others."""
    return any(isinstance(mode, int) and mode > 1 for mode in ensure_tuple(getattr(step, "mode", ())))


def _resized(shape: Sequence[int], resizer: Resize) -> Sequence[int]:
    """What a grid's size becomes: as given, with the own one where that is not positive, or in proportion."""
    if resizer.size_mode == "longest":
        scale = resizer.spatial_size / max(shape)
        return [round(n * scale) for n in shape]
    return fall_back_tuple(resizer.spatial_size, shape)


def _axes(image: Image, step: Orientationd | None) -> tuple[list[int], list[bool]]:
    """For each axis of the turned scan: which of its own it is, and whether it is flipped."""
    own = image.orientation
    wanted = (step.ornt_transform.axcodes or "RAS") if step else own
    axes = [next(a for a, code in enumerate(own) if {code, letter} <= set(pair)) for letter in wanted for pair in _pairs(letter)]
    return axes, [own[axis] != letter for axis, letter in zip(axes, wanted, strict=True)]


def _pairs(letter: str) -> list[str]:
    return [pair for pair in ("RL", "AP", "SI") if letter in pair]


def _turned(image: Image, axes: Sequence[int], flips: Sequence[bool]) -> Grid:
    shape = [image.shape[axis] for axis in axes]
    change = np.zeros((4, 4))
    change[3, 3] = 1
    for new, (old, flipped) in enumerate(zip(axes, flips, strict=True)):
        change[old, new] = -1 if flipped else 1
        change[old, 3] = shape[new] - 1 if flipped else 0
    return Grid(tuple(shape), rounded_affine(image) @ change)


def _respaced(grid: Grid, step: Spacingd) -> Grid:
    transform = step.spacing_transform
    wanted = np.broadcast_to(transform.pixdim, 3)
    spacing = np.where(wanted > 0, wanted, grid.spacing)  # where it is not a length, the scan's own stays
    affine = zoom_affine(grid.affine, spacing, diagonal=transform.diagonal)
    shape, affine[:3, 3] = compute_shape_offset(grid.shape, grid.affine, affine, transform.scale_extent)
    return Grid(tuple(int(n) for n in shape), affine)


def _cropped(grid: Grid, step: CropForegroundd, image: Image, axes: Sequence[int], flips: Sequence[bool]) -> Grid:
    voxels = torch.from_numpy(np.ascontiguousarray(image.voxels, dtype=np.float32))
    start, end = step.cropper.compute_bounding_box(voxels.permute(0, *(axis + 1 for axis in axes)))
    first = [n - e if flipped else s for s, e, n, flipped in zip(start, end, grid.shape, flips, strict=True)]
    return grid.moved([e - s for s, e in zip(start, end, strict=True)], [float(f) for f in first], (1, 1, 1))
