"""What speaks against a result: said where it is true, and nowhere else; tried on every real scan that is at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai import Image
from medai.bundles import Bundle
from medai.inference import doubts_about, looks_like
from support.data import real_data
from support.scans import blobs, oblique_affine


def model(modality: str) -> Bundle:
    """A model of which nothing but name and modality is asked."""
    return Bundle(Path(f"{modality.lower()}-model"), {"network_data_format": {"inputs": {"image": {"modality": modality}}}})


CT, MR = model("CT"), model("MR")


def scan(values: np.ndarray, modality: str = "", affine: np.ndarray | None = None) -> Image:
    return Image(values[None], np.eye(4) if affine is None else affine, "scan", modality)


def ct() -> np.ndarray:
    """Air around a body with fat, water and bone, and the noise of a scanner."""
    voxels = np.full((60, 60, 30), -1000.0)
    voxels[10:50, 10:50], voxels[12:48, 12:48], voxels[28:32, 28:32] = -100, 40, 700
    return (voxels + np.random.default_rng(2).normal(0, 12, voxels.shape)).astype(np.int16)


def test_a_ct_fits_a_model_for_ct_and_is_seen_for_what_it_is():
    assert looks_like(scan(ct())) == "CT"
    assert doubts_about([scan(ct())], CT) == []
    assert doubts_about([scan(ct(), "CT")], CT) == []
    (doubt,) = doubts_about([scan(ct())], MR)
    assert doubt == "scan looks like a CT scan, but mr-model was made for MR; choose an MR scan."


def test_corners_below_air_do_not_hide_a_ct():
    voxels = ct()
    voxels[:8, :8] = -3024
    assert looks_like(scan(voxels)) == "CT"
    assert doubts_about([scan(voxels)], CT) == []


def test_a_ct_cut_from_within_the_body_is_no_reason_for_doubt():
    assert doubts_about([scan(ct()[8:20])], CT) == []
    assert doubts_about([scan(ct()[14:26, 14:26], "CT")], CT) == []


def test_values_that_are_no_hounsfield_units_are_told():
    magnitude = np.abs(np.random.default_rng(3).normal(300, 200, (40, 40, 20))).astype(np.float32)
    assert looks_like(scan(magnitude)) == ""
    assert doubts_about([scan(magnitude)], MR) == []
    for modality in ("", "CT"):
        (doubt,) = doubts_about([scan(magnitude, modality)], CT)
        assert doubt.startswith("scan is not in Hounsfield units (its values are ")
        assert "which ct-model needs; choose" in doubt


def test_mr_with_signs_does_not_look_like_a_ct():
    phase = np.random.default_rng(4).integers(-4096, 4096, (40, 40, 20)).astype(np.int16)
    difference = np.random.default_rng(4).normal(0, 60, (40, 40, 20))
    assert doubts_about([scan(phase), scan(difference)], MR) == []


@pytest.mark.parametrize(("modality", "bundle"), [("CT", MR), ("MR", CT), ("PT", CT)])
def test_another_modality_is_told_once(modality, bundle):
    (doubt,) = doubts_about([scan(ct(), modality)], bundle)
    assert f"is a {modality} scan" in doubt


def test_without_a_modality_of_the_model_values_say_nothing():
    assert doubts_about([scan(ct()), scan(ct(), "MR")], model("")) == []


def shifted(image: Image, *millimeters: float) -> Image:
    affine = image.affine.copy()
    affine[:3, 3] += millimeters
    return replace(image, affine=affine, name="other")


def test_images_in_different_places_are_told():
    head = blobs()
    assert doubts_about([head, shifted(head, 5, 5, 5)], MR) == []
    (doubt,) = doubts_about([head, shifted(head, 45, 0, 0)], MR)
    assert doubt.startswith("blobs and other hardly lie in the same place (they share ")
    (doubt,) = doubts_about([head, head, shifted(head, 0, 0, 500)], MR)
    assert "0% of the smaller" in doubt


def test_a_small_image_within_a_large_one_lies_in_the_same_place():
    large = blobs((80, 80, 60), affine=np.eye(4))
    small = blobs((12, 12, 6), affine=oblique_affine())
    small.affine[:3, 3] = (40, 40, 20)
    assert doubts_about([large, small], MR) == doubts_about([small, large], MR) == []


@given(st.permutations(range(3)), st.tuples(*[st.booleans()] * 3))
def test_how_voxels_are_stored_does_not_change_where_they_lie(order, flips):
    image = blobs((20, 14, 9))
    stored = image.voxels.transpose(0, *(axis + 1 for axis in order))
    turn = np.zeros((4, 4))
    turn[3, 3] = 1
    for new, old in enumerate(order):
        turn[old, new] = -1 if flips[new] else 1
        turn[old, 3] = image.shape[old] - 1 if flips[new] else 0
    same = Image(np.flip(stored, [n + 1 for n in range(3) if flips[n]]), image.affine @ turn, "same", "MR")
    assert doubts_about([image, same], MR) == []
    away = shifted(same, *(image.affine[:3, 0] * 15))
    assert len(doubts_about([image, away], MR)) == 1


def test_few_voxels_of_a_large_scan_are_looked_at():
    class Counting(np.ndarray):
        copied = 0

        def astype(self, *arguments: object, **choices: object) -> np.ndarray:
            Counting.copied += self.size
            return np.asarray(self).astype(*arguments, **choices)

    large = Image(np.broadcast_to(np.int16(100), (1, 512, 512, 400)).view(Counting), np.eye(4), "large")
    doubts_about([large], CT)
    doubts_about([large], MR)
    assert 0 < Counting.copied < 300_000


# Every real scan by what it truly is. Left out: what its file calls a CT although its values are no Hounsfield units.
REAL = {
    "CT": (
        "sarcoma/*/CT_image.nii.gz",
        "train/sarcoma_2mm/*/CT_image.nii.gz",
        "ct_mr_totalseg/example_ct*.nii.gz",
        "dicom/totalseg_ct_jpeg2000",
        "dicom/STS_008_CT_MR_PET_RTSTRUCT/CT/image",
        "dicom/dcmqi_segmentations/ct-3slice",
        "dicom/highdicom/ct_image.dcm",
    ),
    "MR": (
        "sarcoma/*/MR_T1_image.nii.gz",
        "train/sarcoma_2mm/*/MR_T1_image.nii.gz",
        "ct_mr_totalseg/example_mr_sm.nii.gz",
        "brain_ms/*/[TF]*.nii.gz",
        "brain_tumour/BraTS-*/*.nii.gz",
        "brain_tumour/TCGA-*/raw/*.nii.gz",
        "brain_tumour/TCGA-*/brats_space/*.nii.gz",
        "brain_tumour/pyradiomics_brain1/brain1_image.nrrd",
        "orientations/*.nii.gz",
        "dicom/papaya_mr_pd_oblique",
        "dicom/STS_008_CT_MR_PET_RTSTRUCT/MR_T1/image",
    ),
    "PT": (
        "sarcoma/*/PET_image.nii.gz",
        "train/sarcoma_2mm/*/PET_image.nii.gz",
        "dicom/STS_008_CT_MR_PET_RTSTRUCT/PET/image",
    ),
    "X-ray": ("xray/*", "dicom/highdicom/dx_image.dcm"),
    "US": ("ultrasound/*.mha",),
}


@pytest.mark.parametrize("modality", REAL)
def test_real_scans_without_a_known_modality_are_doubted_exactly_where_they_should_be(modality):
    from medai.files import read_image

    root = real_data()
    paths = [path for pattern in REAL[modality] for path in sorted(root.glob(pattern))]
    assert len(paths) >= len(REAL[modality])
    for path in paths:
        image = replace(read_image(path), modality="")
        assert looks_like(image) == ("CT" if modality == "CT" else ""), path
        assert len(doubts_about([image], CT)) == (modality != "CT"), path
        assert len(doubts_about([image], MR)) == (modality == "CT"), path


@pytest.mark.parametrize("path", ["dicom/torchio_ct", "dicom/dcmqi_segmentations/24x38x3/image"])
def test_a_real_file_that_says_ct_and_holds_no_hounsfield_units_is_told(path):
    from medai.files import read_image

    image = read_image(real_data(path))
    assert image.modality == "CT"
    (doubt,) = doubts_about([image], CT)
    assert "Hounsfield" in doubt


def test_real_scans_of_one_examination_lie_in_the_same_place_and_others_do_not():
    from medai.files import read_image

    folder = real_data("brain_tumour", "TCGA-FG-6692", "raw")
    same = [read_image(path) for path in sorted(folder.glob("*.nii.gz"))]
    assert len(same) == 4
    assert doubts_about(same, MR) == []
    leg = read_image(real_data("sarcoma", "STS_008", "MR_T1_image.nii.gz"))
    assert len(doubts_about([same[0], leg], MR)) == 1
