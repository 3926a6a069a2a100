"""What the application adds to MRML: ``slicer.app``, and the loading of scripted modules."""

import importlib.util
import sys
import tempfile
from pathlib import Path

import shiboken6
import slicer
from PySide6.QtCore import Property, QObject, QProcessEnvironment, QSettings, Signal
from PySide6.QtWidgets import QApplication

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

    def python(self):
        return sys.modules[self.name]

    def widgetRepresentation(self):
        self._widget = self._widget or qSlicerScriptedLoadableModuleWidget(self)
        return self._widget

    def unload(self) -> None:
        """Delete the widget, as the application does when it ends."""
        if self._widget is not None:
            widget = self._widget.self()
            getattr(widget, "_onModuleAboutToBeUnloaded", lambda _name: widget.cleanup())(self.name)  # Slicer's own class has it
            shiboken6.delete(self._widget)
            self._widget = None


class ModuleManager(QObject):
    moduleAboutToBeUnloaded = Signal(str)


class qSlicerApplication(QApplication):
    """``slicer.app`` of an application in testing mode without a main window."""

    startupCompleted = Signal()

    def __init__(self) -> None:
        super().__init__(["Slicer"])
        self.setApplicationName("Slicer")
        self.setOrganizationName("MedAI test host")
        self._folder = tempfile.TemporaryDirectory(prefix="medai-host-")
        QSettings.setDefaultFormat(QSettings.IniFormat)
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, self._folder.name)
        self._manager, self._settings = ModuleManager(), QSettings()

    def moduleManager(self) -> ModuleManager:
        return self._manager

    def userSettings(self) -> QSettings:
        return self._settings

    def startupEnvironment(self) -> QProcessEnvironment:
        return QProcessEnvironment.systemEnvironment()

    def loadTranslations(self, folder: str) -> None:
        """The language is English."""

    def layoutManager(self):
        return None

    def testingEnabled(self) -> bool:
        return True

    temporaryPath = Property(str, lambda self: self._folder.name)
