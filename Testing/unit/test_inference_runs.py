"""Running bundles: checks before the start, plan, progress, cancellation, subsets and other grids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from medai import Image
from medai.bundles import Bundle, find_model
from medai.errors import CancelledError, InputError
from medai.inference import Options, infer, make_plan
from medai.inference.cost import window_cost
from medai.inference.pipeline import build_pipeline
from medai.inference.prepare import prepare
from medai.inference.windows import segment
from support.bundles import make_bundle
from support.data import real_data
from support.scans import blobs, oblique_affine


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Bundle:
    return Bundle.open(make_bundle(tmp_path_factory.mktemp("bundles") / "tiny"))


def test_labels_are_integers_on_exactly_the_grid_of_the_scan(bundle):
    scan = blobs()
    output = infer([scan], bundle)
    assert output.labelmap.voxels.dtype == np.uint8
    assert output.labelmap.voxels.shape == scan.voxels.shape
    np.testing.assert_array_equal(output.labelmap.affine, scan.affine)
    assert set(output.seconds) == {"preparing", "segmenting", "restoring"}
    assert output.peak_memory_bytes > 100 * 2**20


def test_progress_grows_from_stage_to_stage_and_ends_at_one(bundle):
    seen = []
    infer([blobs()], bundle, report=seen.append)
    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    assert [s for n, s in enumerate(p.stage for p in seen) if n == 0 or s != seen[n - 1].stage] == [
        "preparing",
        "segmenting",
        "restoring",
    ]


def test_progress_goes_on_within_a_single_window(tmp_path):
    whole = Bundle.open(make_bundle(tmp_path / "whole", window=(64, 64, 64)))
    seen = []
    infer([blobs()], whole, report=seen.append)
    assert len({p.fraction for p in seen if p.stage == "segmenting"}) > 5


@pytest.mark.parametrize("after", [0, 1, 4])
def test_cancelling_stops_within_a_layer(bundle, after):
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(CancelledError):
        infer([blobs((64, 64, 64))], bundle, cancelled=cancelled)
    assert asked == after + 1


def test_the_plan_names_the_windows_that_are_then_run(bundle):
    scan = blobs((60, 50, 40))
    plan = make_plan([scan], bundle)
    seen = []
    pipeline = build_pipeline(bundle, torch.device("cpu"))
    cost = window_cost(pipeline.network, (1, 1, 32, 32, 32))
    pipeline.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].shape[0]))
    segment(prepare([scan], pipeline)["image"].as_tensor(), pipeline, torch.float32, cost, lambda _: None)
    assert plan.window == (32, 32, 32)
    assert plan.windows == sum(seen)
    assert plan.memory_bytes > 0
    assert plan.seconds == pytest.approx(sum(plan.stage_seconds.values()))


def test_time_is_learned_from_runs(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    scan = blobs((64, 64, 64))
    runs = [infer([scan], bundle).seconds for _ in range(3)]
    for stage, learned in make_plan([scan], bundle).stage_seconds.items():
        took = [seconds[stage] for seconds in runs]
        assert 0.99 * min(took) <= learned <= 1.01 * max(took)


@pytest.mark.parametrize(
    ("images", "says"),
    [
        ([], "nothing"),
        ([blobs(channels=3)], "3 channels"),
        ([blobs(), blobs()], "one scalar volume"),
        ([Image(np.zeros((1, 30, 30, 1), np.int16), np.eye(4), "flat")], "single slice"),
        ([Image(np.full((1, 8, 8, 8), 7, np.int16), np.eye(4), "blank")], "same value"),
        ([Image(np.full((1, 8, 8, 8), np.nan, np.float32), np.eye(4), "void")], "512 voxels"),
        ([Image(np.full((1, 8, 8, 8), np.inf, np.float64), np.eye(4), "burst")], "not numbers"),
    ],
)
def test_unsuitable_images_are_refused_before_the_start(bundle, images, says):
    for work in (infer, make_plan):
        with pytest.raises(InputError, match=says):
            work(images, bundle)


def test_a_subset_of_labels_is_the_whole_with_the_others_left_out(bundle):
    scan = blobs()
    whole = infer([scan], bundle).labelmap.voxels
    part = infer([scan], bundle, Options(labels=("Right thing",))).labelmap.voxels
    np.testing.assert_array_equal(part, np.where(whole == 2, 2, 0))
    with pytest.raises(InputError, match="left thing"):
        infer([scan], bundle, Options(labels=("liver",)))


def test_channels_on_other_grids_are_brought_to_the_first_ones_grid(tmp_path):
    bundle = Bundle.open(make_bundle(tmp_path / "two", channels=("T1", "FLAIR")))
    both = blobs((40, 40, 30), channels=2)
    first, second = (Image(both.voxels[n : n + 1], both.affine, f"image {n}") for n in (0, 1))
    reordered = Image(second.voxels[:, ::-1], second.affine @ flip(0, 40), "image 1, flipped storage")
    expected = infer([both], bundle).labelmap.voxels
    np.testing.assert_array_equal(infer([first, second], bundle).labelmap.voxels, expected)
    np.testing.assert_array_equal(infer([first, reordered], bundle).labelmap.voxels, expected)


def flip(axis: int, size: int) -> np.ndarray:
    matrix = np.eye(4)
    matrix[axis, axis], matrix[axis, 3] = -1, size - 1
    return matrix


def changed(folder: Path, **changes: object) -> Bundle:
    return Bundle.open(make_bundle(folder, changes=changes))


def test_a_slice_by_slice_network_runs_again_and_again(tmp_path):
    inferer = {"_target_": "SliceInferer", "roi_size": [32, 32], "sw_batch_size": 4, "spatial_dim": 2, "overlap": 0.25}
    bundle = Bundle.open(make_bundle(tmp_path / "slices", spatial_dims=2, spacing=None, changes={"inferer": inferer}))
    first, second = (infer([blobs()], bundle).labelmap.voxels for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert make_plan([blobs()], bundle).window == (32, 32, 1)
    assert make_plan([blobs()], bundle).windows == 20 * 2 * 2


def test_a_network_that_sees_a_padded_scan_whole_is_planned_and_run(tmp_path):
    steps = [
        {"_target_": "LoadImaged", "keys": "image"},
        {"_target_": "EnsureChannelFirstd", "keys": "image"},
        {"_target_": "DivisiblePadd", "keys": "image", "k": 16},
    ]
    bundle = changed(
        tmp_path / "whole", inferer={"_target_": "SimpleInferer"}, preprocessing={"_target_": "Compose", "transforms": steps}
    )
    scan = blobs((47, 40, 21))
    assert make_plan([scan], bundle).windows == 1
    assert infer([scan], bundle).labelmap.voxels.shape == scan.voxels.shape


def test_what_cannot_be_a_label_is_refused(tmp_path):
    bundle = Bundle.open(make_bundle(tmp_path / "raw", labels=(), order=("invert",)))
    with pytest.raises(InputError, match="no labels"):
        infer([blobs()], bundle)


def test_a_damaged_record_of_speeds_is_measured_anew(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    key = f"cpu torch.float32 torch {torch.__version__} threads {torch.get_num_threads()}"
    (tmp_path / "cache").mkdir()
    for content in ("{", "[]", f'{{"{key}": 5}}', f'{{"{key}": {{"convolution": 0, "resampling": "fast"}}}}'):
        (tmp_path / "cache" / "speed.json").write_text(content)
        assert make_plan([blobs()], bundle).seconds > 0


def test_fast_mode_agrees_with_exact_mode_on_the_built_in_model():
    scan = real_head()
    exact = infer([scan], find_model("brain-mr"), Options(device="cpu")).labelmap.voxels
    fast = infer([scan], find_model("brain-mr"), Options(device="cpu", mode="fast")).labelmap.voxels
    brain = (exact > 0) | (fast > 0)
    assert (exact == fast)[brain].mean() > 0.98


@pytest.mark.parametrize("able, precision", [(True, "bfloat16"), (False, "float32")])
def test_fast_mode_computes_in_sixteen_bits_only_where_the_processor_can(bundle, able, precision, monkeypatch):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: able)
    # What is asked is the plan, not how fast this processor is.
    monkeypatch.setattr("medai.inference.speed.Speed.rate", lambda *_: 1.0)
    assert make_plan([blobs()], bundle, Options(device="cpu", mode="fast")).precision == precision
    assert make_plan([blobs()], bundle, Options(device="cpu")).precision == "float32"


def real_head() -> Image:
    from medai.files import read_image

    return read_image(sorted(real_data("brain_tumour", "TCGA-FG-6692", "raw").glob("*T1_AX*POST*"))[0])


def test_the_cost_of_a_convolution_is_counted_exactly():
    network = torch.nn.Conv3d(2, 5, 3, padding=1, bias=False)
    cost = window_cost(network, (1, 2, 8, 8, 8))
    assert cost.operations == 2 * 2 * 5 * 27 * 8**3
    assert cost.output_channels == 5
    assert cost.activation_bytes == 4 * (2 + 5) * 8**3


def test_an_unusable_device_is_told(bundle):
    if torch.cuda.is_available():
        pytest.skip("This computer has a CUDA device.")
    with pytest.raises(InputError, match="no cuda"):
        infer([blobs()], bundle, Options(device="cuda"))


def test_oblique_affine_of_the_test_scans_is_what_it_says():
    assert np.linalg.det(oblique_affine()[:3, :3]) == pytest.approx(1.1 * 1.3 * 2.7)


def test_windows_that_hardly_move_are_refused_before_they_are_listed(tmp_path):
    inferer = {"_target_": "SlidingWindowInferer", "roi_size": [16, 16, 16], "overlap": 0.9999}
    bundle = make_bundle(tmp_path / "endless", changes={"inferer": inferer}, spacing=(0.3, 0.3, 0.3))
    with pytest.raises(InputError, match="so small or overlap so much"):
        infer([blobs()], Bundle.open(bundle))
