"""Models that see a picture and a mask beside it: the images' channels add up, in order."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from monai.networks.nets import DenseNet

from medai import Image
from medai.bundles import Bundle
from medai.errors import InputError
from medai.inference import infer
from support.findings import make_classification_bundle
from support.scans import blobs

BOTH = ["image", "label"]
STEPS = [
    {"_target_": "LoadImaged", "keys": BOTH, "dtype": "uint8", "image_only": False},
    {"_target_": "EnsureChannelFirstd", "keys": BOTH},
    {"_target_": "ScaleIntensityRanged", "keys": "image", "a_min": 0.0, "a_max": 255.0, "b_min": -1.0, "b_max": 1.0},
    {"_target_": "AddLabelAsGuidanced", "keys": "image", "source": "label"},
]
SOFTMAX = {"_target_": "Activationsd", "keys": "pred", "softmax": True}


@pytest.fixture
def bundle(tmp_path):
    root = make_classification_bundle(tmp_path / "nuclei", post=[SOFTMAX], channels=("R", "G", "B", "Mask"))
    path = root / "configs" / "inference.json"
    config = json.loads(path.read_text())
    config["preprocessing"]["transforms"] = STEPS
    path.write_text(json.dumps(config))
    return Bundle.open(root)


def picture(channels, name):
    voxels = blobs((40, 30, 4), channels=channels).voxels[..., :1]
    return Image(voxels, np.diag([-1.0, -1, 1, 1]), name)


def test_a_picture_and_its_mask_are_what_the_network_sees(bundle):
    color, mask = picture(3, "picture"), picture(1, "mask")
    mask = mask.with_voxels((mask.voxels > mask.voxels.mean()).astype(np.float32))
    config = json.loads((bundle.root / "configs" / "inference.json").read_text())
    network = DenseNet(**{key: value for key, value in config["network_def"].items() if key != "_target_"}).eval()
    network.load_state_dict(torch.load(bundle.root / "models" / "model.pt", weights_only=True)["model"])
    seen = np.concatenate([color.voxels[..., 0] / 255 * 2 - 1, mask.voxels[..., 0]]).astype(np.float32)
    with torch.no_grad():
        scores = network(torch.from_numpy(seen)[None])[0]
    found = infer([color, mask], bundle)
    np.testing.assert_allclose([each.score for each in found.classes], scores, atol=1e-5)


def test_channels_that_do_not_add_up_or_are_not_told_apart_are_refused_in_a_sentence(bundle):
    with pytest.raises(InputError, match=r"needs 4 channels \(R, G, B, Mask\), but was given picture \(3 channels\); choose"):
        infer([picture(3, "picture")], bundle)
    with pytest.raises(InputError, match=r"needs 2 images \(image, label\); give each its own"):
        infer([picture(4, "picture")], bundle)
