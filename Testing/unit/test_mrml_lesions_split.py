"""A segment of its own for each lesion: the right voxels, codes, colors and numbers, beside an original that stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai import Image
from medai.errors import InputError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer
import vtk
from scipy import ndimage

from medai.mrml import Origin, add_prediction, image_from_volume, split_segment, split_segment_steps
from medai.mrml.islands import island_steps
from medai.mrml.vtkdata import result_of
from support.boxes import drained
from support.lesionnodes import one_voxel, with_lesions
from support.mrml import draw, layer_of_segment, linear_transform, node_ids, segment_voxels, state_of, tag_of, volume_of

TURNED = oblique_affine((1, 1, 1), (1, 1, 1))
PARTS = {1: (slice(3, 9), slice(4, 10), slice(5, 9)), 2: (slice(12, 15), slice(8, 11), slice(2, 4)), 3: (slice(1, 2),) * 3}


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    return volume


def labels_of(scan: Image, parts: Mapping[int, Sequence[slice]] = PARTS) -> np.ndarray:
    """A label map (i, j, k) with a tumor in parts, and the liver below."""
    labels = np.zeros(scan.shape, np.uint8)
    labels[:, :, 12:] = 2
    for part in parts.values():
        labels[tuple(part)] = 1
    return labels


def result_in(scene, volume, scan, ids: Sequence[int] = ()):
    """A segmentation of parts, with lesions of these numbers at the centers of the parts."""
    shown = image_from_volume(volume)
    middles = [[(side.start + side.stop - 1) / 2 for side in PARTS[part]] for part in PARTS]
    lesions = [one_voxel(shown, middle, number) for middle, number in zip(middles, ids, strict=False)]
    prediction = with_lesions(shown, lesions, labels_of(scan))
    return add_prediction(prediction, scene, Origin.of(volume))


def test_each_part_becomes_a_segment_and_the_original_stays(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    before = state_of(source, volume)
    nodes = split_segment(source, "brain-mr_1")
    content = nodes.segmentation.GetSegmentation()
    assert nodes.segmentation.GetName() == "blobs segmentation lesions"
    assert [content.GetSegment(each).GetName() for each in content.GetSegmentIDs()] == ["Tumor 1", "Tumor 2", "Tumor 3"]
    assert nodes.segments == {1: "brain-mr_1_1", 2: "brain-mr_1_2", 3: "brain-mr_1_3"}
    for number, part in PARTS.items():
        wanted = np.zeros(scan.shape, bool)
        wanted[part] = True
        assert np.array_equal(segment_voxels(nodes.segmentation, nodes.segments[number], volume), wanted)
    assert state_of(source, volume) == before
    assert nodes.segmentation.GetTransformNodeID() == volume.GetTransformNodeID()
    assert nodes.segmentation.GetNodeReference("referenceImageGeometryRef") is volume


def test_codes_and_tags_are_the_originals_and_colors_tell_the_parts_apart(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    original = source.GetSegmentation().GetSegment("brain-mr_1")
    content = split_segment(source, "brain-mr_1").segmentation.GetSegmentation()
    segments = [content.GetSegment(each) for each in content.GetSegmentIDs()]
    for segment in segments:
        assert segment.GetTerminology() == original.GetTerminology()
        assert tag_of(segment, "DICOM.SegmentAlgorithmType") == "AUTOMATIC"
    assert segments[0].GetColor() == original.GetColor()
    assert len({segment.GetColor() for segment in segments}) == 3
    assert content.GetNumberOfLayers() == 1


def test_numbers_are_those_of_the_table_of_lesions(scene, scan, volume):
    result = result_in(scene, volume, scan, (7, 2))
    nodes = split_segment(result.segmentation, "brain-mr_1", result.lesions)
    assert list(nodes.segments) == [2, 7, 8]
    sizes = {number: segment_voxels(nodes.segmentation, each, volume).sum() for number, each in nodes.segments.items()}
    assert sizes == {7: 6 * 6 * 4, 2: 3 * 3 * 2, 8: 1}


def test_it_goes_away_again_and_slicers_undo_knows_it_too(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    before = node_ids(scene)
    nodes = split_segment(source, "brain-mr_1")
    assert not nodes.is_changed
    nodes.segmentation.GetSegmentation().GetSegment("brain-mr_1_1").SetName("mine")
    assert nodes.undo() == "blobs segmentation lesions was edited since; nothing was undone."
    assert nodes.undo(even_if_changed=True) == ""
    assert node_ids(scene) == before
    scene.SetUndoOn()
    split_segment(source, "brain-mr_1")
    scene.Undo()
    assert node_ids(scene) == before


def test_a_part_that_a_user_has_painted_with_an_extent_of_its_own(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    voxels = np.zeros((4, 4, 4), bool)
    voxels[0, 0, 0] = voxels[3, 3, 3] = voxels[2, 2, 2] = True
    draw(source, "mine", scan, voxels)
    layer_of_segment(source, "mine").SetExtent(5, 8, 6, 9, 7, 10)
    nodes = split_segment(source, "mine")
    wanted = np.zeros(scan.shape, bool)
    wanted[7, 8, 9] = wanted[8, 9, 10] = True
    assert np.array_equal(segment_voxels(nodes.segmentation, "mine_1", volume), wanted)
    assert segment_voxels(nodes.segmentation, "mine_2", volume)[5, 6, 7]


def test_what_cannot_be_split_is_refused_in_a_sentence(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    before = node_ids(scene)
    with pytest.raises(InputError, match="blobs segmentation has no segment nothing; choose another"):
        split_segment(source, "nothing")
    draw(source, "empty", scan, np.zeros(scan.shape, bool))
    with pytest.raises(InputError, match="empty has no voxels; there is nothing to split"):
        split_segment(source, "empty")
    dust = np.zeros((30, 30, 30), bool)
    dust[::2, ::2, ::2] = True
    draw(source, "dust", scan, dust)
    with pytest.raises(InputError, match=r"dust falls into more than 2,000 parts; remove small islands"):
        split_segment(source, "dust")
    assert node_ids(scene) == before
    model, segment = scene.AddNode(slicer.vtkMRMLSegmentationNode()), slicer.vtkSegment()
    model.GetSegmentation().SetSourceRepresentationName("Closed surface")
    segment.SetName("mesh")
    segment.AddRepresentation("Closed surface", vtk.vtkPolyData())
    model.GetSegmentation().AddSegment(segment, "mesh")
    with pytest.raises(InputError, match="mesh is made of surfaces, not of voxels"):
        split_segment(model, "mesh")
    scene.RemoveNode(source)
    with pytest.raises(InputError, match="blobs segmentation is in no scene"):
        split_segment(source, "brain-mr_1")


def test_a_segment_that_is_painted_meanwhile_is_begun_with_anew(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    steps = split_segment_steps(source, "brain-mr_1")
    next(steps)
    layer = layer_of_segment(source, "brain-mr_1")
    layer.SetScalarComponentFromDouble(17, 15, 10, 0, 1)
    layer.Modified()
    nodes, most = drained(scene, steps)
    assert list(nodes.segments) == [1, 2, 3, 4]
    assert most <= 3  # all of it comes in the last step


def test_stopped_on_the_way_it_leaves_nothing(scene, scan, volume):
    source = result_in(scene, volume, scan).segmentation
    before = node_ids(scene)
    count = sum(1 for _step in split_segment_steps(source, "brain-mr_1"))
    assert count > 3
    scene.RemoveNode(scene.GetFirstNodeByName("blobs segmentation lesions").GetDisplayNode())
    scene.RemoveNode(scene.GetFirstNodeByName("blobs segmentation lesions"))
    for stop in range(1, count):
        steps = split_segment_steps(source, "brain-mr_1")
        for _step in range(stop):
            next(steps)
        steps.close()
        assert node_ids(scene) == before


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), density=st.floats(0.02, 0.6), thick=st.integers(1, 4))
def test_islands_are_those_of_scipy_however_thin_the_slabs(seed, density, thick):
    random = np.random.default_rng(seed)
    kji = np.where(random.random((9, 8, 7)) < density, 5, random.integers(0, 2, (9, 8, 7))).astype(np.uint8)
    labels = kji.transpose(2, 1, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medai.mrml.islands._AT_ONCE", thick * 56)
        islands = result_of(island_steps(labels, 5, 10_000))
    expected, count = ndimage.label(labels == 5, np.ones((3, 3, 3)))
    assert len(islands.sizes) == count
    if not count:
        return
    box = tuple(slice(at, at + size) for at, size in zip(islands.start, islands.pieces.shape, strict=True))
    found = np.zeros(labels.shape, int)
    found[box] = islands.island_of[islands.pieces]
    assert len(set(zip(found.ravel(), expected.ravel(), strict=True))) == count + (found == 0).any()
    assert islands.sizes.tolist() == np.bincount(found.ravel())[1:].tolist() == sorted(islands.sizes, reverse=True)
    middles = ndimage.center_of_mass(np.ones(labels.shape), found, range(1, count + 1))
    assert np.allclose(islands.centers, middles)
