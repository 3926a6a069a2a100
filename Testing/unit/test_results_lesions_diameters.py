"""Diameters of bodies whose diameters are known, at any orientation and spacing; and of awkward shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai.results import find_lesions
from medai.results.lesions.planar import slices_of
from support.shapes import body, grid_affine, labeled, rotation

ANGLES = st.tuples(*[st.floats(-3, 3)] * 3)
OFFSET = st.tuples(*[st.floats(-0.5, 0.5)] * 3)
SPACING = st.sampled_from([(1, 1, 1), (0.7, 0.9, 1), (1, 1, 3), (0.5, 0.5, 5), (1, 1, 20), (20, 1, 1)])
RADIUS = st.floats(2.5, 5)


def extent(line, spacing):
    """Of a voxel along a line."""
    along = np.subtract(line.end_ras, line.start_ras) / line.length_mm
    return float(np.abs(along) @ spacing)


def fits(line, truth, spacing):
    """Where an axis of the body lies along a row of voxels, its tips may end just before the next voxel's center."""
    return -1 <= (line.length_mm - truth) / extent(line, spacing) <= 0.505


def only(mask, affine):
    (lesion,) = find_lesions(*labeled(mask.astype(np.uint8), affine))
    return lesion


def sections(lesion, affine, mask, quadric):
    """Of an ellipsoid x' quadric x = 1 around RAS 0: for each slice with voxels the half axes of the section, or None."""
    axis = lesion.slice_axis
    within = [other for other in range(3) if other != axis]
    plane = np.linalg.qr(affine[:3, within])[0]
    for k in np.flatnonzero(mask.any(axis=tuple(within))):
        index = np.zeros(3)
        index[axis] = k
        base = affine[:3, :3] @ index + affine[:3, 3]
        inner, mixed = plane.T @ quadric @ plane, plane.T @ quadric @ base
        room = 1 - base @ quadric @ base + mixed @ np.linalg.solve(inner, mixed)
        yield np.sqrt(max(room, 0) / np.linalg.eigvalsh(inner)), inner, room, plane


@settings(max_examples=20, deadline=None)
@given(RADIUS, st.floats(0.55, 1), st.floats(0.55, 1), ANGLES, SPACING, OFFSET)
def test_ellipsoids_are_at_most_half_a_voxel_too_long_and_a_voxel_too_short(radius, second, third, angles, spacing, offset):
    radii = np.array([1, second, third]) * radius * max(spacing)
    turn = rotation(angles)
    mask, affine = body(radii, turn, spacing, offset, box=False)
    lesion = only(mask, affine)
    assert lesion.slice_axis == (int(np.argmax(spacing)) if max(spacing) > 1 else 2)
    quadric = turn / radii**2 @ turn.T
    assert fits(lesion.feret, 2 * radii.max(), spacing)
    found = list(sections(lesion, affine, mask, quadric))
    longest = max(2 * half.max() for half, *_ in found)
    assert fits(lesion.longest, longest, spacing)
    number = round(((np.linalg.inv(affine) @ [*lesion.longest.start_ras, 1])[:3])[lesion.slice_axis])
    number -= int(np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != lesion.slice_axis)))[0])
    _half, inner, room, plane = found[number]
    along = plane.T @ np.subtract(lesion.short.end_ras, lesion.short.start_ras) / lesion.short.length_mm
    across = 2 * np.sqrt(room / (along @ inner @ along))
    # In its one direction nothing evens out: both ends may lie just before a voxel's center.
    assert abs(lesion.short.length_mm - across) <= 1.5 * extent(lesion.short, spacing)


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.7, 0.7, 2.1), (1, 1, 20)])
def test_ellipsoids_at_random_are_right_within_half_a_voxel(spacing):
    rng = np.random.default_rng(4)
    errors = []
    for _ in range(40):
        radii = np.array([1, *rng.uniform(0.6, 1, 2)]) * rng.uniform(3, 5) * max(spacing)
        lesion = only(*body(radii, rotation(rng.uniform(-3, 3, 3)), spacing, rng.uniform(-0.5, 0.5, 3), box=False))
        errors.append((lesion.feret.length_mm - 2 * radii.max()) / extent(lesion.feret, spacing))
    assert np.abs(errors).max() <= 0.505
    assert abs(np.mean(errors)) < 0.45


@settings(max_examples=20, deadline=None)
@given(st.tuples(*[st.floats(2.5, 5)] * 3), ANGLES, SPACING, OFFSET)
def test_turned_boxes_are_right_within_what_their_corners_leave_open(half, angles, spacing, offset):
    """A corner of a box can reach a voxel far without holding a voxel's center; one on either end, less what is added."""
    radii = np.array(half) * max(spacing)
    mask, affine = body(radii, rotation(angles), spacing, offset, box=True)
    lesion = only(mask, affine)
    error = lesion.feret.length_mm - 2 * np.linalg.norm(radii)
    assert -2 * np.linalg.norm(spacing) < error <= extent(lesion.feret, spacing) * 1.01


