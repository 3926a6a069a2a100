"""Values of images: against numpy and scikit-image."""

import json
import math

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from medai.errors import InputError
from medai.evaluation import compare_images
from medai.image import Image


def pair(shape=(1, 30, 28, 50), noise=20.0):
    generator = np.random.default_rng(4)
    first = generator.normal(0, 1, shape).cumsum(axis=1).cumsum(axis=2) * 10
    return Image(first.astype(np.float32) + generator.normal(0, noise, shape).astype(np.float32), np.eye(4)), Image(
        first.astype(np.float32), np.eye(4)
    )


def test_errors_are_those_of_numpy():
    found, expected = pair()
    result = compare_images(found, expected)
    difference = found.voxels.astype(float) - expected.voxels
    assert result.mse == pytest.approx((difference**2).mean())
    assert result.rmse == pytest.approx(math.sqrt((difference**2).mean()))
    assert result.mae == pytest.approx(np.abs(difference).mean())
    assert result.data_range == pytest.approx(np.ptp(expected.voxels))
    assert result.psnr_db == pytest.approx(peak_signal_noise_ratio(expected.voxels, found.voxels, data_range=result.data_range))


@pytest.mark.parametrize("shape", [(1, 30, 28, 50), (1, 40, 37, 1), (3, 32, 31, 1)])
def test_structure_is_that_of_scikit_image_where_the_window_is_whole(shape):
    found, expected = pair(shape)
    result = compare_images(found, expected, data_range=400)
    maps = [
        structural_similarity(
            *(np.squeeze(each[channel]).astype(np.float64) for each in (expected.voxels, found.voxels)),
            data_range=400, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True,
        )[1]
        for channel in range(shape[0])
    ]  # fmt: skip
    whole = [each[tuple(slice(5, -5) for _ in each.shape)].mean() for each in maps]
    assert result.ssim == pytest.approx(np.mean(whole), abs=1e-4)


def test_equal_images_agree_wholly_and_json_holds_no_infinity():
    _, expected = pair((1, 20, 20, 7))
    result = compare_images(expected, expected)
    assert (result.mse, result.ssim, result.psnr_db) == (0, pytest.approx(1), math.inf)
    assert result.as_dict()["psnr_db"] is None
    json.dumps(result.as_dict(), allow_nan=False)


def test_an_image_without_a_range_has_errors_and_no_structure():
    flat = Image(np.full((1, 12, 12, 12), 3, np.int16), np.eye(4))
    result = compare_images(Image(flat.voxels + 2, np.eye(4)), flat)
    assert (result.mse, result.mae) == (4, 2)
    assert math.isnan(result.ssim)
    assert math.isnan(result.psnr_db)


def test_a_finer_grid_is_interpolated_where_it_covers_the_reference():
    ramp = np.arange(20, dtype=np.float32)[None, :, None, None] * np.ones((1, 20, 8, 8), np.float32)
    fine = Image(np.repeat(ramp, 2, axis=1) + np.tile([-0.25, 0.25], 20)[None, :, None, None], np.diag([0.5, 1, 1, 1]))
    placed = Image(fine.voxels, fine.affine, "fine")
    placed.affine[0, 3] = -0.25
    with pytest.raises(InputError, match="--resample"):
        compare_images(placed, Image(ramp, np.eye(4)))
    assert compare_images(placed, Image(ramp, np.eye(4)), resample=True).mae == pytest.approx(0, abs=1e-5)
    with pytest.raises(InputError, match="does not cover"):
        compare_images(Image(ramp[:, :10], np.eye(4), "half"), Image(ramp, np.eye(4), "whole"), resample=True)


def test_images_of_another_kind_are_refused():
    color = Image(np.zeros((3, 12, 12, 1)), np.eye(4), "color")
    with pytest.raises(InputError, match="values per voxel"):
        compare_images(color, Image(np.zeros((1, 12, 12, 1)), np.eye(4)))
    with pytest.raises(InputError, match="range"):
        compare_images(color, color, data_range=0)
