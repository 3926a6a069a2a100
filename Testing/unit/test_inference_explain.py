"""What a result rests on: the map is highest where a network made by hand looks, and as MONAI's own for one that was not."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from monai.networks.nets import DenseNet, UNet
from monai.visualize import GradCAM

from medai import Image
from medai.bundles import Bundle
from medai.errors import InputError
from medai.inference import Options, check_request, infer, make_plan
from medai.inference.engine import _pipeline
from medai.inference.explain.gradients import as_share, gradient_map
from medai.inference.explain.layers import Layer, coarsest_layer, last_layer
from medai.inference.explain.occlusion import occlusion_map, passes_of
from medai.region import Box
from support.bundles import make_bundle
from support.detection import make_detection_bundle
from support.foreign import TinyNetwork, make_exported
from support.handmade import BRIGHT_LABEL, BRIGHT_OR_DARK, ONE_CORNER, classifier, segmenter
from support.scans import blobs, oblique_affine

EXPLAIN = Options(explain=True, device="cpu")
SOFTMAX = [{"_target_": "Activationsd", "keys": "pred", "softmax": True}]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def spots(shape, affine, bright, dark):
    """A gray scan with a bright ball and a dark one, 5 mm in size, at voxels (i, j, k)."""
    ijk = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    voxels = np.full(shape, 500.0)
    for center, height in ((bright, 500.0), (dark, -400.0)):
        distance = np.linalg.norm((ijk - np.array(center)) @ affine[:3, :3].T, axis=-1)
        voxels += height * np.exp(-((distance / 5) ** 2))
    return Image(voxels.astype(np.float32)[None], affine, "spots")


def highest(saliency, affine):
    """The center of what is above half, in mm."""
    ijk = np.argwhere(saliency.voxels[0] > 50).mean(axis=0)
    return affine[:3, :3] @ ijk + affine[:3, 3]


def test_a_picture_is_bright_because_of_its_bright_spot(tmp_path):
    bundle = classifier(tmp_path / "b", BRIGHT_OR_DARK, SOFTMAX)
    picture = spots((40, 60, 1), np.diag([-1.0, -1.0, 1, 1]), (30, 12, 0), (8, 50, 0))
    output = infer([picture], bundle, EXPLAIN)
    assert [each.chosen for each in output.classes] == [True, False]
    assert output.saliency.on_same_grid(picture)
    assert output.saliency.voxels.dtype == np.uint8
    assert output.saliency.voxels.max() >= 95
    place = np.linalg.inv(picture.affine) @ [*highest(output.saliency, picture.affine), 1]
    assert np.linalg.norm(place[:2] - [30, 12]) < 1.5
    assert output.saliency.voxels[0, :20, 35:].max() < 10
    assert output.plan.windows == 1 + 3


def test_in_an_oblique_thick_sliced_volume_the_map_lies_where_the_spot_is(tmp_path):
    affine = oblique_affine((0.8, 1.0, 3.0), flips=(-1, 1, -1))
    scan = spots((50, 40, 16), affine, (36, 12, 5), (10, 30, 11))
    output = infer([scan], classifier(tmp_path / "b", BRIGHT_OR_DARK, SOFTMAX, dims=3), EXPLAIN)
    assert output.saliency.on_same_grid(scan)
    there = affine[:3, :3] @ [36, 12, 5] + affine[:3, 3]
    assert np.linalg.norm(highest(output.saliency, affine) - there) < 1.5


def test_explaining_changes_neither_the_answer_nor_the_network(tmp_path):
    bundle = classifier(tmp_path / "b", BRIGHT_OR_DARK, SOFTMAX)
    picture = spots((40, 60, 1), np.diag([-1.0, -1.0, 1, 1]), (30, 12, 0), (8, 50, 0))
    network = _pipeline(bundle, torch.device("cpu")).network
    before = copy.deepcopy(network.state_dict())
    plain, explained = infer([picture], bundle, Options(device="cpu")), infer([picture], bundle, EXPLAIN)
    assert explained.classes == plain.classes
    assert plain.saliency is None
    assert not any(parameter.requires_grad or parameter.grad is not None for parameter in network.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in network.modules())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not torch.is_inference_mode_enabled()


def test_the_map_of_gradients_is_that_of_monai():
    torch.manual_seed(3)
    network = DenseNet(2, 1, 3, init_features=8, growth_rate=4, block_config=(2, 2)).eval().requires_grad_(False)
    inputs = torch.rand(1, 1, 48, 40)
    layer = last_layer(network, inputs.shape)
    assert layer == Layer("class_layers.relu", 0)
    found = gradient_map(network, layer, inputs, lambda output: output[0, 1])
    monai = copy.deepcopy(network).requires_grad_(True)
    theirs = GradCAM(monai, layer.name, postprocessing=lambda x: x)(inputs, class_idx=1)
    torch.testing.assert_close(found, theirs, atol=1e-6, rtol=1e-4)
    assert float(found.max()) > 0


def test_the_layer_is_the_last_before_pooling_and_of_a_u_net_its_bottleneck():
    network = UNet(3, 1, 2, (4, 8, 16), (2, 2))
    layer = coarsest_layer(network, (1, 1, 16, 16, 16))
    sizes = []
    network.get_submodule(layer.name).register_forward_hook(lambda *a: sizes.append(tuple(a[2].shape)))
    network(torch.zeros(1, 1, 16, 16, 16))
    assert sizes == [(1, 16, 4, 4, 4)]


@pytest.mark.parametrize("shape", [(40, 30), (20, 24, 16)])
def test_covering_finds_the_corner_that_alone_decides(shape):
    """Features of all places are alike: only covering tells."""
    half = tuple(slice(0, n // 2) for n in shape)
    inputs = torch.rand(1, 1, *shape)
    inputs[(0, 0, *half)] += 2
    calls = []

    def score(batch):
        calls.append(batch)
        return batch[(0, 0, *half)].mean()

    found = as_share(occlusion_map(score, inputs))[0, 0]
    assert len(calls) == passes_of(shape) + 1 <= 344
    assert found[half].mean() > 0.5
    outside = torch.ones(shape, dtype=torch.bool)
    outside[tuple(slice(0, n // 2 + n // 8) for n in shape)] = False
    assert float(found[outside].max()) < 0.2


def test_a_network_that_attends_is_explained_by_covering(tmp_path):
    bundle = classifier(tmp_path / "b", ONE_CORNER, SOFTMAX)
    gray = spots((48, 48, 1), np.diag([-1.0, -1.0, 1, 1]), (12, 36, 0), (38, 10, 0))
    seen = []
    output = infer([gray], bundle, EXPLAIN, report=seen.append)
    saliency = output.saliency.voxels[0, ..., 0]
    assert output.plan.windows == 1 + passes_of((32, 32))
    assert [each.chosen for each in output.classes] == [False, True]
    assert np.linalg.norm(np.array(np.unravel_index(saliency.argmax(), saliency.shape)) - [12, 36]) < 5
    assert saliency[30:, :18].max() < 5
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)


def test_an_exported_classifier_is_explained_too(tmp_path):
    network = TinyNetwork(outputs=2, classes=True)
    labels = {"0": "healthy", "1": "ill"}
    root = make_exported(tmp_path / "c", network, kind="classification", labels=labels, window=None, spacing=[6, 6, 6])
    output = infer([blobs((24, 20, 12))], Bundle.open(root), EXPLAIN)
    assert output.saliency.voxels.shape == (1, 24, 20, 12)
    assert output.saliency.voxels.max() > 80


@pytest.fixture(scope="module")
def segmenting(tmp_path_factory):
    return Bundle.open(make_bundle(tmp_path_factory.mktemp("s") / "b", window=(16, 16, 16), labels=("a", "b")))


def test_the_largest_segment_in_a_box_is_explained_around_it(segmenting):
    scan = blobs()
    box = Box(tuple((scan.affine @ [12, 12, 6, 1])[:3]), (16.0, 16.0, 16.0))
    plain, output = (infer([scan], segmenting, Options(roi=box, explain=explain, device="cpu")) for explain in (False, True))
    np.testing.assert_array_equal(output.labelmap.voxels, plain.labelmap.voxels)
    assert output.plan.windows == plain.plan.windows + 3
    saliency = output.saliency.voxels[0]
    assert output.saliency.on_same_grid(scan)
    assert saliency.max() > 80
    ijk = np.argwhere(saliency > 0)
    world = ijk @ scan.affine[:3, :3].T + scan.affine[:3, 3]
    # One window of 16 voxels of 2 mm lies around it.
    assert np.abs(world - box.center_ras).max() < 16 + 16


def test_a_segment_is_explained_where_it_is(tmp_path):
    """What is above half of the most lies around the ball in the box, in mm."""
    affine = oblique_affine((0.9, 1.0, 2.0), flips=(-1, 1, -1))
    scan = spots((60, 40, 20), affine, (16, 20, 10), (44, 8, 16))
    scan = scan.with_voxels(np.maximum(scan.voxels, spots((60, 40, 20), affine, (46, 30, 6), (44, 8, 16)).voxels))
    windows = {"_target_": "SlidingWindowInferer", "roi_size": [48, 32, 16], "overlap": 0.25}
    changes = {"labels": ["ball"], "spacing": (1.0, 1.0, 1.5), "inferer": windows}
    bundle = segmenter(tmp_path / "b", BRIGHT_LABEL, changes)
    center = affine[:3, :3] @ [16, 20, 10] + affine[:3, 3]
    output = infer([scan], bundle, Options(roi=Box(tuple(center), (16.0, 16.0, 16.0)), explain=True, device="cpu"))
    assert output.labelmap.voxels.max() == 1
    ijk = np.argwhere(output.saliency.voxels[0] > 50)
    distance = np.linalg.norm((ijk - [16, 20, 10]) @ affine[:3, :3].T, axis=1)
    near = distance[distance < 20]
    assert len(near) > 10
    assert near.max() < 10
    assert np.linalg.norm((ijk[distance < 20].mean(axis=0) - [16, 20, 10]) @ affine[:3, :3].T) < 1.5


def test_with_nothing_in_the_box_there_is_nothing_to_explain(segmenting):
    scan = blobs()
    found = infer([scan], segmenting, Options(device="cpu")).labelmap.voxels[0]
    ijk = np.argwhere(found == 1)[len(np.argwhere(found == 1)) // 2]
    one_voxel = Box(tuple((scan.affine @ [*ijk, 1])[:3]), (0.5, 0.5, 0.5))
    output = infer([scan], segmenting, Options(roi=one_voxel, explain=True, device="cpu", labels=("b",)))
    assert output.saliency is None
    assert any("nothing to explain" in sentence for sentence in output.warnings)


def test_what_cannot_be_explained_is_refused_before_anything_runs(tmp_path, segmenting):
    with pytest.raises(InputError, match="give the box"):
        check_request([blobs()], segmenting, EXPLAIN)
    with pytest.raises(InputError, match="boxes or points"):
        check_request([blobs()], Bundle.open(make_detection_bundle(tmp_path / "boxes")), EXPLAIN)
    scan = blobs()
    boxed = Options(explain=True, roi=Box(tuple((scan.affine @ [20, 20, 9, 1])[:3]), (20.0, 20.0, 20.0)))
    flat = Bundle.open(
        make_bundle(tmp_path / "flat", spatial_dims=2, spacing=None, changes={"inferer": {"_target_": "SimpleInferer"}})
    )
    with pytest.raises(InputError, match="slice by slice"):
        make_plan([scan], flat, boxed)
    with pytest.raises(InputError, match="Nobody can look into"):
        make_plan([scan], Bundle.open(make_exported(tmp_path / "exported")), boxed)
