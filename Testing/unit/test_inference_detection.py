"""Detection gives the boxes of MONAI's own runner where these are right, and right ones where the scan is oblique."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from medai import Image
from medai.bundles import Bundle
from medai.bundles.config.repairs.spacing import RESAMPLES
from medai.errors import CancelledError, InputError
from medai.inference import Options, infer
from medai.inference.cost import WindowCost
from medai.inference.kinds.detection import oriented_box
from medai.inference.watched import Watched, watching
from medai.region import Box
from support.detection import boxes_by_monai, make_detection_bundle
from support.scans import blobs, oblique_affine

UPRIGHT = np.array([[-1.2, 0, 0, 30], [0, -1.1, 0, 20], [0, 0, 2.2, -10], [0, 0, 0, 1.0]])
FAR = 1e-3  # mm


def scan(affine=None, shape=(56, 48, 20)):
    image = blobs(shape, affine=affine)
    return Image(image.voxels - 100, image.affine, "chest", "CT")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_detection_bundle(tmp_path_factory.mktemp("bundles") / "tiny-nodules", classes=("nodule", "vessel"))


@pytest.fixture(scope="module")
def found(tiny):
    return infer([scan(UPRIGHT)], Bundle.open(tiny)).detections


def centers(detections):
    return np.array([detection.box.center_ras for detection in detections])


def sizes(detections):
    return np.array([detection.box.size_mm for detection in detections])


def test_boxes_and_scores_of_an_upright_scan_are_those_of_monai(tiny, found, tmp_path):
    boxes, scores = boxes_by_monai(tiny, scan(UPRIGHT), tmp_path)
    assert len(boxes) > 10
    assert len(set(np.round(scores, 3))) > 5, "the scores are all alike, so that their order says nothing"
    np.testing.assert_allclose([each.score for each in found], scores, atol=1e-5)
    np.testing.assert_allclose(centers(found), boxes[:, :3], atol=FAR)
    np.testing.assert_allclose(sizes(found), boxes[:, 3:], atol=FAR)


@pytest.mark.parametrize("always", [True, False])
def test_boxes_of_sliding_windows_are_those_of_monai(tmp_path, always):
    bundle = make_detection_bundle(tmp_path / "windows", window=(32, 32, 16), always_windows=always)
    output = infer([scan(UPRIGHT)], Bundle.open(bundle))
    boxes, scores = boxes_by_monai(bundle, scan(UPRIGHT), tmp_path)
    np.testing.assert_allclose([each.score for each in output.detections], scores, atol=1e-5)
    np.testing.assert_allclose(centers(output.detections), boxes[:, :3], atol=FAR)
    assert (centers(output.detections)[:, 2] > 10).any()


def test_on_an_oblique_scan_the_centers_are_those_of_monai_and_the_boxes_lie_along_the_scan(tiny, tmp_path):
    image = scan(oblique_affine((1.2, 1.1, 2.2)))
    ours = infer([image], Bundle.open(tiny)).detections
    boxes, scores = boxes_by_monai(tiny, image, tmp_path)
    np.testing.assert_allclose([each.score for each in ours], scores, atol=1e-5)
    np.testing.assert_allclose(centers(ours), boxes[:, :3], atol=FAR)
    axes = image.affine[:3, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    turned = np.abs(np.array(ours[0].box.axes_ras) @ axes)
    np.testing.assert_allclose(np.sort(turned, axis=0)[:2], 0, atol=1e-6)
    assert np.abs(sizes(ours) - boxes[:, 3:]).max() > 1, "MONAI's sizes on oblique scans have become right"


def test_a_turned_scan_has_the_same_boxes_turned(tmp_path):
    bundle = Bundle.open(make_detection_bundle(tmp_path / "own-grid", spacing=None))
    turned = scan(oblique_affine((1.2, 1.1, 2.2)))
    upright = Image(turned.voxels, UPRIGHT, "chest", "CT")
    one, two = infer([upright], bundle).detections, infer([turned], bundle).detections
    assert [each.score for each in one] == pytest.approx([each.score for each in two], abs=1e-6)
    move = turned.affine @ np.linalg.inv(UPRIGHT)
    np.testing.assert_allclose(centers(one) @ move[:3, :3].T + move[:3, 3], centers(two), atol=FAR)
    np.testing.assert_allclose(sizes(one), sizes(two), atol=FAR)
    for first, second in zip(one, two, strict=True):
        corners = first.box.corners() @ move[:3, :3].T + move[:3, 3]
        gaps = np.linalg.norm(corners[:, None] - second.box.corners()[None], axis=2).min(axis=1)
        assert gaps.max() < FAR


def test_boxes_are_named_sorted_and_within_the_scan(found):
    assert {each.label for each in found} == {"nodule", "vessel"}
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= min(scores) <= max(scores) <= 1
    image = scan(UPRIGHT)
    ijk = (centers(found) - image.affine[:3, 3]) @ np.linalg.inv(image.affine[:3, :3]).T
    assert (ijk > -1).all()
    assert (ijk < np.array(image.shape) + 1).all()


def test_a_class_without_a_name_has_a_number(tmp_path):
    bundle = make_detection_bundle(tmp_path / "nameless")
    assert {each.label for each in infer([scan(UPRIGHT)], Bundle.open(bundle)).detections} == {"Label 0"}


def test_only_boxes_with_their_center_in_the_users_box_are_kept(tiny, found):
    box = Box(found[0].box.center_ras, (30.0, 25.0, 20.0))
    kept = infer([scan(UPRIGHT)], Bundle.open(tiny), Options(roi=box)).detections
    assert 0 < len(kept) < len(found)
    assert kept == tuple(each for each in found if box.contains(each.box.center_ras))


def test_only_boxes_of_the_labels_that_were_asked_for_are_kept(tiny, found):
    kept = infer([scan(UPRIGHT)], Bundle.open(tiny), Options(labels=("Vessel",))).detections
    assert kept == tuple(each for each in found if each.label == "vessel")


def test_resampling_that_the_bundle_leaves_out_is_done_and_said(tmp_path):
    bundle = Bundle.open(make_detection_bundle(tmp_path / "trap", resamples=False))
    proper = Bundle.open(make_detection_bundle(tmp_path / "proper"))
    image = scan(UPRIGHT)
    output, wanted = infer([image], bundle), infer([image], proper)
    assert RESAMPLES in bundle.repairs
    assert [each.box for each in output.detections] == [each.box for each in wanted.detections]
    (said,) = [sentence for sentence in output.warnings if "resampled" in sentence]
    assert "chest was resampled from 1.2 x 1.1 x 2.2 mm to the 1.5 x 1.5 x 2 mm" in said


def test_nothing_is_said_of_a_scan_that_has_the_spacing(tmp_path):
    bundle = Bundle.open(make_detection_bundle(tmp_path / "trap", resamples=False))
    affine = np.diag([1.5, 1.5, 2.0, 1.0])
    assert not [said for said in infer([scan(affine)], bundle).warnings if "resampled" in said]


def test_it_can_be_cancelled_while_the_network_runs_and_progress_grows(tiny):
    fractions = []

    def cancelled():
        return len(fractions) > 25

    with pytest.raises(CancelledError):
        infer(
            [scan(UPRIGHT)], Bundle.open(tiny), report=lambda progress: fractions.append(progress.fraction), cancelled=cancelled
        )
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 6


def test_what_a_network_computes_in_half_precision_comes_out_in_single():
    """The place of a box in a large scan has more digits than half precision holds."""
    network = torch.nn.Conv3d(1, 2, 3)
    done = []
    watched = Watched(network, torch.bfloat16, torch.device("cpu"), WindowCost(1.0, 0, 2, (1.0,)), 2, done.append)
    with watching(watched):
        one, two = watched(torch.rand(1, 1, 6, 6, 6)), watched(torch.rand(1, 1, 6, 6, 6))
    assert one.dtype is two.dtype is torch.float32
    assert done == [0.5, 1.0]


def test_a_detector_that_is_no_retinanet_is_refused(tmp_path):
    import json

    bundle = make_detection_bundle(tmp_path / "other")
    path = bundle / "configs" / "inference.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "detector": {"_target_": "SimpleInferer"}, "detector_ops": []}))
    with pytest.raises(InputError, match="no RetinaNet for volumes"):
        infer([scan(UPRIGHT)], Bundle.open(bundle))


small = st.floats(-0.9, 0.9)


@settings(deadline=None)
@given(st.tuples(small, small, small), st.tuples(*[st.floats(0.2, 5)] * 3), st.tuples(*[st.floats(-50, 50)] * 6))
def test_an_oriented_box_has_the_corners_of_the_voxels(turn, spacing, corners):
    from scipy.spatial.transform import Rotation

    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_rotvec(turn).as_matrix() * spacing
    affine[:3, 3] = 10, -20, 30
    low, high = np.minimum(corners[:3], corners[3:]), np.maximum(corners[:3], corners[3:]) + 0.1
    box = oriented_box(np.concatenate([low, high]), affine)
    signs = np.array(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij")).reshape(3, -1).T
    voxels = low + signs * (high - low)
    np.testing.assert_allclose(box.corners(), voxels @ affine[:3, :3].T + affine[:3, 3], atol=1e-6)


def test_a_box_without_a_size_or_place_is_none():
    assert oriented_box(np.array([1, 1, 1, 1, 2, 2.0]), np.eye(4)) is None
    assert oriented_box(np.array([1, 1, 1, np.nan, 2, 2.0]), np.eye(4)) is None
