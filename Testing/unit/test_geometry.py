"""Conventions: LPS and RAS, (k, j, i) and (i, j, k), anatomical axis codes."""

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.spatial.transform import Rotation

from medai.geometry import affine_from_lps, from_kji, lps_from_affine, orientation_of, spacing_of, to_kji

millimeters = st.floats(-500, 500, allow_nan=False)


@st.composite
def affines(draw):
    """Any rotation, handedness, voxel size and offset."""
    angles = draw(st.tuples(*[st.floats(-180, 180)] * 3))
    sizes = draw(st.tuples(*[st.floats(0.05, 20)] * 3))
    flips = draw(st.tuples(*[st.sampled_from((-1.0, 1.0))] * 3))
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", angles, degrees=True).as_matrix() * sizes * flips
    affine[:3, 3] = draw(st.tuples(millimeters, millimeters, millimeters))
    return affine


@given(affines())
def test_lps_and_ras_are_inverses(affine):
    assert np.allclose(affine_from_lps(*lps_from_affine(affine)), affine, atol=1e-9)


@given(affines(), st.tuples(*[st.integers(0, 30)] * 3))
def test_a_voxel_is_where_itk_says_with_the_first_two_signs_changed(affine, index):
    picture = sitk.Image(40, 40, 40, sitk.sitkUInt8)
    origin, spacing, direction = lps_from_affine(affine)
    picture.SetOrigin(origin)
    picture.SetSpacing(spacing)
    picture.SetDirection(direction)
    point = np.array(picture.TransformIndexToPhysicalPoint(index)) * (-1, -1, 1)
    assert np.allclose(point, (affine @ [*index, 1])[:3], atol=1e-6)


@given(affines())
def test_spacing_is_the_distance_of_neighbors(affine):
    steps = [np.linalg.norm(affine @ unit) for unit in np.eye(4)[:3]]
    assert np.allclose(spacing_of(affine), steps)


@given(affines())
def test_axis_codes_name_every_axis_once_and_the_clear_ones_rightly(affine):
    codes = orientation_of(affine)
    assert sorted("RLAPSI".index(code) // 2 for code in codes) == [0, 1, 2]
    cosines = affine[:3, :3] / spacing_of(affine)
    for column, code in enumerate(codes):
        axis = int(np.abs(cosines[:, column]).argmax())
        if np.abs(cosines[axis, column]) > 0.9:
            assert code == ("RAS" if cosines[axis, column] > 0 else "LPI")[axis]


@pytest.mark.parametrize("code", ["RAS", "LPI", "SRP", "AIR", "PSL"])
def test_axis_codes_of_pure_permutations(code):
    affine = np.eye(4)
    affine[:3, :3] = 0
    for column, letter in enumerate(code):
        row = next(n for n, pair in enumerate(("RL", "AP", "SI")) if letter in pair)
        affine[row, column] = 2.5 if letter in "RAS" else -2.5
    assert orientation_of(affine) == code


@given(affines())
def test_axis_codes_name_each_direction_once_even_at_45_degrees(affine):
    turned = affine.copy()
    turned[:3, :3] = Rotation.from_euler("z", 45, degrees=True).as_matrix()
    for any_affine in (affine, turned):
        assert sorted("RASRAS"["RASLPI".index(letter)] for letter in orientation_of(any_affine)) == sorted("RAS")


@given(arrays(np.int16, array_shapes(min_dims=4, max_dims=4, max_side=5)))
def test_kji_and_back_loses_nothing(voxels):
    there = to_kji(voxels)
    assert there.ndim == (3 if len(voxels) == 1 else 4)
    assert np.array_equal(from_kji(there), voxels)
    assert np.shares_memory(there, voxels)
