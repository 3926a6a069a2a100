"""What was found that is no segment: boxes, points, classes; found in the views, filtered by score, and taken back as a whole."""

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from medai.mrml import FindingNodes, shown_at_least
from medai.results.review import ACCEPTED, REJECTED

from ..loop.steps import Steps
from ..runs.record import Record
from ..sentences import translated
from .findingstable import FindingsTable, rowsOf
from .overlay import Overlay
from .reviewing import toggleReview

_REMEMBERED = 5  # results that can be taken back, as in "Results"


class Findings:
    """The section "Findings"; it is there once a run has found something of the kind.

    :param ui: the widgets by name.
    :param onChanged: called when a result was taken back.
    """

    def __init__(self, ui, onChanged: Callable[[], None]):
        self._ui = ui
        self._onChanged = onChanged
        self._results: list[tuple[FindingNodes, Record]] = []
        self._shown: FindingNodes | None = None
        self._record, self._count = Record(), 0
        self._table, self._overlay = FindingsTable(ui.findingsTable, self._offer), Overlay(ui.findingsMapCheckBox)
        self._undoing = Steps(self._onUndone)
        self._sceneTags = [
            slicer.mrmlScene.AddObserver(slicer.mrmlScene.StartCloseEvent, self._onSceneStartClose),
            slicer.mrmlScene.AddObserver(slicer.mrmlScene.NodeRemovedEvent, self._onNodeRemoved),
        ]
        ui.thresholdSlider.connect("valueChanged(int)", self._onThreshold)
        ui.acceptBoxButton.connect("clicked(bool)", self._onAccept)
        ui.rejectBoxButton.connect("clicked(bool)", self._onReject)
        ui.undoFindingsButton.connect("clicked(bool)", self._onUndo)
        self._refresh()

    def setParameterNode(self, parameterNode) -> None:
        """Nothing here is remembered in the scene but the nodes themselves."""

    def update(self) -> None:
        """Nothing here depends on the parameter node."""

    def show(self, nodes: FindingNodes, record: Record | None = None) -> None:
        """Show what a run has found, and what it has said besides; it can be taken back until the scene is closed."""
        self._results = [*self._results, (nodes, record or Record())][-_REMEMBERED:]
        self._ui.findingsCollapsibleButton.collapsed = False
        self._refresh()

    def close(self) -> None:
        """Let go of the scene."""
        self._undoing.stop()
        self._results.clear()
        for tag in self._sceneTags:
            slicer.mrmlScene.RemoveObserver(tag)
        self._sceneTags.clear()

    def _refresh(self) -> None:
        nodes, self._record = self._results[-1] if self._results else (None, Record())
        self._ui.findingsCollapsibleButton.setVisible(nodes is not None)
        self._ui.undoFindingsButton.enabled = nodes is not None and not self._undoing.busy
        if nodes is self._shown:
            return
        self._shown = nodes
        self._table.show(nodes)
        self._overlay.show(nodes.maps if nodes is not None else ())
        hasBoxes = nodes is not None and nodes.detections is not None
        ui = self._ui
        for widget in (ui.thresholdLabel, ui.thresholdSlider, ui.acceptBoxButton, ui.rejectBoxButton):
            widget.setVisible(hasBoxes)
        self._showReviews()
        self._count = len(rowsOf(nodes)[1]) if nodes is not None else 0
        if hasBoxes:
            self._ui.thresholdSlider.blockSignals(True)
            self._ui.thresholdSlider.setValue(round(100 * shown_at_least(nodes.detections)))
            self._ui.thresholdSlider.blockSignals(False)
            self._showAtLeast(self._ui.thresholdSlider.value / 100)
        elif nodes is not None:
            self._say("")

    def _offer(self) -> None:
        """What can be said of the selected row."""
        selected = self._shown is not None and self._table.selected is not None
        self._ui.acceptBoxButton.enabled = self._ui.rejectBoxButton.enabled = selected

    def _onAccept(self, *_args) -> None:
        toggleReview(self._shown, self._table.selected, ACCEPTED)
        self._showReviews()

    def _onReject(self, *_args) -> None:
        toggleReview(self._shown, self._table.selected, REJECTED)
        self._showReviews()

    def _showReviews(self) -> None:
        self._table.showReviews(self._shown.reviews if self._shown is not None else ())
        self._offer()

    def _showAtLeast(self, threshold: float) -> None:
        shown = self._shown.show_at_least(threshold)
        self._table.showAtLeast(threshold)
        self._say(countText(shown, self._count, threshold))
        self._offer()

    def _say(self, count: str) -> None:
        """Whose result it is, what is shown of it, and what the user should know of where it went."""
        lines = (self._shown.node.GetName(), count, *map(translated, self._shown.notes), *self._record.sentences)
        self._ui.findingsLabel.text = "\n".join(line for line in lines if line)

    def _onThreshold(self, value: int) -> None:
        if self._shown is not None and self._shown.detections is not None:
            self._showAtLeast(value / 100)

    def _onUndo(self, *_args) -> None:
        nodes, question = self._shown, _("The findings were changed since the run. Undo it, and lose these changes?")
        if nodes is None or (nodes.is_changed and not slicer.util.confirmOkCancelDisplay(question)):
            return
        self._undoing.start(nodes.undo_steps(even_if_changed=True))
        self._refresh()

    def _onUndone(self, reason: str) -> None:
        self._forgetWhatIsGone()
        if reason:
            slicer.util.errorDisplay(translated(reason))
        self._onChanged()

    def _onSceneStartClose(self, *_args) -> None:
        self._undoing.stop()
        self._results.clear()
        self._refresh()

    def _onNodeRemoved(self, *_args) -> None:
        if any(nodes.node.GetScene() is None for nodes, _record in self._results):
            self._forgetWhatIsGone()

    def _forgetWhatIsGone(self) -> None:
        self._results = [each for each in self._results if each[0].node.GetScene() is not None]
        self._refresh()


def countText(shown: int, count: int, threshold: float) -> str:
    """How many boxes are shown."""
    if not count:
        return _("No box was found.")
    text = _("{shown} of {count} boxes with a score of at least {score}")
    return text.format(shown=shown, count=count, score=f"{threshold:.2f}")


def foundText(nodes: FindingNodes) -> str:
    """What was found, in a few words."""
    rows = rowsOf(nodes)[1]
    if nodes.landmarks is not None:
        return _("Points: {count}").format(count=len(rows))
    if nodes.classes is not None:
        return _("Class: {name}").format(name=_(", ").join(row.cells[0] for row in rows if row.cells[2]) or _("none"))
    return _("Boxes: {count}").format(count=len(rows))
