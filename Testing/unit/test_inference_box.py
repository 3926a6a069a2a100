"""Only inside a box: exactly the labels of the whole run there, none elsewhere, and no window computed in vain."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from medai import Image
from medai.bundles import Bundle
from medai.errors import InputError
from medai.inference import Options, check_request, infer, make_plan
from medai.inference.grid import deciding_part, expected_grid, grid_of
from medai.inference.pipeline import build_pipeline
from medai.inference.planning import network_cost
from medai.inference.prepare import network_input, prepare
from medai.inference.windows import segment, window_of
from medai.region import Box
from medai.resources import resource
from support.bundles import SOFTMAX_ARGMAX_INVERT, SOFTMAX_INVERT_ARGMAX, make_bundle
from support.data import real_data
from support.scans import blobs

LOAD = [{"_target_": "LoadImaged", "keys": "image"}, {"_target_": "EnsureChannelFirstd", "keys": "image"}]
TURN = {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"}
SCALE = {"_target_": "NormalizeIntensityd", "keys": "image"}
WINDOWS = {"_target_": "SlidingWindowInferer", "roi_size": [16, 16, 16], "sw_batch_size": 1, "overlap": 0.25}


def through(*steps: dict[str, object]) -> dict[str, object]:
    return {"preprocessing": {"_target_": "Compose", "transforms": [*LOAD, *steps, SCALE]}}


def spacing(*pixdim: float, mode: str = "bilinear") -> dict[str, object]:
    return {"_target_": "Spacingd", "keys": "image", "pixdim": pixdim, "mode": mode}


def resize(*size: int, mode: str, **more: object) -> dict[str, object]:
    return {"_target_": "Resized", "keys": "image", "spatial_size": size if len(size) > 1 else size[0], "mode": mode, **more}


# Every way to another grid: finer, coarser, turned, cropped, padded, averaged, and two resamplings after each other.
GRIDS: dict[str, dict[str, object]] = {
    "own": through(),
    "finer": through(TURN, spacing(0.9, 0.8, 1.1)),
    "coarser": through(TURN, spacing(2, 2, 3)),
    "another orientation": through({**TURN, "axcodes": "PIL"}, spacing(1.5, 1.5, 1.5)),
    "cropped": through(
        {"_target_": "CropForegroundd", "keys": "image", "source_key": "image", "margin": 2, "allow_smaller": True},
        spacing(1.5, 1.5, 1.5),
    ),
    "turned and cropped": through(
        TURN, {"_target_": "CropForegroundd", "keys": "image", "source_key": "image"}, spacing(1.3, 1.3, 1.3)
    ),
    "padded": through({"_target_": "SpatialPadd", "keys": "image", "spatial_size": [64, 64, 64]}),
    "cut and padded": through({"_target_": "ResizeWithPadOrCropd", "keys": "image", "spatial_size": [60, 24, 60]}),
    "resized by averaging": through(TURN, resize(72, 60, 36, mode="area")),
    "shrunk": through(resize(24, 24, 16, mode="trilinear")),
    "shrunk along one axis": through(TURN, resize(-1, 24, -1, mode="trilinear")),
    "shrunk in proportion": through(TURN, resize(30, mode="trilinear", size_mode="longest")),
    "twice resampled": through(TURN, spacing(1.5, 1.5, 1.5), resize(50, 50, 50, mode="trilinear")),
    "flipped": through({"_target_": "Flipd", "keys": "image", "spatial_axis": [0, 2]}, spacing(1.5, 1.5, 1.5)),
    "rotated": through({"_target_": "Rotate90d", "keys": "image", "k": 1, "spatial_axes": [0, 2]}),
}
INFERERS: dict[str, dict[str, object]] = {
    "gaussian": {**WINDOWS, "mode": "gaussian", "overlap": 0.5},
    "as wide as the grid": {**WINDOWS, "roi_size": [16, -1, 16]},
    "in batches": {**WINDOWS, "sw_batch_size": 4, "roi_size": [16, 24, 16]},
    "with windows larger than the grid": {**WINDOWS, "roi_size": [16, 96, 16]},
    "adapting": {**WINDOWS, "_target_": "SlidingWindowInfererAdapt"},
    "buffered": {**WINDOWS, "buffer_steps": 2, "sw_batch_size": 3},
    "whole": {"_target_": "SimpleInferer"},
}


def scan() -> Image:
    """Oblique, flipped, anisotropic, and with air around it that a foreground crop cuts off."""
    image = blobs((44, 36, 26))
    image.voxels[:, :6] = image.voxels[:, :, 30:] = image.voxels[:, :, :, :3] = 0
    return image


def box_at(fraction: tuple[float, ...], size: tuple[float, ...], turn: tuple[float, ...] = (0, 0, 0)) -> Box:
    """A box whose center lies at a fraction of the scan's extent in each direction."""
    image = scan()
    center = image.affine @ [*(f * (n - 1) for f, n in zip(fraction, image.shape, strict=True)), 1]
    return Box(center[:3], size, Rotation.from_euler("xyz", turn, degrees=True).as_matrix())


