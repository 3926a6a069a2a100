"""Rigid registration of real heads, and transforms from files of ITK and Slicer."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from medai.errors import InputError, MedAIError
from medai.files import read_image, read_transform
from medai.followup import register
from medai.geometry import LPS_RAS
from medai.image import Image
from support.data import real_data
from support.scans import blobs

FLAIR = ("brain_ms", "patient07", "FLAIR_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz")
T1 = ("brain_ms", "patient07", "T1_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz")


def rigid(degrees, shift):
    """A matrix (4, 4) that turns about R, A, S, then shifts, in mm."""
    transform = sitk.Euler3DTransform()
    transform.SetRotation(*np.deg2rad(degrees).tolist())
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(transform.GetMatrix(), (3, 3))
    matrix[:3, 3] = shift
    return matrix


def assert_close(found, expected, image):
    """Within a millimeter at the scan's center, and within a degree."""
    center = image.affine @ [*(np.array(image.shape) / 2), 1]
    assert np.linalg.norm((found - expected) @ center) < 1
    turn = (found @ np.linalg.inv(expected))[:3, :3]
    assert np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))) < 1
    assert np.allclose(found[:3, :3] @ found[:3, :3].T, np.eye(3), atol=1e-6)


def test_a_head_that_was_moved_is_found_in_another_contrast():
    flair, t1 = read_image(real_data(*FLAIR)), read_image(real_data(*T1))
    moved = rigid((5, -8, 12), (15, -20, 10))
    later = Image(t1.voxels, moved @ t1.affine, name="later")
    found = register(flair, later)
    assert_close(found, moved, flair)
    assert np.array_equal(register(flair, later), found)


def test_a_head_of_other_voxels_far_away_is_found():
    path = real_data("brain_t1", "bert", "brain.mgz")
    picture = nibabel.load(path)
    head = Image(np.asarray(picture.dataobj)[None].astype(np.float32), picture.affine, name="bert")
    moved = rigid((-4, 6, -10), (300, 150, -80))
    every = Image(head.voxels[:, ::2, :, ::3], moved @ head.affine @ np.diag([2, 1, 3, 1]), name="later")
    assert_close(register(head, every), moved, head)


def test_what_has_nothing_in_common_is_refused():
    head = blobs((40, 40, 40), affine=np.diag([4.0, 4, 4, 1]))
    noise = head.with_voxels(np.random.default_rng(1).normal(size=head.voxels.shape).astype(np.float32))
    with pytest.raises(MedAIError, match="could not be registered"):
        register(head, noise)
    for odd in (head.with_voxels(np.ones_like(head.voxels)), head.with_voxels(head.voxels[..., :4])):
        with pytest.raises(InputError, match="blobs"):
            register(head, odd)


def saved(path, matrix_ras, kind=sitk.AffineTransform):
    """A file as ITK's registration of a baseline onto a follow-up writes it: from the follow-up's points back, in LPS."""
    back = LPS_RAS @ np.linalg.inv(matrix_ras) @ LPS_RAS
    transform = kind(3) if kind is sitk.AffineTransform else kind()
    transform.SetMatrix(back[:3, :3].ravel().tolist())
    transform.SetTranslation(back[:3, 3].tolist())
    sitk.WriteTransform(transform, str(path))
    return path


@pytest.mark.parametrize("ending", [".tfm", ".txt", ".h5", ".mat"])
def test_files_of_itk_move_the_baseline_onto_the_followup(tmp_path, ending):
    moved = rigid((3, -5, 20), (4, -7, 11))
    assert np.allclose(read_transform(saved(tmp_path / f"move{ending}", moved)), moved, atol=1e-9)


def test_classes_with_a_center_and_chains_of_linear_ones_are_read(tmp_path):
    one, two = sitk.Euler3DTransform((10, 20, 30), 0.1, 0.2, -0.3, (4, 5, 6)), sitk.TranslationTransform(3, (1, 2, 3))
    chain = sitk.CompositeTransform([one, two])
    sitk.WriteTransform(chain, str(tmp_path / "chain.h5"))
    matrix = read_transform(tmp_path / "chain.h5")
    point = np.array([7.0, -8.0, 9.0])
    there = LPS_RAS @ matrix @ LPS_RAS @ [*chain.TransformPoint(point.tolist()), 1]
    assert np.allclose(there[:3], point)


def test_a_transform_that_slicer_saved_moves_as_its_node_does(tmp_path):
    slicer = pytest.importorskip("slicer")
    vtk = pytest.importorskip("vtk")
    moved = rigid((3, -5, 20), (4, -7, 11))
    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(moved.ravel().tolist())
    scene = slicer.vtkMRMLScene()
    node = slicer.vtkMRMLLinearTransformNode()
    node.SetMatrixTransformToParent(matrix)
    scene.AddNode(node)
    storage = slicer.vtkMRMLTransformStorageNode()
    scene.AddNode(storage)
    storage.SetFileName(str(tmp_path / "slicer.h5"))
    assert storage.WriteData(node)
    assert np.allclose(read_transform(tmp_path / "slicer.h5"), moved, atol=1e-6)


def test_what_is_no_rigid_transform_is_refused(tmp_path):
    (tmp_path / "words.tfm").write_text("hello")
    (tmp_path / "elastix.txt").write_text('(Transform "EulerTransform")')
    (tmp_path / "empty.h5").write_bytes(b"")
    (tmp_path / "move.nii").write_bytes(b"x")
    sitk.WriteTransform(sitk.TranslationTransform(2, (1, 2)), str(tmp_path / "flat.tfm"))
    saved(tmp_path / "mirror.tfm", np.diag([-1.0, 1, 1, 1]))
    saved(tmp_path / "stretch.tfm", np.diag([9.0, 9, 9, 1]))
    spline = sitk.BSplineTransform(3, 3)
    spline.SetTransformDomainMeshSize((2, 2, 2))
    spline.SetParameters([0.5] * spline.GetNumberOfParameters())
    sitk.WriteTransform(spline, str(tmp_path / "spline.tfm"))
    with (tmp_path / "field.h5").open("wb") as file:
        file.truncate(17 << 20)
    for path in [*tmp_path.iterdir(), tmp_path / "missing.tfm"]:
        with pytest.raises(InputError) as error:
            read_transform(path)
        assert str(path) in str(error.value)
