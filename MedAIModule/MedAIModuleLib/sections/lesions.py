"""Lesions of the segmentation that is shown: filtered live, found in the views, accepted or rejected, and split into segments."""

import slicer
import vtk

from medai.errors import CancelledError, InputError
from medai.mrml import LesionNodes, lesions_of
from medai.mrml.lesions import lesion_table_of
from medai.mrml.split import split_segment_steps
from medai.results.review import ACCEPTED, REJECTED

from ..loop.timer import Timer
from ..runs.measuring import showMarks
from ..runs.work import Work
from ..sentences import sentenceFor, translated
from .lesionstable import LesionsTable, lesionsText
from .reviewing import toggleReview


class Lesions:
    """The section "Lesions"; it is there where the segmentation that is shown has some.

    :param ui: the widgets by name.
    """

    def __init__(self, ui):
        self._ui = ui
        self._nodes: LesionNodes | None = None
        self._segmentation = None
        self._writing = False
        self._work: Work | None = None
        self._tag: tuple | None = None
        self._table = LesionsTable(ui.lesionsTable, self._offer)
        self._looker = Timer(self.look, 0, once=True)
        self._sceneTags = [
            slicer.mrmlScene.AddObserver(event, self._onSceneChanged)
            for event in (slicer.mrmlScene.NodeAddedEvent, slicer.mrmlScene.NodeRemovedEvent)
        ]
        for box in (ui.minimumVolumeSpinBox, ui.minimumDiameterSpinBox):
            box.connect("valueChanged(double)", self._onLimits)
        ui.acceptLesionButton.connect("clicked(bool)", self._onAccept)
        ui.rejectLesionButton.connect("clicked(bool)", self._onReject)
        ui.splitLesionsButton.connect("clicked(bool)", self._onSplit)
        self._show(None)

    @property
    def nodes(self) -> LesionNodes | None:
        """The lesions that are shown."""
        return self._nodes

    def setParameterNode(self, parameterNode) -> None:
        """Nothing here is remembered in the scene but the nodes themselves."""

    def update(self) -> None:
        """Nothing here depends on the parameter node."""

    def setSegmentation(self, segmentation) -> None:
        """Show the latest lesions of this vtkMRMLSegmentationNode from now on; None: none."""
        if segmentation is not self._segmentation:
            self._segmentation = segmentation
            self.look()

    def look(self) -> None:
        """Find the latest lesions of the segmentation; they may have come, gone, or been read from a file."""
        before = self._nodes
        table = lesion_table_of(self._segmentation) if self._segmentation is not None else None
        if table is (before and before.table):
            return
        found = lesions_of(table) if table is not None else None
        self._show(found)
        if found is not None:
            self._ui.lesionsCollapsibleButton.collapsed = False
            if before is not None and before.segmentation is self._segmentation:
                showMarks(before, False)
            showMarks(found, True)

    def close(self) -> None:
        """Stop what is under way and let go of the scene."""
        self._looker.stop()
        self._table.close()
        if self._work is not None:
            self._work.close()
        for tag in self._sceneTags:
            slicer.mrmlScene.RemoveObserver(tag)
        self._sceneTags.clear()
        self._segmentation = None
        self._show(None)

    def _show(self, nodes: LesionNodes | None) -> None:
        if self._tag is not None:
            node, tag = self._tag
            node.RemoveObserver(tag)
            self._tag = None
        self._nodes = nodes
        if nodes is not None:
            self._tag = (nodes.table, nodes.table.AddObserver(vtk.vtkCommand.ModifiedEvent, self._onTableChanged))
            self._showLimits()
        self._table.show(nodes)
        self._ui.lesionsCollapsibleButton.setVisible(nodes is not None)
        self._say()
        self._offer()

    def _showLimits(self) -> None:
        volume, diameter, _score = self._nodes.selection
        self._writing = True
        self._ui.minimumVolumeSpinBox.setValue(volume)
        self._ui.minimumDiameterSpinBox.setValue(diameter)
        self._writing = False

    def _say(self) -> None:
        if self._nodes is None:
            self._ui.lesionsLabel.text = ""
            return
        lines = [self._nodes.table.GetName(), lesionsText(self._nodes), *map(translated, self._nodes.notes)]
        self._ui.lesionsLabel.text = "\n".join(lines)

    def _offer(self) -> None:
        selected = self._nodes is not None and self._table.selected is not None
        self._ui.acceptLesionButton.enabled = self._ui.rejectLesionButton.enabled = selected
        self._ui.splitLesionsButton.enabled = self._nodes is not None and self._work is None

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onSceneChanged(self, _scene, _event, node) -> None:
        if self._segmentation is not None and node.IsA("vtkMRMLTableNode"):
            self._looker.start()

    def _onTableChanged(self, *_args) -> None:
        if not self._writing:
            self._update()

    def _update(self) -> None:
        self._table.update()
        self._say()
        self._offer()

    def _onLimits(self, *_args) -> None:
        if self._nodes is None or self._writing:
            return
        self._writing = True
        self._nodes.select(self._ui.minimumVolumeSpinBox.value, self._ui.minimumDiameterSpinBox.value)
        self._writing = False
        self._update()

    def _onAccept(self, *_args) -> None:
        toggleReview(self._nodes, self._table.selected, ACCEPTED)

    def _onReject(self, *_args) -> None:
        toggleReview(self._nodes, self._table.selected, REJECTED)

    def _onSplit(self, *_args) -> None:
        self._work = Work(_splitSteps(self._nodes), self._onSplitDone, self._onSplitFailed)
        self._offer()

    def _onSplitDone(self, _nothing) -> None:
        self._work = None
        self._offer()

    def _onSplitFailed(self, problem: Exception) -> None:
        self._work = None
        self._offer()
        if not isinstance(problem, CancelledError):
            slicer.util.errorDisplay(sentenceFor(problem))


def _splitSteps(nodes: LesionNodes):
    """Work that splits each segment that lesions are parts of, and hides it, since the parts lie over it."""
    segmentation = nodes.segmentation
    content = segmentation.GetSegmentation() if segmentation is not None else None
    identifiers = [name for name in content.GetSegmentIDs() if _isOf(nodes, content.GetSegment(name))] if content else []
    if not identifiers:
        raise InputError(f"The segments of {nodes.table.GetName()} are gone; measure the lesions again.")
    for identifier in identifiers:
        yield from split_segment_steps(segmentation, identifier, nodes)
        display = segmentation.GetDisplayNode()
        if display is not None:
            display.SetSegmentVisibility(identifier, False)


def _isOf(nodes: LesionNodes, segment) -> bool:
    return bool(nodes.ids_of(segment.GetName()))
