"""Maps of confidence and saliency: on the scan's voxels, in colors of their own, shown over the scan and taken away again."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.finding import ClassScore
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)
import slicer
from vtk.util.numpy_support import vtk_to_numpy

from medai.mrml import Origin, add_findings, add_map, add_map_steps, hide_overlay, image_from_volume, remove_map, show_overlay
from medai.mrml.maps import is_shown, kind_of
from support.boxes import drained
from support.mrml import corners_of, found, linear_transform, node_ids, volume_of, warp

TURNED = oblique_affine((1, 1, 1), (1, 1, 1))
KINDS = ("confidence", "saliency")


@pytest.fixture
def scan() -> Image:
    return blobs((20, 18, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))


@pytest.fixture
def volume(scene, scan):
    return volume_of(scene, scan)


@pytest.fixture
def views(scene):
    """The composite nodes of three slice views."""
    return [scene.AddNode(slicer.vtkMRMLSliceCompositeNode()) for _view in range(3)]


def percents(scan: Image) -> Image:
    """Every number of percent somewhere on the scan's grid."""
    voxels = np.arange(np.prod(scan.shape)) % 101
    return scan.with_voxels(voxels.reshape(1, *scan.shape).astype(np.uint8))


def painted(node) -> np.ndarray:
    """What a slice view would paint of each voxel: (i, j, k, 4) red, green, blue, opacity, 0..255."""
    producer = node.GetDisplayNode().GetImageDataConnection().GetProducer()
    producer.Update()
    pixels = vtk_to_numpy(producer.GetOutputDataObject(0).GetPointData().GetScalars())
    return pixels.reshape(*image_from_volume(node).shape[::-1], 4).transpose(2, 1, 0, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_map_lies_on_the_voxels_of_the_scan_and_follows_it(scene, scan, volume, kind):
    transform = linear_transform(scene, TURNED)
    volume.SetAndObserveTransformNodeID(transform.GetID())
    given = percents(image_from_volume(volume))
    node = add_map(given, scene, Origin.of(volume), f"blobs {kind}", kind)
    assert np.array_equal(slicer.util.arrayFromVolume(node).transpose(2, 1, 0), given.voxels[0])
    assert np.allclose(image_from_volume(node).affine, given.affine, atol=1e-9)
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(np.eye(4)))
    assert np.allclose(image_from_volume(node).affine, scan.affine, atol=1e-9)
    assert (node.GetName(), kind_of(node), node.GetClassName()) == (f"blobs {kind}", kind, "vtkMRMLScalarVolumeNode")
    assert node.GetVoxelValueUnits().GetCodeValue() == "%"


def test_unsure_and_important_voxels_are_bright_and_the_others_let_the_scan_through(scene, scan, volume):
    percent = percents(scan).voxels[0]
    unsure = painted(add_map(percents(scan), scene, Origin.of(volume), "a", "confidence"))
    important = painted(add_map(percents(scan), scene, Origin.of(volume), "b", "saliency"))
    assert set(unsure[percent > 91][:, 3]) == {0} == set(important[percent < 9][:, 3])
    assert set(unsure[percent < 89][:, 3]) == {255} == set(important[percent > 11][:, 3])
    for pixels, order in ((unsure, percent), (important, 100 - percent)):
        lightness = [pixels[order == step][:, :3].astype(int).sum(axis=1).mean() for step in (5, 35, 65, 95)]
        assert lightness == sorted(lightness, reverse=True)


def test_colors_are_the_maps_own_and_its_window_is_all_of_it(scene, scan, volume):
    one, other = (add_map(percents(scan), scene, Origin.of(volume), "map", "confidence") for _count in range(2))
    colors = [node.GetDisplayNode().GetColorNode() for node in (one, other)]
    assert (one.GetName(), other.GetName()) == ("map", "map_1")
    assert [each.GetName() for each in colors] == ["map colors", "map_1 colors"]
    assert colors[0].GetColorName(42) == "42 %"
    display = one.GetDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax(), display.GetAutoWindowLevel()) == (0, 100, 0)


def test_a_kind_that_there_is_not_is_refused(scene, scan, volume):
    with pytest.raises(InputError, match="'doubt' is no kind of map; choose confidence or saliency"):
        add_map(percents(scan), scene, Origin.of(volume), "map", "doubt")


@pytest.mark.parametrize("fate", ["removed", "warped", "hardened"])
def test_a_map_arrives_whatever_has_become_of_the_scan(scene, scan, volume, fate):
    if fate == "warped":
        volume.SetAndObserveTransformNodeID(warp(scene, corners_of(scan), (6, -4, 3)).GetID())
    else:
        volume.SetAndObserveTransformNodeID(linear_transform(scene, TURNED).GetID())
    shown, origin = image_from_volume(volume), Origin.of(volume)
    if fate == "removed":
        scene.RemoveNode(volume)
    elif fate == "hardened":
        volume.HardenTransform()
    node = add_map(percents(shown), scene, origin, "map", "saliency")
    assert node.GetTransformNodeID() is None
    assert np.allclose(image_from_volume(node).affine, shown.affine, atol=1e-9)


