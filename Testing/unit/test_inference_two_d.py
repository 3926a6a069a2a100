"""Networks of pictures: on pictures, and slice by slice on volumes."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from medai import Image
from medai.bundles import Bundle
from medai.errors import CancelledError, InputError
from medai.inference import Options, infer, make_plan
from medai.region import Box
from support.bundles import make_bundle
from support.monai_runner import labels_by_monai
from support.scans import blobs
from support.zoo import Shape
from support.zoo_shapes import SHAPES

WHOLE = {"_target_": "SimpleInferer"}
WINDOWS = {"_target_": "SlidingWindowInferer", "roi_size": [16, 16], "sw_batch_size": 3, "overlap": 0.25}
PICTURES = next(shape for shape in SHAPES if shape.name == "pictures_one_hot")


def flat_bundle(folder, inferer, spacing=None) -> Bundle:
    return Bundle.open(make_bundle(folder, spatial_dims=2, spacing=spacing, changes={"inferer": inferer}))


def axial(slices: int = 4) -> Image:
    return Image(blobs((40, 32, slices)).voxels, np.diag([-1.5, 1.0, 3.0, 1.0]), "axial")


@pytest.mark.parametrize("inferer", [WHOLE, WINDOWS], ids=["whole", "windows"])
@pytest.mark.parametrize("spacing", [None, (1.2, 1.2)], ids=["own spacing", "respaced"])
def test_every_slice_is_what_monai_makes_of_it(tmp_path, inferer, spacing):
    bundle, scan = flat_bundle(tmp_path / "flat", inferer, spacing), axial()
    labels = infer([scan], bundle).labelmap.voxels
    assert labels.shape == scan.voxels.shape
    assert len(np.unique(labels)) == 3
    for k in (0, 3):
        path = tmp_path / f"slice{k}.nii.gz"
        nibabel.save(nibabel.Nifti1Image(scan.voxels[0, ..., k], scan.affine), path)
        theirs = labels_by_monai(Shape("flat", "", {}), bundle.root, [path], tmp_path / f"monai{k}")
        np.testing.assert_array_equal(labels[0, ..., k], np.squeeze(theirs))


def test_slices_of_any_direction_are_run_and_planned(tmp_path):
    bundle, scan = flat_bundle(tmp_path / "flat", WINDOWS), blobs((40, 32, 5))
    plan = make_plan([scan], bundle)
    assert plan.grid == (40, 32, 5)
    assert plan.window == (16, 16, 1)
    assert plan.windows == 3 * 3 * 5
    assert infer([scan], bundle).labelmap.voxels.shape == scan.voxels.shape


def test_slices_beside_the_box_are_left_out(tmp_path):
    bundle, scan = flat_bundle(tmp_path / "flat", WHOLE), axial(6)
    box = Box(tuple((scan.affine @ [20, 16, 2, 1])[:3]), (20.0, 12.0, 3.5))
    whole, part = infer([scan], bundle), infer([scan], bundle, Options(roi=box))
    np.testing.assert_array_equal(part.labelmap.voxels, whole.labelmap.voxels * box.mask(scan.shape, scan.affine))
    assert (whole.plan.windows, part.plan.windows) == (6, 1)


def test_progress_grows_over_the_slices_and_cancelling_stops_among_them(tmp_path):
    bundle, seen = flat_bundle(tmp_path / "flat", WHOLE), []
    infer([axial()], bundle, report=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    seen.clear()
    with pytest.raises(CancelledError):
        infer([axial()], bundle, report=seen.append, cancelled=lambda: bool(seen) and seen[-1].fraction > 0.5)
    assert 0.5 < seen[-1].fraction < 0.9


def test_a_gray_picture_is_seen_as_a_colored_one_and_that_is_said(tmp_path):
    bundle = Bundle.open(PICTURES.write(tmp_path))
    gray = Image(blobs((40, 30, 1)).voxels, np.eye(4), "gray")
    colored = gray.with_voxels(np.repeat(gray.voxels, 3, axis=0))
    with_opacity = gray.with_voxels(np.concatenate([colored.voxels, np.full_like(gray.voxels, 255)]))
    expected = infer([colored], bundle)
    assert expected.warnings == ()
    for picture, says in ((gray, "is gray"), (with_opacity, "opacity of gray was left out")):
        output = infer([picture], bundle)
        np.testing.assert_array_equal(output.labelmap.voxels, expected.labelmap.voxels)
        assert any(says in sentence for sentence in output.warnings)


def test_a_picture_of_two_channels_is_refused(tmp_path):
    bundle = Bundle.open(PICTURES.write(tmp_path))
    with pytest.raises(InputError, match="3 channels"):
        infer([Image(blobs((40, 30, 1), channels=2).voxels, np.eye(4), "two")], bundle)