@settings(max_examples=20, deadline=None)
@given(st.tuples(*[st.integers(1, 12)] * 3), ANGLES, st.tuples(st.floats(0.5, 2), st.floats(0.5, 2), st.floats(0.5, 20)))
def test_boxes_of_whole_voxels_are_exact_and_small_ones_right_within_half_a_voxel(size, angles, spacing):
    mask = np.zeros(np.add(size, 2), bool)
    mask[1:-1, 1:-1, 1:-1] = True
    lesion = only(mask, grid_affine(spacing, angles))
    within = [axis for axis in range(3) if axis != lesion.slice_axis]

    def shown(axes):
        """An ellipsoid could fill a small box as well."""
        some = np.array(size)[axes]
        sure = (((some - 1) / (some + 1)) ** 2).sum() >= 1
        return (some if sure else some - 0.5) * np.array(spacing)[axes]

    assert lesion.feret.length_mm == pytest.approx(np.linalg.norm(shown([0, 1, 2])))
    long, wide = max(shown(within)), min(shown(within))
    assert lesion.longest.length_mm == pytest.approx(np.hypot(long, wide))
    assert lesion.short.length_mm == pytest.approx(wide * np.hypot(long, wide) / long, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(-0.4, 0.4), SPACING)
def test_the_short_axis_is_at_a_right_angle_in_the_same_slice(seed, shear, spacing):
    rng = np.random.default_rng(seed)
    affine = grid_affine(spacing, rng.uniform(-2, 2, 3), rng.uniform(-40, 40, 3))
    affine[:3, 0] += shear * affine[:3, 1]
    mask = np.zeros((14, 14, 6), bool)
    place = np.array([7, 7, 3])
    for _ in range(60):
        place = np.clip(place + rng.integers(-1, 2, 3), 0, [13, 13, 5])
        mask[tuple(place)] = True
    lesion = only(mask, affine)
    long, short = (np.subtract(line.end_ras, line.start_ras) for line in (lesion.longest, lesion.short))
    assert abs(np.degrees(np.arcsin(long @ short / np.linalg.norm(long) / np.linalg.norm(short)))) < 0.1
    assert lesion.short.length_mm <= lesion.longest.length_mm * (1 + 1e-6)
    assert lesion.longest.length_mm <= lesion.feret.length_mm * (1 + 1e-6) + np.linalg.norm(affine[:3, :3], axis=0).sum() / 2
    ends = [
        (np.linalg.inv(affine) @ [*end, 1])[lesion.slice_axis]
        for line in (lesion.longest, lesion.short)
        for end in (line.start_ras, line.end_ras)
    ]
    assert np.ptp(ends) < 1e-6
    assert ends[0] == pytest.approx(round(ends[0]), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(-0.5, 0.5))
def test_the_longest_is_what_comparing_all_voxels_gives(seed, shear):
    rng = np.random.default_rng(seed)
    affine = grid_affine((1, 1.3, 2.4), rng.uniform(-1, 1, 3))
    affine[:3, 0] += shear * affine[:3, 1]
    mask = np.zeros((9, 9, 5), bool)
    place = np.array([4, 4, 2])
    for _ in range(30):
        place = np.clip(place + rng.integers(-1, 2, 3), 0, [8, 8, 4])
        mask[tuple(place)] = True
    assert mask.sum() < 0.9 * np.prod(np.ptp(np.argwhere(mask), axis=0) + 1)
    lesion = only(mask, affine)
    quarters = np.stack(np.meshgrid(*[(-0.25, 0.25)] * 3), axis=-1).reshape(-1, 3)
    corners = (np.argwhere(mask)[:, None] + quarters).reshape(-1, 3) @ affine[:3, :3].T
    assert lesion.feret.length_mm == pytest.approx(np.linalg.norm(corners[:, None] - corners, axis=2).max())


def test_the_slices_are_the_acquired_ones():
    shape = (20, 20, 20)
    for spacing, axis in (((1, 1, 5), 2), ((5, 1, 1), 0), ((1, 1, 1.4), 2), ((1, 20, 2), 1)):
        assert slices_of(grid_affine(spacing, (0.1, 0.2, 0.1)), shape).axis == axis
    assert slices_of(grid_affine((1, 1, 1), (np.pi / 2, 0, 0)), shape).axis == 1
    assert slices_of(grid_affine((1, 1, 1)), (20, 1, 20)).axis == 1


def test_a_line_may_leave_a_lesion_with_a_hole_or_a_bay():
    i, j = np.mgrid[-12:13, -12:13]
    ring = ((i**2 + j**2 <= 100) & (i**2 + j**2 >= 64))[:, :, None]
    whole = only(i[:, :, None] ** 2 + j[:, :, None] ** 2 <= 100, np.eye(4))
    hollow = only(ring, np.eye(4))
    assert hollow.longest.length_mm == pytest.approx(whole.longest.length_mm)
    assert hollow.short.length_mm == pytest.approx(whole.short.length_mm, abs=0.6)
    crescent = only(ring & (j[:, :, None] >= 0), np.eye(4))
    assert crescent.longest.length_mm == pytest.approx(20.5, abs=0.6)
    assert crescent.short.length_mm < 11.5


def test_the_width_of_a_bent_lesion_is_measured_where_it_is():
    """A thin hook: at a right angle to the line between its ends, no line from edge to edge is as long as the hull is wide."""
    mask = np.zeros((30, 30, 1), bool)
    mask[2:28, 4:6], mask[26:28, 4:12] = True, True
    lesion = only(mask, np.eye(4))
    assert lesion.longest.length_mm == pytest.approx(np.hypot(25.5, 7.5), abs=0.8)
    assert 3 < lesion.short.length_mm < 10


def test_large_lesions_take_the_same_way_as_small_ones():
    mask, affine = body([45, 38, 30], rotation((0.3, 0.5, 0.2)), (1, 1, 1), (0.2, 0.1, 0.3), box=False)
    lesion = only(mask, affine)
    assert lesion.feret.length_mm == pytest.approx(90, abs=0.9)
