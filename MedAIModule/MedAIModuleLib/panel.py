"""What the panel does: its sections put together, Apply runs what was chosen, and turns into Cancel meanwhile."""

import time

import slicer
import vtk
from slicer.i18n import tr as _

from medai.bundles.kinds import SEGMENTATION
from medai.errors import CancelledError, TrustError
from medai.mrml import FindingNodes

from . import settings
from .installation import setup
from .runs.background import BackgroundRun
from .runs.order import Order
from .sections.advanced import Advanced
from .sections.audits import Finding
from .sections.findings import Findings
from .sections.handover import Handover
from .sections.inputs import Inputs
from .sections.lesions import Lesions
from .sections.log import Log
from .sections.models import Models
from .sections.outcome import outcomeText
from .sections.outputs import Outputs
from .sections.permission import Permission
from .sections.progress import ProgressView, stageText
from .sections.results import Results
from .sentences import detailsOf, sentenceFor, translated

_DOUBLE_CLICK_SECONDS = 0.4


class Panel:
    """The widgets of the .ui file at work.

    :param ui: the widgets by name, from ``slicer.util.childWidgetVariables``.
    :param logic: MedAIModuleLogic.
    """

    def __init__(self, ui, logic):
        self.ui = ui
        self.logic = logic
        self.runs = []
        self._parameterNode = None
        self._tags = ()
        self._stage = self._status = ""
        self._started = self._began = 0.0
        self._choice: tuple = ()
        self._cancelling = self._updating = False
        self._output = None
        settings.useStoreFolder()
        self.log = Log(ui)
        self._permission = Permission(self._onTrusted)
        self.inputs, self.outputs = Inputs(ui, self.update), Outputs(ui, self.update)
        self.models = Models(ui, self._onModels, self.update)
        self.lesions, self.findings = Lesions(ui), Findings(ui, self._onUndone)
        self.results = Results(ui, self._onUndone, self._onShown)
        self.handover = Handover(ui, self.results, lambda: self.inputs.volumes[0], self.lesions.look)
        self.advanced = Advanced(ui, self._onSettingsChanged)
        self.progress = ProgressView(ui, onRemove=lambda number: self.runs[number + 1].cancel())
        ui.applyButton.connect("clicked(bool)", self._onApply)
        ui.queueButton.connect("clicked(bool)", self._onQueue)
        self.update()

    @property
    def _sections(self):
        shown = (self.results, self.lesions, self.handover, self.findings)
        return (self.inputs, self.models, self.outputs, *shown, self.advanced)

    def setParameterNode(self, parameterNode) -> None:
        """Show and change this parameter node from now on; None: none."""
        if self._parameterNode is not None:
            guiTag, observerTag = self._tags
            self._parameterNode.disconnectGui(guiTag)
            self._parameterNode.RemoveObserver(observerTag)
        self._parameterNode = parameterNode
        if parameterNode is not None:
            self._tags = (
                parameterNode.connectGui(self.ui),
                parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, self.update),
            )
        for section in self._sections:
            section.setParameterNode(parameterNode)
        self.update()

    def forgetScene(self) -> None:
        """The scene was closed: what is said of a run that has ended names a scan that is gone."""
        self._status = ""
        self._permission.close()
        self._offer()

    def close(self) -> None:
        """Stop what runs and let go of the scene."""
        self._permission.close()
        for run in self.runs:
            run.close()
        self.runs.clear()
        self.setParameterNode(None)
        for section in self._sections:
            section.close()

    def update(self, *_args) -> None:
        """Bring all sections in line with what was chosen."""
        if self._updating:
            return
        self._updating = True
        try:
            self._updateSections()
            self._noteChoice()
        finally:
            self._updating = False
        self._offer()

    def _updateSections(self) -> None:
        self.models.update()
        for section in (self.inputs, self.outputs):
            section.setModel(self.models.card)
            section.update()
        self.outputs.setKind(self.models.card.kind if self.models.card is not None else SEGMENTATION)
        self.outputs.setAllFrames(self.inputs.allFrames)
        self.outputs.setScan(self.inputs.volumes[0])
        self.models.setScans(self.inputs.volumes, self.inputs.count)
        output = self._parameterNode.segmentation if self._parameterNode is not None else None
        if output is not self._output:
            self._output = output
            self.results.setSegmentation(output)
        self.handover.update()

    def _noteChoice(self) -> None:
        """What is said of the last run is not to stand over another choice."""
        if self._parameterNode is None:
            return
        nodes = (*self.inputs.volumes, self.inputs.roi)
        choice = (self._parameterNode.model, self.inputs.allFrames, *(node and node.GetID() for node in nodes))
        if choice != self._choice:
            self._choice, self._status = choice, ""

    def _offer(self) -> None:
        """Enable what can be done, and say what is missing for the rest."""
        missing, running = self._missing(), bool(self.runs)
        self.ui.applyButton.text = _("Cancel") if running else _("Apply")
        self.ui.applyButton.enabled = not self._cancelling if running else not missing
        start = missing or _("Run the model on the scan")
        self.ui.applyButton.toolTip = _("Stop the run; the scene stays as it is") if running else start
        self.ui.queueButton.setVisible(running)
        self.ui.queueButton.enabled = not missing
        self.ui.queueButton.toolTip = missing or _("Run this scan and model when the present run has ended")
        if not running:
            self.progress.showIdle(self._status or missing)
        self.models.setInUse({run.order.bundle.name for run in self.runs})
        self.progress.showQueue([_nameOf(run) for run in self.runs[1:]])

    def _missing(self) -> str:
        if self._parameterNode is None:
            return _("Choose a scan")
        return self.inputs.missing() or self.models.missing() or self.outputs.missing()

    def _onModels(self) -> None:
        self.advanced.showFolder()
        self.update()

    def _onSettingsChanged(self) -> None:
        settings.useStoreFolder()
        self.models.reload()
        self.update()

    def _onShown(self, segmentation) -> None:
        self.lesions.setSegmentation(segmentation)
        self.handover.setSegmentation(segmentation)

    def _onUndone(self) -> None:
        self._status = ""
        self.update()

    def _onApply(self, *_args) -> None:
        if not self.runs:
            self._start()
            return
        if time.monotonic() - self._started < _DOUBLE_CLICK_SECONDS:
            return  # who double-clicks Apply does not want to cancel
        self._cancelling = True
        self.progress.showWaiting(_("Cancelling..."))
        self.runs[0].cancel()
        self._offer()

    def _onQueue(self, *_args) -> None:
        self._start()

    def _start(self) -> None:
        try:
            order = self._order()
            allowed = self._isAllowed(order, self.models.finding)
            if not allowed or not self.outputs.mayReplace(order) or not setup.ensure():
                return
            self._add(order)
        except Exception as problem:
            self._reportUnstarted(problem)

    def _add(self, order: Order) -> None:
        run = self._startRun(order)
        self.runs.append(run)
        self.inputs.keep()
        self._started = time.monotonic()
        self.log.add(_("Asked for: {model}").format(model=translated(run.order.bundle.title)))
        if len(self.runs) == 1:
            self._showNext("")
        self._offer()

    def _reportUnstarted(self, problem: Exception) -> None:
        if not self.runs:
            self._showNext(sentenceFor(problem))
        self._report(problem)

    def _isAllowed(self, order: Order, finding: Finding | None) -> bool:
        if self._permission.isGiven(order, finding):
            return True
        text = _("Nothing was run: {model} brings code of its own, which you did not trust.")
        if not self.runs:
            self._showNext(text.format(model=translated(order.bundle.title)))
        self._offer()
        return False

    def _onTrusted(self, order: Order) -> None:
        self.log.add(_("Trusted: {model}").format(model=translated(order.bundle.title)))
        self.models.lookAgain()
        self.advanced.trusted.update()

    def _onFoundOut(self, order: Order, finding: Finding, problem: Exception | None) -> None:
        self.models.lookAgain()
        try:
            if problem is not None:
                raise problem
            if self._isAllowed(order, finding):
                self._add(order)
        except Exception as failure:
            self._reportUnstarted(failure)

    def _order(self) -> Order:
        return Order(
            self.inputs.volumes,
            self._parameterNode.model,
            self.outputs.segmentation,
            labels=self.outputs.labels,
            roi=self.inputs.roi,
            labelmap=self.outputs.labelmap,
            allFrames=self.inputs.allFrames,
            **settings.ofRuns(),
        )

    def _startRun(self, order: Order) -> BackgroundRun:
        show3D = self._parameterNode.show3D
        self.models.estimate.cancel()
        run = BackgroundRun(
            order,
            onProgress=lambda progress: self._onProgress(run, progress),
            onFinished=lambda _segmentation: self._onFinished(run, show3D),
            onFailed=lambda problem: self._onFailed(run, problem),
        )
        return run

    def _onProgress(self, run, progress) -> None:
        if run is not self.runs[0] or self._cancelling:
            return
        self.progress.show(progress, min(run.done + 1, run.order.count), run.order.count)
        if progress.stage != self._stage:
            self._stage = progress.stage
            self.log.add(stageText(progress.stage))

    def _onFinished(self, run, show3D: bool) -> None:
        present = run is self.runs[0]
        self.runs.remove(run)
        if isinstance(run.nodes, FindingNodes):
            self.findings.show(run.nodes, run.record)
            self.log.add(_("Finished"))
        else:
            self._showSegments(run, show3D)
        if present:  # others overtake a run of several frames between two of them
            self._showNext(outcomeText(run.nodes, time.monotonic() - self._began))
        self.update()

    def _showSegments(self, run, show3D: bool) -> None:
        segmentation = run.nodes.segmentation
        self.results.show(run.nodes, surfaces=show3D or run.nodes.lost_surface, record=run.record)
        self.lesions.look()
        self.handover.update()
        count = segmentation.GetSegmentation().GetNumberOfSegments()
        self.log.add(_("Finished; segments: {count}").format(count=count))
        parameters = self.logic.getParameterNode()  # also where the user is in another module now
        if run.order.origin.volume_in(slicer.mrmlScene) is parameters.inputVolume is not None:
            self._output = segmentation
            parameters.segmentation = segmentation

    def _onFailed(self, run, problem: Exception) -> None:
        present = run is self.runs[0]
        self.runs.remove(run)
        if isinstance(problem, TrustError):
            if present:
                self._showNext("")
            self._offer()
            self._permission.findOut(run.order, problem, self._onFoundOut)
            return
        if present:
            self._showNext(sentenceFor(problem))
        self._report(problem)

    def _report(self, problem: Exception) -> None:
        sentence = sentenceFor(problem)
        self.log.add(sentence)
        self._offer()
        if not isinstance(problem, CancelledError):
            details = detailsOf(problem)
            slicer.util.errorDisplay(sentence, **({"detailedText": details} if details else {}))

    def _showNext(self, status: str) -> None:
        """The next run in the queue is the present one now; where there is none, ``status`` says what came of the last."""
        self._cancelling, self._stage = False, ""
        self._status = "" if self.runs else status
        self._began = time.monotonic()
        if self.runs:
            self.progress.showWaiting(_("Starting..."))


def _nameOf(run) -> str:
    return _("{model} on {scan}").format(model=translated(run.order.bundle.title), scan=run.order.origin.name)
