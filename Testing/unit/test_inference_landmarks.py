"""Points where the network says, in the patient, for one frame or many."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from monai.networks.nets import Regressor
from monai.transforms import ScaleIntensity

from medai import Image
from medai.bundles import Bundle
from medai.bundles.audit import audit
from medai.bundles.audit.consent import trust
from medai.errors import InputError
from medai.inference import infer
from medai.inference.kinds.landmarks import in_ras
from support.findings import make_landmark_bundle
from support.scans import blobs, oblique_affine


def frames(count=1, size=32):
    image = blobs((size, size, 4), channels=count)
    return Image(image.voxels[..., :1], oblique_affine((1.4, 1.4, 6.0)), "cine")


def expected(bundle, image):
    """(frame, axis, point) by MONAI's own parts."""
    network_def = json.loads((bundle / "configs" / "inference.json").read_text())["network_def"]
    network = Regressor(**{key: value for key, value in network_def.items() if key != "_target_"}).eval()
    network.load_state_dict(torch.load(bundle / "models" / "model.pt", weights_only=True)["model"])
    voxels = ScaleIntensity()(torch.from_numpy(image.voxels[..., 0]))
    with torch.no_grad():
        return torch.stack([network(frame[None, None])[0] for frame in voxels]).numpy()


@pytest.fixture
def valves(tmp_path, monkeypatch):
    """A landmark bundle whose code the user has looked at."""
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    return trusted(make_landmark_bundle(tmp_path / "valves"))


def trusted(folder):
    trust(audit(Bundle.open(folder)))
    return folder


def places(found, affine):
    return np.concatenate([in_ras(points.astype(float), affine) for points in found])


def test_points_of_a_slice_are_in_the_patient(valves):
    bundle, image = valves, frames()
    found = infer([image], Bundle.open(bundle)).landmarks
    assert [landmark.name for landmark in found] == ["Landmark 0", "Landmark 1", "Landmark 2"]
    assert [landmark.frame for landmark in found] == [None] * 3
    wanted = places(expected(bundle, image), image.affine)
    np.testing.assert_allclose([landmark.position_ras for landmark in found], wanted, atol=1e-4)


def test_points_lie_on_voxels_whose_index_they_are():
    affine = oblique_affine()
    np.testing.assert_allclose(in_ras(np.array([[3.0, 0], [5.0, 1]]), affine)[0], (affine @ [3, 5, 0, 1])[:3])
    np.testing.assert_allclose(in_ras(np.array([[3.0], [5.0], [2.0]]), affine)[0], (affine @ [3, 5, 2, 1])[:3])


def test_frames_are_told_apart(valves):
    bundle, image = valves, frames(4)
    found = infer([image], Bundle.open(bundle)).landmarks
    assert [landmark.frame for landmark in found] == [n // 3 for n in range(12)]
    wanted = places(expected(bundle, image), image.affine)
    np.testing.assert_allclose([landmark.position_ras for landmark in found], wanted, atol=1e-4)


def test_several_slices_are_refused_as_such(valves):
    scan = frames()
    two = Image(np.concatenate([scan.voxels, scan.voxels], axis=-1), scan.affine, "stack")
    with pytest.raises(InputError, match="valves takes one slice, but stack has 2 slices; crop it to one of them"):
        infer([two], Bundle.open(valves))


def test_a_slice_of_another_size_is_refused_in_a_sentence(valves):
    with pytest.raises(InputError, match="cannot take slices of 40 x 40 pixels, only of 32 x 32; crop or pad the scan"):
        infer([frames(size=40)], Bundle.open(valves))


def test_what_moves_bare_voxels_is_refused(valves):
    path = valves / "configs" / "inference.json"
    config = json.loads(path.read_text())
    config["preprocessing"]["transforms"].insert(2, {"_target_": "Flip", "spatial_axis": 0})
    path.write_text(json.dumps(config))
    trusted(valves)
    with pytest.raises(InputError, match="Flip may move voxels"):
        infer([frames()], Bundle.open(valves))
