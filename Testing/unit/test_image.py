"""Images: what they refuse, and when two are on the same grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai.errors import InputError
from medai.image import Image
from support.scans import blobs, oblique_affine

VOXELS = np.zeros((1, 4, 5, 6), np.int16)


@pytest.mark.parametrize("shape", [(4, 5, 6), (1, 0, 5, 6), (0, 4, 5, 6)])
def test_what_has_no_voxels_in_three_dimensions_is_refused(shape):
    with pytest.raises(InputError, match="no voxels"):
        Image(np.zeros(shape), np.eye(4))


@pytest.mark.parametrize("affine", [np.zeros((4, 4)), np.diag([1, 1, 0, 1.0]), np.diag([1, np.nan, 1, 1.0]), np.eye(3)])
def test_an_affine_that_places_nothing_is_refused(affine):
    with pytest.raises(InputError, match="unusable geometry"):
        Image(VOXELS, affine)


def test_an_image_keeps_its_own_affine():
    affine = np.eye(4)
    image = Image(VOXELS, affine)
    affine[0, 3] = 9
    assert image.affine[0, 3] == 0


def test_the_volume_of_a_voxel_is_right_on_a_sheared_grid():
    sheared = oblique_affine(spacing=(1, 2, 3)) @ np.array([[1, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    assert Image(VOXELS, sheared).voxel_volume_ml == pytest.approx(0.006)


def test_an_image_is_on_its_own_grid_and_keeps_it_with_other_voxels():
    image = blobs()
    other = image.with_voxels(np.zeros((3, *image.shape), np.uint8))
    assert image.on_same_grid(other)
    assert (other.name, other.modality, other.channels) == (image.name, image.modality, 3)


@given(st.integers(0, 2), st.integers(0, 3), st.floats(0.002, 10))
def test_a_grid_that_is_moved_or_stretched_at_one_corner_is_another(row, column, by):
    image = Image(VOXELS, oblique_affine())
    moved = image.affine.copy()
    moved[row, column] += by
    assert not image.on_same_grid(Image(VOXELS, moved))
    assert image.on_same_grid(Image(VOXELS, moved), tolerance=6 * by)


def test_the_same_place_with_the_axes_flipped_is_another_grid():
    image = Image(VOXELS, np.eye(4))
    flipped = np.diag([-1.0, 1, 1, 1])
    flipped[0, 3] = 3
    assert not image.on_same_grid(Image(VOXELS, flipped))
    assert not image.on_same_grid(Image(VOXELS[:, :3], np.eye(4)))
