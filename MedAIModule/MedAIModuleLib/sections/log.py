"""What happened since the panel was made, to be read and to be sent to who can help; it names no scan and no patient."""

import platform
import re
from datetime import datetime

import slicer
import vtk
from slicer.i18n import tr as _

import medai

_LINES = 1000
_SEGMENT = "segmentID"  # the attribute by which segments are known in the subject hierarchy


class Log:
    """The section "Log".

    :param ui: the widgets by name.
    """

    def __init__(self, ui):
        self._ui = ui
        self._names: set[str] = set()
        ui.logText.setMaximumBlockCount(_LINES)
        ui.copyLogButton.connect("clicked(bool)", self._onCopy)

    def add(self, text: str) -> None:
        """Add a line with the time; names of what is or was in the scene when lines were added are left out of it."""
        self._names |= _namesIn(slicer.mrmlScene)
        self._ui.logText.appendPlainText(f"{datetime.now():%H:%M:%S} {_without(self._names, text)}")

    def _onCopy(self, *_args) -> None:
        slicer.app.clipboard().setText(f"{versions()}\n\n{self._ui.logText.plainText}\n")


def versions() -> str:
    """Which programs wrote the log, on what."""
    return (
        f"MedAI {medai.__version__}, {slicer.app.applicationName} {slicer.app.applicationVersion}, "
        f"Python {platform.python_version()}, {platform.platform()}"
    )


def _namesIn(scene) -> set[str]:
    """Names of patients, studies and nodes in the subject hierarchy; segments have those of organs."""
    hierarchy = scene.GetFirstNodeByClass("vtkMRMLSubjectHierarchyNode")
    if hierarchy is None:
        return set()
    items = vtk.vtkIdList()
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), items, True)
    every = (items.GetId(index) for index in range(items.GetNumberOfIds()))
    return {hierarchy.GetItemName(item) for item in every if not hierarchy.HasItemAttribute(item, _SEGMENT)} - {""}


def _without(names: set[str], text: str) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _match: _("(name)"), text)
    return text
