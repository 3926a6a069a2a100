"""The built-in model on real heads: accuracy, any storage order, oblique thick slices, a DICOM folder."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk
from nibabel import orientations

from medai import Image
from medai.bundles import Bundle, find_model
from medai.files import read_image, write_image
from medai.inference import Options, infer
from support.brain import GROUPS, dice_of_groups, dice_of_two_runs
from support.data import real_data

CPU = Options(device="cpu")


@pytest.fixture(scope="module")
def brain_mr() -> Bundle:
    return find_model("brain-mr")


@pytest.fixture(scope="module")
def upright(brain_mr) -> np.ndarray:
    """Labels (i, j, k) of the scan of ``orientations`` stored as RAS."""
    return infer([read_image(real_data("orientations", "RAS.nii.gz"))], brain_mr, CPU).labelmap.voxels[0]


@pytest.mark.parametrize("name", ["AIR", "ASR", "IRP", "LAS", "LPS", "PIL", "SLA"])
def test_the_same_anatomy_is_found_in_every_storage_order(brain_mr, upright, name):
    scan = read_image(real_data("orientations", f"{name}.nii.gz"))
    assert scan.orientation == name
    found = infer([scan], brain_mr, CPU).labelmap
    stored = nibabel.Nifti1Image(found.voxels[0], found.affine)
    turned = np.asarray(nibabel.as_closest_canonical(stored).dataobj)
    brain = (upright > 0) | (turned > 0)
    assert brain.sum() > 50_000
    assert (turned == upright)[brain].mean() >= 0.995


@pytest.mark.parametrize(("axes", "signs"), [((2, 0, 1), (1, -1, 1)), ((1, 2, 0), (-1, -1, -1))])
def test_an_oblique_scan_permuted_and_flipped_gives_the_same_anatomy(brain_mr, axes, signs):
    scan = read_image(oblique_head("T1_AX_POST"))
    plain = infer([scan], brain_mr, CPU).labelmap.voxels[0]
    order = np.array([axes, signs], float).T
    stored = nibabel.Nifti1Image(scan.voxels[0], scan.affine).as_reoriented(order)
    turned = infer([Image(np.asarray(stored.dataobj)[None], stored.affine)], brain_mr, CPU).labelmap
    way_back = orientations.ornt_transform(nibabel.io_orientation(stored.affine), nibabel.io_orientation(scan.affine))
    back = orientations.apply_orientation(turned.voxels[0], way_back)
    brain = (plain > 0) | (back > 0)
    assert (plain == back)[brain].mean() >= 0.995


def test_structures_of_a_t1_agree_with_its_freesurfer_labels(brain_mr, tmp_path):
    stored = nibabel.load(real_data("brain_t1", "bert", "brain.mgz"))
    nibabel.save(nibabel.Nifti1Image(np.asarray(stored.dataobj), stored.affine), tmp_path / "bert.nii.gz")
    reference = np.asarray(nibabel.load(real_data("brain_t1", "bert", "aseg.mgz")).dataobj)
    scan = read_image(tmp_path / "bert.nii.gz")
    found = infer([scan], brain_mr, CPU).labelmap
    assert_on_grid_of(found, tmp_path / "bert.nii.gz", tmp_path)
    dice = dice_of_groups(found.voxels[0], reference)
    assert set(dice) == set(GROUPS)
    assert np.mean(list(dice.values())) >= 0.86
    assert min(dice.values()) >= 0.78


def test_two_contrasts_of_one_head_get_the_same_structures(brain_mr):
    folder = real_data("brain_ms", "patient07")
    flair, t1 = (
        infer([read_image(next(folder.glob(f"{contrast}_*.nii.gz")))], brain_mr, CPU).labelmap.voxels[0]
        for contrast in ("FLAIR", "T1")
    )
    assert np.mean(list(dice_of_two_runs(flair, t1).values())) >= 0.88


@pytest.mark.parametrize("contrast", ["T2_AX", "T1_AX_POST"])
def test_brains_with_skull_in_oblique_thick_slices_have_the_size_of_a_brain(brain_mr, contrast, tmp_path):
    path = oblique_head(contrast)
    found = infer([read_image(path)], brain_mr, CPU).labelmap
    assert_on_grid_of(found, path, tmp_path)
    volume = {name: np.isin(found.voxels, values).sum() * found.voxel_volume_ml for name, (values, _) in GROUPS.items()}
    assert 1000 < sum(volume.values()) < 1600
    assert 100 < volume["cerebellum"] < 200
    assert 15 < volume["brainstem"] < 40
    left, right = ((found.voxels == value).sum() for value in (1, 2))
    assert 0.8 < left / right < 1.25


def test_a_dicom_folder_gives_labels_on_its_own_grid(brain_mr, tmp_path):
    folder = real_data("dicom", "papaya_mr_pd_oblique")
    scan = read_image(folder)
    found = infer([scan], brain_mr, CPU).labelmap
    write_image(tmp_path / "labels.nii.gz", found)
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    assert_same_grid(sitk.ReadImage(tmp_path / "labels.nii.gz"), reader.Execute())
    assert 300 < (found.voxels > 0).sum() * found.voxel_volume_ml < 2000


def oblique_head(contrast: str) -> Path:
    return next(real_data("brain_tumour", "TCGA-FG-6692", "raw").glob(f"*{contrast}*.nii.gz"))


def assert_on_grid_of(labels: Image, path: Path, folder: Path) -> None:
    assert labels.voxels.dtype.kind == "u"
    write_image(folder / "labels.nii.gz", labels)
    assert_same_grid(sitk.ReadImage(folder / "labels.nii.gz"), sitk.ReadImage(path))


def assert_same_grid(found: sitk.Image, scan: sitk.Image) -> None:
    assert found.GetSize() == scan.GetSize()
    for part in ("GetSpacing", "GetOrigin", "GetDirection"):
        np.testing.assert_allclose(getattr(found, part)(), getattr(scan, part)(), atol=1e-6)
