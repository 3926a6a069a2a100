"""What the panel does: input, model and output are chosen, Apply runs them, and turns into Cancel meanwhile."""

import traceback

import slicer
import vtk
from slicer.i18n import tr as _

from medai import MedAIError
from medai.bundles import available_models
from medai.errors import CancelledError
from medai.jobs.failure import sentence_of


class Panel:
    """The widgets of the .ui file at work.

    :param ui: the widgets by name, from ``slicer.util.childWidgetVariables``.
    :param logic: MedAIModuleLogic.
    """

    def __init__(self, ui, logic):
        self.ui = ui
        self.logic = logic
        self.run = None
        self._parameterNode = None
        self._tags = ()
        self._cancelling = False
        self._listModels()
        ui.modelSelector.connect("currentIndexChanged(int)", self._onModelChosen)
        ui.applyButton.connect("clicked(bool)", self._onApply)
        self._showIdle("")

    def setParameterNode(self, parameterNode) -> None:
        """Show and change this parameter node from now on; None: none."""
        if self._parameterNode is not None:
            guiTag, observerTag = self._tags
            self._parameterNode.disconnectGui(guiTag)
            self._parameterNode.RemoveObserver(observerTag)
        self._parameterNode = parameterNode
        if parameterNode is not None:
            if parameterNode.inputVolume is None:
                parameterNode.inputVolume = _firstScan()
            self._tags = (
                parameterNode.connectGui(self.ui),
                parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, self._update),
            )
        self._update()

    def close(self) -> None:
        """Stop what runs and let go of the scene."""
        if self.run is not None:
            self.run.close()
            self.run = None
        self.setParameterNode(None)

    def _listModels(self) -> None:
        try:
            for bundle in available_models():
                self.ui.modelSelector.addItem(bundle.title, bundle.name)
        except MedAIError as problem:
            slicer.util.errorDisplay(str(problem))

    def _onModelChosen(self, index: int) -> None:
        if self._parameterNode is not None and index >= 0:
            self._parameterNode.model = str(self.ui.modelSelector.itemData(index))

    def _update(self, *_args) -> None:
        if self._parameterNode is not None:
            self.ui.modelSelector.setCurrentIndex(self.ui.modelSelector.findData(self._parameterNode.model))
        if self.run is None:
            missing = self._whatIsMissing()
            self.ui.applyButton.enabled = not missing
            self.ui.applyButton.toolTip = missing or _("Segment the scan with the model")

    def _whatIsMissing(self) -> str:
        if self._parameterNode is None or self._parameterNode.inputVolume is None:
            return _("Choose a scan")
        if self.ui.modelSelector.currentIndex < 0:
            return _("Choose a model")
        return ""

    def _onApply(self, *_args) -> None:
        if self.run is not None:
            self._cancelling = True
            self.ui.applyButton.enabled = False
            self.ui.statusLabel.text = _("Cancelling...")
            self.run.cancel()
            return
        parameters = self._parameterNode
        if not self._mayReplace(parameters.segmentation):
            return
        volumeID = parameters.inputVolume.GetID()
        try:
            self.run = self.logic.start(
                parameters.inputVolume,
                parameters.model,
                parameters.segmentation,
                parameters.device.value,
                onProgress=self._onProgress,
                onFinished=lambda segmentation: self._onFinished(segmentation, volumeID),
                onFailed=self._onFailed,
            )
        except Exception as problem:
            self._onFailed(problem)
            return
        self._showRunning()

    def _mayReplace(self, segmentation) -> bool:
        if segmentation is None or segmentation.GetSegmentation().GetNumberOfSegments() == 0:
            return True
        question = _("Earlier segments of this model in {name} will be replaced, with all changes made to them.")
        return bool(slicer.util.confirmOkCancelDisplay(question.format(name=segmentation.GetName())))

    def _onProgress(self, progress) -> None:
        if self._cancelling:
            return
        self.ui.progressBar.setRange(0, 100)
        self.ui.progressBar.setValue(round(100 * progress.fraction))
        self.ui.statusLabel.text = _progressText(progress)

    def _onFinished(self, segmentation, volumeID: str) -> None:
        self.run = None
        count = segmentation.GetSegmentation().GetNumberOfSegments()
        self._showIdle(_("Segments in {name}: {count}").format(name=segmentation.GetName(), count=count))
        parameters = self.logic.getParameterNode()  # also where the user is in another module now
        if parameters.inputVolume is not None and parameters.inputVolume.GetID() == volumeID:
            parameters.segmentation = segmentation

    def _onFailed(self, problem: Exception) -> None:
        self.run = None
        sentence, _exitCode = sentence_of(problem)
        self._showIdle(sentence)
        if not isinstance(problem, CancelledError):
            details = _details(problem)
            slicer.util.errorDisplay(sentence, **({"detailedText": details} if details else {}))

    def _showRunning(self) -> None:
        self.ui.applyButton.text = _("Cancel")
        self.ui.applyButton.toolTip = _("Stop the run; the scene stays as it is")
        self.ui.statusLabel.text = _("Starting...")
        self.ui.progressBar.setRange(0, 0)
        self.ui.progressBar.show()

    def _showIdle(self, status: str) -> None:
        self._cancelling = False
        self.ui.applyButton.text = _("Apply")
        self.ui.statusLabel.text = status
        self.ui.progressBar.hide()
        self._update()


def _details(problem: Exception) -> str:
    """What helps an expert: the worker's traceback, or where the program itself failed; "" for what a sentence explains."""
    if not isinstance(problem, MedAIError):
        return "".join(traceback.format_exception(problem))
    return str(problem.__cause__ or "")


def _firstScan():
    """The first scalar volume in the scene that is no label map."""
    volumes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
    return next((volume for volume in volumes if volume.GetClassName() == "vtkMRMLScalarVolumeNode"), None)


def _progressText(progress) -> str:
    stages = {"starting": _("Starting"), "preparing": _("Preparing"), "segmenting": _("Segmenting"), "restoring": _("Restoring")}
    stage = stages.get(progress.stage, progress.stage)
    if progress.seconds_left is None:
        return stage
    if progress.seconds_left < 90:
        return _("{stage}, {seconds} s left").format(stage=stage, seconds=round(progress.seconds_left))
    return _("{stage}, {minutes} min left").format(stage=stage, minutes=round(progress.seconds_left / 60))
