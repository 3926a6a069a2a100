"""What is made of a run: where its segments go, and which ones."""

from collections.abc import Callable

import qt
import slicer
from slicer.i18n import tr as _

from medai.bundles import ModelCard
from medai.bundles.kinds import CLASSIFICATION, DETECTION, LANDMARKS, SEGMENTATION

from ..runs.order import Order
from ..sentences import translated


class Outputs:
    """The section "Outputs".

    :param ui: the widgets by name.
    :param onChanged: called when other segments were chosen.
    """

    def __init__(self, ui, onChanged: Callable[[], None]):
        self._ui = ui
        self._onChanged = onChanged
        self._parameterNode = None
        self._names: tuple[str, ...] = ()
        self._allFrames = False
        self._scan = None
        self._kind = SEGMENTATION
        ui.outputKindLabel.hide()
        ui.labelsList.connect("itemChanged(QListWidgetItem*)", self._onItemChanged)
        self.update()

    def setParameterNode(self, parameterNode) -> None:
        """Show and change this parameter node from now on; None: none."""
        self._parameterNode = parameterNode
        self._scan = parameterNode.inputVolume if parameterNode is not None else None
        self._showAll()
        self.update()

    def setModel(self, card: ModelCard | None) -> None:
        """Offer the segments of this model."""
        names = card.labels if card is not None else ()
        if names == self._names:
            return
        self._names = names
        self._showAll()
        self.update()

    def setKind(self, kind: str) -> None:
        """Offer what a model of this kind (``Bundle.kind``) makes; only segments go into nodes that can be chosen."""
        if kind == self._kind:
            return
        self._kind = kind
        segments = kind == SEGMENTATION
        for widget in (
            self._ui.outputSelectorLabel,
            self._ui.outputSelector,
            self._ui.show3DCheckBox,
            self._ui.labelmapCheckBox,
            self._ui.someLabelsCheckBox,
        ):
            widget.setVisible(segments)
        self._ui.outputKindLabel.text = _kindText(kind)
        self._ui.outputKindLabel.setVisible(not segments)
        self.update()

    def setScan(self, volume) -> None:
        """Another scan's segments are not to come into the segmentation of the one before, unless the user says so."""
        if volume is None or volume is self._scan:
            return
        self._scan = volume
        if self._parameterNode is not None and _isOfAnotherScan(self._parameterNode.segmentation, volume):
            self._parameterNode.segmentation = None

    def setAllFrames(self, allFrames: bool) -> None:
        """All frames of a sequence go into a new sequence of segmentations, without label maps."""
        self._allFrames = allFrames
        for widget in (self._ui.outputSelector, self._ui.labelmapCheckBox):
            widget.enabled = not allFrames

    def update(self) -> None:
        """Check the segments that the parameter node names, and all where it names none of this model's."""
        self._ui.labelsList.setVisible(self._choosing)
        stored = self._parameterNode.labels.splitlines() if self._parameterNode is not None else []
        wanted = [name for name in self._names if name in stored]
        if wanted != self._checked():  # the user may have unchecked them all
            self._check(wanted or self._names)

    @property
    def segmentation(self):
        """The vtkMRMLSegmentationNode to write into; None: a new one."""
        return self._parameterNode.segmentation if self._makesSegments and not self._allFrames else None

    @property
    def labelmap(self) -> bool:
        """Whether a label map volume is made too."""
        return self._makesSegments and self._parameterNode.labelmap and not self._allFrames

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the segments to make; none: all of them."""
        checked = self._checked()
        return tuple(checked) if self._choosing and len(checked) < len(self._names) else ()

    def missing(self) -> str:
        """What must be chosen before a run; "" where nothing is."""
        return _("Choose at least one segment") if self._choosing and not self._checked() else ""

    def mayReplace(self, order: Order) -> bool:
        """Ask the user if a run would replace segments, or put those of one scan to those of another."""
        sentences = [sentence for sentence in (_aboutScans(order), _aboutSegments(order)) if sentence]
        return not sentences or bool(slicer.util.confirmOkCancelDisplay("\n".join(sentences)))

    def close(self) -> None:
        """Let go of the scene."""
        self._parameterNode = None

    @property
    def _choosing(self) -> bool:
        return bool(self._makesSegments and self._parameterNode.someLabels and self._names)

    @property
    def _makesSegments(self) -> bool:
        return self._parameterNode is not None and self._kind == SEGMENTATION

    def _showAll(self) -> None:
        self._ui.labelsList.blockSignals(True)
        self._ui.labelsList.clear()
        self._ui.labelsList.addItems(list(self._names))
        self._ui.labelsList.blockSignals(False)
        self._check(self._names)

    def _check(self, names) -> None:
        self._ui.labelsList.blockSignals(True)
        for row, name in enumerate(self._names):
            self._ui.labelsList.item(row).setCheckState(qt.Qt.Checked if name in names else qt.Qt.Unchecked)
        self._ui.labelsList.blockSignals(False)

    def _checked(self) -> list[str]:
        items = ((name, self._ui.labelsList.item(row)) for row, name in enumerate(self._names))
        return [name for name, item in items if item.checkState() == qt.Qt.Checked]

    def _onItemChanged(self, *_args) -> None:
        if self._parameterNode is not None:
            checked = self._checked()
            self._parameterNode.labels = "" if len(checked) == len(self._names) else "\n".join(checked)
        self._onChanged()


def _kindText(kind: str) -> str:
    """What a model makes that makes no segments."""
    texts = {
        DETECTION: _("Boxes with scores, in a new folder beside the scan, and a table of them"),
        LANDMARKS: _("A new list of points beside the scan"),
        CLASSIFICATION: _("A new table of classes and their probabilities beside the scan"),
    }
    return texts.get(kind, "")


def _aboutScans(order: Order) -> str:
    if not _isOfAnotherScan(order.segmentation, order.volume):
        return ""
    text = _("{name} was made on {other}; the new segments are of {scan}.")
    other = _scanOf(order.segmentation).GetName()
    return text.format(name=order.segmentation.GetName(), other=other, scan=order.volume.GetName())


def _aboutSegments(order: Order) -> str:
    if not order.replaced:
        return ""
    name = order.segmentation.GetName()
    if order.isOfAllLabels:
        text = _("{name} holds segments of {model}. They and all changes made to them will be replaced; others are kept.")
        return text.format(name=name, model=translated(order.bundle.title))
    content = order.segmentation.GetSegmentation()
    segments = ", ".join(content.GetSegment(identifier).GetName() for identifier in order.replaced)
    text = _("These segments of {name} and all changes made to them will be replaced: {segments}. Others are kept.")
    return text.format(name=name, segments=segments)


def _isOfAnotherScan(segmentation, volume) -> bool:
    return segmentation is not None and _scanOf(segmentation) not in (None, volume)


def _scanOf(segmentation):
    """The scan on whose voxels a segmentation was made; None: none, or it is gone."""
    return segmentation.GetNodeReference(segmentation.GetReferenceImageGeometryReferenceRole())
