"""Stand-ins for the widgets of CTK and Slicer that MedAI uses; ``contract.json`` says what they may offer."""

import weakref
from collections.abc import Callable

import slicer
from PySide6 import QtWidgets
from PySide6.QtCore import Property, QEvent, QRect, Qt, Signal


def _stored(kind, name: str, default, update: bool = False) -> Property:
    """A Qt property that is only remembered, or that the widget is updated after."""

    def read(self):
        return self.__dict__.get(f"_{name}", default)

    def write(self, value):
        self.__dict__[f"_{name}"] = value
        if update:
            self._update()

    return Property(kind, read, write)


def _observe(widget, subject, events) -> Callable:
    """Updates the widget at each of the subject's events, until the function that it gives is called or the widget is gone."""
    seen = weakref.ref(widget)
    tags = [subject.AddObserver(event, lambda *_: seen() and seen()._update()) for event in events] if subject else []

    def stop(*_) -> None:
        while tags:
            subject.RemoveObserver(tags.pop())

    widget.destroyed.connect(stop)
    return stop


class ctkCollapsibleButton(QtWidgets.QAbstractButton):
    """A header that shows and hides what is below it, save what the program itself has hidden; checked means expanded."""

    contentsCollapsed = Signal(bool)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._wanted: dict[QtWidgets.QWidget, bool] = {}
        self._forcing = False
        self._height = self.fontMetrics().height() + 8
        self.setContentsMargins(0, self._height, 0, 0)
        self.setCheckable(True)
        self.setChecked(True)
        self.toggled.connect(self._showContents)
        self.toggled.connect(lambda expanded: self.contentsCollapsed.emit(not expanded))

    def _showContents(self, *_) -> None:
        self._forcing = True
        explicit = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
        for child in [child for child in self.children() if isinstance(child, QtWidgets.QWidget)]:
            if child not in self._wanted:
                self._wanted[child] = not (child.isHidden() and child.testAttribute(explicit))
                child.installEventFilter(self)
            child.setVisible(self.isChecked() and self._wanted[child])
            child.setAttribute(explicit, False)  # else Qt would not tell when the program hides it again
        self.setMaximumHeight(2**24 - 1 if self.isChecked() else self._height)
        self._forcing = False

    def eventFilter(self, child, event) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent) and not self._forcing:
            self._wanted[child] = event.type() == QEvent.Type.ShowToParent
            self._showContents()
        return False

    def showEvent(self, event) -> None:
        self._showContents()

    def paintEvent(self, event) -> None:
        painter, option, part = QtWidgets.QStylePainter(self), QtWidgets.QStyleOptionButton(), QtWidgets.QStyle.PrimitiveElement
        option.initFrom(self)
        option.rect = QRect(0, 0, self.width, self._height)
        painter.drawPrimitive(part.PE_PanelButtonCommand, option)
        painter.drawText(24, self.fontMetrics().ascent() + 4, self.text)
        option.rect = QRect(8, (self._height - 10) // 2, 10, 10)
        painter.drawPrimitive(part.PE_IndicatorArrowDown if self.isChecked() else part.PE_IndicatorArrowRight, option)

    collapsed = Property(bool, lambda self: not self.isChecked(), lambda self, value: self.setChecked(not value))


class _SceneWidget(QtWidgets.QWidget):
    _scene = None

    def setMRMLScene(self, scene) -> None:
        if scene is not self._scene:
            self._scene = scene
            self._onSceneChanged()

    def _onSceneChanged(self) -> None:
        self.mrmlSceneChanged.emit(self._scene)


class qMRMLWidget(_SceneWidget):
    mrmlSceneChanged = Signal(object)

    def mrmlScene(self):
        return self._scene


class qMRMLNodeComboBox(_SceneWidget):
    """Lists the nodes of some classes in the scene and lets one be chosen, or made."""

    currentNodeChanged = Signal(object)
    nodeAddedByUser = Signal(object)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._nodes: list = []
        self._current = None
        self._stop_observing = lambda: None
        self._list = QtWidgets.QComboBox(self)
        self._list.activated.connect(lambda row: self._select(([None] * self.noneEnabled + self._nodes)[row]))
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list)
        self.setEnabled(False)  # until there is a scene

    def mrmlScene(self):
        return self._scene

    def currentNode(self):
        return self._current

    def setCurrentNode(self, node) -> None:
        self._select(node if node in self._nodes else None)

    def addNode(self, nodeType: str = ""):
        """Also what "Create new ..." in the real widget's list does."""
        node = self._scene.CreateNodeByClass(nodeType or self.nodeTypes[0])
        node.UnRegister(None)
        node.SetName(self._scene.GetUniqueNameByString(self.baseName or node.GetDefaultNodeNamePrefix()))
        node = self._scene.AddNode(node)
        self.setCurrentNode(node)
        self.nodeAddedByUser.emit(node)
        return node

    def _onSceneChanged(self) -> None:
        self._stop_observing()
        kind = slicer.vtkMRMLScene
        events = kind.NodeAddedEvent, kind.NodeRemovedEvent, kind.EndCloseEvent, kind.EndImportEvent
        self._stop_observing = _observe(self, self._scene, events)
        self._update()
        self.setEnabled(self._scene is not None)

    def _update(self) -> None:
        scene = self._scene
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

    nodeTypes = _stored("QStringList", "nodeTypes", (), update=True)
    showHidden = _stored(bool, "showHidden", False, update=True)
    showChildNodeTypes = _stored(bool, "showChildNodeTypes", True, update=True)
    noneEnabled = _stored(bool, "noneEnabled", False, update=True)
    noneDisplay = _stored(str, "noneDisplay", "None", update=True)
    baseName = _stored(str, "baseName", "")
    addEnabled = _stored(bool, "addEnabled", True)
    removeEnabled = _stored(bool, "removeEnabled", True)
    renameEnabled = _stored(bool, "renameEnabled", False)
    currentNodeID = Property(str, lambda self: self._current.GetID() if self._current else "")


