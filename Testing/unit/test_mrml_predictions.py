"""Predictions as nodes: on the displayed anatomy, named, colored, coded, and beside their scan."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import add_prediction, image_from_volume
from support.mrml import (
    LABELS,
    corners_of,
    draw,
    linear_transform,
    node_ids,
    prediction_of,
    segment_voxels,
    tag_of,
    volume_of,
    warp,
    world_center,
)

SHAPE = (40, 36, 30)
GEOMETRIES = {
    "right-handed": np.diag([1.0, 1.0, 1.0, 1.0]),
    "left-handed": np.diag([-1.2, 1.0, 2.5, 1.0]),
    "oblique": oblique_affine(),
    "oblique and left-handed": oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)),
    "axes permuted": np.array([[0, 0, 2.0, 4], [-1.0, 0, 0, 5], [0, 1.5, 0, 6], [0, 0, 0, 1]]),
}


def labels_in(image: Image) -> np.ndarray:
    """(i, j, k): two structures; the third label is not found."""
    labels = np.zeros(image.shape, int)
    labels[8:14, 10:15, 5:9] = 1
    labels[20:30, 18:27, 12:20] = 2
    return labels


@pytest.fixture
def scan() -> Image:
    return blobs(SHAPE)


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_segments_and_label_map_have_exactly_the_voxels_of_the_prediction(scene, geometry):
    scan = blobs(SHAPE, affine=GEOMETRIES[geometry])
    labels = labels_in(scan)
    volume = volume_of(scene, scan)
    nodes = add_prediction(prediction_of(scan, labels), volume, labelmap=True)
    assert np.array_equal(segment_voxels(nodes.segmentation, "brain-mr_1", volume), labels == 1)
    assert np.array_equal(segment_voxels(nodes.segmentation, "brain-mr_2", volume), labels == 2)
    found = image_from_volume(nodes.labelmap)
    assert np.array_equal(found.voxels[0], labels)
    assert np.array_equal(found.affine, image_from_volume(volume).affine)


def test_the_labels_share_one_copy_of_the_label_map(scene, scan):
    segmentation = add_prediction(prediction_of(scan, labels_in(scan)), volume_of(scene, scan)).segmentation
    assert segmentation.GetSegmentation().GetNumberOfLayers() == 1


def test_segments_carry_name_color_codes_and_what_dicom_export_needs(scene, scan):
    prediction = prediction_of(scan, labels_in(scan))
    content = add_prediction(prediction, volume_of(scene, scan)).segmentation.GetSegmentation()
    assert content.GetSegmentIDs() == ("brain-mr_1", "brain-mr_2")
    segment = content.GetSegment("brain-mr_1")
    assert segment.GetName() == "Left hippocampus and amygdala"
    assert np.allclose(segment.GetColor(), np.array(prediction.labels[0].color) / 255)
    assert segment.GetTerminology() == (
        "Segmentation category and type - DICOM master list~SCT^123037004^Anatomical Structure~SCT^389081007^Gray Matter~"
        "SCT^7771000^Left~Anatomic codes - DICOM master list~SCT^78277001^Temporal lobe~^^"
    )
    tags = {
        "DICOM.SegmentAlgorithmType": "AUTOMATIC",
        "DICOM.SegmentAlgorithmName": "MedAI brain-mr 1.2",
        "MedAI.ModelHash": "c0ffee",
    }
    assert {name: tag_of(segment, name) for name in tags} == tags


def test_nodes_say_where_they_come_from(scene, scan):
    nodes = add_prediction(prediction_of(scan, labels_in(scan)), volume_of(scene, scan), labelmap=True)
    for node in (nodes.segmentation, nodes.labelmap):
        assert node.GetAttribute("MedAI.Model") == "brain-mr"
        assert node.GetAttribute("MedAI.ModelVersion") == "1.2"
        assert node.GetAttribute("MedAI.ModelHash") == "c0ffee"
        assert node.GetAttribute("MedAI.Date") == "2026-11-20T12:00:00+00:00"
    assert nodes.segmentation.GetAttribute("MedAI.NotFound") == "Cerebrospinal fluid"


def test_the_color_table_names_every_value_of_the_label_map(scene, scan):
    prediction = prediction_of(scan, labels_in(scan))
    colors = add_prediction(prediction, volume_of(scene, scan), labelmap=True).labelmap.GetDisplayNode().GetColorNode()
    assert {value: colors.GetColorName(value) for value in LABELS} == LABELS
    assert "SCT^123037004^Anatomical Structure" in colors.GetTerminologyAsString(2)


def test_the_segmentation_refers_to_the_scan_and_lies_beside_it_in_the_subject_hierarchy(scene, scan):
    volume = volume_of(scene, scan)
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "study")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volume), study)
    nodes = add_prediction(prediction_of(scan, labels_in(scan)), volume, labelmap=True)
    assert nodes.segmentation.GetNodeReference("referenceImageGeometryRef") is volume
    for node in (nodes.segmentation, nodes.labelmap):
        assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == study
    assert nodes.segmentation.GetName() == "blobs segmentation"


def test_under_linear_transforms_segments_lie_on_the_displayed_anatomy_and_follow_it(scene, scan):
    volume = volume_of(scene, scan)
    transform = linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1)))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    labels = labels_in(scan)
    image = image_from_volume(volume)
    nodes = add_prediction(prediction_of(image, labels), volume, labelmap=True)
    middle = np.argwhere(labels == 2).mean(axis=0)
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), (image.affine @ [*middle, 1])[:3], atol=1e-6)
    assert np.array_equal(segment_voxels(nodes.segmentation, "brain-mr_2", volume), labels == 2)
    assert np.allclose(image_from_volume(nodes.labelmap).affine, image.affine)

    moved = np.eye(4)
    moved[:3, 3] = (50, 0, -20)
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(moved))
    expected = (image_from_volume(volume).affine @ [*middle, 1])[:3]
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), expected, atol=1e-6)


def test_under_a_warp_segments_lie_on_the_displayed_anatomy(scene):
    voxels = np.zeros((1, *SHAPE), np.float32)
    voxels[0, 8:14, 8:13, 7:11] = 100
    scan = Image(voxels, oblique_affine((1.5, 1.5, 2.0)), "warped")
    volume = volume_of(scene, scan)
    transform = warp(scene, corners_of(scan), (12.0, -8.0, 6.0))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    image = image_from_volume(volume)
    nodes = add_prediction(prediction_of(image, np.where(image.voxels[0] > 50, 2, 0)), volume, labelmap=True)
    middle = np.argwhere(voxels[0] > 0).mean(axis=0)
    unwarped = (scan.affine @ [*middle, 1])[:3]
    shown = transform.GetTransformToParent().TransformPoint(unwarped)
    assert np.linalg.norm(shown - unwarped) > 2
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), shown, atol=0.3)
    assert nodes.segmentation.GetTransformNodeID() is None
    assert np.allclose(image_from_volume(nodes.labelmap).affine, image.affine)


def test_the_segmentation_can_be_exported_on_its_reference_geometry_voxel_by_voxel(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = add_prediction(prediction_of(scan, labels_in(scan)), volume).segmentation
    exported = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    assert logic.ExportAllSegmentsToLabelmapNode(segmentation, exported, slicer.vtkSegmentation.EXTENT_REFERENCE_GEOMETRY)
    assert np.array_equal(slicer.util.arrayFromVolume(exported).transpose(2, 1, 0), labels_in(scan))


def test_an_empty_prediction_gives_a_segmentation_without_segments(scene, scan):
    volume = volume_of(scene, scan)
    nodes = add_prediction(prediction_of(scan, np.zeros(scan.shape)), volume, labelmap=True)
    assert nodes.segmentation.GetSegmentation().GetNumberOfSegments() == 0
    assert nodes.segmentation.GetAttribute("MedAI.NotFound") == "; ".join(LABELS.values())
    assert not slicer.util.arrayFromVolume(nodes.labelmap).any()


def test_a_second_run_replaces_the_models_segments_and_keeps_what_the_user_drew(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = add_prediction(prediction_of(scan, labels_in(scan)), volume).segmentation
    drawn = np.zeros(scan.shape, bool)
    drawn[20:24, 20:24, 14:16] = True
    draw(segmentation, "mine", scan, drawn)
    second = np.where(labels_in(scan) == 1, 2, 0)
    again = add_prediction(prediction_of(scan, second), volume, segmentation=segmentation).segmentation
    assert again is segmentation
    assert segmentation.GetSegmentation().GetSegmentIDs() == ("mine", "brain-mr_2")
    assert np.array_equal(segment_voxels(segmentation, "brain-mr_2", volume), second == 2)
    assert np.array_equal(segment_voxels(segmentation, "mine", volume), drawn)


def test_a_segmentation_elsewhere_in_the_transform_hierarchy_gets_segments_at_the_right_place(scene, scan):
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, oblique_affine((1, 1, 1), (1, 1, 1))).GetID())
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other")
    segmentation.GetSegmentation().AddEmptySegment("mine")
    other = np.eye(4)
    other[:3, 3] = (5, 6, 7)
    segmentation.SetAndObserveTransformNodeID(linear_transform(scene, other).GetID())
    image = image_from_volume(volume)
    add_prediction(prediction_of(image, labels_in(scan)), volume, segmentation=segmentation)
    middle = np.argwhere(labels_in(scan) == 1).mean(axis=0)
    assert np.allclose(world_center(segmentation, "brain-mr_1"), (image.affine @ [*middle, 1])[:3], atol=1e-6)


def test_a_scan_that_changed_its_size_meanwhile_is_refused_and_the_scene_stays_as_it_was(scene, scan):
    volume = volume_of(scene, blobs((8, 8, 8)))
    before = node_ids(scene)
    with pytest.raises(InputError, match="blobs has changed its size since the run began; run it again"):
        add_prediction(prediction_of(scan, labels_in(scan)), volume, labelmap=True)
    assert node_ids(scene) == before


def test_a_segmentation_under_a_warp_is_refused_and_stays_as_it_was(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other")
    segmentation.GetSegmentation().AddEmptySegment("mine")
    segmentation.SetAndObserveTransformNodeID(warp(scene, corners_of(scan), (3, 2, 1)).GetID())
    before = node_ids(scene)
    with pytest.raises(InputError, match="other is under a non-linear transform"):
        add_prediction(prediction_of(scan, labels_in(scan)), volume, segmentation=segmentation)
    assert node_ids(scene) == before
    assert segmentation.GetSegmentation().GetSegmentIDs() == ("mine",)


def test_a_volume_in_no_scene_is_refused(scene, scan):
    volume = slicer.vtkMRMLScalarVolumeNode()
    volume.SetName("alone")
    with pytest.raises(InputError, match="alone is in no scene"):
        add_prediction(prediction_of(scan, labels_in(scan)), volume)


def test_a_segmentation_that_is_not_in_the_volumes_scene_is_refused(scene, scan):
    segmentation = slicer.vtkMRMLSegmentationNode()
    segmentation.SetName("elsewhere")
    with pytest.raises(InputError, match="elsewhere is not in the scene of blobs"):
        add_prediction(prediction_of(scan, labels_in(scan)), volume_of(scene, scan), segmentation=segmentation)
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 0
