"""Stand-ins for the widgets of CTK and Slicer that MedAI's .ui uses; ``contract.py`` says what they may offer."""

from __future__ import annotations

import shiboken6
import slicer
from PySide6 import QtWidgets
from PySide6.QtCore import Property, Signal


def _stored(kind, name: str, default, changed: str = "") -> Property:
    """A Qt property that is only remembered; ``changed`` names a method to call after a change."""

    def read(self):
        return self.__dict__.get(f"_{name}", default)

    def write(self, value):
        self.__dict__[f"_{name}"] = value
        if changed:
            getattr(self, changed)()

    return Property(kind, read, write)


class ctkCollapsibleButton(QtWidgets.QAbstractButton):
    """A header that shows and hides what is below it; checked means expanded."""

    contentsCollapsed = Signal(bool)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.toggled.connect(self._onToggled)

    def _onToggled(self, expanded: bool) -> None:
        self._showContents()
        self.contentsCollapsed.emit(not expanded)

    def _showContents(self) -> None:
        for child in self.children():
            if isinstance(child, QtWidgets.QWidget):
                child.setVisible(self.isChecked())

    def showEvent(self, event) -> None:
        self.layout().setContentsMargins(9, self.fontMetrics().height() + 10, 9, 0)
        self._showContents()

    def paintEvent(self, event) -> None:
        text = ("▾ " if self.isChecked() else "▸ ") + self.text
        QtWidgets.QStylePainter(self).drawText(2, self.fontMetrics().height(), text)

    collapsed = Property(bool, lambda self: not self.isChecked(), lambda self, value: self.setChecked(not value))


class _SceneWidget:
    def setMRMLScene(self, scene) -> None:
        if scene is not self.mrmlScene():
            self._scene = scene
            self._onSceneChanged()

    def mrmlScene(self):
        return self.__dict__.get("_scene")


class qMRMLWidget(_SceneWidget, QtWidgets.QWidget):
    mrmlSceneChanged = Signal(object)

    def _onSceneChanged(self) -> None:
        self.mrmlSceneChanged.emit(self._scene)


class qMRMLNodeComboBox(_SceneWidget, QtWidgets.QWidget):
    """Lists the nodes of some classes in the scene and lets one be chosen."""

    currentNodeChanged = Signal(object)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._nodes: list = []
        self._current = None
        self._observed: list[tuple] = []
        self._list = QtWidgets.QComboBox(self)
        self._list.activated.connect(self._onActivated)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list)

    def currentNode(self):
        return self._current

    def setCurrentNode(self, node) -> None:
        if isinstance(node, str):
            node = self.mrmlScene().GetNodeByID(node) if node else None
        self._select(node if node in self._nodes else None)

    def _onSceneChanged(self) -> None:
        self._stopObserving()
        scene = self.mrmlScene()
        for event in (scene.NodeAddedEvent, scene.NodeRemovedEvent, scene.EndCloseEvent, scene.EndImportEvent) if scene else ():
            self._observed.append((scene, scene.AddObserver(event, self._update)))
        self._update()

    def _stopObserving(self) -> None:
        for observed, tag in self._observed:
            observed.RemoveObserver(tag)
        self._observed.clear()

    def _update(self, *_) -> None:
        if not shiboken6.isValid(self):
            self._stopObserving()
            return
        scene = self.mrmlScene()
        if scene is None or scene.IsBatchProcessing():
            return
        self._nodes = [node for node in map(scene.GetNthNode, range(scene.GetNumberOfNodes())) if self._lists(node)]
        current = self._current if self._current in self._nodes else None
        if current is None and self._nodes and not self.noneEnabled:
            current = self._nodes[0]
        self._list.clear()
        self._list.addItems([*([self.noneDisplay] if self.noneEnabled else []), *(node.GetName() or "" for node in self._nodes)])
        self._select(current)

    def _lists(self, node) -> bool:
        fits = node.IsA if self.showChildNodeTypes else node.GetClassName().__eq__
        return any(fits(kind) for kind in self.nodeTypes) and (self.showHidden or not node.GetHideFromEditors())

    def _select(self, node) -> None:
        self._list.setCurrentIndex((-1 if node is None else self._nodes.index(node)) + self.noneEnabled)
        if node is not self._current:
            self._current = node
            self.currentNodeChanged.emit(node)

    def _onActivated(self, row: int) -> None:
        self._select(([None] * self.noneEnabled + self._nodes)[row])

    nodeTypes = _stored("QStringList", "nodeTypes", (), "_update")
    showHidden = _stored(bool, "showHidden", False, "_update")
    showChildNodeTypes = _stored(bool, "showChildNodeTypes", True, "_update")
    noneEnabled = _stored(bool, "noneEnabled", False, "_update")
    noneDisplay = _stored(str, "noneDisplay", "None", "_update")
    addEnabled = _stored(bool, "addEnabled", True)
    removeEnabled = _stored(bool, "removeEnabled", True)
    renameEnabled = _stored(bool, "renameEnabled", False)
    currentNodeID = Property(str, lambda self: self._current.GetID() if self._current else "", setCurrentNode)


class qSlicerScriptedLoadableModuleWidget(qMRMLWidget):
    """The parent of a scripted module's widget, which it makes and tells when it is shown and left."""

    def __init__(self, module) -> None:
        super().__init__()
        self._module = module
        self._entered = False
        QtWidgets.QVBoxLayout(self)
        self.setMRMLScene(slicer.mrmlScene)
        self.reload()

    def reload(self) -> None:
        name = self._module.name
        self._self = getattr(self._module.python(), f"{name}Widget")(self)
        setattr(slicer.modules, f"{name}Widget", self._self)
        self._self.setup()

    def self(self):
        return self._self

    def enter(self) -> None:
        self._entered = True
        self._self.enter()

    def exit(self) -> None:
        self._entered = False
        self._self.exit()

    isEntered = Property(bool, lambda self: self._entered)
    moduleName = Property(str, lambda self: self._module.name)


STAND_INS = (ctkCollapsibleButton, qMRMLWidget, qMRMLNodeComboBox, qSlicerScriptedLoadableModuleWidget)
