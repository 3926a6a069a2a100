"""What is done with segments: lesions measured, the map of confidence shown, a report and DICOM written."""

from collections.abc import Callable, Generator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import qt
import slicer
import vtk
from slicer.i18n import tr as _

from medai.errors import CancelledError
from medai.mrml import LesionNodes

from ..loop.timer import Timer
from ..runs.handover import dicomSource, exportSteps, folderFor
from ..runs.measuring import latestLesions, measureSteps
from ..runs.work import Work
from ..sentences import detailsOf, sentenceFor
from .advanced import openFolder
from .lesionstable import lesionsText
from .overlay import Overlay, mapsOn
from .results import Results

REPORT, DICOM = ("report",), ("seg", "sr")


class Handover:
    """The last row of the section "Results", and the section "Report".

    :param ui: the widgets by name.
    :param results: the section that shows the segments.
    :param scan: gives the volume node that is chosen, for segments that do not say what they are of.
    :param onMeasured: called when lesions were measured.
    """

    def __init__(self, ui, results: Results, scan: Callable[[], Any], onMeasured: Callable[[], None]):
        self._ui, self._results = ui, results
        self._scan, self._onMeasuredOutside = scan, onMeasured
        self._segmentation = None
        self._work: Work | None = None
        self._overlay = Overlay(ui.mapCheckBox)
        self._updater = Timer(self.update, 0, once=True)
        self._sceneTags = [
            slicer.mrmlScene.AddObserver(event, self._onSceneChanged)
            for event in (slicer.mrmlScene.NodeAddedEvent, slicer.mrmlScene.NodeRemovedEvent)
        ]
        self._busy: tuple = ()  # button and label of what is under way
        starts = {ui.measureButton: self._measure, ui.reportButton: self._report, ui.dicomButton: self._dicom}
        self._texts = {button: button.text for button in starts}
        for button, start in starts.items():
            button.connect("clicked(bool)", partial(self._onClicked, start))
        self._forget()

    def setParameterNode(self, parameterNode) -> None:
        """Nothing here is remembered."""

    def setSegmentation(self, segmentation) -> None:
        """Work with this vtkMRMLSegmentationNode from now on; None: none."""
        if segmentation is not self._segmentation:
            self._segmentation = segmentation
            self._forget()
        self.update()

    def update(self) -> None:
        """Enable what can be done."""
        volume = self._volume()
        inDatabase = volume is not None and dicomSource(volume) is not None
        self._ui.reportCollapsibleButton.setVisible(volume is not None)
        for button, text in self._texts.items():
            isBusy = button in self._busy
            possible = inDatabase if button is self._ui.dicomButton else volume is not None
            button.text = _("Cancel") if isBusy else text
            button.enabled = isBusy or (possible and self._work is None)
        self._ui.dicomButton.toolTip = (
            _("Write a DICOM segmentation and a structured report into a folder")
            if inDatabase
            else _("Only for scans that were loaded from Slicer's DICOM database")
        )
        self._overlay.show(mapsOn(volume))

    def close(self) -> None:
        """Stop what is under way and let go of the scene."""
        self._updater.stop()
        if self._work is not None:
            self._work.close()
            self._work = None
        for tag in self._sceneTags:
            slicer.mrmlScene.RemoveObserver(tag)
        self._sceneTags.clear()
        self._segmentation = None

    def _volume(self):
        """The scan that the segmentation is of, if it is still there."""
        if self._segmentation is None or self._segmentation.GetScene() is None:
            return None
        role = self._segmentation.GetReferenceImageGeometryReferenceRole()
        if self._segmentation.GetNodeReferenceID(role):
            return self._segmentation.GetNodeReference(role)
        return self._scan()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onSceneChanged(self, _scene, _event, node) -> None:
        if self._segmentation is not None and node.IsA("vtkMRMLVolumeNode"):
            self._updater.start()

    def _onClicked(self, start: Callable[[Any], None], *_args) -> None:
        volume = self._volume()
        if self._work is not None:
            self._work.cancel()
        elif volume is not None:
            start(volume)

    def _measure(self, volume) -> None:
        self._busy = (self._ui.measureButton, self._ui.measureLabel)
        steps = measureSteps(self._segmentation, volume, self._results.selected)
        self._start(steps, _("Measuring..."), self._onMeasured)

    def _onMeasured(self, nodes: LesionNodes) -> None:
        self._onMeasuredOutside()
        self._end(lesionsText(nodes))

    def _report(self, volume) -> None:
        self._export(volume, self._ui.reportButton, REPORT, "MedAI report")

    def _dicom(self, volume) -> None:
        self._export(volume, self._ui.dicomButton, DICOM, "MedAI DICOM")

    def _export(self, volume, button, exports: tuple[str, ...], name: str) -> None:
        chosen = chooseFolder()
        if not chosen:
            return
        self._busy = (button, self._ui.handoverLabel)
        folder, lesions = folderFor(Path(chosen), name), latestLesions(self._segmentation)
        steps = exportSteps(self._segmentation, volume, folder, exports, lesions=lesions, run=self._results.record.run)
        self._start(steps, _("Writing..."), lambda files: self._onExported(folder, files))

    def _onExported(self, folder: Path, files: Mapping[str, Path]) -> None:
        names = _(", ").join(file.name for file in files.values())
        self._end(_("Written into {folder}: {names}").format(folder=folder, names=names))
        openFolder(str(folder))

    def _start(self, steps: Generator, text: str, onFinished: Callable) -> None:
        self._work = Work(steps, onFinished, self._onFailed)
        self._forget()
        _say(self._busy[1], text)
        self.update()

    def _end(self, text: str) -> None:
        _button, label = self._busy
        self._work, self._busy = None, ()
        _say(label, text)
        self.update()

    def _onFailed(self, problem: Exception) -> None:
        sentence = sentenceFor(problem)
        self._end(sentence)
        if not isinstance(problem, CancelledError):
            details = detailsOf(problem)
            slicer.util.errorDisplay(sentence, **({"detailedText": details} if details else {}))

    def _forget(self) -> None:
        """What was done last is not to stand beside something else."""
        for label in (self._ui.measureLabel, self._ui.handoverLabel):
            _say(label, "")


def _say(label, text: str) -> None:
    label.text = text
    label.setVisible(bool(text))


def chooseFolder() -> str:
    """Ask the user for a folder for results; "" if none was chosen."""
    return str(qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Write the result into this folder")) or "")
