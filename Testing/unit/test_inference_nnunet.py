"""nnU-Net's models give the labels that nnU-Net gives: its own results are stored, and compared anew where it is installed."""

from __future__ import annotations

import builtins
import itertools
import sys

import numpy as np
import pytest
import torch

from medai import Image
from medai.bundles import Bundle
from medai.errors import InputError, RefusedError
from medai.inference import Options, infer, make_plan
from medai.inference.cost import window_cost
from medai.inference.engine import _pipeline_for
from medai.inference.nnunet.inferer import steps
from medai.inference.nnunet.preprocessing import normalized
from medai.inference.nnunet.resampling import resampled
from support.foreign import make_trained_folder
from support.nnunet_reference import CASES, REFERENCE, SPACINGS, channels_of, labels_of_nnunet, scan
from support.scans import blobs


@pytest.mark.parametrize("words", SPACINGS)
@pytest.mark.parametrize("name", CASES)
def test_labels_are_those_of_nnunet(tmp_path, name, words):
    case = CASES[name]
    root = make_trained_folder(tmp_path / "Dataset900_Tiny", **case)
    image = scan(channels_of(case), SPACINGS[words])
    output = infer([image], Bundle.open(root))
    with np.load(REFERENCE) as reference:
        expected = reference[f"{name}: {words}"]
    assert len(np.unique(expected)) > 1
    assert output.labelmap.on_same_grid(image)
    # The library's convolutions round differently on other processors: a few voxels of 38,400 lie on the edge.
    assert (output.labelmap.voxels[0] == expected).mean() >= 0.9999
    assert output.plan.windows >= 1


def test_labels_are_those_of_the_installed_nnunet(tmp_path):
    pytest.importorskip("nnunetv2.inference.predict_from_raw_data")
    case = CASES["mirrored, two folds"]
    root = make_trained_folder(tmp_path / "Dataset900_Tiny", **case)
    image = scan(1, (1.1, 1.3, 2.7))
    output = infer([image], Bundle.open(root))
    assert (output.labelmap.voxels[0] == labels_of_nnunet(root, image, 2)).mean() >= 0.99999


def test_the_plan_counts_folds_mirrors_and_the_cropped_grid(tmp_path):
    one = make_trained_folder(tmp_path / "a")
    many = make_trained_folder(tmp_path / "b", folds=3, mirror=(0, 1))
    image = scan(1, (1.1, 1.3, 2.7))
    plans = [make_plan([image], Bundle.open(root)) for root in (one, many)]
    assert plans[0].window == (16, 24, 24)
    assert plans[1].windows == 3 * plans[0].windows
    # 48 - 5 and 40 - 3 voxels and 20 - 2 slices are not zero; the network's grid is 2 x 1.5 x 1.5 mm.
    assert plans[0].grid == (round(18 * 2.7 / 2), round(37 * 1.3 / 1.5), round(43 * 1.1 / 1.5))


def test_fast_does_without_mirror_images(tmp_path):
    bundle, window, seen = Bundle.open(make_trained_folder(tmp_path, mirror=(0, 1, 2))), torch.zeros(1, 1, 16, 24, 24), []
    exact, fast = (_pipeline_for(bundle, Options(device="cpu", mode=mode)).network for mode in ("exact", "fast"))
    exact.folds[0].register_forward_hook(lambda *_: seen.append(1))
    exact(window)
    assert len(seen) == 8
    fast(window)
    assert len(seen) == 9 and not fast.training


def test_the_cost_of_mirror_images_is_counted_and_told_while_they_are_computed(tmp_path):
    bundle, shape = Bundle.open(make_trained_folder(tmp_path, mirror=(0, 1, 2))), (1, 1, 16, 24, 24)
    exact, fast = (_pipeline_for(bundle, Options(device="cpu", mode=mode)).network for mode in ("exact", "fast"))
    assert window_cost(exact, shape).operations == 8 * window_cost(fast, shape).operations > 0
    told = []
    infer([scan(1, (1.1, 1.3, 2.7))], bundle, Options(device="cpu"), report=told.append)
    assert len({round(progress.fraction, 3) for progress in told if progress.stage == "segmenting"}) > 10


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path):
    root = make_trained_folder(tmp_path)
    path = root / "fold_0" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False)
    torch.save({**content, "trainer": sys.exit}, path)
    with pytest.raises(RefusedError, match="exit"):
        infer([blobs()], Bundle.open(root))


