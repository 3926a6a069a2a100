"""How sure a model is: the entropy of known scores, what scores mean, and where the map lies."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from monai.apps.vista3d.transforms import VistaPostTransformd
from monai.transforms import Activationsd, AsDiscreted, EnsureTyped, Flipd, Invertd, Lambdad
from scipy.stats import entropy

from medai import Image
from medai.bundles import Bundle
from medai.errors import CancelledError
from medai.inference import Options, infer, make_plan
from medai.inference.confidence import Meaning, meaning_of, sureness
from medai.inference.confidence import meaning as meanings
from medai.region import Box
from support.bundles import ARGMAX_NEAREST, SOFTMAX_ARGMAX_INVERT, SOFTMAX_INVERT_ARGMAX, make_bundle
from support.handmade import segmenter
from support.scans import blobs, oblique_affine
from support.zoo_shapes import SHAPES

ENTROPY = Options(confidence="entropy")
SOFTMAX, SIGMOID = Activationsd("pred", softmax=True), Activationsd("pred", sigmoid=True)
ARGMAX, HALF = AsDiscreted("pred", argmax=True), AsDiscreted("pred", threshold=0.5)
BACK = Invertd("pred", transform=Flipd("image"), orig_keys="image")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def as_map(*values: float) -> torch.Tensor:
    """Scores (channel, 1, 1, 1) of one voxel."""
    return torch.tensor(values)[:, None, None, None]


def test_known_scores_have_the_known_entropy():
    scores = [0.3, 2.0, -1.0, 0.5]
    shares = torch.tensor(scores).softmax(0).numpy()
    assert float(sureness(as_map(*scores), Meaning.SOFTMAX)) == pytest.approx(1 - entropy(shares) / np.log(4), abs=1e-6)
    assert float(sureness(as_map(*shares), Meaning.EXCLUSIVE)) == pytest.approx(1 - entropy(shares) / np.log(4), abs=1e-6)
    doubts = [entropy([p, 1 - p]) / np.log(2) for p in 1 / (1 + np.exp(-np.array(scores)))]
    assert float(sureness(as_map(*scores), Meaning.SIGMOID)) == pytest.approx(1 - max(doubts), abs=1e-6)
    assert float(sureness(as_map(0.9, 0.2), Meaning.SEPARATE)) == pytest.approx(1 - entropy([0.2, 0.8]) / np.log(2), abs=1e-6)


@pytest.mark.parametrize("meaning", [Meaning.SOFTMAX, Meaning.SIGMOID])
def test_scores_that_are_alike_say_nothing_and_those_far_apart_are_sure(meaning):
    assert float(sureness(as_map(0.0, 0.0, 0.0), meaning)) == pytest.approx(0, abs=1e-6)
    assert float(sureness(as_map(-500.0, 500.0, -500.0), meaning)) == 1
    assert float(sureness(as_map(float("nan"), 0.0, 0.0), meaning)) == 0


@settings(deadline=None, max_examples=40)
@given(arrays(np.float32, (3, 4, 2, 2), elements=st.floats(-40, 40, width=32)), st.sampled_from(list(Meaning)))
def test_no_order_of_classes_and_no_slab_changes_how_sure_they_are(scores, meaning):
    scores = torch.from_numpy(scores)
    if meaning in (Meaning.EXCLUSIVE, Meaning.SEPARATE):
        scores = scores.softmax(0)
    sure = sureness(scores, meaning)
    assert sure.shape == (1, 4, 2, 2)
    assert float(sure.min()) >= 0
    assert float(sure.max()) <= 1
    torch.testing.assert_close(sureness(scores.flip(0), meaning), sure, atol=1e-5, rtol=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanings, "SLAB", 5)
        torch.testing.assert_close(sureness(scores, meaning), sure, atol=1e-6, rtol=0)


LOGITS = torch.tensor([[2.0, -1.0], [0.5, 0.3], [-3.0, 1.0]])[:, :, None, None]
SHARES = LOGITS.softmax(0)


@pytest.mark.parametrize(
    ("scores", "steps", "expected"),
    [
        (LOGITS, [SOFTMAX, BACK, ARGMAX], Meaning.SOFTMAX),
        (LOGITS, [BACK, ARGMAX], Meaning.SOFTMAX),
        (SHARES, [SOFTMAX, ARGMAX], Meaning.EXCLUSIVE),
        (SHARES.bfloat16().float(), [BACK, ARGMAX], Meaning.EXCLUSIVE),
        (LOGITS, [BACK, SIGMOID, HALF], Meaning.SIGMOID),
        (LOGITS.sigmoid(), [SIGMOID, HALF], Meaning.SIGMOID),
        (LOGITS.sigmoid(), [EnsureTyped("pred"), HALF], Meaning.SEPARATE),
        (LOGITS, [HALF], None),
        (LOGITS, [AsDiscreted("pred", threshold=0.0)], Meaning.SIGMOID),
        (LOGITS[:1], [SOFTMAX, ARGMAX], None),
        (LOGITS, [Activationsd("pred", other=torch.tanh), ARGMAX], None),
        (LOGITS, [Lambdad("pred", torch.tanh), ARGMAX], None),
        (SHARES, [Lambdad("pred", torch.tanh), ARGMAX], Meaning.EXCLUSIVE),
        (LOGITS, [VistaPostTransformd("pred")], Meaning.SIGMOID),
        (LOGITS, [], None),
    ],
)
def test_what_scores_mean_is_read_from_the_postprocessing_and_from_themselves(scores, steps, expected):
    assert meaning_of(scores, SimpleNamespace(postprocessing=steps, network=torch.nn.Identity())) is expected


def test_probabilities_are_looked_for_only_where_scores_were_computed():
    shares = torch.zeros(3, 6, 4, 4)
    shares[:, 1:3] = SHARES[:, :, :, :]
    pipeline = SimpleNamespace(postprocessing=[ARGMAX], network=torch.nn.Identity())
    assert meaning_of(shares, pipeline) is Meaning.SOFTMAX
    assert meaning_of(shares, pipeline, (slice(1, 3), slice(0, 4), slice(0, 4))) is Meaning.EXCLUSIVE


def test_every_voxel_has_the_entropy_of_its_own_scores(tmp_path):
    """On the scan's own spacing nothing is interpolated, whatever the scan's axes; the normal image is known exactly."""
    bundle = segmenter(tmp_path / "b", slopes=[0.0, 2.0, -1.0], offsets=[0.1, 0.0, -0.4])
    scan = blobs()
    output = infer([scan], bundle, ENTROPY)
    x = (scan.voxels[0] - scan.voxels.mean()) / scan.voxels.std()
    shares = torch.tensor(np.stack([0 * x + 0.1, 2 * x, -x - 0.4])).softmax(0).numpy()
    expected = 100 * (1 - entropy(shares, axis=0) / np.log(3))
    assert output.confidence.on_same_grid(scan)
    assert output.confidence.voxels.dtype == np.uint8
    assert np.abs(output.confidence.voxels[0] - expected).max() <= 0.51
    np.testing.assert_array_equal(output.labelmap.voxels[0], shares.argmax(axis=0))
    assert output.warnings == ()


@pytest.mark.parametrize("spacing", [(2.0, 2.0, 2.0), (0.9, 3.0, 1.7)])
def test_doubt_lies_where_it_should_in_an_oblique_thick_sliced_scan(tmp_path, spacing):
    """Far from a bright ball the network is sure, at its center it does not know: the doubt's center is the ball's, in mm."""
    affine = oblique_affine((0.8, 1.0, 4.0), flips=(-1, 1, -1))
    shape, center_ijk = (60, 50, 18), np.array([33.0, 20.0, 8.0])
    ijk = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    center = affine[:3, :3] @ center_ijk + affine[:3, 3]
    distance = np.linalg.norm(ijk @ affine[:3, :3].T + affine[:3, 3] - center, axis=-1)
    scan = Image((1000 * np.exp(-((distance / 9) ** 2))).astype(np.float32)[None], affine, "ball")
    # Normalized, the background is some -0.4 and the ball up to 5: the scores are alike at its center alone.
    bundle = segmenter(tmp_path / "b", slopes=[0.0, 3.0], offsets=[10.0, -2.0], changes={"labels": ["a"], "spacing": spacing})
    found = infer([scan], bundle, ENTROPY)
    doubt = 100.0 - found.confidence.voxels[0]
    assert doubt.max() > 50
    where = (ijk * doubt[..., None]).sum(axis=(0, 1, 2)) / doubt.sum()
    assert np.linalg.norm(affine[:3, :3] @ (where - center_ijk)) < 1.0
    assert found.confidence.on_same_grid(scan)
    assert (found.confidence.voxels[0][distance > 25] > 98).all()


@pytest.mark.parametrize("order", [SOFTMAX_INVERT_ARGMAX, SOFTMAX_ARGMAX_INVERT, ARGMAX_NEAREST])
@pytest.mark.parametrize("confidence", ["entropy", "flips"])
def test_labels_are_those_of_a_run_without_confidence(tmp_path, order, confidence):
    bundle = Bundle.open(make_bundle(tmp_path / "b", order=order, labels=("a", "b")))
    scan = blobs()
    plain, asked = infer([scan], bundle), infer([scan], bundle, Options(confidence=confidence))
    np.testing.assert_array_equal(asked.labelmap.voxels, plain.labelmap.voxels)
    assert asked.labelmap.voxels.dtype == plain.labelmap.voxels.dtype
    assert plain.confidence is None
    assert 0 <= asked.confidence.voxels.min() < asked.confidence.voxels.max() <= 100


UNASKED = [shape for shape in SHAPES if not shape.files and shape.name != "searched_network_yaml"]


@pytest.mark.parametrize("confidence", ["entropy", "flips"])
@pytest.mark.parametrize("shape", UNASKED, ids=str)
def test_every_shape_of_zoo_bundle_has_a_map_and_the_same_labels(tmp_path, shape, confidence):
    bundle = Bundle.open(shape.write(tmp_path))
    size = (48, 32, 1) if bundle.spatial_dims == 2 and shape.name == "pictures_one_hot" else (32, 32, 20)
    scan = Image(blobs((*size[:2], max(4, size[2])), shape.channels).voxels[..., : size[2]], oblique_affine(), "scan")
    scans = [scan] if bundle.spatial_dims == 2 else [scan.with_voxels(c[None]) for c in scan.voxels]
    plain, asked = infer(scans, bundle), infer(scans, bundle, Options(confidence=confidence))
    np.testing.assert_array_equal(asked.labelmap.voxels, plain.labelmap.voxels)
    assert asked.confidence.voxels.shape == (1, *scan.shape)
    assert len(np.unique(asked.confidence.voxels)) > 3


def test_what_a_bundle_cuts_off_is_background_for_sure(tmp_path):
    bundle = Bundle.open(next(shape for shape in SHAPES if shape.name == "cropped_yaml").write(tmp_path))
    scan = blobs((40, 40, 20))
    voxels = np.zeros_like(scan.voxels)
    voxels[:, 8:30, 10:32, 4:16] = scan.voxels[:, 8:30, 10:32, 4:16]
    found = infer([scan.with_voxels(voxels)], bundle, ENTROPY)
    outside = np.ones(scan.shape, bool)
    outside[5:33, 7:35, 1:19] = False
    assert (found.confidence.voxels[0][outside] == 100).all()
    assert (found.labelmap.voxels[0][outside] == 0).all()
    assert found.confidence.voxels[0][10:28, 12:30, 6:14].mean() < 99


@pytest.mark.parametrize("confidence", ["entropy", "flips"])
def test_in_a_box_the_map_is_that_of_the_whole_and_outside_it_nothing_was_asked(tmp_path, confidence):
    bundle, scan = Bundle.open(make_bundle(tmp_path / "b", window=(16, 16, 16), labels=("a", "b"))), blobs()
    box = Box(tuple((scan.affine @ [4, 5, 3, 1])[:3]), (6.0, 6.0, 8.0))
    whole, part = (infer([scan], bundle, Options(confidence=confidence, roi=roi)) for roi in (None, box))
    inside = box.mask(scan.shape, scan.affine)
    assert part.plan.windows < whole.plan.windows
    np.testing.assert_array_equal(part.confidence.voxels[0], whole.confidence.voxels[0] * inside)


def test_progress_only_grows_and_cancelling_stops_between_mirrored_runs(tmp_path):
    bundle, seen = Bundle.open(make_bundle(tmp_path / "b", window=(16, 16, 16), labels=("a", "b"))), []
    flips = Options(confidence="flips")
    infer([blobs()], bundle, flips, report=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert make_plan([blobs()], bundle, flips).windows == 2 * make_plan([blobs()], bundle).windows
    seen.clear()
    with pytest.raises(CancelledError):
        infer([blobs()], bundle, flips, report=seen.append, cancelled=lambda: bool(seen) and seen[-1].fraction > 0.4)
    assert 0.4 < seen[-1].fraction < 0.6
