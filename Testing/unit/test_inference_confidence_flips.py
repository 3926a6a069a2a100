"""Mirrored runs: which mirrorings a model allows, what their mean says, and models that have no confidence map."""

from __future__ import annotations

import json
from types import SimpleNamespace

import nibabel
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from monai.inferers import SimpleInferer, SliceInferer

from medai import Image
from medai.bundles import Bundle
from medai.inference import Options, infer
from medai.inference.confidence import Meaning, mirrorings_of, sureness
from medai.inference.confidence.sides import exchanged, have_sides
from support.bundles import make_bundle
from support.detection import make_detection_bundle
from support.findings import make_classification_bundle
from support.foreign import TinyNetwork, make_exported, make_trained_folder
from support.handmade import segmenter
from support.scans import blobs, oblique_affine

ENTROPY, FLIPS = Options(confidence="entropy"), Options(confidence="flips")
PIPELINE = SimpleNamespace(network=torch.nn.Identity(), inferer=SimpleInferer(), flat=False)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))


def trained_with(folder, *flips, labels=("a", "b")) -> Bundle:
    """A bundle whose training configuration has these random flips."""
    root = make_bundle(folder, labels=labels, spacing=None, window=(64, 64, 64))
    (root / "configs" / "train.json").write_text(json.dumps({"train": {"preprocessing": [{"transforms": list(flips)}]}}))
    return Bundle.open(root)


def flip(axis):
    return {"_target_": "monai.transforms.RandFlipd", "keys": ["image", "label"], "prob": 0.5, "spatial_axis": axis}


def axes_of(bundle, affine=None, pipeline=PIPELINE, channels=3):
    found = mirrorings_of(bundle, pipeline, np.eye(4) if affine is None else affine, channels)
    return [each.axes for each in found.flips]


def test_the_training_says_which_axes_were_mirrored(tmp_path):
    assert axes_of(trained_with(tmp_path / "two", flip(0), flip([-1]))) == [(0,), (2,), (0, 2)]
    assert len(axes_of(trained_with(tmp_path / "all", {"_target_": "RandAxisFlipd", "keys": "image"}))) == 7
    never = trained_with(tmp_path / "none", {"_target_": "RandGaussianNoised", "keys": "image"})
    found = mirrorings_of(never, PIPELINE, np.eye(4), 3)
    assert found.flips == ()
    assert "not trained on mirrored scans" in found.warnings[0]


