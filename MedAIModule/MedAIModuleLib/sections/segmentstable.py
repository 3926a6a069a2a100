"""The segments of a segmentation as rows of a table: shown or not, color and name, volume."""

import qt
import slicer
from slicer.i18n import tr as _

from medai.mrml import center_of_segment, show_slices_at

_SHOWN, _NAME, _VOLUME = range(3)
_ICON_PIXELS = 16
_AROUND_TEXT = 6  # pixels, as other dense lists leave


class SegmentsTable:
    """A QTableWidget at work; it shows what is in the scene when ``update`` is called.

    :param table: the widget.
    """

    def __init__(self, table):
        self._table = table
        self._node = None
        self._volumes: dict[str, float | None] = {}
        self._writing = False
        table.setColumnCount(3)
        table.setHorizontalHeaderLabels([_("Show"), _("Segment"), _("Volume (ml)")])
        table.setEditTriggers(qt.QAbstractItemView.NoEditTriggers)
        table.setSelectionBehavior(qt.QAbstractItemView.SelectRows)
        table.setSelectionMode(qt.QAbstractItemView.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + _AROUND_TEXT)
        header = table.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(_NAME, qt.QHeaderView.Stretch)
        header.setSortIndicator(-1, qt.Qt.AscendingOrder)  # the segmentation's own order at first
        table.connect("itemChanged(QTableWidgetItem*)", self._onItemChanged)
        table.connect("cellClicked(int,int)", self._onClicked)
        table.connect("cellActivated(int,int)", self._onActivated)

    @property
    def selected(self) -> list[str]:
        """Names of the segments in the selected rows."""
        rows = {index.row() for index in self._table.selectedIndexes()}
        return [self._table.item(row, _NAME).text() for row in sorted(rows)]

    def setSegmentation(self, node) -> None:
        """The vtkMRMLSegmentationNode to show from now on; None: none."""
        self._node = node
        self._volumes = {}

    def setVolumes(self, volumes: dict[str, float]) -> None:
        """Show these volumes, ml by segment ID; the others' cannot be known."""
        self._volumes = {identifier: volumes.get(identifier) for identifier in self._node.GetSegmentation().GetSegmentIDs()}
        self.update()

    def forgetVolumes(self) -> None:
        """They are about to be counted again; ``update`` shows it."""
        self._volumes = {}

    def setAllVisible(self, visible: bool) -> None:
        """Show or hide all segments."""
        display = self._node.GetDisplayNode()
        with slicer.util.NodeModify(display):
            display.SetAllSegmentsVisibility(visible)

    def update(self) -> None:
        """Bring the table in line with the scene."""
        content = self._node.GetSegmentation() if self._node is not None else None
        identifiers = content.GetSegmentIDs() if content is not None else ()
        self._writing = True
        self._table.setSortingEnabled(False)  # else rows move while they are written
        if self._inOrder(identifiers) != self._inOrder(self._rows()):
            self._makeRows(identifiers)
        for identifier, row in self._rows().items():
            self._write(row, identifier, content.GetSegment(identifier))
        self._table.setSortingEnabled(True)
        self._writing = False

    def _inOrder(self, identifiers) -> list[str]:
        """In an order that does not depend on how the user has sorted the rows."""
        sortedByUser = self._table.horizontalHeader().sortIndicatorSection() >= 0
        return sorted(identifiers) if sortedByUser else list(identifiers)

    def _rows(self) -> dict[str, int]:
        return {self._identifier(row): row for row in range(self._table.rowCount)}

    def _identifier(self, row: int) -> str:
        return str(self._table.item(row, _NAME).data(qt.Qt.UserRole))

    def _makeRows(self, identifiers) -> None:
        self._table.setRowCount(len(identifiers))
        for row, identifier in enumerate(identifiers):
            for column in range(3):
                self._table.setItem(row, column, qt.QTableWidgetItem())
            self._table.item(row, _NAME).setData(qt.Qt.UserRole, identifier)
            self._table.item(row, _SHOWN).setFlags(qt.Qt.ItemIsEnabled | qt.Qt.ItemIsSelectable | qt.Qt.ItemIsUserCheckable)
            self._table.item(row, _VOLUME).setTextAlignment(qt.Qt.AlignRight | qt.Qt.AlignVCenter)

    def _write(self, row: int, identifier: str, segment) -> None:
        shown, name, volume = (self._table.item(row, column) for column in range(3))
        display = self._node.GetDisplayNode()
        visible = display is not None and display.GetSegmentVisibility(identifier)
        shown.setCheckState(qt.Qt.Checked if visible else qt.Qt.Unchecked)
        shown.setData(qt.Qt.AccessibleTextRole, _("Show {name}").format(name=segment.GetName()))
        name.setText(segment.GetName())
        color = segment.GetColor()
        if name.data(qt.Qt.UserRole + 1) != str(color):
            name.setData(qt.Qt.UserRole + 1, str(color))
            name.setIcon(_icon(color))
        volume.setText(self._volume(identifier))

    def _volume(self, identifier: str) -> str:
        """As long for every segment, so that rows sorted by the text are sorted by the number."""
        if identifier not in self._volumes:
            return "..."
        milliliters = self._volumes[identifier]
        return "" if milliliters is None else f"{milliliters:12.2f}"

    def _onItemChanged(self, item) -> None:
        if self._writing or item.column() != _SHOWN or self._node.GetDisplayNode() is None:
            return
        visible = item.checkState() == qt.Qt.Checked
        self._node.GetDisplayNode().SetSegmentVisibility(self._identifier(item.row()), visible)

    def _onClicked(self, row: int, column: int) -> None:
        if column != _SHOWN:
            self._goTo(row)

    def _onActivated(self, row: int, _column: int) -> None:
        self._goTo(row)

    def _goTo(self, row: int) -> None:
        center = center_of_segment(self._node, self._identifier(row))
        if center is not None:
            show_slices_at(self._node.GetScene(), center)


def _icon(color):
    pixmap = qt.QPixmap(_ICON_PIXELS, _ICON_PIXELS)
    pixmap.fill(qt.QColor(*(round(255 * part) for part in color)))
    return qt.QIcon(pixmap)
