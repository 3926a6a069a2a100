"""Rigid registration of two scans of one patient, by SimpleITK."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, MedAIError
from ..geometry import LPS_RAS, lps_from_affine, to_kji
from ..image import Image

if TYPE_CHECKING:
    import SimpleITK as sitk

_GRID_MM = 2.0  # both scans are brought to it: accuracy is far below it, and time does not depend on the scanner
_BINS, _SAMPLES, _SEED = 32, 20_000, 20090101
_SHRINK, _SMOOTH_MM = (4, 2, 1), (4.0, 2.0, 0.0)
_LEAST_SIDE = 8
# Mutual information in nats: two contrasts of one head have 0.4, a head and noise 0.00002.
_LEAST_INFORMATION = 0.05
_LEAST_GAIN = -1e-3
_LEAST_OVERLAP = 0.25


def register(baseline: Image, followup: Image) -> NDArray[np.float64]:
    """The rigid transform (4, 4), RAS to RAS in mm, from places in the baseline's scan to the same places at the follow-up.

    Largest mutual information (Mattes et al., 2003) of the first channels, at three resolutions, on a grid of 2 mm. It starts
    from where the scans lie, from their grids' centers or from their centers of mass, whichever says most. Samples are seeded
    and one thread adds them up: the same scans always give the same transform. Different contrasts are no hindrance.

    Raises:
        InputError: if a scan is flat or has no more than a few voxels along an axis.
        MedAIError: if the scans do not overlap, or nothing better than the start was found.
    """
    with _one_thread():
        matrix = _registered(baseline, followup)
    if _overlap(baseline, followup, matrix) < _LEAST_OVERLAP:
        raise MedAIError(_failure(baseline, followup, "they hardly overlap"))
    return matrix


def _registered(baseline: Image, followup: Image) -> NDArray[np.float64]:
    import SimpleITK as sitk

    fixed, moving = (_picture(image) for image in (baseline, followup))
    start, before = _best_start(fixed, moving)
    method = _method([_share(fixed, shrink) for shrink in _SHRINK])
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=2.0, minStep=2e-3, numberOfIterations=150, relaxationFactor=0.6, gradientMagnitudeTolerance=1e-6
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(_SHRINK)
    method.SetSmoothingSigmasPerLevel(_SMOOTH_MM)
    method.SetSmoothingSigmasAreSpecifiedInPhysicalUnits(True)
    found = sitk.Euler3DTransform(start)
    method.SetInitialTransform(found, inPlace=True)
    try:
        method.Execute(fixed, moving)
    except RuntimeError as problem:
        raise MedAIError(_failure(baseline, followup, "they lost each other on the way")) from problem
    _refuse_failure(baseline, followup, before, _information(fixed, moving, found))
    return _matrix(found)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of several threads differ in their last digits from run to run, also where the metric alone is told so."""
    import SimpleITK as sitk

    before = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(before)


def _method(shares: Sequence[float]) -> sitk.ImageRegistrationMethod:
    """Mutual information from these shares of the voxels, one for each resolution."""
    import SimpleITK as sitk

    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(_BINS)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentagePerLevel(list(shares), _SEED)
    method.SetInterpolator(sitk.sitkLinear)
    return method


def _share(picture: sitk.Image, shrink: int) -> float:
    """Of the picture's voxels when it is shrunk; as many samples for all sizes of scans."""
    return min(1.0, _SAMPLES / math.prod(max(1, side // shrink) for side in picture.GetSize()))


def _best_start(fixed: sitk.Image, moving: sitk.Image) -> tuple[sitk.Euler3DTransform, float]:
    """Of several first guesses the one with the largest mutual information, and that."""
    import SimpleITK as sitk

    kinds = sitk.CenteredTransformInitializerFilter
    guesses = [
        sitk.Euler3DTransform(sitk.CenteredTransformInitializer(fixed, moving, sitk.Euler3DTransform(), kind))
        for kind in (kinds.GEOMETRY, kinds.MOMENTS)
    ]
    in_place = sitk.Euler3DTransform()
    in_place.SetCenter(guesses[0].GetCenter())
    scored = [(_information(fixed, moving, guess), guess) for guess in (in_place, *guesses)]
    best = max(scored, key=lambda pair: pair[0])
    return best[1], best[0]


def _information(fixed: sitk.Image, moving: sitk.Image, transform: sitk.Euler3DTransform) -> float:
    """Mutual information in nats; 0 where the scans do not overlap."""
    import SimpleITK as sitk

    method = _method([_share(fixed, 1)])
    method.SetInitialTransform(sitk.Euler3DTransform(transform), inPlace=True)
    try:
        return -float(method.MetricEvaluate(fixed, moving))
    except RuntimeError:
        return 0.0


def _refuse_failure(baseline: Image, followup: Image, before: float, after: float) -> None:
    if after < _LEAST_INFORMATION:
        raise MedAIError(_failure(baseline, followup, f"they have nothing in common (mutual information {after:.3f})"))
    if after < before + _LEAST_GAIN:
        raise MedAIError(_failure(baseline, followup, f"nothing better than the start was found ({after:.3f} < {before:.3f})"))


def _failure(baseline: Image, followup: Image, reason: str) -> str:
    return (
        f"{followup.name} could not be registered with {baseline.name}: {reason};"
        " give a transform, such as one made in 3D Slicer, or check that both show the same part of one patient."
    )


def _picture(image: Image) -> sitk.Image:
    """The first channel as ITK's image of floats on a grid of 2 mm, or coarser where the scan is."""
    import SimpleITK as sitk

    low, high = float(image.voxels[0].min()), float(image.voxels[0].max())
    if low == high:
        raise InputError(f"{image.name} has the same value everywhere and cannot be registered; choose another scan.")
    picture = sitk.GetImageFromArray(np.ascontiguousarray(to_kji(image.voxels[:1]), dtype=np.float32))
    origin, spacing, direction = lps_from_affine(image.affine)
    picture.SetOrigin(origin)
    picture.SetSpacing(spacing)
    picture.SetDirection(direction)
    factors = [max(1, round(_GRID_MM / length)) for length in spacing]
    picture = sitk.BinShrink(picture, [min(factor, side) for factor, side in zip(factors, picture.GetSize(), strict=True)])
    if min(picture.GetSize()) < _LEAST_SIDE:
        raise InputError(f"{image.name} is too thin to be registered; give a transform instead.")
    return picture


def _matrix(transform: sitk.Euler3DTransform) -> NDArray[np.float64]:
    """The same in RAS, (4, 4): ITK's goes from the fixed scan's points to the moving one's, here baseline to follow-up."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(transform.GetMatrix(), (3, 3))
    matrix[:3, 3] = transform.TransformPoint((0.0, 0.0, 0.0))
    return np.asarray(LPS_RAS @ matrix @ LPS_RAS)


def _overlap(baseline: Image, followup: Image, matrix: NDArray[np.float64]) -> float:
    """Share of the smaller of the two grids that lies in the other one, from 10 x 10 x 10 places."""
    shares = []
    for one, two, forward in ((baseline, followup, matrix), (followup, baseline, np.linalg.inv(matrix))):
        sides = [np.linspace(0, size - 1, 10) for size in one.shape]
        places = np.stack([*np.meshgrid(*sides, indexing="ij"), np.ones((10, 10, 10))]).reshape(4, -1)
        there = (np.linalg.inv(two.affine) @ forward @ one.affine @ places)[:3].T
        shares.append(float(((there >= -0.5) & (there <= np.array(two.shape) - 0.5)).all(axis=1).mean()))
    return max(shares)
