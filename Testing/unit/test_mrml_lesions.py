"""Lesions as nodes: a table, a point in each and lines for diameters, where the scan is shown, whatever has become of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medai import Image
from medai.results import Review
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import Origin, add_lesions, add_lesions_steps, image_from_volume
from support.boxes import columns_of, drained
from support.lesionnodes import centers_of, lesions_in, measured, one_voxel, shown_points, with_lesions
from support.mrml import corners_of, linear_transform, node_ids, volume_of, warp

TURNED = oblique_affine((1, 1, 1), (1, 1, 1))


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


def lengths_of(nodes) -> dict[int, dict[str, float]]:
    """What the lines themselves measure, in mm."""
    return {
        number: {axis: line.GetMeasurement("length").GetValue() for axis, line in lines.items()}
        for number, lines in nodes.lines.items()
    }


def test_the_table_has_everything_that_is_known_of_each_lesion(scene, scan, volume):
    first, second = lesions_in(scan, 2)
    first = measured(first)
    reviews = (Review("lesion", 2, "rejected", "a vessel"), Review("detection", 1, "accepted"))
    nodes = add_lesions(with_lesions(scan, (first, second), reviews=reviews), scene, Origin.of(volume))
    columns = columns_of(nodes.table)
    assert (nodes.node, nodes.table.GetName(), nodes.ids) == (nodes.table, "blobs lesions", (1, 2))
    assert columns["Label"] == ["Tumor", "Tumor"]
    assert columns["Volume (ml)"] == [first.volume_ml, second.volume_ml]
    assert columns["Longest diameter (mm)"] == pytest.approx([22, 12])
    assert columns["Short axis (mm)"] == pytest.approx([11, 6])
    assert columns["Feret diameter (mm)"] == pytest.approx([23, 13])
    for axis, name in enumerate("RAS"):
        assert columns[f"Center {name} (mm)"] == [first.center_ras[axis], second.center_ras[axis]]
    known = {"Mean": 40.5, "SD": 6.25, "Distance (mm)": 3.5, "Score": 0.75, "Confidence": 0.5}
    assert {title: columns[title][0] for title in known} == known
    assert all(np.isnan(columns[title][1]) for title in known)
    assert columns["Nearest"] == ["Liver", ""]
    assert columns["Flags"] == ["at the edge; few voxels", ""]
    assert (columns["Review"], columns["Note"], columns["Shown"]) == (["", "rejected"], ["", "a vessel"], [1, 1])
    assert nodes.table.GetAttribute("MedAI.Model") == "brain-mr"


def test_each_lesion_has_a_small_locked_point_with_its_number(scene, scan, volume):
    lesions = lesions_in(scan, 3)
    nodes = add_lesions(with_lesions(scan, lesions), scene, Origin.of(volume))
    points, display = nodes.points, nodes.points.GetDisplayNode()
    assert [points.GetNthControlPointLabel(n) for n in range(3)] == ["1", "2", "3"]
    assert points.GetNthControlPointDescription(0) == f"Tumor 1, {lesions[0].volume_ml:.3g} ml"
    assert points.GetLocked()
    assert not display.GetHandlesInteractive()
    assert display.GetGlyphScale() < 2
    red, green, blue = (part / 255 for part in with_lesions(scan, lesions).labels[0].color)
    assert np.allclose(display.GetSelectedColor(), (red, green, blue), atol=1e-5)
    assert np.allclose(shown_points(nodes), centers_of(lesions), atol=1e-9)
    assert nodes.notes == ()


def test_the_lines_measure_the_diameters_of_at_most_five_targets(scene, scan, volume):
    lesions = [replace(lesion, label=f"Tumor {'abcd'[lesion.id % 4]}") for lesion in lesions_in(scan, 7)]
    nodes = add_lesions(with_lesions(scan, lesions), scene, Origin.of(volume))
    assert len(nodes.lines) == 5
    for number, found in lengths_of(nodes).items():
        longest = 12 + 20 * (7 - number) / 7
        assert found == pytest.approx({"long": longest, "short": longest / 2})
        assert nodes.lines[number]["long"].GetName() == f"{lesions[number - 1].label} {number} long axis"
        assert nodes.lines[number]["short"].GetLocked()


def test_thick_slices_make_a_short_lesion_no_target(scene):
    thick = blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 7.0)))
    lesions = lesions_in(thick, 3)  # 25, 19 and 12 mm, of which the last is shorter than two slices
    nodes = add_lesions(with_lesions(thick, lesions[1:]), scene, Origin.of(volume_of(scene, thick)))
    assert list(nodes.lines) == [2]


def test_a_lesion_of_one_voxel_has_a_point_and_no_lines(scene, scan, volume):
    nodes = add_lesions(with_lesions(scan, [one_voxel(scan, (3, 4, 5))]), scene, Origin.of(volume))
    assert nodes.lines == {}
    assert np.allclose(nodes.position(1), (scan.affine @ [3, 4, 5, 1])[:3], atol=1e-9)
    assert np.isnan(columns_of(nodes.table)["Longest diameter (mm)"][0])
    assert nodes.points.GetNthControlPointDescription(0) == f"Tumor 1, {scan.voxel_volume_ml:.3g} ml"


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(matrix=st.tuples(*[st.floats(-0.2, 0.2)] * 9), offset=st.tuples(*[st.floats(-99, 99)] * 3))
def test_points_and_lines_lie_where_they_were_found_under_any_linear_transform_and_follow_it(scene, matrix, offset):
    parent = np.eye(4)
    parent[:3, :3] += np.array(matrix).reshape(3, 3)
    parent[:3, 3] = offset
    scene.Clear(False)
    volume = volume_of(scene, blobs((6, 5, 4), affine=oblique_affine((0.7, 1.0, 2.5), (-1, 1, 1))))
    transform = linear_transform(scene, parent)
    volume.SetAndObserveTransformNodeID(transform.GetID())
    shown = image_from_volume(volume)
    lesions = lesions_in(shown, 2)
    nodes = add_lesions(with_lesions(shown, lesions), scene, Origin.of(volume))
    assert np.allclose(shown_points(nodes), centers_of(lesions), atol=1e-6)
    assert lengths_of(nodes)[1] == pytest.approx({"long": lesions[0].longest.length_mm, "short": lesions[0].short.length_mm})
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(TURNED @ parent))
    assert np.allclose(shown_points(nodes), centers_of(lesions, TURNED), atol=1e-6)
    assert np.allclose(nodes.position(2), centers_of(lesions, TURNED)[1], atol=1e-6)
    assert lengths_of(nodes)[1]["long"] == pytest.approx(lesions[0].longest.length_mm)


def test_lesions_of_a_scan_that_was_hardened_during_the_run_are_on_it(scene, scan, volume):
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    shown, origin = image_from_volume(volume), Origin.of(volume)
    lesions = lesions_in(shown, 2)
    volume.HardenTransform()
    nodes = add_lesions(with_lesions(shown, lesions), scene, origin)
    assert np.allclose(shown_points(nodes), centers_of(lesions), atol=1e-6)
    assert nodes.notes == ()


def test_lesions_of_a_scan_that_got_a_transform_during_the_run_are_on_it(scene, scan, volume):
    origin, lesions = Origin.of(volume), lesions_in(scan, 2)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    nodes = add_lesions(with_lesions(scan, lesions), scene, origin)
    assert np.allclose(shown_points(nodes), centers_of(lesions, TURNED), atol=1e-9)


@pytest.mark.parametrize("fate", ["removed", "replaced by another image"])
def test_lesions_of_a_scan_that_is_gone_are_where_it_was(scene, scan, volume, fate):
    origin, lesions = Origin.of(volume), lesions_in(scan, 2)
    if fate == "removed":
        scene.RemoveNode(volume)
    else:
        slicer.util.updateVolumeFromArray(volume, np.zeros((3, 3, 3)))
    nodes = add_lesions(with_lesions(scan, lesions), scene, origin)
    assert nodes.notes == (f"blobs was {fate} during the run; the result is at the place where it was.",)
    assert np.allclose(shown_points(nodes), centers_of(lesions), atol=1e-9)


def test_lesions_of_a_warped_scan_are_in_the_world(scene, scan, volume):
    volume.SetAndObserveTransformNodeID(warp(scene, corners_of(scan), (12.0, -8.0, 6.0)).GetID())
    shown = image_from_volume(volume)
    lesions = lesions_in(shown, 2)
    nodes = add_lesions(with_lesions(shown, lesions), scene, Origin.of(volume))
    assert "blobs is under a non-linear transform" in nodes.notes[0]
    assert np.allclose(shown_points(nodes), centers_of(lesions), atol=1e-9)


def test_everything_is_in_one_folder_beside_the_scan(scene, scan, volume):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "study")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(volume), study)
    nodes = add_lesions(with_lesions(scan, lesions_in(scan, 2)), scene, Origin.of(volume))
    assert (hierarchy.GetItemName(nodes.folder), hierarchy.GetItemParent(nodes.folder)) == ("blobs lesions", study)
    assert len(nodes.made) == 2 + 2 * len(nodes.lines)
    for node in nodes.made:
        assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == nodes.folder
    again = add_lesions(with_lesions(scan, lesions_in(scan, 2)), scene, Origin.of(volume))
    assert (again.table.GetName(), again.folder) == ("blobs lesions_1", again.folder)
    assert again.folder != nodes.folder


def test_diameters_stand_out_from_each_other_and_from_the_segment_that_they_lie_on(scene, scan, volume):
    nodes = add_lesions(with_lesions(scan, lesions_in(scan, 2)), scene, Origin.of(volume))
    for lines in nodes.lines.values():
        looks = [lines[axis].GetDisplayNode().GetSelectedColor() for axis in ("long", "short")]
        looks.append(nodes.points.GetDisplayNode().GetSelectedColor())
        assert all(np.abs(np.subtract(a, b)).max() > 0.3 for n, a in enumerate(looks) for b in looks[:n])


def test_a_thousand_lesions_come_in_short_steps_and_leave_nothing_when_stopped(scene, scan, volume):
    before = node_ids(scene)
    prediction = with_lesions(scan, lesions_in(scan, 1000))
    nodes, most = drained(scene, add_lesions_steps(prediction, scene, Origin.of(volume)))
    assert (len(nodes.ids), nodes.points.GetNumberOfControlPoints(), nodes.position(1000) is not None) == (1000, 1000, True)
    assert most <= 3
    assert not nodes.points.GetDisplayNode().GetPointLabelsVisibility()
    assert nodes.undo() == ""
    assert node_ids(scene) == before
    for stop in range(1, 26, 3):
        steps = add_lesions_steps(prediction, scene, Origin.of(volume))
        for _step in range(stop):
            next(steps)
        steps.close()
        assert node_ids(scene) == before
