"""Predictions as nodes: on the displayed anatomy, named, colored, coded, and beside their scan."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.region import Box
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer
import vtk

from medai.mrml import Origin, add_prediction_steps, image_from_volume, refuse_unusable
from medai.mrml.vtkdata import result_of
from support.mrml import (
    LABELS,
    corners_of,
    draw,
    layer_of,
    layer_of_segment,
    linear_transform,
    node_ids,
    paint_beside,
    prediction_of,
    put,
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
    nodes = put(prediction_of(scan, labels), volume, labelmap=True)
    assert np.array_equal(segment_voxels(nodes.segmentation, "brain-mr_1", volume), labels == 1)
    assert np.array_equal(segment_voxels(nodes.segmentation, "brain-mr_2", volume), labels == 2)
    found = image_from_volume(nodes.labelmap)
    assert np.array_equal(found.voxels[0], labels)
    assert np.array_equal(found.affine, image_from_volume(volume).affine)


def test_the_labels_share_one_copy_of_the_label_map(scene, scan):
    segmentation = put(prediction_of(scan, labels_in(scan)), volume_of(scene, scan)).segmentation
    assert segmentation.GetSegmentation().GetNumberOfLayers() == 1


def test_segments_carry_name_color_codes_and_what_dicom_export_needs(scene, scan):
    prediction = prediction_of(scan, labels_in(scan))
    content = put(prediction, volume_of(scene, scan)).segmentation.GetSegmentation()
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
    nodes = put(prediction_of(scan, labels_in(scan)), volume_of(scene, scan), labelmap=True)
    for node in (nodes.segmentation, nodes.labelmap):
        assert node.GetAttribute("MedAI.Model") == "brain-mr"
        assert node.GetAttribute("MedAI.ModelVersion") == "1.2"
        assert node.GetAttribute("MedAI.ModelHash") == "c0ffee"
        assert node.GetAttribute("MedAI.Date") == "2026-11-20T12:00:00+00:00"
    assert nodes.segmentation.GetAttribute("MedAI.NotFound") == "Cerebrospinal fluid"


def test_nodes_say_which_box_they_end_at(scene, scan):
    volume, boxed, whole = volume_of(scene, scan), prediction_of(scan, labels_in(scan)), prediction_of(scan, labels_in(scan))
    boxed.run["options"] = {"roi": asdict(Box((1.25, -2, 3), (30, 40, 50), ((0, 1, 0), (-1, 0, 0), (0, 0, 1))))}
    whole.run["options"] = {"roi": None}
    nodes = put(boxed, volume, labelmap=True)
    for node in (nodes.segmentation, nodes.labelmap):
        assert node.GetAttribute("MedAI.Box") == "center 1.25 -2 3; size 30 40 50; axes 0 1 0, -1 0 0, 0 0 1"
    put(whole, volume, segmentation=nodes.segmentation)
    assert not nodes.segmentation.GetAttribute("MedAI.Box")


def test_the_color_table_names_every_value_of_the_label_map(scene, scan):
    prediction = prediction_of(scan, labels_in(scan))
    colors = put(prediction, volume_of(scene, scan), labelmap=True).labelmap.GetDisplayNode().GetColorNode()
    assert {value: colors.GetColorName(value) for value in LABELS} == LABELS
    assert "SCT^123037004^Anatomical Structure" in colors.GetTerminologyAsString(2)


def test_the_segmentation_refers_to_the_scan_and_lies_beside_it_in_the_subject_hierarchy(scene, scan):
    volume = volume_of(scene, scan)
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "study")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volume), study)
    nodes = put(prediction_of(scan, labels_in(scan)), volume, labelmap=True)
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
    nodes = put(prediction_of(image, labels), volume, labelmap=True)
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
    nodes = put(prediction_of(image, np.where(image.voxels[0] > 50, 2, 0)), volume, labelmap=True)
    middle = np.argwhere(voxels[0] > 0).mean(axis=0)
    unwarped = (scan.affine @ [*middle, 1])[:3]
    shown = transform.GetTransformToParent().TransformPoint(unwarped)
    assert np.linalg.norm(shown - unwarped) > 2
    assert np.allclose(world_center(nodes.segmentation, "brain-mr_2"), shown, atol=0.3)
    assert nodes.segmentation.GetTransformNodeID() is None
    assert np.allclose(image_from_volume(nodes.labelmap).affine, image.affine)


def test_the_segmentation_can_be_exported_on_its_reference_geometry_voxel_by_voxel(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = put(prediction_of(scan, labels_in(scan)), volume).segmentation
    exported = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    assert logic.ExportAllSegmentsToLabelmapNode(segmentation, exported, slicer.vtkSegmentation.EXTENT_REFERENCE_GEOMETRY)
    assert np.array_equal(slicer.util.arrayFromVolume(exported).transpose(2, 1, 0), labels_in(scan))


def test_an_empty_prediction_gives_a_segmentation_without_segments(scene, scan):
    volume = volume_of(scene, scan)
    nodes = put(prediction_of(scan, np.zeros(scan.shape)), volume, labelmap=True)
    assert nodes.segmentation.GetSegmentation().GetNumberOfSegments() == 0
    assert nodes.segmentation.GetAttribute("MedAI.NotFound") == "; ".join(LABELS.values())
    assert not slicer.util.arrayFromVolume(nodes.labelmap).any()


def test_a_second_run_replaces_the_models_segments_and_keeps_what_the_user_drew(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = put(prediction_of(scan, labels_in(scan)), volume).segmentation
    drawn = np.zeros(scan.shape, bool)
    drawn[20:24, 20:24, 14:16] = True
    draw(segmentation, "mine", scan, drawn)
    second = np.where(labels_in(scan) == 1, 2, 0)
    again = put(prediction_of(scan, second), volume, segmentation=segmentation).segmentation
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
    put(prediction_of(image, labels_in(scan)), volume, segmentation=segmentation)
    middle = np.argwhere(labels_in(scan) == 1).mean(axis=0)
    assert np.allclose(world_center(segmentation, "brain-mr_1"), (image.affine @ [*middle, 1])[:3], atol=1e-6)


def test_a_users_segment_keeps_its_voxels_though_it_shares_the_models_label_map(scene, scan):
    """As Slicer's editor does it for segments that do not overlap."""
    volume = volume_of(scene, scan)
    segmentation = put(prediction_of(scan, labels_in(scan)), volume).segmentation
    drawn = np.zeros(scan.shape, bool)
    drawn[2:4, 2:4, 2:4] = True
    paint_beside(segmentation, "brain-mr_1", "mine", drawn)
    second = np.where(labels_in(scan) == 1, 2, 0)
    put(prediction_of(scan, second), volume, segmentation=segmentation)
    assert segmentation.GetSegmentation().GetSegmentIDs() == ("mine", "brain-mr_2")
    assert np.array_equal(segment_voxels(segmentation, "mine", volume), drawn)
    assert np.array_equal(segment_voxels(segmentation, "brain-mr_2", volume), second == 2)
    assert set(np.unique(layer_of(segmentation, "mine"))) == {0, 9}


