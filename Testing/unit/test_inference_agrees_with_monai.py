"""The in-memory path gives the labels that MONAI's own runner gives, on an oblique, flipped, anisotropic scan."""

from __future__ import annotations

import shutil
from pathlib import Path

import nibabel
import numpy as np
import pytest
from monai.bundle import run as run_with_monai

from medai import Image
from medai.bundles import Bundle
from medai.inference import Options, infer
from medai.resources import resource
from support.bundles import ARGMAX_INTERPOLATE, ARGMAX_NEAREST, SOFTMAX_ARGMAX_INVERT, SOFTMAX_INVERT_ARGMAX, make_bundle
from support.data import real_data
from support.scans import blobs


def labels_by_monai(bundle: Path, image: Image, folder: Path) -> np.ndarray:
    """The label map (i, j, k) that ``monai.bundle.run`` writes for the image; the bundle is run in a copy."""
    copy = folder / "copy" / bundle.name
    shutil.copytree(bundle, copy)
    data, output = folder / "data", folder / "out"
    data.mkdir(parents=True, exist_ok=True)
    voxels = image.voxels[0] if image.channels == 1 else np.moveaxis(image.voxels, 0, -1)
    nibabel.save(nibabel.Nifti1Image(voxels, image.affine), data / "scan.nii.gz")
    run_with_monai(
        config_file=str(copy / "configs" / "inference.json"),
        bundle_root=str(copy),
        dataset_dir=str(data),
        output_dir=str(output),
        run_id="run",
    )
    (written,) = output.rglob("*.nii.gz")
    return np.asarray(nibabel.load(written).dataobj)


@pytest.mark.parametrize("order", [SOFTMAX_INVERT_ARGMAX, SOFTMAX_ARGMAX_INVERT])
@pytest.mark.parametrize("spacing", [(2.0, 2.0, 2.0), None])
def test_labels_equal_those_of_monai(tmp_path, order, spacing):
    bundle = make_bundle(tmp_path / "tiny", order=order, spacing=spacing)
    scan = blobs()
    ours = infer([scan], Bundle.open(bundle)).labelmap
    theirs = labels_by_monai(bundle, scan, tmp_path)
    assert len(np.unique(ours.voxels)) == 3
    np.testing.assert_array_equal(ours.voxels[0], theirs)


def test_labels_of_a_stacked_multi_channel_bundle_equal_those_of_monai(tmp_path):
    bundle = make_bundle(tmp_path / "tiny", channels=("T1", "FLAIR"))
    scan = blobs(channels=2)
    ours = infer([scan], Bundle.open(bundle)).labelmap
    np.testing.assert_array_equal(ours.voxels[0], labels_by_monai(bundle, scan, tmp_path))


def test_labels_of_a_bundle_that_concatenates_named_inputs_equal_those_of_monai(tmp_path):
    steps = [
        {"_target_": "LoadImaged", "keys": ["t1", "flair"]},
        {"_target_": "EnsureChannelFirstd", "keys": ["t1", "flair"]},
        {"_target_": "Spacingd", "keys": ["t1", "flair"], "pixdim": [2.0, 2.0, 2.0], "mode": ["bilinear", "bilinear"]},
        {"_target_": "ConcatItemsd", "keys": ["flair", "t1"], "name": "image"},
        {"_target_": "NormalizeIntensityd", "keys": "image"},
    ]
    data = "$[{'t1': i, 'flair': i.replace('scan', 'flair')} for i in sorted(glob.glob(@dataset_dir + '/scan*'))]"
    way_back = {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing", "orig_keys": "t1", "nearest_interp": False}
    post = [
        {"_target_": "Activationsd", "keys": "pred", "softmax": True},
        way_back,
        {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
        {"_target_": "SaveImaged", "keys": "pred", "output_dir": "@output_dir", "separate_folder": False},
    ]
    changes = {
        "preprocessing": {"_target_": "Compose", "transforms": steps},
        "postprocessing": {"_target_": "Compose", "transforms": post},
        "data": data,
    }
    bundle = make_bundle(tmp_path / "named", channels=("T1", "FLAIR"), changes=changes)
    t1, flair = blobs(seed=3), blobs(seed=4)
    (tmp_path / "data").mkdir()
    nibabel.save(nibabel.Nifti1Image(flair.voxels[0], flair.affine), tmp_path / "data" / "flair.nii.gz")
    ours = infer([t1, flair], Bundle.open(bundle)).labelmap.voxels[0]
    np.testing.assert_array_equal(ours, labels_by_monai(bundle, t1, tmp_path))


def test_interpolated_labels_of_a_zoo_mistake_become_those_of_nearest_neighbor(tmp_path):
    scan = blobs()
    mistaken = make_bundle(tmp_path / "mistaken", order=ARGMAX_INTERPOLATE)
    interpolated = labels_by_monai(mistaken, scan, tmp_path / "as is")
    assert (interpolated != np.rint(interpolated)).any(), "MONAI no longer interpolates labels here; the repair can go"
    proper = labels_by_monai(make_bundle(tmp_path / "proper", order=ARGMAX_NEAREST), scan, tmp_path / "put right")
    np.testing.assert_array_equal(infer([scan], Bundle.open(mistaken)).labelmap.voxels[0], proper)


def test_built_in_brain_model_gives_the_labels_of_monai_on_a_real_head(tmp_path):
    path = real_data("brain_tumour", "TCGA-FG-6692", "raw")
    stored = nibabel.load(sorted(path.glob("*T1_AX*POST*"))[0])
    scan = Image(np.asarray(stored.dataobj, dtype=np.float32)[None], stored.affine)
    bundle = resource("Models", "brain-mr")
    ours = infer([scan], Bundle.open(bundle), Options(device="cpu")).labelmap.voxels[0]
    theirs = labels_by_monai(bundle, scan, tmp_path)
    assert (ours > 0).sum() * Image(ours[None], stored.affine).voxel_volume_ml > 800
    np.testing.assert_array_equal(ours, theirs)
