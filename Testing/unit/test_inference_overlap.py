"""Models whose labels may overlap: one layer per label, and the same voxels that MONAI's maps have."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.bundles import Bundle
from medai.errors import InputError
from medai.inference import Options, infer, make_plan
from medai.region import Box
from support.bundles import make_bundle
from support.monai_runner import labels_by_monai, written
from support.scans import blobs
from support.zoo import Shape

SIGMOID = {"_target_": "Activationsd", "keys": "pred", "sigmoid": True}
HALF = {"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.5}
BACK = {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing", "orig_keys": "image", "nearest_interp": False}
ONE_HOT = {"_target_": "AsDiscreted", "keys": "pred", "argmax": True, "to_onehot": 3}
SAVE = {"_target_": "SaveImaged", "keys": "pred", "output_dir": "@output_dir", "separate_folder": False}
ORDERS = {
    "sigmoid, back, threshold": [SIGMOID, BACK, HALF],
    "back, sigmoid, threshold": [BACK, SIGMOID, HALF],
    "back, sigmoid, types, threshold": [BACK, SIGMOID, {"_target_": "EnsureTyped", "keys": "pred"}, HALF],
}


def bundle_of(folder, *steps, **changes) -> Bundle:
    post = {"_target_": "Compose", "transforms": [*steps, SAVE]}
    return Bundle.open(make_bundle(folder, labels=("b", "c"), changes={"postprocessing": post, **changes}))


def maps_by_monai(bundle, scan, folder) -> np.ndarray:
    """(channel, i, j, k)."""
    path = written(scan, folder / "data" / "scan.nii.gz")
    return np.moveaxis(labels_by_monai(Shape(bundle.name, "", {}), bundle.root, [path], folder / "monai"), -1, 0)


@pytest.mark.parametrize("order", ORDERS)
def test_each_label_has_a_layer_with_the_voxels_of_monais_map(tmp_path, order):
    bundle, scan = bundle_of(tmp_path / "overlapping", *ORDERS[order]), blobs()
    labels = infer([scan], bundle).labelmap.voxels
    theirs = maps_by_monai(bundle, scan, tmp_path)
    assert labels.dtype == np.uint8
    assert (labels > 0).sum(axis=0).max() > 1, "nothing overlaps"
    np.testing.assert_array_equal(labels, theirs * np.arange(1, 4)[:, None, None, None])


def test_maps_that_are_discrete_before_they_go_back_are_never_interpolated(tmp_path):
    bundle, scan = bundle_of(tmp_path / "early", SIGMOID, HALF, BACK), blobs()
    proper = bundle_of(tmp_path / "proper", SIGMOID, HALF, {**BACK, "nearest_interp": True})
    theirs = maps_by_monai(proper, scan, tmp_path)
    np.testing.assert_array_equal(infer([scan], bundle).labelmap.voxels > 0, theirs > 0)


@pytest.mark.parametrize("background", [True, False])
def test_maps_that_exclude_each_other_are_one_layer(tmp_path, background):
    without = [] if background else [{"_target_": "Lambdad", "keys": "pred", "func": "$lambda x: x[1:]"}]
    scan = blobs()
    one_hot = infer([scan], bundle_of(tmp_path / "hot", BACK, ONE_HOT, *without)).labelmap.voxels
    plain = infer([scan], bundle_of(tmp_path / "plain", BACK, {**ONE_HOT, "to_onehot": None})).labelmap.voxels
    np.testing.assert_array_equal(one_hot, plain)


def test_a_choice_of_labels_and_a_box_hold_for_every_layer(tmp_path):
    bundle, scan = bundle_of(tmp_path / "overlapping", SIGMOID, BACK, HALF), blobs()
    whole = infer([scan], bundle).labelmap.voxels
    names = bundle.label_names
    box = Box(tuple((scan.affine @ [20, 18, 10, 1])[:3]), (12.0, 14.0, 16.0))
    part = infer([scan], bundle, Options(labels=(names[2],), roi=box)).labelmap.voxels
    mask = box.mask(scan.shape, scan.affine)
    np.testing.assert_array_equal(part[1], whole[1] * mask)
    assert not part[[0, 2]].any()


def test_a_bundle_that_does_not_go_back_is_brought_back(tmp_path):
    """MONAI's writer does it where it is not told otherwise, and else leaves the labels on the network's grid."""
    argmax = {"_target_": "AsDiscreted", "keys": "pred", "argmax": True}
    scan = blobs()
    left = infer([scan], bundle_of(tmp_path / "left", argmax)).labelmap.voxels
    back = infer([scan], bundle_of(tmp_path / "back", argmax, {**BACK, "nearest_interp": True})).labelmap.voxels
    np.testing.assert_array_equal(left, back)


def test_scores_that_nothing_makes_labels_of_are_refused_before_the_run(tmp_path):
    bundle = bundle_of(tmp_path / "scores", SIGMOID, BACK)
    for work in (make_plan, infer):
        with pytest.raises(InputError, match="neither argmax nor threshold"):
            work([blobs()], bundle)


def test_memory_of_many_classes_stays_far_below_all_of_them_on_the_scans_grid(tmp_path):
    """60 classes of a scan of 3 million voxels would be 740 MB on its own grid; on the network's they are 12."""
    import torch

    from medai.inference.pipeline import build_pipeline
    from medai.inference.prepare import prepare
    from medai.inference.restore import restore

    scan = Image(blobs((192, 160, 100)).voxels, np.diag([0.5, 0.5, 0.5, 1]), "large")
    bundle = bundle_of(
        tmp_path / "many", {"_target_": "Activationsd", "keys": "pred", "softmax": True}, BACK, {**ONE_HOT, "to_onehot": None}
    )
    pipeline = build_pipeline(bundle, torch.device("cpu"))
    prepared = prepare([scan], pipeline)
    largest = 0

    def at(_: float) -> None:
        nonlocal largest
        import gc

        largest = max(largest, sum(t.numel() for t in gc.get_objects() if type(t) is torch.Tensor))

    scores = torch.randn(60, *prepared["image"].shape[1:])
    labels = restore(scores, prepared, pipeline, scan, at)
    assert labels.voxels.max() == 59
    assert largest < 10 * scan.voxels.size