def test_the_scene_is_untouched_before_the_last_step_and_edits_until_then_are_kept(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = put(prediction_of(scan, labels_in(scan)), volume).segmentation
    drawn = np.zeros(scan.shape, bool)
    drawn[2:4, 2:4, 2:4] = True
    paint_beside(segmentation, "brain-mr_1", "mine", drawn)
    before = node_ids(scene), segmentation.GetMTime()
    prediction = prediction_of(scan, labels_in(scan))
    steps = add_prediction_steps(prediction, scene, Origin.of(volume), segmentation=segmentation, labelmap=True)
    for _step in range(3):
        next(steps)
    assert (node_ids(scene), segmentation.GetMTime()) == before
    layer_of(segmentation, "mine")[0, 7, 7, 7] = 9
    layer_of_segment(segmentation, "mine").Modified()
    nodes = result_of(steps)
    drawn[7, 7, 7] = True
    assert np.array_equal(segment_voxels(nodes.segmentation, "mine", volume), drawn)


def test_a_segmentation_shown_in_3d_says_that_its_surfaces_have_to_be_made_anew(scene, scan):
    """MRML would make them one after the other when the segments come, while the application stands still."""
    volume = volume_of(scene, scan)
    first = put(prediction_of(scan, labels_in(scan)), volume)
    assert not first.lost_surface
    draw(first.segmentation, "mine", scan, labels_in(scan) == 1)
    first.segmentation.CreateClosedSurfaceRepresentation()
    second = put(prediction_of(scan, labels_in(scan)), volume, segmentation=first.segmentation)
    assert second.lost_surface
    assert not first.segmentation.GetSegmentation().ContainsRepresentation("Closed surface")
    first.segmentation.CreateClosedSurfaceRepresentation()
    assert second.undo() == ""
    assert set(first.segmentation.GetSegmentation().GetSegmentIDs()) == {"mine", "brain-mr_1", "brain-mr_2"}


def test_a_prediction_is_not_changed_by_edits_of_its_nodes(scene, scan):
    prediction = prediction_of(scan, labels_in(scan))
    nodes = put(prediction, volume_of(scene, scan), labelmap=True)
    layer_of(nodes.segmentation, "brain-mr_1")[:] = 0
    assert np.array_equal(slicer.util.arrayFromVolume(nodes.labelmap).transpose(2, 1, 0), labels_in(scan))
    assert np.array_equal(prediction.labelmap.voxels[0], labels_in(scan))


def test_a_segmentation_under_a_warp_is_refused_before_the_run(scene, scan):
    volume = volume_of(scene, scan)
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other")
    segmentation.SetAndObserveTransformNodeID(warp(scene, corners_of(scan), (3, 2, 1)).GetID())
    refuse_unusable(volume, segmentation)
    segmentation.GetSegmentation().AddEmptySegment("mine")
    with pytest.raises(InputError, match="other is under a non-linear transform; choose another segmentation"):
        refuse_unusable(volume, segmentation)


def surfaces_of(scene) -> object:
    """A segmentation as it is after the import of an STL file."""
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "implant")
    segmentation.SetSourceRepresentationToClosedSurface()
    source = vtk.vtkSphereSource()
    source.Update()
    segment = slicer.vtkSegment()
    segment.SetName("sphere")
    segment.AddRepresentation("Closed surface", source.GetOutput())
    segmentation.GetSegmentation().AddSegment(segment, "sphere")
    return segmentation