class qMRMLSegmentationShow3DButton(QtWidgets.QPushButton):
    """Makes and removes the surfaces of a segmentation; pressed while there are some."""

    _SURFACE = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()

    def __init__(self, parent=None) -> None:
        super().__init__("Show 3D", parent)
        self._node = None
        self._stop_observing = lambda: None
        self.setCheckable(True)
        self.setEnabled(False)
        self.toggled.connect(self._onToggled)

    def segmentationNode(self):
        return self._node

    def setSegmentationNode(self, node) -> None:
        self._stop_observing()
        kind = slicer.vtkSegmentation
        events = "ModifiedEvent", kind.SegmentAdded, kind.SegmentRemoved, kind.ContainedRepresentationNamesModified
        self._node, self._stop_observing = node, _observe(self, node, events)
        self._update()

    def _update(self) -> None:
        self.setEnabled(bool(self._node) and not self.locked and self._node.GetSegmentation().GetNumberOfSegments() > 0)
        if self._node:
            self.blockSignals(True)
            self.setChecked(self._node.GetSegmentation().ContainsRepresentation(self._SURFACE))
            self.blockSignals(False)

    def _onToggled(self, on: bool) -> None:
        if self._node and not on:
            self._node.GetSegmentation().RemoveRepresentation(self._SURFACE)
        elif self._node and self._node.GetSegmentation().CreateRepresentation(self._SURFACE) and self._node.GetDisplayNode():
            self._node.GetDisplayNode().SetPreferredDisplayRepresentationName3D(self._SURFACE)

    locked = _stored(bool, "locked", False, update=True)


class qSlicerScriptedLoadableModuleWidget(_SceneWidget):
    """The parent of a scripted module's widget, which it makes and tells when it is shown and left."""

    mrmlSceneChanged = Signal(object)

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
