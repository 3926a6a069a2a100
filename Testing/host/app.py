"""What the application adds to MRML: ``slicer.app``, and the loading of scripted modules."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import types
from pathlib import Path

import shiboken6
import slicer
from PySide6 import QtCore, QtWidgets

from .widgets import qSlicerScriptedLoadableModuleWidget


class ScriptedModule:
    """A scripted module as the application loads it: the file is imported, its class made, its widget when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.name, self.path = path.stem, str(path)
        setattr(slicer.modules, self.name.lower(), self)
        self._widget = None
        if str(path.parent) not in sys.path:
            sys.path.append(str(path.parent))
        spec = importlib.util.spec_from_file_location(self.name, path)
        sys.modules[self.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.python())
        self.instance = getattr(self.python(), self.name)(self)

    def python(self) -> types.ModuleType:
        return sys.modules[self.name]

    def widgetRepresentation(self):
        if self._widget is None:
            self._widget = qSlicerScriptedLoadableModuleWidget(self)
        return self._widget

    def unload(self) -> None:
        """Delete the widget, as the application does when it ends."""
        if self._widget is not None:
            self._widget.self().cleanup()
            shiboken6.delete(self._widget)
            self._widget = None


class ModuleManager(QtCore.QObject):
    moduleAboutToBeUnloaded = QtCore.Signal(str)


class Application(QtWidgets.QApplication):
    """``slicer.app`` of an application in testing mode without a main window."""

    startupCompleted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__(["Slicer"])
        self.setApplicationName("Slicer")
        self.setOrganizationName("MedAI test host")
        self._folder = tempfile.TemporaryDirectory(prefix="medai-host-")
        QtCore.QSettings.setDefaultFormat(QtCore.QSettings.IniFormat)
        QtCore.QSettings.setPath(QtCore.QSettings.IniFormat, QtCore.QSettings.UserScope, self._folder.name)
        self.temporaryPath = self._folder.name
        self._manager = ModuleManager()

    def moduleManager(self) -> ModuleManager:
        return self._manager

    def layoutManager(self):
        return None

    def testingEnabled(self) -> bool:
        return True
