"""The stand-in host raises where Slicer would fail or only write to its log."""

from __future__ import annotations

import enum
import time
import types

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
    import slicer

    with pytest.raises(AttributeError, match="enabeld"):
        qt.QPushButton().enabeld = True
    with pytest.raises(AttributeError, match="addEnabeld"):
        slicer.qMRMLNodeComboBox().addEnabeld = True


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


def fail(*_):
    raise ZeroDivisionError("in a callback")


def in_a_slot(app):
    import qt

    button = qt.QPushButton()
    button.connect("clicked(bool)", fail)
    button.clicked.connect(fail)
    button.click()


def in_a_repeated_timer(app):
    import qt

    timer = qt.QTimer()
    timer.connect("timeout()", fail)
    timer.start(1)
    time.sleep(0.002)
    app.processEvents()
    timer.stop()


def in_a_single_shot(app):
    import qt

    qt.QTimer.singleShot(0, fail)
    app.processEvents()


def in_an_observer_of_a_node(app):
    import slicer
    import vtk

    node = slicer.vtkMRMLTextNode()
    node.AddObserver(vtk.vtkCommand.ModifiedEvent, fail)
    node.Modified()


def in_an_observer_of_the_scene(app):
    import slicer

    tag = slicer.mrmlScene.AddObserver(slicer.mrmlScene.NodeAddedEvent, fail)
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode")
    slicer.mrmlScene.RemoveObserver(tag)


def in_a_slot_of_a_stand_in(app):
    import slicer

    selector = slicer.qMRMLNodeComboBox()
    selector.nodeTypes = ["vtkMRMLTextNode"]
    selector.setMRMLScene(slicer.mrmlScene)
    selector.connect("currentNodeChanged(vtkMRMLNode*)", fail)
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode")
    selector.disconnect("currentNodeChanged(vtkMRMLNode*)", fail)


PLACES = [in_a_slot, in_a_repeated_timer, in_a_single_shot, in_an_observer_of_a_node, in_an_observer_of_the_scene]
PLACES += [in_a_slot_of_a_stand_in]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_an_exception_that_reaches_nobody_is_found(app, no_hidden_errors, place):
    place(app)
    found = list(no_hidden_errors)
    no_hidden_errors.clear()
    assert found
    assert all("ZeroDivisionError: in a callback" in text for text in found)


def test_an_exception_in_an_event_filter_is_raised(app):
    import qt

    class Filter(qt.QObject):
        def eventFilter(self, watched, event):
            return fail()

    watched, watcher = qt.QLabel(), Filter()
    watched.installEventFilter(watcher)
    with pytest.raises(ZeroDivisionError):
        watched.show()
    watched.removeEventFilter(watcher)


def test_what_vtk_only_prints_is_found(app, no_hidden_errors):
    import slicer
    import vtk

    vtk.vtkXMLPolyDataReader().Update()
    slicer.mrmlScene.CreateNodeByClass("vtkMRMLNoSuchNode")
    found = list(no_hidden_errors)
    no_hidden_errors.clear()
    assert "vtkXMLPolyDataReader" in found[0]


def test_hidden_errors_fail_the_test(app):
    from host.errors import hidden_errors

    with hidden_errors() as found:
        in_a_single_shot(app)
    assert len(found) == 1
    with hidden_errors() as found:
        app.processEvents()
    assert not found


class Color(enum.Enum):
    RED = 1
    BLUE = 2

    def label(self):
        return self.name.capitalize()


@pytest.fixture
def parameters(app):
    """A class of parameters of each kind that MedAI has."""
    import slicer
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    kinds = {"volume": slicer.vtkMRMLScalarVolumeNode, "text": str, "color": Color, "on": bool, "count": int, "part": float}
    defaults = {"text": "some", "color": Color.BLUE, "on": True, "count": 3}
    return parameterNodeWrapper(type("Parameters", (), {"__annotations__": kinds, **defaults}))


@pytest.fixture
def node(app):
    import slicer

    return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")


def test_a_parameter_node_keeps_values_in_the_scene_and_refuses_others(app, parameters, node):
    import slicer

    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    first = parameters(node)
    assert (first.volume, first.text, first.color) == (None, "some", Color.BLUE)
    assert (first.on, first.count, first.part) == (True, 3, 0)
    first.volume, first.text, first.color, first.on, first.count, first.part = volume, "other", Color.RED, False, -4, 0.25
    second = parameters(node)
    assert (second.volume, second.text, second.color) == (volume, "other", Color.RED)
    assert (second.on, second.count, second.part) == (False, -4, 0.25)
    for name, value in (("volume", node), ("text", 3), ("color", "RED"), ("on", 1), ("count", 0.5), ("part", "1")):
        with pytest.raises((TypeError, ValueError)):
            setattr(second, name, value)


def test_parameters_are_stored_as_slicer_stores_them(parameters, node):
    """Slicer's own wrapper passes this too (SLICER_PYTHON), so scenes can go back and forth."""
    parameters(node).part = 0.25
    stored = {name: node.GetParameter(name) for name in ("text", "color", "on", "count", "part")}
    assert stored == {"text": "some", "color": "BLUE", "on": "True", "count": "3", "part": "0.25"}
    assert node.GetParameter("volume") == ""
    node.SetParameter("on", "False")
    assert parameters(node).on is False


def bound_widgets():
    import qt
    import slicer

    widgets = {"text": qt.QLineEdit(), "color": qt.QComboBox(), "on": qt.QCheckBox(), "volume": slicer.qMRMLNodeComboBox()}
    widgets["volume"].setMRMLScene(slicer.mrmlScene)
    for name, widget in widgets.items():
        widget.setProperty("SlicerParameterName", name)
    return types.SimpleNamespace(**widgets)


def test_widgets_and_parameters_follow_each_other_until_they_are_disconnected(app, parameters, node):
    import slicer

    values, ui = parameters(node), bound_widgets()
    tag = values.connectGui(ui)
    assert (ui.text.text, ui.color.currentText, ui.on.checked) == ("some", "Blue", True)
    ui.text.text, ui.color.currentIndex, ui.on.checked = "other", 0, False
    assert (values.text, values.color, values.on) == ("other", Color.RED, False)
    values.volume = volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    values.text, values.color, values.on = "third", Color.BLUE, True
    assert (ui.text.text, ui.color.currentText, ui.on.checked) == ("third", "Blue", True)
    assert ui.volume.currentNode() is volume
    values.disconnectGui(tag)
    ui.text.text, values.on = "fourth", False
    assert (values.text, ui.on.checked) == ("third", True)