def test_it_is_not_shown_before_it_is_asked_for_and_goes_away_again(scene, scan, volume, views):
    for view in views:
        view.SetBackgroundVolumeID(volume.GetID())
    node = add_map(percents(scan), scene, Origin.of(volume), "map", "confidence")
    assert not is_shown(scene, node)
    show_overlay(scene, node)
    assert is_shown(scene, node)
    assert {view.GetForegroundVolumeID() for view in views} == {node.GetID()}
    assert [view.GetForegroundOpacity() for view in views] == [pytest.approx(0.4)] * 3
    hide_overlay(scene, node)
    assert {view.GetForegroundVolumeID() for view in views} == {None}
    assert {view.GetBackgroundVolumeID() for view in views} == {volume.GetID()}


def test_what_lay_there_before_comes_back(scene, scan, volume, views):
    views[0].SetForegroundVolumeID(volume.GetID())
    views[0].SetForegroundOpacity(0.7)
    one, other = (add_map(percents(scan), scene, Origin.of(volume), "map", kind) for kind in KINDS)
    show_overlay(scene, one, 0.5)
    show_overlay(scene, other, 0.25)
    assert [view.GetForegroundOpacity() for view in views] == [0.25] * 3
    hide_overlay(scene, one)
    assert is_shown(scene, other)
    hide_overlay(scene, other)
    assert [view.GetForegroundVolumeID() for view in views] == [volume.GetID(), None, None]
    assert [view.GetForegroundOpacity() for view in views] == [0.7, 0, 0]


def test_a_view_that_the_user_has_given_another_volume_is_left_alone(scene, scan, volume, views):
    node = add_map(percents(scan), scene, Origin.of(volume), "map", "saliency")
    show_overlay(scene, node)
    views[1].SetForegroundVolumeID(volume.GetID())
    hide_overlay(scene, node)
    assert [view.GetForegroundVolumeID() for view in views] == [None, volume.GetID(), None]


def test_removing_a_map_takes_its_colors_and_frees_the_views(scene, scan, volume, views):
    before = node_ids(scene)
    node = add_map(percents(scan), scene, Origin.of(volume), "map", "confidence")
    show_overlay(scene, node)
    node.AddDefaultStorageNode()
    remove_map(scene, node)
    remove_map(scene, node)
    assert node_ids(scene) == before
    assert {view.GetForegroundVolumeID() for view in views} == {None}


def test_colors_that_the_user_has_chosen_instead_stay(scene, scan, volume):
    node = add_map(percents(scan), scene, Origin.of(volume), "map", "confidence")
    chosen = scene.GetFirstNodeByName("Viridis") or scene.GetFirstNodeByName("Grey")
    node.GetDisplayNode().SetAndObserveColorNodeID(chosen.GetID())
    remove_map(scene, node)
    assert chosen.GetScene() is scene


def test_nothing_is_in_the_scene_before_the_last_step(scene, scan, volume):
    before = node_ids(scene)
    big = Image(np.zeros((1, 130, 130, 130), np.uint8), scan.affine)
    steps = add_map_steps(big, scene, Origin.of(volume), "map", "confidence")
    for _step in range(2):
        next(steps)
        assert node_ids(scene) == before
    steps.close()
    assert node_ids(scene) == before
    assert drained(scene, add_map_steps(big, scene, Origin.of(volume), "map", "confidence"))[0].GetName() == "map"


def test_it_comes_back_from_a_scene_file_over_the_scan(scene, scan, volume, views, tmp_path):
    node = add_map(percents(scan), scene, Origin.of(volume), "map", "confidence")
    show_overlay(scene, node)
    assert scene.WriteToMRB(str(tmp_path / "scene.mrb"))
    scene.Clear()
    assert scene.ReadFromMRB(str(tmp_path / "scene.mrb"), True)
    again = scene.GetFirstNodeByName("map")
    # Slicer turns left-handed grids over in files.
    assert sorted(slicer.util.arrayFromVolume(again).ravel()) == sorted(percents(scan).voxels.ravel())
    assert (kind_of(again), again.GetDisplayNode().GetColorNode().GetColorName(42)) == ("confidence", "42 %")
    opaque, percent = painted(again)[..., 3] > 0, image_from_volume(again).voxels[0]
    assert opaque[percent < 89].all()
    assert not opaque[percent > 91].any()
    assert is_shown(scene, again)
    hide_overlay(scene, again)
    assert not is_shown(scene, again)


def test_a_classification_brings_its_map_and_takes_it_away(scene, scan, volume):
    before = node_ids(scene)
    prediction = found(classes=(ClassScore("dense", 0.75, 2.5, True),), saliency=percents(scan))
    nodes = add_findings(prediction, scene, Origin.of(volume))
    assert [node.GetName() for node in nodes.maps] == ["blobs saliency"]
    assert nodes.undo() == ""
    assert node_ids(scene) == before


def test_slicers_own_undo_takes_a_map_back_with_its_result(scene, scan, volume):
    scene.SetUndoOn()
    before = node_ids(scene)
    prediction = found(classes=(ClassScore("dense", 0.75, 2.5, True),), saliency=percents(scan))
    add_findings(prediction, scene, Origin.of(volume))
    scene.Undo()
    assert node_ids(scene) == before