def test_weights_of_another_network_and_of_another_configuration_are_told(tmp_path):
    root = make_trained_folder(tmp_path / "a", folds=2)
    path = root / "fold_1" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False)
    torch.save({**content, "init_args": {"configuration": "other"}}, path)
    with pytest.raises(InputError, match="trained as other, not as 3d_fullres"):
        infer([blobs()], Bundle.open(root))
    content["network_weights"].pop("encoder.stages.0.0.convs.0.conv.weight")
    torch.save(content, path)
    with pytest.raises(InputError, match=r"1 weights are missing \(first: encoder.stages.0.0.convs.0.conv.weight\)"):
        infer([blobs()], Bundle.open(root))


def test_a_missing_package_is_named_with_how_to_get_it(tmp_path, monkeypatch):
    root = make_trained_folder(tmp_path)
    real = builtins.__import__

    def without(name, *arguments, **more):
        if name.startswith("dynamic_network_architectures"):
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match="run: pip install dynamic-network-architectures"):
        infer([blobs()], Bundle.open(root))


@pytest.mark.parametrize(("size", "window"), [(10, 16), (16, 16), (17, 16), (40, 16), (110, 64), (41, 7)])
def test_windows_reach_from_edge_to_edge_at_most_half_a_window_apart(size, window):
    starts = steps(max(size, window), window)
    assert starts[0] == 0
    assert starts[-1] == max(size, window) - window
    assert all(0 < b - a <= (window + 1) // 2 for a, b in itertools.pairwise(starts))


def test_slices_that_lie_far_apart_are_not_mixed():
    volume = np.zeros((3, 8, 8), np.float32)
    volume[1] = 1
    how = {"order": 3, "order_z": 0, "separate_z": None}
    apart = resampled(volume, (6, 4, 4), (6.0, 1.0, 1.0), (3.0, 2.0, 2.0), how)
    assert set(np.unique(apart)) == {0, 1}
    assert apart.dtype == np.float32
    near = resampled(volume, (6, 4, 4), (2.0, 1.0, 1.0), (1.0, 2.0, 2.0), how)
    assert len(np.unique(near)) > 2


def test_intensities_of_each_scheme():
    values = np.linspace(-500, 1000, 60, dtype=np.float32).reshape(3, 4, 5)
    inside = values > 0
    known = {"mean": 10.0, "std": 20.0, "percentile_00_5": -100.0, "percentile_99_5": 300.0}
    ct = normalized(values.copy(), inside, "CTNormalization", False, known)
    assert (ct.min(), ct.max()) == (pytest.approx(-5.5), pytest.approx(14.5))
    z = normalized(values.copy(), inside, "ZScoreNormalization", True, known)
    assert abs(z[inside].mean()) < 1e-5
    assert np.array_equal(z[~inside], values[~inside])
    unit = normalized(values.copy(), inside, "RescaleTo01Normalization", False, known)
    assert (unit.min(), unit.max()) == (0, 1)
    with pytest.raises(InputError, match="0 to 255"):
        normalized(values.copy(), inside, "RGBTo01Normalization", False, known)


def test_a_scan_without_a_single_zero_and_one_of_a_thin_slab(tmp_path):
    bundle = Bundle.open(make_trained_folder(tmp_path))
    for shape in ((20, 20, 20), (24, 20, 2)):
        image = blobs(shape)
        output = infer([Image(image.voxels, image.affine, "thin")], bundle, Options())
        assert output.labelmap.shape == shape
