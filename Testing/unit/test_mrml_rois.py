"""Boxes that users draw, as boxes of the engine and around scans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from medai.errors import InputError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)

from medai.mrml import box_from_roi, fit_roi_to_volume
from medai.mrml.vtkdata import matrix_from
from support.mrml import corners_of, linear_transform, volume_of, warp

within_one_scene = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
angles = st.tuples(*[st.floats(-3, 3)] * 3)
offsets = st.tuples(*[st.floats(-200, 200)] * 3)
sizes = st.tuples(*[st.floats(0.5, 300)] * 3)


def turned(angles, offset=(0, 0, 0)) -> np.ndarray:
    """(4, 4): rotation about all axes, then a shift."""
    matrix = np.eye(4)
    for axis, angle in enumerate(angles):
        one, other = (axis + 1) % 3, (axis + 2) % 3
        turn = np.eye(4)
        turn[one, one] = turn[other, other] = np.cos(angle)
        turn[one, other], turn[other, one] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    matrix[:3, 3] = offset
    return matrix


def roi_of(scene, size=(10, 20, 30), pose=None, transform=None):
    roi = scene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "region")
    roi.SetSize(*size)
    roi.SetAndObserveObjectToNodeMatrix(matrix_from(np.eye(4) if pose is None else pose))
    if transform is not None:
        roi.SetAndObserveTransformNodeID(linear_transform(scene, transform).GetID())
    return roi


def bounds_of(roi) -> np.ndarray:
    """What Slicer takes the box's extent to be: (3, 2) in RAS mm."""
    bounds = np.zeros(6)
    roi.GetRASBounds(bounds)
    return bounds.reshape(3, 2)


@given(size=sizes, angles=angles, offset=offsets, outer=angles, moved=offsets)
@within_one_scene
def test_a_box_is_where_slicer_shows_it_under_turned_transforms_too(scene, size, angles, offset, outer, moved):
    scene.Clear(False)
    roi = roi_of(scene, size, turned(angles, offset), turned(outer, moved))
    box = box_from_roi(roi)
    corners = box.corners()
    assert np.allclose(np.stack([corners.min(axis=0), corners.max(axis=0)], axis=1), bounds_of(roi), atol=1e-3)
    assert sorted(box.size_mm) == pytest.approx(sorted(size), rel=1e-6)


@pytest.mark.parametrize("scale", [(2, 2, 2), (1, 2, 0.5), (-1, 1, 1)])
def test_a_box_grows_with_its_transform(scene, scale):
    box = box_from_roi(roi_of(scene, (10, 20, 30), turned((0, 0, 0), (1, 2, 3)), np.diag([*scale, 1.0])))
    assert box.center_ras == pytest.approx(np.array(scale) * (1, 2, 3))
    assert box.size_mm == pytest.approx(np.abs(scale) * (10, 20, 30))


def test_a_box_that_was_only_named_is_refused(scene):
    roi = scene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "region")
    with pytest.raises(InputError, match=r"^region has no size; draw the box in the views first\.$"):
        box_from_roi(roi)


def test_a_box_without_thickness_is_refused(scene):
    with pytest.raises(InputError, match="region has no size"):
        box_from_roi(roi_of(scene, (10, 0, 10)))


def test_a_sheared_box_is_refused(scene):
    roi = roi_of(scene, pose=turned((0.5, 0, 0)), transform=np.diag([1, 2, 1, 1.0]))
    with pytest.raises(InputError, match="region is sheared by its transform, so it is no box; take it out of the transform"):
        box_from_roi(roi)


def test_a_bent_box_is_refused(scene):
    roi = roi_of(scene)
    roi.SetAndObserveTransformNodeID(warp(scene, corners_of(blobs()), (3, 2, 1)).GetID())
    with pytest.raises(InputError, match="region is under a non-linear transform, so it is no box"):
        box_from_roi(roi)


@given(
    spacing=sizes.map(lambda size: tuple(np.array(size) / 50)),
    flips=st.tuples(*[st.sampled_from([-1, 1])] * 3),
    shape=st.tuples(*[st.integers(2, 9)] * 3),
    outer=angles,
    own=angles,
)
@within_one_scene
def test_a_new_box_holds_exactly_the_scan(scene, spacing, flips, shape, outer, own):
    scene.Clear(False)
    volume = volume_of(scene, blobs(shape, affine=oblique_affine(spacing, flips)))
    volume.SetAndObserveTransformNodeID(linear_transform(scene, turned(outer, (9, 8, 7))).GetID())
    roi = roi_of(scene, transform=turned(own, (5, -5, 3)))
    fit_roi_to_volume(roi, volume)
    box = box_from_roi(roi)
    world = turned(outer, (9, 8, 7)) @ oblique_affine(spacing, flips)
    assert box.mask(shape, world).all()
    assert sorted(box.size_mm) == pytest.approx(sorted(np.array(shape) * spacing), rel=1e-6)


@given(shear=st.floats(-2, 2))
@within_one_scene
def test_a_new_box_around_a_sheared_scan_holds_all_of_it(scene, shear):
    assume(abs(shear) > 0.01)
    scene.Clear(False)
    volume = volume_of(scene, blobs((5, 6, 7)))
    sheared = np.eye(4)
    sheared[0, 2] = shear
    volume.SetAndObserveTransformNodeID(linear_transform(scene, sheared).GetID())
    roi = roi_of(scene)
    fit_roi_to_volume(roi, volume)
    box = box_from_roi(roi)
    assert np.allclose(np.abs(box.axes_ras), np.eye(3))
    assert box.mask((5, 6, 7), sheared @ blobs((5, 6, 7)).affine).all()


def test_a_new_box_around_a_bent_scan_holds_what_is_shown(scene):
    scan = blobs((20, 18, 16))
    volume = volume_of(scene, scan)
    transform = warp(scene, corners_of(scan), (6, 5, 4))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    roi = roi_of(scene)
    fit_roi_to_volume(roi, volume)
    box = box_from_roi(roi)
    shown = [transform.GetTransformToParent().TransformPoint(corner) for corner in corners_of(scan)]
    assert all(box.mask((1, 1, 1), turned((0, 0, 0), point)).all() for point in shown)
