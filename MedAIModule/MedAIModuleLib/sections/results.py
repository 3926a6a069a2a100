"""What came out: the segments with their volumes, shown and hidden, found in the views, and taken back as a whole."""

from collections.abc import Callable

import slicer
import vtk
from slicer.i18n import tr as _

from medai.mrml import PredictionNodes, segment_volume_steps

from ..loop.steps import Steps
from ..loop.timer import Timer
from ..runs.record import Record
from ..sentences import translated
from .segmentstable import SegmentsTable
from .surfaces import SURFACE, SurfaceMaker

_COUNT_AFTER_MILLISECONDS = 500
_REMEMBERED = 5  # results that can be taken back; each keeps what it has replaced
_NOT_FOUND = "MedAI.NotFound"  # the attribute with the names of labels that the model looked for in vain
_BOX = "MedAI.Box"  # the attribute of a result that ends at a box


class Results:
    """The section "Results".

    :param ui: the widgets by name.
    :param onChanged: called when a result was taken back.
    :param onShown: called with the vtkMRMLSegmentationNode, or None, that is shown from now on.
    """

    def __init__(self, ui, onChanged: Callable[[], None], onShown: Callable[[object], None] = lambda _segmentation: None):
        self._ui = ui
        self._onChanged, self._onShown = onChanged, onShown
        self._node = None
        self._results: list[tuple[PredictionNodes, Record]] = []
        self._tags: list[tuple] = []
        self._table = SegmentsTable(ui.segmentsTable)
        self._counting = Steps(self._table.setVolumes)
        self._surfaces = SurfaceMaker(self._refresh)
        self._refresher = Timer(self._refresh, 0, once=True)
        self._counter = Timer(self._count, _COUNT_AFTER_MILLISECONDS, once=True)
        self._sceneTags = [
            slicer.mrmlScene.AddObserver(slicer.mrmlScene.StartCloseEvent, self._onSceneStartClose),
            slicer.mrmlScene.AddObserver(slicer.mrmlScene.NodeRemovedEvent, self._onNodeRemoved),
        ]
        ui.showAllButton.connect("clicked(bool)", self._onShowAll)
        ui.hideAllButton.connect("clicked(bool)", self._onHideAll)
        ui.undoButton.connect("clicked(bool)", self._onUndo)
        ui.opacitySlider.connect("valueChanged(int)", self._onOpacity)
        self._refresh()

    def setParameterNode(self, parameterNode) -> None:
        """Nothing here is remembered; without a parameter node, nothing is shown."""
        if parameterNode is None:
            self.setSegmentation(None)

    def update(self) -> None:
        """The panel says which segmentation is chosen; everything else is observed."""

    def show(self, nodes: PredictionNodes | None, surfaces: bool = False, record: Record | None = None) -> None:
        """Show what a run has made, and what it has said besides; it can be taken back until the scene is closed."""
        if nodes is None:
            self.setSegmentation(None)
            return
        self._results = [*self._results, (nodes, record or Record())][-_REMEMBERED:]
        self._ui.resultsCollapsibleButton.collapsed = False
        self.setSegmentation(nodes.segmentation)
        if surfaces:
            self._surfaces.start(nodes.segmentation)
        self._refresh()

    def setSegmentation(self, segmentation) -> None:
        """Show this vtkMRMLSegmentationNode from now on; None: none."""
        if segmentation is self._node:
            return
        self._letGo()
        self._node = segmentation
        self._ui.show3DButton.setSegmentationNode(segmentation)
        self._table.setSegmentation(segmentation)
        if segmentation is not None:
            self._observe(segmentation)
            self._counter.start(0)
        self._refresh()
        self._onShown(segmentation)

    @property
    def selected(self) -> list[str]:
        """Names of the segments in the selected rows."""
        return self._table.selected

    @property
    def record(self) -> Record:
        """What the last run that has written into the segmentation shown has said."""
        return next((record for nodes, record in reversed(self._results) if nodes.segmentation is self._node), Record())

    def close(self) -> None:
        """Stop what is under way and let go of the scene."""
        self._surfaces.stop()
        self.setSegmentation(None)
        self._refresher.stop()
        self._results.clear()
        for tag in self._sceneTags:
            slicer.mrmlScene.RemoveObserver(tag)
        self._sceneTags.clear()

    def _observe(self, node) -> None:
        kind, display = slicer.vtkSegmentation, slicer.vtkMRMLDisplayableNode
        shown = (vtk.vtkCommand.ModifiedEvent, display.DisplayModifiedEvent, kind.SegmentModified, kind.SegmentsOrderModified)
        counted = (kind.SourceRepresentationModified, kind.SegmentAdded, kind.SegmentRemoved)
        moved = (slicer.vtkMRMLTransformableNode.TransformModifiedEvent,)
        played = (slicer.vtkMRMLSegmentationNode.SegmentationChangedEvent,)  # each frame has segments of its own
        self._tags = [(node, node.AddObserver(event, self._onChangedOutside)) for event in shown]
        self._tags += [(node, node.AddObserver(event, self._onEdited)) for event in (*counted, *moved, *played)]

    def _letGo(self) -> None:
        for node, tag in self._tags:
            node.RemoveObserver(tag)
        self._tags = []
        self._counter.stop()
        self._counting.stop()

    def _onChangedOutside(self, *_args) -> None:
        self._refresher.start()

    def _onEdited(self, *_args) -> None:
        self._table.forgetVolumes()
        self._refresher.start()
        self._counting.stop()
        self._counter.start(_COUNT_AFTER_MILLISECONDS)

    def _onSceneStartClose(self, *_args) -> None:
        self._surfaces.stop()
        self._results.clear()
        self.setSegmentation(None)

    def _onNodeRemoved(self, *_args) -> None:
        self._results = [each for each in self._results if each[0].segmentation.GetScene() is not None]
        if self._node is not None and self._node.GetScene() is None:
            self.setSegmentation(None)

    def _count(self) -> None:
        if self._node is not None:
            self._counting.start(segment_volume_steps(self._node))

    def _refresh(self) -> None:
        self._table.update()
        result, display = self._result(), self._display()
        self._ui.resultLabel.text = self._text(result)
        self._ui.resultLabel.setVisible(bool(self._ui.resultLabel.text))
        self._ui.undoButton.enabled = result is not None
        for widget in (self._ui.showAllButton, self._ui.hideAllButton, self._ui.opacitySlider):
            widget.enabled = display is not None
        if display is not None:
            self._ui.opacitySlider.setValue(round(100 * display.GetOpacity()))

    def _text(self, result: PredictionNodes | None) -> str:
        if self._node is None:
            return _("No segments yet; choose a scan and a model and press Apply.")
        missing, sentences = (self._node.GetAttribute(_NOT_FOUND) or "").replace("; ", ", "), []
        if self._node.GetAttribute(_BOX):
            sentences.append(_("Only inside the box: volumes are of the parts inside."))
        if missing and self._node.GetAttribute(_BOX):
            sentences.append(_("Not in the box: {names}").format(names=missing))
        elif missing:
            sentences.append(_("Not found: {names}").format(names=missing))
        if self._surfaces.isMaking(self._node):
            sentences.append(_("Making surfaces for the 3D views..."))
        notes = map(translated, result.notes) if result is not None else ()
        return "\n".join([self._node.GetName() or "", *notes, *sentences, *self.record.sentences])

    def _result(self) -> PredictionNodes | None:
        """The last run that has written into the segmentation shown."""
        return next((nodes for nodes, _record in reversed(self._results) if nodes.segmentation is self._node), None)

    def _display(self):
        return self._node.GetDisplayNode() if self._node is not None else None

    def _onShowAll(self, *_args) -> None:
        self._table.setAllVisible(True)

    def _onHideAll(self, *_args) -> None:
        self._table.setAllVisible(False)

    def _onOpacity(self, value: int) -> None:
        display = self._display()
        if display is not None and round(100 * display.GetOpacity()) != value:
            display.SetOpacity(value / 100)

    def _onUndo(self, *_args) -> None:
        result = self._result()
        question = _("The segments were changed since the run. Undo it, and lose these changes?")
        if result is None or (result.is_changed and not slicer.util.confirmOkCancelDisplay(question)):
            return
        self._results = [each for each in self._results if each[0] is not result]
        segmentation = result.segmentation
        shownIn3D = segmentation.GetSegmentation().ContainsRepresentation(SURFACE)
        reason = result.undo(even_if_changed=True)
        if shownIn3D and segmentation.GetScene() is not None and segmentation.GetSegmentation().GetNumberOfSegments():
            self._surfaces.start(segmentation)
        self._refresh()
        if reason:
            slicer.util.errorDisplay(translated(reason))
        self._onChanged()