def test_a_segmentation_of_surfaces_is_refused_before_the_run_and_left_alone_after_it(scene, scan):
    volume, surfaces = volume_of(scene, scan), surfaces_of(scene)
    with pytest.raises(InputError, match="implant is made of surfaces, not of voxels; choose another segmentation"):
        refuse_unusable(volume, surfaces)
    nodes = put(prediction_of(scan, labels_in(scan)), volume, segmentation=surfaces)
    assert nodes.notes == ("implant is made of surfaces by now; the result is in a new segmentation.",)
    assert surfaces.GetSegmentation().GetSegment("sphere").GetRepresentation("Closed surface").GetNumberOfPoints()


def test_an_empty_segmentation_that_was_meant_for_surfaces_gets_voxels(scene, scan):
    volume, surfaces = volume_of(scene, scan), surfaces_of(scene)
    surfaces.GetSegmentation().RemoveSegment("sphere")
    put(prediction_of(scan, labels_in(scan)), volume, segmentation=surfaces)
    assert np.array_equal(segment_voxels(surfaces, "brain-mr_1", volume), labels_in(scan) == 1)
    assert surfaces.GetSegmentation().GetSegment("brain-mr_1").GetRepresentation("Closed surface") is None


def test_a_volume_in_no_scene_is_refused():
    volume = slicer.vtkMRMLScalarVolumeNode()
    volume.SetName("alone")
    with pytest.raises(InputError, match="alone is in no scene"):
        refuse_unusable(volume)


def test_a_segmentation_that_is_not_in_the_volumes_scene_is_refused(scene, scan):
    segmentation = slicer.vtkMRMLSegmentationNode()
    segmentation.SetName("elsewhere")
    with pytest.raises(InputError, match="elsewhere is not in the scene of blobs"):
        refuse_unusable(volume_of(scene, scan), segmentation)