@settings(deadline=None, max_examples=40)
@given(order=st.permutations(range(3)), signs=st.tuples(*[st.sampled_from((-1, 1))] * 3))
def test_without_a_word_on_training_only_left_and_right_change_places(order, signs):
    turn = np.array([order, signs], float).T
    grid = nibabel.Nifti1Image(np.zeros((4, 5, 6)), oblique_affine()).as_reoriented(turn).affine
    bundle = SimpleNamespace(title="X", root=None, label_names={1: "liver", 2: "spleen"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medai.inference.confidence.mirroring._trained", lambda _: None)
        ((sideways,),) = axes_of(bundle, grid)
        assert np.abs(grid[0, :3] / np.linalg.norm(grid[:3, :3], axis=0)).argmax() == sideways
        one_sided = SimpleNamespace(**{**vars(bundle), "label_names": {1: "Left kidney", 2: "Liver"}})
        found = mirrorings_of(one_sided, PIPELINE, grid, 3)
        assert found.flips == ()
        assert "exchanging left and right" in found.warnings[0]
        patch.setattr("medai.inference.confidence.mirroring._trained", lambda _: frozenset({0, 1, 2}))
        assert len(axes_of(one_sided, grid)) == 3
        assert all(sideways not in axes for axes in axes_of(one_sided, grid))


def test_left_and_right_are_told_by_words_and_change_places_in_pairs():
    assert have_sides(["Left hippocampus"])
    assert have_sides(["ctx-lh-insula"])
    assert have_sides(["kidney_right"])
    assert not have_sides(["L1", "vertebrae_L5", "leftover", "Brightness"])
    names = {1: "Left kidney", 2: "spleen", 3: "Right kidney"}
    assert exchanged(names, 4) == (0, 3, 2, 1)
    assert exchanged(names, 3) == (2, 1, 0)
    assert exchanged(names, 7) is None
    assert exchanged({1: "Left kidney", 2: "spleen"}, 3) is None


def test_slices_are_never_put_in_another_order(tmp_path):
    bundle = trained_with(tmp_path / "all", {"_target_": "RandAxisFlipd"})
    pipeline = SimpleNamespace(**{**vars(PIPELINE), "inferer": SliceInferer(1, roi_size=[8, 8])})
    assert axes_of(bundle, pipeline=pipeline) == [(0,), (2,), (0, 2)]
    assert axes_of(bundle, pipeline=SimpleNamespace(**{**vars(PIPELINE), "flat": True})) == [(0,), (1,), (0, 1)]


def test_a_network_that_does_not_mind_being_mirrored_is_as_sure_as_in_one_run(tmp_path):
    changes = {"labels": ["a", "b"], "spacing": (2.0, 2.0, 2.0)}
    bundle = segmenter(tmp_path / "b", slopes=[0.0, 2.0, -1.0], offsets=[0.1, 0.0, -0.4], changes=changes)
    once, mirrored = infer([blobs()], bundle, ENTROPY), infer([blobs()], bundle, FLIPS)
    assert mirrored.plan.windows == 2 * once.plan.windows
    difference = once.confidence.voxels.astype(int) - mirrored.confidence.voxels
    assert np.abs(difference).max() <= 1


def test_the_map_is_the_entropy_of_the_mean_of_all_runs(tmp_path):
    """Against the same by hand: a scan that lies as the network wants it, all of it in one window, left and right exchanged."""
    from medai.inference.engine import _pipeline

    bundle = trained_with(tmp_path / "b", flip(0), flip(1), labels=("Left thing", "Right thing"))
    scan = blobs((32, 24, 16), affine=np.diag([1.0, 2.0, 3.0, 1.0]))
    output = infer([scan], bundle, Options(confidence="flips", device="cpu"))
    assert output.plan.windows == 4
    pipeline = _pipeline(bundle, torch.device("cpu"))
    x = torch.from_numpy((scan.voxels - scan.voxels.mean()) / scan.voxels.std())[None]
    total = torch.zeros(3, 32, 24, 16)
    with torch.no_grad():
        for axes in ([], [2], [3], [2, 3]):
            shares = pipeline.inferer(x.flip(axes), pipeline.network).softmax(1).flip(axes)[0]
            total += shares[[0, 2, 1]] if 2 in axes else shares
    expected = 100 * sureness(total / 4, Meaning.EXCLUSIVE).numpy()
    assert np.abs(output.confidence.voxels - expected).max() <= 0.52
    plain = infer([scan], bundle, Options(confidence="entropy", device="cpu")).confidence.voxels
    assert np.abs(plain.astype(float) - expected).mean() > 3


@pytest.mark.parametrize("mirror", [None, (0, 2)])
@pytest.mark.parametrize("mode", ["exact", "fast"])
def test_models_of_nnunet(tmp_path, mirror, mode):
    """In exact mode each window is seen mirrored as it is; in fast mode mirrored runs are what the training allows."""
    bundle = Bundle.open(make_trained_folder(tmp_path / "D", mirror=mirror, spacing=(3.0, 2.0, 2.0)))
    scan = blobs((30, 26, 12))
    scan.voxels[:, :4] = 0
    plain, asked = (infer([scan], bundle, Options(mode=mode, confidence=c)) for c in ("none", "flips"))
    np.testing.assert_array_equal(asked.labelmap.voxels, plain.labelmap.voxels)
    assert asked.plan.windows == plain.plan.windows * (4 if mirror and mode == "fast" else 1)
    assert bool(asked.warnings) == (mirror is None)
    assert asked.confidence.on_same_grid(scan)
    assert (asked.confidence.voxels[:, :3] == 100).all()
    assert asked.confidence.voxels[:, 6:].min() < 90


def test_probabilities_and_scores_of_an_exported_network_are_as_sure_as_each_other(tmp_path):
    logits, softmax, labels = (
        infer([blobs()], Bundle.open(make_exported(tmp_path / kind, TinyNetwork(output=kind), output=kind, window=None)), ENTROPY)
        for kind in ("logits", "softmax", "labels")
    )
    assert np.abs(logits.confidence.voxels.astype(int) - softmax.confidence.voxels).max() <= 1
    assert labels.confidence is None
    assert any("does not tell what its scores mean" in sentence for sentence in labels.warnings)


def test_other_kinds_say_that_they_have_no_map(tmp_path):
    post = [{"_target_": "Activationsd", "keys": "pred", "softmax": True}]
    picture = Image(blobs((40, 30, 4)).voxels[..., :1], np.diag([-1.0, -1, 1, 1]), "picture")
    classes = Bundle.open(make_classification_bundle(tmp_path / "classes", post=post))
    boxes = Bundle.open(make_detection_bundle(tmp_path / "boxes"))
    for bundle, image in ((classes, picture), (boxes, blobs())):
        assert not any("confidence map" in sentence for sentence in infer([image], bundle).warnings)
        asked = infer([image], bundle, FLIPS)
        assert asked.confidence is None
        assert sum("There is no confidence map" in sentence for sentence in asked.warnings) == 1
