"""nnU-Net's preprocessing: axes, crop to what is not zero, intensities, spacing; in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes

from ...errors import InputError
from ...image import Image
from .resampling import new_shape, resampled
from .space import Space

# Where the dictionary keeps what the way back needs.
ROUTE = "nnunet"
_SMALLEST = 1e-8


@dataclass(frozen=True, eq=False)
class Route:
    """The way that a scan went: its space, its size there, the box (start, end) that was cut out, and the spacings in mm."""

    space: Space
    shape: tuple[int, ...]
    box: tuple[tuple[int, int], ...]
    target: tuple[float, ...]

    @property
    def cropped(self) -> tuple[int, ...]:
        """Size of the box."""
        return tuple(end - start for start, end in self.box)


class Preprocess:
    """A dictionary transform: from the scan (channel, i, j, k) to the network's input (channel, x, y, z).

    Args:
        keys: of the image.
        spacing: the network's, in mm; two of them for a network of slices, which stay as far apart as they are.
        transpose: the plans' ``transpose_forward``.
        reorient: whether scans are turned to RAS first.
        normalization: nnU-Net's scheme for each channel.
        use_mask: for each channel, whether its zeros are left out of mean and deviation.
        intensities: for each channel, mean, deviation and percentiles of the training scans.
        resampling: orders of the splines.
    """

    def __init__(
        self,
        keys: str,
        spacing: Sequence[float],
        transpose: Sequence[int],
        reorient: bool,
        normalization: Sequence[str],
        use_mask: Sequence[bool],
        intensities: Sequence[Mapping[str, float]],
        resampling: Mapping[str, Any],
    ) -> None:
        self.keys = (keys,)
        self._spacing, self._transpose, self._reorient = tuple(spacing), tuple(transpose), reorient
        self._channels = list(zip(normalization, use_mask, intensities, strict=True))
        self._resampling = resampling

    def __call__(self, data: Mapping[str, Any]) -> dict[str, Any]:
        image = data[self.keys[0]]
        space = self._space(image.affine.numpy())
        voxels = space.forward(image.as_tensor().numpy().astype(np.float32))
        inside = _not_zero(voxels)
        box = tuple((int(where.min()), int(where.max()) + 1) for where in map(np.flatnonzero, _projections(inside)))
        route = Route(space, voxels.shape[1:], box, self._target(space))
        cut = tuple(slice(*limits) for limits in box)
        shape = new_shape(route.cropped, space.spacing, route.target)
        prepared = np.stack(
            [
                resampled(normalized(np.array(v[cut]), inside[cut], *how), shape, space.spacing, route.target, self._resampling)
                for v, how in zip(voxels, self._channels, strict=True)
            ]
        )
        affine = self._affine(image.affine.numpy(), route, shape)
        return {**data, self.keys[0]: MetaTensor(torch.from_numpy(prepared), affine=torch.from_numpy(affine)), ROUTE: route}

    def expected_grid(self, image: Image) -> tuple[tuple[int, ...], NDArray[np.float64]]:
        """Size and affine of the network's input for a scan, as they will turn out; reads the voxels once."""
        affine = image.affine.astype(np.float32).astype(float)
        space = self._space(affine)
        inside = _not_zero(space.forward(image.voxels))
        box = tuple((int(where.min()), int(where.max()) + 1) for where in map(np.flatnonzero, _projections(inside)))
        route = Route(space, inside.shape, box, self._target(space))
        shape = new_shape(route.cropped, space.spacing, route.target)
        return shape, self._affine(affine, route, shape)

    def _space(self, affine: NDArray[np.float64]) -> Space:
        return Space.of(affine, self._transpose, self._reorient)

    def _target(self, space: Space) -> tuple[float, ...]:
        return self._spacing if len(self._spacing) == 3 else (space.spacing[0], *self._spacing)

    def _affine(self, affine: NDArray[np.float64], route: Route, shape: Sequence[int]) -> NDArray[np.float64]:
        """The affine of the network's grid: its field of view is the box's, from edge to edge."""
        change = np.zeros((4, 4))
        change[3, 3] = 1
        for new, axis in enumerate(route.space.order):
            step = route.cropped[new] / shape[new]
            first = route.box[new][0] + (step - 1) / 2
            flipped = new in route.space.flips
            change[axis, new] = -step if flipped else step
            change[axis, 3] = route.shape[new] - 1 - first if flipped else first
        return affine @ change


def normalized(values: NDArray, inside: NDArray, scheme: str, use_mask: bool, known: Mapping[str, float]) -> NDArray:
    """One channel's intensities (x, y, z) as nnU-Net's scheme makes them; ``inside`` is where the scan is not zero.

    Raises:
        InputError: if the scheme is for colors from 0 to 255 and the values are others.
    """
    if scheme == "CTNormalization":
        clipped = np.clip(values, known["percentile_00_5"], known["percentile_99_5"])
        return (clipped - np.float32(known["mean"])) / np.float32(max(known["std"], _SMALLEST))
    if scheme == "ZScoreNormalization":
        where = inside if use_mask else np.ones_like(inside)
        part = values[where] if use_mask else values
        values[where] = ((part - part.mean()) / max(part.std(), _SMALLEST)).reshape(values[where].shape)
        return values
    if scheme == "RescaleTo01Normalization":
        values -= values.min()
        return values / np.clip(values.max(), _SMALLEST, None)
    if scheme == "RGBTo01Normalization":
        if values.min() < 0 or values.max() > 255:
            raise InputError("This model is for pictures with values from 0 to 255, which this scan's are not; use another.")
        return values / np.float32(255)
    return values


def _not_zero(voxels: NDArray) -> NDArray:
    """Where any channel is not zero, holes filled; everywhere in a scan of zeros."""
    inside = binary_fill_holes((voxels != 0).any(axis=0))
    return inside if inside.any() else np.ones_like(inside)


def _projections(mask: NDArray) -> list[NDArray]:
    return [np.any(mask, axis=tuple(a for a in range(3) if a != axis)) for axis in range(3)]
