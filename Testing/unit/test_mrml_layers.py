"""Labels that overlap: a label map for each layer in the segmentation, and the smallest on top in the label map volume."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medai import Image
from medai.errors import MedAIError
from medai.results.layers import flattened
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import Origin, add_prediction, segment_volumes
from support.mrml import (
    LABELS,
    found,
    layer_of_segment,
    layered_prediction,
    linear_transform,
    node_ids,
    paint_beside,
    put,
    segment_voxels,
    state_of,
    volume_of,
)

SHAPE = (20, 18, 16)
WHOLE, CORE, ENHANCING = 1, 2, 7


@pytest.fixture
def scan() -> Image:
    return blobs(SHAPE, affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1))).GetID())
    return volume


def nested(shift: int = 0) -> dict[int, np.ndarray]:
    """A tumor, its core, and a part that is half in the core: where (i, j, k) each is."""
    masks = {value: np.zeros(SHAPE, bool) for value in (WHOLE, CORE, ENHANCING)}
    masks[WHOLE][2 + shift : 14 + shift, 2:14, 2:14] = True
    masks[CORE][5 + shift : 10 + shift, 5:10, 5:10] = True
    masks[ENHANCING][8 + shift : 12 + shift, 6:9, 6:9] = True
    return masks


def test_every_label_has_all_its_voxels_in_a_layer_of_its_own(scene, scan, volume):
    segmentation = put(layered_prediction(scan, nested()), volume).segmentation
    content = segmentation.GetSegmentation()
    assert content.GetSegmentIDs() == ("brain-mr_1", "brain-mr_2", "brain-mr_7")
    assert content.GetNumberOfLayers() == 3
    for value, mask in nested().items():
        assert np.array_equal(segment_voxels(segmentation, f"brain-mr_{value}", volume), mask)
        assert segment_volumes(segmentation)[f"brain-mr_{value}"] == pytest.approx(mask.sum() * scan.voxel_volume_ml)


def test_a_layer_without_voxels_is_left_out(scene, scan, volume):
    masks = nested()
    del masks[CORE]
    content = put(layered_prediction(scan, masks), volume).segmentation.GetSegmentation()
    assert content.GetSegmentIDs() == ("brain-mr_1", "brain-mr_7")
    assert content.GetNumberOfLayers() == 2


def test_the_label_map_volume_has_the_smallest_on_top_and_the_notes_say_so(scene, scan, volume):
    nodes = put(layered_prediction(scan, nested()), volume, labelmap=True)
    masks = nested()
    expected = np.select([masks[ENHANCING], masks[CORE], masks[WHOLE]], [7, 2, 1])
    assert np.array_equal(slicer.util.arrayFromVolume(nodes.labelmap).transpose(2, 1, 0), expected)
    note = "The label map volume holds one label for each voxel: where labels overlap, the smallest is on top."
    assert nodes.notes == (note,)
    assert put(layered_prediction(scan, nested()), volume).notes == ()


@settings(max_examples=40, deadline=None)
@given(layers=arrays(bool, (3, 4, 3, 2)))
def test_a_flat_label_map_shows_at_each_voxel_the_smallest_of_its_labels(layers):
    prediction = layered_prediction(blobs((4, 3, 2)), dict(zip(LABELS, layers, strict=True)))
    flat = flattened(prediction).voxels
    sizes = {value: layer.sum() for value, layer in zip(LABELS, layers, strict=True)}
    assert flat.shape == (1, 4, 3, 2)
    for place in np.ndindex(4, 3, 2):
        there = [value for value, layer in zip(LABELS, layers, strict=True) if layer[place]]
        shown = flat[(0, *place)]
        assert shown == 0 if not there else (shown in there and sizes[shown] == min(sizes[value] for value in there))


def test_a_second_run_replaces_all_layers_and_is_taken_back_whole(scene, scan, volume):
    segmentation = put(layered_prediction(scan, nested()), volume).segmentation
    drawn = np.zeros(SHAPE, bool)
    drawn[0:2, 0:2, 0:2] = True
    paint_beside(segmentation, "brain-mr_2", "mine", drawn)
    before = state_of(segmentation, volume), node_ids(scene)
    nodes = put(layered_prediction(scan, nested(shift=4)), volume, segmentation=segmentation)
    for value, mask in nested(shift=4).items():
        assert np.array_equal(segment_voxels(segmentation, f"brain-mr_{value}", volume), mask)
    assert np.array_equal(segment_voxels(segmentation, "mine", volume), drawn)
    assert not nodes.is_changed
    assert nodes.undo() == ""
    assert (state_of(segmentation, volume), node_ids(scene)) == before
    assert layer_of_segment(segmentation, "mine") is layer_of_segment(segmentation, "brain-mr_2")


def test_an_edit_in_any_layer_is_seen(scene, scan, volume):
    nodes = put(layered_prediction(scan, nested()), volume)
    layer_of_segment(nodes.segmentation, "brain-mr_7").Modified()
    assert nodes.undo() == "blobs segmentation was edited since; nothing was undone."


@settings(max_examples=10, deadline=None)
@given(st.permutations(list(LABELS)))
def test_the_order_of_layers_does_not_matter(order):
    names = {value: LABELS[value] for value in LABELS}
    prediction = layered_prediction(blobs(SHAPE), nested(), names)
    labels = {label.value: label for label in prediction.labels}
    turned = tuple(labels[value] for value in order)
    again = type(prediction)(prediction.labelmap, turned, prediction.run)
    assert np.array_equal(flattened(again).voxels, flattened(prediction).voxels)


def test_a_prediction_without_label_map_makes_no_segments(scene, volume):
    before = node_ids(scene)
    with pytest.raises(MedAIError, match="gives no label map but boxes"):
        add_prediction(found(), scene, Origin.of(volume))
    assert node_ids(scene) == before
