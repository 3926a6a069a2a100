"""The stand-in host raises where Slicer would fail or only write to its log."""

from __future__ import annotations

import enum

import pytest

pytest.importorskip("slicer", exc_type=ImportError)


def ui_file(folder, body):
    path = folder / "some.ui"
    path.write_text(f'<ui version="4.0"><class>Top</class><widget class="QWidget" name="Top">{body}</widget></ui>')
    return str(path)


def test_qt_properties_are_attributes(app):
    import qt

    button = qt.QPushButton("Apply")
    button.enabled = False
    assert (button.text, button.enabled, button.className()) == ("Apply", False, "QPushButton")


def test_a_misspelled_attribute_of_a_widget_raises(app):
    import qt

    with pytest.raises(AttributeError, match="enabeld"):
        qt.QPushButton().enabeld = True


def test_values_are_not_converted(app):
    import qt

    with pytest.raises((TypeError, ValueError)):
        qt.QLabel().text = 3


def test_a_signal_that_is_not_there_raises(app):
    import qt
    import slicer

    with pytest.raises(ValueError, match=r"clicked\(int\)"):
        qt.QPushButton().connect("clicked(int)", print)
    with pytest.raises(ValueError, match="nodeChanged"):
        slicer.qMRMLNodeComboBox().connect("nodeChanged(vtkMRMLNode*)", print)


def test_slots_get_as_many_arguments_as_they_take_until_they_are_disconnected(app):
    import qt

    heard = []

    def without():
        heard.append("none")

    def with_one(checked):
        heard.append(checked)

    button = qt.QPushButton()
    button.connect("clicked(bool)", without)
    button.connect("clicked(bool)", with_one)
    button.click()
    button.disconnect("clicked(bool)", without)
    button.click()
    assert heard == ["none", False, False]


def test_an_unknown_widget_in_a_ui_file_raises(app, tmp_path):
    import slicer

    with pytest.raises(RuntimeError, match="ctkFancyWidget"):
        slicer.util.loadUI(ui_file(tmp_path, '<widget class="ctkFancyWidget" name="fancy"/>'))


def test_exceptions_in_timers_and_observers_and_vtk_errors_are_found(app, no_hidden_errors):
    import qt
    import slicer
    import vtk

    def fail(*_):
        raise ZeroDivisionError("in a callback")

    qt.QTimer.singleShot(0, fail)
    while not no_hidden_errors:
        app.processEvents()
    node = slicer.vtkMRMLTextNode()
    node.AddObserver(vtk.vtkCommand.ModifiedEvent, fail)
    node.Modified()
    vtk.vtkXMLPolyDataReader().Update()
    found = list(no_hidden_errors)
    no_hidden_errors.clear()
    assert ["ZeroDivisionError: in a callback" in text for text in found[:3]] == [True, True, False]
    assert "vtkXMLPolyDataReader" in found[2]


def test_a_parameter_node_keeps_values_in_the_scene_and_refuses_others(app):
    import slicer
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    class Color(enum.Enum):
        RED = 1
        BLUE = 2

    class Parameters:
        volume: slicer.vtkMRMLScalarVolumeNode
        text: str = "some"
        color: Color = Color.BLUE

    Parameters.__annotations__ = {"volume": slicer.vtkMRMLScalarVolumeNode, "text": str, "color": Color}
    wrapper = parameterNodeWrapper(Parameters)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")
    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    first = wrapper(node)
    assert (first.volume, first.text, first.color) == (None, "some", Color.BLUE)
    first.volume, first.text, first.color = volume, "other", Color.RED
    second = wrapper(node)
    assert (second.volume, second.text, second.color) == (volume, "other", Color.RED)
    for name, value in (("volume", node), ("text", 3), ("color", "RED")):
        with pytest.raises((TypeError, ValueError)):
            setattr(second, name, value)
    assert node.GetParameter("color") == "RED"
