"""A box in the patient: which voxels it holds, however box and grid are turned, and what is no box."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from medai.errors import InputError
from medai.inference import Options
from medai.jobs.protocol import MakePlan, Run, decode_request, encode
from medai.region import Box
from support.scans import oblique_affine

SHAPE = (9, 7, 6)

tenths = st.integers(-60, 60).map(lambda n: n / 10)
lengths = st.integers(1, 120).map(lambda n: n / 10)
three = st.tuples(tenths, tenths, tenths)
turns = st.tuples(*[st.integers(-180, 180)] * 3).map(lambda angles: Rotation.from_euler("xyz", angles, degrees=True).as_matrix())
grids = st.builds(lambda turn, spacing, origin: matrix(turn * spacing, origin), turns, st.tuples(*[lengths] * 3), three)
boxes = st.builds(Box, three, st.tuples(*[lengths] * 3), turns)


def matrix(linear: np.ndarray, origin: tuple[float, ...]) -> np.ndarray:
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = linear, origin
    return affine


def distances(box: Box, affine: np.ndarray) -> np.ndarray:
    """How far each voxel's center is inside the box (mm, negative outside), straight from the definition."""
    ijk = np.stack([*np.indices(SHAPE), np.ones(SHAPE)])
    ras = np.einsum("ab,bijk->aijk", affine, ijk)[:3]
    along = np.einsum("ab,bijk->aijk", np.array(box.axes_ras), ras - np.reshape(box.center_ras, (3, 1, 1, 1)))
    return (np.reshape(box.size_mm, (3, 1, 1, 1)) / 2 - np.abs(along)).min(axis=0)


@given(boxes, grids)
def test_the_mask_holds_the_voxels_whose_centers_lie_in_the_box(box, affine):
    inside = distances(box, affine)
    mask = box.mask(SHAPE, affine)
    assert mask[inside > 1e-5].all()
    assert not mask[inside < -1e-5].any()
    assert box.touches(SHAPE, affine) == mask.any()


@given(boxes, grids, turns, three)
def test_moving_box_and_grid_together_changes_nothing(box, affine, turn, shift):
    moved = Box(turn @ box.center_ras + shift, box.size_mm, (turn @ np.transpose(box.axes_ras)).T)
    clear = np.abs(distances(box, affine)) > 1e-5
    np.testing.assert_array_equal(box.mask(SHAPE, affine)[clear], moved.mask(SHAPE, matrix(turn, shift) @ affine)[clear])


@given(three, st.tuples(*[lengths] * 3))
def test_a_straight_box_is_a_comparison_of_coordinates(center, size):
    low, high = np.subtract(center, np.divide(size, 2)) - 1e-9, np.add(center, np.divide(size, 2)) + 1e-9
    expected = np.ones(SHAPE, bool)
    for axis, index in enumerate(np.indices(SHAPE)):
        expected &= (low[axis] <= index) & (index <= high[axis])
    np.testing.assert_array_equal(Box(center, size).mask(SHAPE, np.eye(4)), expected)


@given(boxes)
def test_corners_lie_on_the_box_and_their_mean_is_its_center(box):
    corners = box.corners()
    np.testing.assert_allclose(corners.mean(axis=0), box.center_ras, atol=1e-9)
    along = (corners - box.center_ras) @ np.transpose(box.axes_ras)
    np.testing.assert_allclose(np.abs(along), np.broadcast_to(np.divide(box.size_mm, 2), (8, 3)), atol=1e-9)
    assert len(np.unique(np.sign(along), axis=0)) == 8


def test_a_box_takes_arrays_and_keeps_plain_numbers():
    box = Box(np.zeros(3), np.float32([1, 2, 3]), np.eye(3))
    assert box == Box((0, 0, 0), (1, 2, 3))
    assert hash(box) == hash(Box((0, 0, 0), (1, 2, 3)))
    assert {type(value) for vector in (box.center_ras, box.size_mm, *box.axes_ras) for value in vector} == {float}


@given(boxes)
def test_a_box_reaches_the_worker_as_it_was_sent(box):
    for roi in (box, None):
        for request in (MakePlan(1, "model", (), Options(roi=roi)), Run(2, "model", (), Options(roi=roi), "output")):
            assert decode_request(encode(request)) == request


def test_a_large_scan_needs_no_more_memory_than_its_mask():
    import tracemalloc

    shape = (200, 256, 256)
    tracemalloc.start()
    mask = Box((20, 10, 60), (80, 90, 100), Rotation.from_euler("xyz", (10, 20, 30), degrees=True).as_matrix()).mask(
        shape, oblique_affine()
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert mask.any()
    assert peak < 1.5 * mask.nbytes


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (((0, 0, 0), (10, 0, 10)), "10 x 0 x 10"),
        (((0, 0, 0), (10, -2, 10)), "longer than 0"),
        (((0, 0, np.nan), (10, 10, 10)), "center is not finite"),
        (((0, 0, 0), (10, 10, np.inf)), "size is not finite"),
        (((0, 0), (10, 10, 10)), "center is not three numbers"),
        (((0, 0, 0), ("a", "b", "c")), "size is not three numbers"),
        (((0, 0, 0), (1, 1, 1), ((1, 0, 0), (0, 1, 0))), "right angles"),
        (((0, 0, 0), (1, 1, 1), ((2, 0, 0), (0, 1, 0), (0, 0, 1))), "scaled or sheared"),
        (((0, 0, 0), (1, 1, 1), ((1, 0, 0), (0.1, 1, 0), (0, 0, 1))), "scaled or sheared"),
    ],
)
def test_what_is_no_box_is_refused(arguments, says):
    with pytest.raises(InputError, match=says):
        Box(*arguments)
