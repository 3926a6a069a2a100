"""The stand-ins behave as the widgets of CTK and Slicer do, as far as MedAI relies on them."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
shiboken6 = pytest.importorskip("shiboken6", exc_type=ImportError)


def add(kind, name=""):
    import slicer

    return slicer.mrmlScene.AddNewNodeByClass(kind, name)


@pytest.fixture
def selector(app):
    import slicer

    selector = slicer.qMRMLNodeComboBox()
    selector.nodeTypes = ["vtkMRMLMarkupsROINode"]
    selector.noneEnabled = True
    selector.setMRMLScene(slicer.mrmlScene)
    yield selector
    selector.setMRMLScene(None)


def test_a_node_selector_is_disabled_until_it_has_a_scene(app):
    import slicer

    selector = slicer.qMRMLNodeComboBox()
    assert not selector.enabled
    selector.setMRMLScene(slicer.mrmlScene)
    assert selector.enabled


def test_a_node_made_by_the_selector_is_named_chosen_and_told(selector):
    added, chosen = [], []
    selector.baseName = "Box"
    selector.connect("nodeAddedByUser(vtkMRMLNode*)", added.append)
    selector.connect("currentNodeChanged(vtkMRMLNode*)", chosen.append)
    node = selector.addNode()
    assert (node.GetClassName(), node.GetName()) == ("vtkMRMLMarkupsROINode", "Box")
    assert added == chosen == [node]
    assert selector.currentNodeID == node.GetID()
    assert selector.addNode().GetName() == "Box_1"


def test_a_selector_without_none_takes_the_first_node_and_lets_go_of_removed_ones(selector):
    import slicer

    selector.noneEnabled = False
    first, second = add("vtkMRMLMarkupsROINode"), add("vtkMRMLMarkupsROINode")
    assert selector.currentNode() is first
    slicer.mrmlScene.RemoveNode(first)
    assert selector.currentNode() is second
    slicer.mrmlScene.Clear()
    assert selector.currentNode() is None


def test_a_deleted_selector_observes_nothing_any_more(app):
    import qt
    import slicer

    parent = qt.QWidget()
    selector = slicer.qMRMLNodeComboBox(parent)
    selector.setMRMLScene(slicer.mrmlScene)
    before, gone = observers(slicer.mrmlScene), weakref.ref(selector)
    shiboken6.delete(parent)
    del selector
    gc.collect()
    assert observers(slicer.mrmlScene) < before
    assert gone() is None


def observers(scene) -> int:
    """How many there are, of all events."""
    return str(scene).count("vtkObserver (")


@pytest.fixture
def section(app):
    """A shown section with two labels, one of which the program has hidden."""
    import ctk
    import qt

    section = ctk.ctkCollapsibleButton()
    layout = qt.QVBoxLayout(section)
    first, second = qt.QLabel("first"), qt.QLabel("second")
    layout.addWidget(first)
    layout.addWidget(second)
    second.hide()
    section.show()
    return section, first, second


def test_a_collapsed_section_hides_its_contents_and_a_shown_one_only_what_is_not_hidden(section):
    button, first, second = section
    told = []
    button.connect("contentsCollapsed(bool)", told.append)
    assert (first.visible, second.visible) == (True, False)
    button.collapsed = True
    assert (first.visible, second.visible, button.checked) == (False, False, False)
    button.collapsed = False
    assert (first.visible, second.visible) == (True, False)
    assert told == [True, False]


def test_what_is_shown_or_hidden_in_a_collapsed_section_is_so_when_it_is_opened(section):
    button, first, second = section
    button.collapsed = True
    first.hide()
    second.show()
    assert (first.visible, second.visible) == (False, False)
    button.collapsed = False
    assert (first.visible, second.visible) == (False, True)
    second.hide()
    assert not second.visible


@pytest.fixture
def segmentation(app):
    """A segmentation of one block."""
    import slicer

    volume = add("vtkMRMLScalarVolumeNode", "scan")
    slicer.util.updateVolumeFromArray(volume, np.zeros((8, 8, 8), np.int16))
    node = add("vtkMRMLSegmentationNode")
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    identifier = node.GetSegmentation().AddEmptySegment("block")
    voxels = np.zeros((8, 8, 8), np.uint8)
    voxels[2:6, 2:6, 2:6] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(voxels, node, identifier, volume)
    return node


def test_show_3d_makes_and_removes_surfaces(segmentation):
    import slicer

    button = slicer.qMRMLSegmentationShow3DButton()
    assert not button.enabled
    button.setSegmentationNode(segmentation)
    assert (button.enabled, button.checked) == (True, False)
    button.click()
    assert segmentation.GetSegmentation().ContainsRepresentation("Closed surface")
    assert segmentation.GetDisplayNode().GetDisplayRepresentationName3D() == "Closed surface"
    button.click()
    assert not segmentation.GetSegmentation().ContainsRepresentation("Closed surface")
    button.setSegmentationNode(None)
    assert not button.enabled


def test_show_3d_follows_the_segmentation(segmentation):
    import slicer

    button = slicer.qMRMLSegmentationShow3DButton()
    button.setSegmentationNode(segmentation)
    segmentation.CreateClosedSurfaceRepresentation()
    assert button.checked
    button.locked = True
    assert not button.enabled
    button.locked = False
    segmentation.GetSegmentation().RemoveAllSegments()
    assert not button.enabled
    button.setSegmentationNode(None)


def test_what_slicer_offers_around_views_does_no_harm_without_any(segmentation):
    import slicer

    composite, volume = add("vtkMRMLSliceCompositeNode"), slicer.util.getNode("scan")
    slicer.util.setSliceViewerLayers(background=volume, fit=True)
    assert composite.GetBackgroundVolumeID() == volume.GetID()
    assert slicer.app.layoutManager() is None
    with pytest.raises(AttributeError):
        slicer.util.resetSliceViews()


def test_settings_are_the_applications_own_and_forgotten_with_it(app):
    import slicer

    slicer.app.userSettings().setValue("MedAI/test", "true")
    assert slicer.util.settingsValue("MedAI/test", False, converter=slicer.util.toBool) is True
    assert slicer.app.userSettings().fileName().startswith(app.temporaryPath)
    slicer.app.userSettings().remove("MedAI/test")
    assert slicer.util.settingsValue("MedAI/test", "none") == "none"
