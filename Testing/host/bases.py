"""The base classes of scripted modules and the translation functions, after Slicer's documented interface."""

from __future__ import annotations

import unittest
from pathlib import Path

import slicer


class ScriptedLoadableModule:
    def __init__(self, parent) -> None:
        self.parent = parent
        self.moduleName = type(self).__name__


class ScriptedLoadableModuleWidget:
    def __init__(self, parent=None) -> None:
        super().__init__()
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.parent = parent
        self.layout = parent.layout()

    def resourcePath(self, filename: str) -> str:
        return str(Path(slicer.util.modulePath(self.moduleName)).parent / "Resources" / filename)

    def setup(self) -> None:
        pass

    def onReload(self) -> None:
        slicer.util.reloadScriptedModule(self.moduleName)


class ScriptedLoadableModuleLogic:
    def __init__(self, parent=None) -> None:
        super().__init__()
        self.moduleName = type(self).__name__.removesuffix("Logic")

    def getParameterNode(self):
        scene = slicer.mrmlScene
        known = scene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if known:
            return known
        node = slicer.vtkMRMLScriptedModuleNode()
        node.SetSingletonTag(self.moduleName)
        node.SetAttribute("ModuleName", self.moduleName)
        node.SetName(scene.GenerateUniqueName(self.moduleName))
        return scene.AddNode(node)


class ScriptedLoadableModuleTest(unittest.TestCase):
    def runTest(self) -> None:
        """Run every test method, as the button "Reload and Test" does."""
        for name in unittest.TestLoader().getTestCaseNames(type(self)):
            if name != "runTest":
                self.setUp()
                getattr(self, name)()
                self.tearDown()


def translate(context: str, text: str) -> str:
    return text


def tr(text: str) -> str:
    return text
