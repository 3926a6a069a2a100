"""The selectors of the further channels of a model that takes several scans: one row each, made when a model asks for it."""

from collections.abc import Callable, Sequence

import qt
import slicer
from slicer.i18n import tr as _


class ChannelRows:
    """Rows in the section "Inputs".

    :param ui: the widgets by name.
    :param onChosen: called with a channel's name and the volume node, or None, that was chosen for it.
    """

    def __init__(self, ui, onChosen: Callable[[str, object], None]):
        self._ui = ui
        self._onChosen = onChosen
        self._rows: list[_Row] = []  # those of an earlier model are hidden, and used again
        self.setChannels(())

    def setChannels(self, names: Sequence[str]) -> None:
        """Have one row for each of these channels."""
        self._count = len(names)
        while len(self._rows) < self._count:
            self._rows.append(_Row(self._ui.channelsLayout, self._onChosen))
        for place, row in enumerate(self._rows):
            row.setVisible(place < self._count)
        for row, name in zip(self._rows, names, strict=False):
            row.setName(name)
        self._ui.channelsWidget.setVisible(bool(names))

    def show(self, volumes: Sequence) -> None:
        """Show the volumes that are chosen, in the order of the rows; None: none is."""
        for row, volume in zip(self._rows[: self._count], volumes, strict=True):
            row.show(volume)


class _Row:
    def __init__(self, layout, onChosen: Callable[[str, object], None]):
        self._onChosen = onChosen
        self._name = ""
        self._label, self._selector = qt.QLabel(), slicer.qMRMLNodeComboBox()
        self._label.textFormat = qt.Qt.PlainText
        self._label.setBuddy(self._selector)
        self._selector.nodeTypes = ["vtkMRMLScalarVolumeNode"]
        self._selector.showChildNodeTypes = False
        self._selector.addEnabled = False
        self._selector.removeEnabled = False
        self._selector.noneEnabled = True
        self._selector.noneDisplay = _("(choose a scan)")
        self._selector.setMRMLScene(slicer.mrmlScene)
        self._selector.connect("currentNodeChanged(vtkMRMLNode*)", self._onNodeChanged)
        layout.addRow(self._label, self._selector)

    def setName(self, name: str) -> None:
        self._name = name
        self._label.text = labelText(name)
        self._selector.objectName = f"{name}Selector"
        self._selector.toolTip = _("The scan that the model takes as {channel}").format(channel=name)
        self._selector.accessibleName = name

    def show(self, volume) -> None:
        if self._selector.currentNode() is not volume:
            self._selector.setCurrentNode(volume)

    def setVisible(self, visible: bool) -> None:
        self._label.setVisible(visible)
        self._selector.setVisible(visible)

    def _onNodeChanged(self, *_args) -> None:
        self._onChosen(self._name, self._selector.currentNode())


def labelText(channel: str) -> str:
    """A channel's name before its selector; it is no place for shortcuts."""
    return _("{channel}:").format(channel=channel.replace("&", "&&"))
