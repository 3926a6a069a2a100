"""Which lesions are shown, what a reader says of them, the way back, and all of that in a scene that is opened again."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.results import Review, select
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer
import vtk

from medai.mrml import LesionNodes, Origin, add_lesions, lesions_of
from support.boxes import columns_of
from support.lesionnodes import (
    centers_of,
    lesions_in,
    lines_shown,
    measured,
    one_voxel,
    shown_points,
    visible_points,
    with_lesions,
)
from support.mrml import linear_transform, node_ids, volume_of

TURNED = oblique_affine((1, 1, 1), (1, 1, 1))
# Files hold positions of markups with ten digits.
ROUNDED = 1e-4


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    volume = volume_of(scene, scan)
    volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    return volume


@pytest.fixture
def lesions(scan):
    """Where the scan is shown: four with diameters 27, 22, 17, 12 mm, a score of the first only, and one of a single voxel."""
    shown = Image(scan.voxels, TURNED @ scan.affine)
    first, *others = lesions_in(shown, 4)
    return (measured(first), *others, one_voxel(shown, (3, 4, 5), 5))


@pytest.fixture
def nodes(scene, scan, volume, lesions) -> LesionNodes:
    return add_lesions(with_lesions(scan, lesions), scene, Origin.of(volume))


def items_of(scene) -> int:
    return int(slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene).GetNumberOfItems())


def test_limits_show_and_hide_points_lines_and_say_so_in_the_table(nodes):
    assert nodes.select() == 5
    assert nodes.select(minimum_mm=17) == 4  # the single voxel has no diameter, so that none is too short
    assert visible_points(nodes) == [1, 2, 3, 5]
    assert lines_shown(nodes) == [1, 2]
    assert columns_of(nodes.table)["Shown"] == [1, 1, 1, 0, 1]
    assert nodes.selection == (0, 17, 0)
    assert nodes.select(minimum_ml=1) == 3
    assert visible_points(nodes) == [1, 2, 3]
    assert nodes.select(minimum_score=0.8) == 4
    assert visible_points(nodes) == [2, 3, 4, 5]
    assert nodes.select() == 5
    assert visible_points(nodes) == [1, 2, 3, 4, 5]
    nodes.select(minimum_mm=25)
    assert lines_shown(nodes) == [1]
    nodes.select()
    assert lines_shown(nodes) == [1, 2]
    assert not nodes.is_changed


@pytest.mark.parametrize("limits", [{"minimum_ml": 1.0}, {"minimum_mm": 17.0}, {"minimum_score": 0.8}, {}])
def test_limits_choose_the_lesions_that_they_choose_outside_of_a_scene(nodes, lesions, limits):
    nodes.select(**limits)
    chosen = [lesion.id for lesion in select(lesions[:4], **limits)]
    assert [number for number in visible_points(nodes) if number < 5] == chosen


def test_what_the_user_has_hidden_stays_hidden_until_the_limits_pass_it(nodes):
    nodes.points.SetNthControlPointVisibility(1, False)
    nodes.select(minimum_mm=15)
    assert visible_points(nodes) == [1, 3, 5]
    nodes.select(minimum_mm=25)
    nodes.select()
    assert visible_points(nodes) == [1, 2, 3, 4, 5]


def test_the_views_hear_of_a_thousand_points_once(scene, scan, volume):
    nodes = add_lesions(with_lesions(scan, lesions_in(scan, 1000)), scene, Origin.of(volume))
    heard = []
    for node in (nodes.points, nodes.table):
        node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_args: heard.append(1))
    assert 0 < nodes.select(minimum_mm=22) == len(visible_points(nodes)) < 1000
    assert len(heard) <= 4


def test_a_reader_accepts_rejects_and_takes_back(nodes):
    nodes.review(2, "rejected", 'a "vessel"\tthat\nbranches')
    nodes.review(1, "accepted")
    nodes.review(3, "edited")
    nodes.review(3, "")
    assert nodes.reviews == (Review("lesion", 1, "accepted"), Review("lesion", 2, "rejected", "a 'vessel' that branches"))
    assert columns_of(nodes.table)["Review"] == ["accepted", "rejected", "", "", ""]
    assert nodes.is_changed
    nodes.review(1, "")
    nodes.review(2, "")
    assert nodes.reviews == ()
    assert not nodes.is_changed


def test_a_review_that_cannot_be_is_refused_in_a_sentence(nodes):
    with pytest.raises(InputError, match="'perhaps' is no outcome of a review"):
        nodes.review(1, "perhaps")
    with pytest.raises(InputError, match="blobs lesions has no lesion 6; choose one of its numbers"):
        nodes.review(6, "accepted")
    nodes.table.GetTable().SetValueByName(0, "Review", vtk.vtkVariant("typed"))
    assert nodes.reviews == ()


def test_positions_of_points_that_are_gone_are_none(scene, nodes):
    nodes.points.RemoveNthControlPoint(1)
    assert nodes.position(2) is None
    assert np.allclose(nodes.position(3), shown_points(nodes)[1])
    assert nodes.position(9) is None
    scene.RemoveNode(nodes.points)
    assert nodes.position(1) is None
    assert nodes.select(minimum_mm=17) == 4


def test_everything_goes_away_with_what_came_with_it(scene, scan, volume, lesions):
    before = node_ids(scene), items_of(scene)
    nodes = add_lesions(with_lesions(scan, lesions), scene, Origin.of(volume))
    nodes.table.AddDefaultStorageNode()
    nodes.points.AddDefaultStorageNode()
    nodes.select(minimum_mm=17)
    assert nodes.undo() == ""
    assert (node_ids(scene), items_of(scene)) == before
    assert nodes.undo() == "The lesions were removed already; there is nothing to undo."


EDITS = {
    "point moved": lambda nodes: nodes.points.SetNthControlPointPosition(1, 1, 2, 3),
    "point removed": lambda nodes: nodes.points.RemoveNthControlPoint(1),
    "line moved": lambda nodes: nodes.lines[1]["long"].SetNthControlPointPosition(0, 1, 2, 3),
    "line removed": lambda nodes: nodes.scene.RemoveNode(nodes.lines[1]["short"]),
    "reviewed": lambda nodes: nodes.review(1, "accepted"),
    "written into the table": lambda nodes: nodes.table.GetTable().SetValueByName(0, "Label", vtk.vtkVariant("cyst")),
    "table removed": lambda nodes: nodes.scene.RemoveNode(nodes.table),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_the_user_has_edited_is_taken_back_only_if_that_is_meant(scene, nodes, edit):
    EDITS[edit](nodes)
    there = node_ids(scene)
    assert nodes.is_changed
    assert nodes.undo() == "blobs lesions was edited since; nothing was undone."
    assert node_ids(scene) == there
    assert nodes.undo(even_if_changed=True) == ""
    for kind in ("vtkMRMLMarkupsNode", "vtkMRMLTableNode"):
        assert not scene.GetNumberOfNodesByClass(kind)


def test_following_the_scan_is_no_edit(scene, volume, nodes):
    transform = scene.GetNodeByID(volume.GetTransformNodeID())
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(np.diag([1, -1, 1, 1.0])))
    assert not nodes.is_changed


def test_slicers_own_undo_takes_them_back(scene, scan, volume, lesions):
    scene.SetUndoOn()
    before = node_ids(scene)
    add_lesions(with_lesions(scan, lesions), scene, Origin.of(volume))
    scene.Undo()
    assert node_ids(scene) == before


def reopened(scene, path) -> LesionNodes:
    """The lesions of the scene, saved, closed and opened again."""
    assert scene.WriteToMRB(str(path))
    scene.Clear()
    assert scene.ReadFromMRB(str(path), True)
    tables = (scene.GetNthNodeByClass(n, "vtkMRMLTableNode") for n in range(scene.GetNumberOfNodesByClass("vtkMRMLTableNode")))
    found = [each for each in map(lesions_of, tables) if each is not None]
    assert len(found) == 1
    return found[0]


def test_lesions_are_found_again_in_a_scene_that_was_saved(scene, nodes, lesions, tmp_path):
    nodes.select(minimum_mm=17)
    nodes.review(2, "rejected", "a vessel")
    lengths = {axis: line.GetMeasurement("length").GetValue() for axis, line in nodes.lines[1].items()}
    columns = columns_of(nodes.table)
    again = reopened(scene, tmp_path / "scene.mrb")
    assert again.table.GetName() == "blobs lesions"
    for title, values in columns_of(again.table).items():
        if isinstance(values[0], float):
            assert np.allclose(values, columns[title], rtol=1e-5, equal_nan=True), title
        else:
            assert values == columns[title], title
    assert (again.selection, again.ids) == ((0, 17, 0), (1, 2, 3, 4, 5))
    assert again.reviews == (Review("lesion", 2, "rejected", "a vessel"),)
    assert visible_points(again) == [1, 2, 3, 5]
    assert lines_shown(again) == [1, 2]
    assert np.allclose(shown_points(again), centers_of(lesions), atol=ROUNDED)
    assert {axis: line.GetMeasurement("length").GetValue() for axis, line in again.lines[1].items()} == pytest.approx(lengths)
    assert again.points.GetLocked()
    again.review(2, "")
    again.review(5, "accepted")
    assert [review.id for review in again.reviews] == [5]
    assert again.select(minimum_mm=25) == 2
    assert lines_shown(again) == [1]


def test_a_scene_that_was_opened_again_can_still_be_undone(scene, nodes, tmp_path):
    again = reopened(scene, tmp_path / "scene.mrb")
    assert not again.is_changed
    assert again.undo() == ""
    assert not scene.GetNumberOfNodesByClass("vtkMRMLMarkupsNode") + scene.GetNumberOfNodesByClass("vtkMRMLTableNode")
    hierarchy, items = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene), vtk.vtkIdList()
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), items, True)
    assert again.folder
    assert items.IsId(again.folder) < 0


def test_names_with_quotes_and_tabs_survive_the_file(scene, scan, volume, tmp_path):
    shown = Image(scan.voxels, TURNED @ scan.affine)
    lesions = [measured(lesion) for lesion in lesions_in(shown, 2, 'a "solid"\tpart, <late>')]
    volume.SetName('Scan "1"\tof 2')
    nodes = add_lesions(with_lesions(scan, lesions), scene, Origin.of(volume))
    again = reopened(scene, tmp_path / "scene.mrb")
    assert columns_of(again.table)["Label"] == ["a 'solid' part, <late>"] * 2 == columns_of(nodes.table)["Label"]
    assert again.points.GetNthControlPointDescription(1).startswith('a "solid"\tpart, <late> 2, ')
    assert sorted(again.lines) == [1, 2]
    assert again.position(2) is not None


def test_other_tables_are_of_no_lesions(scene, nodes):
    table = scene.AddNode(slicer.vtkMRMLTableNode())
    assert lesions_of(table) is None
    assert lesions_of(slicer.vtkMRMLTableNode()) is None
    assert lesions_of(nodes.table).folder == nodes.folder


def test_a_run_without_lesions_gives_an_empty_table_if_it_is_asked_for(scene, scan, volume):
    nodes = add_lesions(with_lesions(scan, ()), scene, Origin.of(volume))
    assert (nodes.ids, nodes.select(1, 1, 1), nodes.lines, nodes.reviews) == ((), 0, {}, ())
    assert nodes.undo() == ""