CORNER = box_at((0.25, 0.3, 0.3), (9, 8, 14), (20, -15, 40))
ACROSS_THE_BORDER = box_at((1.0, 0.5, 0.9), (14, 14, 14), (10, 50, 0))
FLAT = box_at((0.5, 0.5, 0.5), (60, 70, 1.5))
IN_THE_AIR = box_at((0.05, 0.95, 0.05), (3, 3, 6))
BOXES = {"corner": CORNER, "across the border": ACROSS_THE_BORDER, "flat": FLAT, "in the air": IN_THE_AIR}

boxes = st.builds(
    box_at,
    st.tuples(*[st.floats(0, 1)] * 3),
    st.tuples(*[st.floats(4, 30)] * 3),
    st.tuples(*[st.floats(-180, 180)] * 3),
)


def assert_the_same_inside(bundle: Bundle, image: Image, whole: np.ndarray, box: Box) -> None:
    part = infer([image], bundle, Options(device="cpu", roi=box)).labelmap.voxels
    inside = box.mask(image.shape, image.affine)
    assert inside.any()
    np.testing.assert_array_equal(part[0], np.where(inside, whole, 0))


def windows_run(bundle: Bundle, image: Image, box: Box | None) -> int:
    """How many windows the network really sees."""
    pipeline, seen = build_pipeline(bundle, torch.device("cpu")), []
    prepared = prepare([image], pipeline)
    inputs = network_input(prepared, pipeline)
    cost = network_cost(pipeline, bundle, window_of(pipeline.inferer, inputs.shape[1:]), 1)
    part = deciding_part(box, image, grid_of(inputs, prepared["image"]), pipeline, cost)
    pipeline.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].shape[0]))
    reached = []
    segment(inputs, pipeline, torch.float32, cost, reached.append, part)
    assert reached == sorted(reached)
    assert reached[-1] == pytest.approx(1.0)
    return sum(seen)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Bundles by order and grid, each with its labels of the whole scan, made when they are asked for."""
    made: dict[tuple[object, ...], tuple[Bundle, np.ndarray]] = {}

    def bundle(order: tuple[str, ...], grid: str, inferer: str = "") -> tuple[Bundle, np.ndarray]:
        key = (order, grid, inferer)
        if key not in made:
            changes = {**GRIDS[grid], "inferer": INFERERS.get(inferer, WINDOWS)}
            folder = tmp_path_factory.mktemp("box") / "tiny"
            found = Bundle.open(make_bundle(folder, order=order, changes=changes))
            made[key] = found, infer([scan()], found, Options(device="cpu")).labelmap.voxels[0]
        return made[key]

    return bundle


@pytest.mark.parametrize("order", [SOFTMAX_INVERT_ARGMAX, SOFTMAX_ARGMAX_INVERT], ids=["argmax last", "argmax first"])
@pytest.mark.parametrize("grid", GRIDS)
def test_labels_in_a_box_are_those_of_the_whole_run(bundles, order, grid):
    bundle, whole = bundles(order, grid)
    assert len(np.unique(whole)) > 1
    for box in BOXES.values():
        assert_the_same_inside(bundle, scan(), whole, box)


@pytest.mark.parametrize("inferer", INFERERS)
def test_so_they_are_with_every_inferer(bundles, inferer):
    bundle, whole = bundles(SOFTMAX_INVERT_ARGMAX, "coarser" if inferer == "whole" else "finer", inferer)
    for box in BOXES.values():
        assert_the_same_inside(bundle, scan(), whole, box)


@given(boxes)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_they_are_in_any_box(bundles, box):
    image = scan()
    if not box.touches(image.shape, image.affine):
        return
    for grid in ("finer", "twice resampled", "resized by averaging"):
        bundle, whole = bundles(SOFTMAX_INVERT_ARGMAX, grid)
        assert_the_same_inside(bundle, image, whole, box)


@pytest.mark.parametrize("grid", sorted(set(GRIDS) - {"padded", "cut and padded", "flipped", "rotated", "twice resampled"}))
def test_the_plan_knows_the_windows_that_are_run(bundles, grid):
    bundle, _ = bundles(SOFTMAX_INVERT_ARGMAX, grid)
    every = make_plan([scan()], bundle).windows
    assert every == windows_run(bundle, scan(), None)
    for box in BOXES.values():
        few = make_plan([scan()], bundle, Options(roi=box))
        assert few.windows == windows_run(bundle, scan(), box) <= every
        assert few.stage_seconds["segmenting"] <= make_plan([scan()], bundle).stage_seconds["segmenting"]


@pytest.mark.parametrize("grid", sorted(set(GRIDS) - {"padded", "cut and padded", "flipped", "rotated"}))
def test_the_planned_grid_lies_where_the_preprocessing_puts_it(bundles, grid):
    pipeline = build_pipeline(bundles(SOFTMAX_INVERT_ARGMAX, grid)[0], torch.device("cpu"))
    prepared = prepare([scan()], pipeline)
    real, expected = grid_of(network_input(prepared, pipeline), prepared["image"]), expected_grid(scan(), pipeline)
    assert expected.shape == real.shape
    np.testing.assert_allclose(expected.affine, real.affine, atol=0.05)


@pytest.mark.parametrize("box", ["corner", "across the border", "in the air"])
def test_windows_beside_the_box_are_not_computed(bundles, box):
    bundle, _ = bundles(SOFTMAX_INVERT_ARGMAX, "finer")
    assert windows_run(bundle, scan(), BOXES[box]) < windows_run(bundle, scan(), None) / 2


def test_a_box_that_holds_the_scan_changes_nothing(bundles):
    bundle, whole = bundles(SOFTMAX_INVERT_ARGMAX, "finer")
    everything = Box(scan().affine[:3, 3], (900, 900, 900))
    np.testing.assert_array_equal(infer([scan()], bundle, Options(roi=everything)).labelmap.voxels[0], whole)
    assert make_plan([scan()], bundle, Options(roi=everything)).windows == make_plan([scan()], bundle).windows


def test_slices_beside_the_box_are_not_computed(tmp_path):
    inferer = {"_target_": "SliceInferer", "roi_size": [32, 32], "sw_batch_size": 2, "spatial_dim": 2}
    bundle = Bundle.open(make_bundle(tmp_path / "slices", spatial_dims=2, spacing=None, changes={"inferer": inferer}))
    whole = infer([scan()], bundle).labelmap.voxels[0]
    for box in BOXES.values():
        assert_the_same_inside(bundle, scan(), whole, box)
        assert make_plan([scan()], bundle, Options(roi=box)).windows == windows_run(bundle, scan(), box)
    assert windows_run(bundle, scan(), CORNER) < windows_run(bundle, scan(), None)


def test_postprocessing_that_looks_at_the_whole_gets_the_whole(tmp_path):
    filled = {"_target_": "FillHolesd", "keys": "pred", "applied_labels": [1, 2]}
    folder = make_bundle(tmp_path / "plain", spacing=None, window=(16, 16, 16))
    plain = Bundle.open(folder)
    config = json.loads((folder / "configs" / "inference.json").read_text())
    config["postprocessing"]["transforms"].insert(-1, filled)
    bundle = Bundle.open(make_bundle(tmp_path / "filled", spacing=None, window=(16, 16, 16), changes=config))
    whole = infer([scan()], bundle).labelmap.voxels[0]
    assert (whole != infer([scan()], plain).labelmap.voxels[0]).any()
    assert_the_same_inside(bundle, scan(), whole, CORNER)
    assert windows_run(bundle, scan(), CORNER) == windows_run(bundle, scan(), None) > windows_run(plain, scan(), CORNER)


def test_resampling_with_splines_gets_the_whole(tmp_path):
    changes = {**through(TURN, {**spacing(2, 2, 3), "mode": 5}), "inferer": {**WINDOWS, "roi_size": [4, 4, 4]}}
    bundle = Bundle.open(make_bundle(tmp_path / "splines", changes=changes))
    assert windows_run(bundle, scan(), CORNER) == windows_run(bundle, scan(), None)
    assert_the_same_inside(bundle, scan(), infer([scan()], bundle).labelmap.voxels[0], CORNER)


def test_a_box_and_a_choice_of_labels_go_together(bundles):
    bundle, whole = bundles(SOFTMAX_INVERT_ARGMAX, "coarser")
    part = infer([scan()], bundle, Options(labels=("right thing",), roi=CORNER)).labelmap.voxels[0]
    np.testing.assert_array_equal(part, np.where(CORNER.mask(scan().shape, scan().affine) & (whole == 2), 2, 0))


def test_a_box_beside_the_scan_is_refused_before_the_start(bundles):
    bundle, _ = bundles(SOFTMAX_INVERT_ARGMAX, "own")
    beside = Options(roi=Box((900, 0, 0), (10, 10, 10)))
    for work in (check_request, infer, make_plan):
        with pytest.raises(InputError, match=r"^The box does not touch blobs; move it onto the scan or choose no box\.$"):
            work([scan()], bundle, beside)


def test_so_they_are_with_the_steps_of_the_built_in_brain_model_on_a_real_head(tmp_path):
    from medai.files import read_image

    steps = json.loads(resource("Models", "brain-mr", "configs", "inference.json").read_text())
    changes = {key: steps[key] for key in ("preprocessing", "postprocessing")}
    windows = {**steps["inferer"], "roi_size": [64, 64, 64]}  # its own would hold the whole head
    bundle = Bundle.open(make_bundle(tmp_path / "head", changes={**changes, "inferer": windows}))
    head = read_image(sorted(real_data("brain_tumour", "TCGA-FG-6692", "raw").glob("*T1_AX*POST*"))[0])
    right, front, up = (head.affine @ [*(n / 2 for n in head.shape), 1])[:3]
    box = Box((right, front + 60, up), (60, 25, 60), Rotation.from_euler("xyz", (0, 0, 30), degrees=True).as_matrix())
    whole = infer([head], bundle, Options(device="cpu")).labelmap.voxels[0]
    assert len(np.unique(whole[box.mask(head.shape, head.affine)])) > 1
    assert_the_same_inside(bundle, head, whole, box)
    assert windows_run(bundle, head, box) < windows_run(bundle, head, None)
