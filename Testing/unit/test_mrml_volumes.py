"""Volume nodes as images: voxels, and where the application shows them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medai import Image
from medai.errors import InputError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer
import vtk

from medai.mrml import image_from_volume
from medai.mrml.vtkdata import fill, pieces, voxels_of
from support.mrml import corners_of, linear_transform, node_ids, volume_of, warp

within_one_scene = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(
    dtype=st.sampled_from([np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64]),
    shape=st.tuples(*[st.integers(1, 6)] * 3),
    channels=st.sampled_from([1, 2, 3]),
    flips=st.tuples(*[st.sampled_from([-1, 1])] * 3),
    spacing=st.tuples(*[st.floats(0.05, 8)] * 3),
    seed=st.integers(0, 99),
)
@within_one_scene
def test_voxels_and_geometry_survive_the_way_into_the_scene_and_back(scene, dtype, shape, channels, flips, spacing, seed):
    values = np.random.default_rng(seed).integers(0, 100, (channels, *shape)).astype(dtype)
    image = Image(values, oblique_affine(spacing, flips), "scan", "MR")
    found = image_from_volume(volume_of(scene, image))
    assert found.voxels.dtype == dtype
    assert np.array_equal(found.voxels, values)
    assert np.allclose(found.affine, image.affine, rtol=0, atol=1e-9)
    assert (found.name, found.modality) == ("scan", "MR")
    scene.Clear(True)


def test_linear_parent_transforms_become_part_of_the_affine(scene):
    image = blobs()
    volume = volume_of(scene, image)
    outer = linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1)))
    inner = linear_transform(scene, np.diag([2.0, 1.0, 0.5, 1.0]))
    inner.SetAndObserveTransformNodeID(outer.GetID())
    volume.SetAndObserveTransformNodeID(inner.GetID())
    found = image_from_volume(volume)
    expected = oblique_affine((1, 1, 1), (1, 1, 1)) @ np.diag([2.0, 1.0, 0.5, 1.0]) @ image.affine
    assert np.allclose(found.affine, expected, atol=1e-9)
    assert np.array_equal(found.voxels, image.voxels)


def test_a_volume_under_a_warp_is_resampled_to_where_it_is_shown_and_the_scene_stays_as_it_was(scene):
    voxels = np.zeros((1, 40, 36, 30), np.float32)
    voxels[0, 8:14, 8:13, 7:11] = 100
    image = Image(voxels, oblique_affine((1.5, 1.5, 2.0)), "warped")
    volume = volume_of(scene, image)
    transform = warp(scene, corners_of(image), (12.0, -8.0, 6.0))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    before = node_ids(scene)
    found = image_from_volume(volume)
    assert node_ids(scene) == before
    assert volume.GetTransformNodeID() == transform.GetID()
    assert np.array_equal(slicer.util.arrayFromVolume(volume), voxels[0].transpose(2, 1, 0))
    middle = np.argwhere(voxels[0] > 0).mean(axis=0)
    unwarped = (image.affine @ [*middle, 1])[:3]
    shown = transform.GetTransformToParent().TransformPoint(unwarped)
    assert np.linalg.norm(shown - unwarped) > 2
    i, j, k = np.indices(found.shape)
    weights = found.voxels[0].astype(float)
    resampled = [float((axis * weights).sum() / weights.sum()) for axis in (i, j, k)]
    assert np.allclose((found.affine @ [*resampled, 1])[:3], shown, atol=0.3)


def test_the_modality_is_that_of_the_dicom_series(scene):
    volume = volume_of(scene, blobs((4, 4, 4)))
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    hierarchy.SetItemAttribute(hierarchy.GetItemByDataNode(volume), "DICOM.Modality", "PT")
    assert image_from_volume(volume).modality == "PT"


def test_the_voxels_cannot_be_changed_through_the_image(scene):
    with pytest.raises(ValueError, match="read-only"):
        image_from_volume(volume_of(scene, blobs((4, 4, 4)))).voxels[:] = 0


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        (None, "The input is not a volume; choose a volume."),
        ("vtkMRMLModelNode", "thing is not a volume; choose a volume."),
        ("vtkMRMLScalarVolumeNode", "thing has no voxels; load it again or choose another volume."),
    ],
)
def test_what_is_no_image_is_refused_by_name(scene, node, sentence):
    thing = scene.AddNewNodeByClass(node, "thing") if node else None
    with pytest.raises(InputError, match=f"^{sentence}$"):
        image_from_volume(thing)


@given(
    shape=st.tuples(st.integers(1, 3), *[st.integers(1, 70)] * 3),
    order=st.permutations(range(4)),
    flips=st.tuples(*[st.booleans()] * 4),
)
@settings(deadline=None)
def test_the_pieces_of_an_array_in_any_layout_cover_it_once(shape, order, flips):
    stored = np.zeros([shape[axis] for axis in order], np.uint8)
    voxels = stored.transpose(np.argsort(order))[tuple(slice(None, None, -1 if flip else 1) for flip in flips)]
    for piece in pieces(voxels):
        assert voxels[piece].size
        voxels[piece] += 1
    assert (voxels == 1).all()


@given(shape=st.tuples(st.integers(1, 3), *[st.integers(1, 9)] * 3), order=st.permutations(range(4)))
@settings(deadline=None)
def test_a_vtk_image_gets_the_voxels_of_an_array_in_any_layout(shape, order):
    values = np.arange(np.prod(shape), dtype=np.int32).reshape([shape[axis] for axis in order])
    voxels = values.transpose(np.argsort(order))
    image = vtk.vtkImageData()
    fill(image, voxels)
    assert np.array_equal(voxels_of(image), voxels)
    assert image.GetScalarComponentAsDouble(0, 0, 0, 0) == voxels[0, 0, 0, 0]
    last = [n - 1 for n in shape]
    assert image.GetScalarComponentAsDouble(*last[1:], last[0]) == voxels[tuple(last)]


def test_importing_it_loads_neither_torch_nor_qt():
    code = "import medai.mrml, sys; sys.exit(any(name in sys.modules for name in ('torch', 'monai', 'PySide6', 'qt')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
