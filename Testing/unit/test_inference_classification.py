"""Classes and their probabilities as the bundle's postprocessing means them: softmax, sigmoid, raw, argmax, threshold."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from monai.networks.nets import DenseNet
from monai.transforms import (
    Activationsd,
    AsDiscreted,
    CastToTyped,
    EnsureTyped,
    Resize,
    ScaleIntensity,
    ToTensord,
)

from medai import Image
from medai.bundles import Bundle
from medai.errors import CancelledError, InputError
from medai.inference import Options, infer
from medai.inference.kinds.classification import read_scores
from medai.region import Box
from support.findings import make_classification_bundle
from support.scans import blobs

SCORES = torch.tensor([0.3, 2.0, -1.0])
SOFTMAX = {"_target_": "Activationsd", "keys": "pred", "softmax": True}
SIGMOID = {"_target_": "Activationsd", "keys": "pred", "sigmoid": True}


def picture(channels=1, shape=(40, 30, 1)):
    image = blobs((*shape[:2], max(shape[2], 4)), channels=channels)
    return Image(image.voxels[..., : shape[2]], np.diag([-1.0, -1, 1, 1]), "picture")


def expected(bundle, image):
    """The network's scores by MONAI's own parts."""
    network_def = json.loads((bundle / "configs" / "inference.json").read_text())["network_def"]
    network = DenseNet(**{key: value for key, value in network_def.items() if key != "_target_"}).eval()
    network.load_state_dict(torch.load(bundle / "models" / "model.pt", weights_only=True)["model"])
    flat = network_def["spatial_dims"] == 2
    voxels = torch.from_numpy(image.voxels[..., 0] if flat else image.voxels)
    with torch.no_grad():
        return network(ScaleIntensity()(Resize([32] * network_def["spatial_dims"])(voxels)).as_tensor()[None])[0]


@pytest.mark.parametrize("flat", [True, False])
def test_softmax_gives_probabilities_and_the_largest_is_chosen(tmp_path, flat):
    bundle = make_classification_bundle(tmp_path / "tiny", post=[SOFTMAX], spatial_dims=2 if flat else 3)
    image = picture(shape=(40, 30, 1 if flat else 24))
    output = infer([image], Bundle.open(bundle))
    scores = expected(bundle, image)
    assert output.labelmap is None
    assert [each.name for each in output.classes] == ["A", "B", "C"]
    np.testing.assert_allclose([each.score for each in output.classes], scores, atol=1e-5)
    np.testing.assert_allclose([each.probability for each in output.classes], torch.softmax(scores, 0), atol=1e-5)
    assert [each.chosen for each in output.classes] == (np.arange(3) == int(scores.argmax())).tolist()


def test_a_color_picture_has_three_channels(tmp_path):
    bundle = make_classification_bundle(tmp_path / "rgb", post=[SIGMOID], channels=("R", "G", "B"))
    image = picture(3)
    output = infer([image], Bundle.open(bundle))
    np.testing.assert_allclose([each.probability for each in output.classes], torch.sigmoid(expected(bundle, image)), atol=1e-5)


def test_a_class_called_background_keeps_its_name(tmp_path):
    bundle = make_classification_bundle(tmp_path / "shapes", post=[SOFTMAX], classes=("background", "circle"))
    assert [each.name for each in infer([picture()], Bundle.open(bundle)).classes] == ["background", "circle"]


def test_it_can_be_cancelled_while_the_network_runs(tmp_path):
    bundle = make_classification_bundle(tmp_path / "tiny", post=[SOFTMAX])
    seen = []
    with pytest.raises(CancelledError):
        infer([picture()], Bundle.open(bundle), report=seen.append, cancelled=lambda: len(seen) > 4)


def test_softmax_sigmoid_and_raw_scores_are_told_apart():
    soft = read_scores(SCORES, [Activationsd("pred", softmax=True)])
    each = read_scores(SCORES, [Activationsd("pred", sigmoid=True)])
    raw = read_scores(SCORES, [])
    assert soft.probabilities.sum() == pytest.approx(1)
    assert each.probabilities.tolist() == pytest.approx(torch.sigmoid(SCORES).tolist())
    assert raw.probabilities is None
    assert [reading.chosen.tolist() for reading in (soft, each, raw)] == [[False, True, False]] * 3


def test_an_argmax_with_or_without_one_hot_chooses_and_is_no_probability():
    for coded in (3, None):
        reading = read_scores(SCORES, [AsDiscreted("pred", argmax=True, to_onehot=coded)])
        assert reading.probabilities is None
        assert reading.chosen.tolist() == [False, True, False]


def test_a_threshold_chooses_any_number_of_classes():
    steps = [Activationsd("pred", sigmoid=True), AsDiscreted("pred", threshold=0.5)]
    assert read_scores(SCORES, steps).chosen.tolist() == [True, True, False]
    assert read_scores(-SCORES.abs(), steps).chosen.tolist() == [False, False, False]


def test_a_template_that_touches_the_reference_runs_without_one():
    steps = [
        Activationsd("pred", softmax=True),
        AsDiscreted(["pred", "label"], argmax=[True, False], to_onehot=3),
        ToTensord(["pred", "label"]),
        CastToTyped("pred"),
        EnsureTyped("label"),
    ]
    reading = read_scores(SCORES, steps)
    assert reading.probabilities.sum() == pytest.approx(1)
    assert reading.chosen.tolist() == [False, True, False]


def test_a_single_class_is_chosen_above_one_half():
    steps = [Activationsd("pred", sigmoid=True)]
    assert read_scores(torch.tensor([0.2]), steps).chosen.tolist() == [True]
    assert read_scores(torch.tensor([-0.2]), steps).chosen.tolist() == [False]
    assert read_scores(torch.tensor([-0.2]), []).chosen.tolist() == [False]


def test_postprocessing_that_fails_is_told_in_a_sentence():
    def broken(data):
        raise ValueError("no")

    with pytest.raises(InputError, match="postprocessing fails on the scores"):
        read_scores(SCORES, [broken])


@given(st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=8, unique=True))
def test_exactly_the_largest_is_chosen_whatever_the_scores(scores):
    values = torch.tensor(scores)
    for steps in ([], [Activationsd("pred", softmax=True)], [AsDiscreted("pred", argmax=True, to_onehot=len(scores))]):
        chosen = read_scores(values, steps).chosen
        assert int(chosen.sum()) == 1
        # Softmax and sigmoid may make two of the largest equal in single precision.
        assert float(values[chosen][0]) == pytest.approx(max(scores), abs=1e-5)


@pytest.mark.parametrize("options", [Options(labels=("A",)), Options(roi=Box((0, 0, 0), (20, 20, 20)))])
def test_labels_or_a_box_are_refused_since_the_class_is_that_of_the_whole_scan(tmp_path, options):
    bundle = make_classification_bundle(tmp_path / "tiny", post=[SOFTMAX])
    with pytest.raises(InputError, match="tells the class of the whole scan"):
        infer([picture()], Bundle.open(bundle), options)
