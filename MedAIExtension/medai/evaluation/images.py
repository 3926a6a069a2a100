"""How alike two images are, such as a synthetic scan and the real one: errors of their values, and their structure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..image import Image
from .grids import scan_on_grid
from .result import plain

if TYPE_CHECKING:
    import torch

_WINDOW = 11
_AT_ONCE = 32


@dataclass(frozen=True)
class ImageResult:
    """Agreement of two images on one grid, over all voxels and channels, in the images' own units.

    Attributes:
        mse, rmse, mae: mean squared error, its root, mean absolute error.
        psnr_db: peak signal-to-noise ratio in decibel, with ``data_range`` for the peak; infinite where the images are equal,
            NaN for a range of 0.
        ssim: mean structural similarity (Wang et al. 2004), -1..1; NaN for a range of 0.
        data_range: what the two count as the range of values.
    """

    mse: float
    rmse: float
    mae: float
    psnr_db: float
    ssim: float
    data_range: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; None for NaN, and for the PSNR of equal images."""
        return plain(asdict(self))


def compare_images(
    prediction: Image, reference: Image, *, data_range: float | None = None, resample: bool = False
) -> ImageResult:
    """Compare the values of two images, by MONAI's metrics.

    The structural similarity is MONAI's SSIMMetric: a Gaussian window of 11 voxels (sigma 1.5) along every axis, and, along an
    axis with fewer, the largest odd number that it has; places where the window leaves the image are left out. Images of one
    slice are compared in two dimensions.

    Args:
        prediction, reference: (channel, i, j, k) of as many channels, by default on the same grid.
        data_range: difference between the largest and the least value that the scale allows; None takes the reference's own.
        resample: bring the prediction to the reference's grid first (linearly); else other grids are refused.

    Raises:
        InputError: if channels or grids differ, or the range is not above 0.
    """
    if data_range is not None and not 0 < data_range < math.inf:
        raise InputError(f"A range of values of {data_range} has no meaning; give a number above 0.")
    if prediction.channels != reference.channels:
        raise InputError(
            f"{prediction.name} has {prediction.channels} values per voxel and {reference.name} {reference.channels};"
            " compare images of the same kind."
        )
    found, expected = scan_on_grid(prediction, reference, resample), reference.voxels
    span = float(np.ptp(expected.astype(np.float64))) if data_range is None else data_range
    return _compare(found, expected, span)


def _compare(found: np.ndarray, expected: np.ndarray, span: float) -> ImageResult:
    from monai.metrics import MAEMetric, MSEMetric

    squared, absolute = MSEMetric(), MAEMetric()
    planes = range(0, expected.shape[3], _AT_ONCE)
    sizes = [min(_AT_ONCE, expected.shape[3] - start) for start in planes]
    for start in planes:
        pair = _tensors(found, expected, slice(start, start + _AT_ONCE))
        squared(*pair)
        absolute(*pair)
    mse, mae = (float(np.average(metric.get_buffer().numpy().ravel(), weights=sizes)) for metric in (squared, absolute))
    psnr = math.nan if span <= 0 else _psnr(mse, span)
    ssim = math.nan if span <= 0 else _ssim(found, expected, span)
    return ImageResult(mse, math.sqrt(mse), mae, psnr, ssim, span)


def _psnr(mse: float, span: float) -> float:
    return 20 * math.log10(span) - 10 * math.log10(mse) if mse else math.inf


def _ssim(found: np.ndarray, expected: np.ndarray, span: float) -> float:
    """Mean over all places where the window is whole, slab by slab: windows of 11 voxels in 3D take much memory."""
    from monai.metrics import SSIMMetric

    flat = expected.shape[3] == 1
    windows = [min(_WINDOW, size - 1 + size % 2) for size in expected.shape[1:]]
    metric = SSIMMetric(2 if flat else 3, data_range=span, win_size=windows[:2] if flat else windows)
    values, places = [], []
    for slab in _slabs(expected.shape[3], windows[2]):
        pair = _tensors(found, expected, slab)
        values.append(float(metric(*(each[..., 0] if flat else each for each in pair))))
        places.append(slab.stop - slab.start - windows[2] + 1)
    return float(np.average(values, weights=places))


def _slabs(size: int, window: int) -> Iterator[slice]:
    """Spans along the last axis that overlap so that each place of the window is in exactly one of them."""
    for start in range(0, size - window + 1, _AT_ONCE):
        yield slice(start, min(start + _AT_ONCE + window - 1, size))


def _tensors(found: np.ndarray, expected: np.ndarray, planes: slice) -> tuple[torch.Tensor, torch.Tensor]:
    """Some planes of both images, (1, channel, i, j, k) in double precision."""
    import torch

    first, second = (torch.from_numpy(each[..., planes].astype(np.float64))[None] for each in (found, expected))
    return first, second
