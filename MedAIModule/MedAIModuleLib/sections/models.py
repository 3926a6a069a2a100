"""Which model runs: found by words and modality, shown with what one must know, added and removed."""

from collections.abc import Callable, Collection, Sequence
from html import escape
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from medai import MedAIError
from medai.bundles import Bundle, ModelCard, card_of, list_cards, search

from ..sentences import translated
from .audits import Audits, Finding, verdictText
from .cardtext import detailsHtml, inUsersWords, listText, missingText, summaryHtml
from .chips import Chips
from .estimate import Estimate
from .hints import Hints
from .modelstore import ModelStore


class Models:
    """The section "Model".

    :param ui: the widgets by name.
    :param onChanged: called when other models are there.
    :param onAudited: called when more is known of the chosen model.
    """

    def __init__(self, ui, onChanged: Callable[[], None], onAudited: Callable[[], None] = lambda: None):
        self._ui = ui
        self._onChanged, self._onAudited = onChanged, onAudited
        self._parameterNode = None
        self._cards: list[ModelCard] = []
        self._listed: list[ModelCard] = []
        self._card: ModelCard | None = None
        self._bundle: Bundle | None = None
        self._name = self._estimated = ""
        self._hints = Hints()
        self._noPicture = _emptyIcon(ui.modelList.iconSize)
        self._audits = Audits(self._onFound)
        self.estimate = Estimate(self._onEstimated)
        self._chips = Chips(ui, self._fillList)
        self._store = ModelStore(ui, self._onAdded, self._onRemoved, self._onDownloaded)
        ui.modelHintLabel.textFormat = qt.Qt.PlainText
        ui.modelSearchEdit.connect("textChanged(QString)", self._onSearched)
        ui.modelSearchEdit.connect("returnPressed()", self._onReturnPressed)
        ui.modelList.connect("itemSelectionChanged()", self._onSelected)

    def setParameterNode(self, parameterNode) -> None:
        """Show and change this parameter node from now on; None: none."""
        self._parameterNode = parameterNode
        if parameterNode is not None:
            self.reload()
        self.update()

    def reload(self) -> None:
        """Look again which models there are."""
        try:
            self._cards = [inUsersWords(card) for card in list_cards()]
        except (MedAIError, OSError) as problem:
            self._cards = []
            slicer.util.errorDisplay(translated(str(problem)))
        modalities = {card.modality for card in self._cards if card.modality.isalpha()}
        self._chips.setModalities(sorted(modalities))
        self._take(self._name)
        self._fillList()

    def update(self) -> None:
        """Show the model that the parameter node names."""
        name = self._parameterNode.model if self._parameterNode is not None else ""
        if name != self._name:
            self._take(name)
            self._selectRow()

    def setScans(self, volumes: Sequence, frames: int = 1) -> None:
        """Say what to expect with the chosen scans, in the order of the model's channels (None: missing), and of their frames."""
        hint = self._hints.about(self._bundle, volumes)
        self._ui.modelHintLabel.text = _("Check this: {hint}").format(hint=hint)
        self._ui.modelHintLabel.setVisible(bool(hint))
        self.estimate.ask(self._card if self._mayBePlanned else None, volumes, frames)

    def setInUse(self, names: Collection[str]) -> None:
        """Names of the models that runs need; they are not removed meanwhile."""
        self._store.setInUse(names)

    @property
    def card(self) -> ModelCard | None:
        """The chosen model; None where none is, or where there is none of the name that the scene remembers."""
        return self._card

    @property
    def finding(self) -> Finding | None:
        """What is known of the chosen model's files; None while it is not."""
        return self._audits.finding

    def lookAgain(self) -> None:
        """The chosen model has changed, or the user's consent."""
        self._audits.ask(self._bundle)

    def missing(self) -> str:
        """What must be done before a run; "" where nothing is."""
        refused = self.finding is not None and self.finding.isRefused
        return verdictText(self.finding) if refused else missingText(self._card, self._name)

    def close(self) -> None:
        """Let go of the scene, the worker, and whatever is being installed."""
        self.setParameterNode(None)
        self.estimate.close()
        self._audits.close()
        self._store.close()

    def _take(self, name: str) -> None:
        self._name = name
        self._card, self._bundle = self._find(name)
        self.lookAgain()
        self._store.setCard(self._card)
        self._showDetails()

    def _find(self, name: str) -> tuple[ModelCard | None, Bundle | None]:
        card = next((card for card in self._cards if card.name == name), None)
        if card is not None and card.root is None:
            return card, None
        folder = card.root if card is not None else Path(name)
        if not name or not folder.is_dir():
            return None, None
        try:
            bundle = Bundle.open(folder, card.state if card is not None else "folder")
            return card or card_of(bundle), bundle
        except (MedAIError, OSError):
            return None, None

    def _showDetails(self) -> None:
        known = self._card is not None
        self._ui.modelSummaryLabel.text = self._summary() if known else escape(self.missing())
        self._ui.modelDetailsLabel.text = detailsHtml(self._card) if known else ""

    def _summary(self) -> str:
        return summaryHtml(self._card, self._estimated, verdictText(self.finding))

    @property
    def _mayBePlanned(self) -> bool:
        """Nothing is asked of the worker about a model that it must not build."""
        return self.finding is not None and not self.finding.isRefused and not self.finding.asks

    def _onFound(self) -> None:
        self._showDetails()
        self._onAudited()

    def _fillList(self) -> None:
        """List the models that the search and the pressed chips leave."""
        folder = [self._card] if self._card is not None and self._card.state == "folder" else []
        self._listed = search([*folder, *self._cards], self._ui.modelSearchEdit.text, self._chips.pressed)
        self._ui.modelList.blockSignals(True)
        self._ui.modelList.clear()
        for card in self._listed:
            item = qt.QListWidgetItem(listText(card))
            item.setIcon(qt.QIcon(str(card.thumbnail)) if card.thumbnail else self._noPicture)
            self._ui.modelList.addItem(item)
        if not self._listed:
            nothing = qt.QListWidgetItem(_("No model fits; search for something else"))
            nothing.setFlags(qt.Qt.NoItemFlags)
            self._ui.modelList.addItem(nothing)
        self._ui.modelList.blockSignals(False)
        self._selectRow()

    def _selectRow(self) -> None:
        names = [_nameOf(card) for card in self._listed]
        self._ui.modelList.blockSignals(True)
        if self._name in names:
            self._ui.modelList.currentRow = names.index(self._name)
        else:
            self._ui.modelList.clearSelection()
        self._ui.modelList.blockSignals(False)

    def _onSearched(self, *_args) -> None:
        self._fillList()

    def _onReturnPressed(self) -> None:
        """From the search to the list, where the arrow keys go on."""
        self._ui.modelList.setFocus()
        if self._listed and not self._ui.modelList.selectedItems():
            self._ui.modelList.currentRow = 0

    def _onSelected(self) -> None:
        rows = [self._ui.modelList.row(item) for item in self._ui.modelList.selectedItems()]
        if not rows:  # a model that was chosen stays chosen
            self._selectRow()
        elif self._parameterNode is not None:
            self._parameterNode.model = _nameOf(self._listed[rows[0]])

    def _onAdded(self, name: str) -> None:
        self.reload()
        if self._parameterNode is not None:
            self._parameterNode.model = name
        self._onChanged()

    def _onDownloaded(self, _name: str) -> None:
        """It was chosen when it was asked for; who has chosen another one since keeps that."""
        self.reload()
        self._onChanged()

    def _onRemoved(self, name: str) -> None:
        self.reload()
        if self._parameterNode is not None and self._parameterNode.model == name and self._card is None:
            self._parameterNode.model = ""
        self._onChanged()

    def _onEstimated(self, text: str) -> None:
        self._estimated = text
        self._showDetails()


def _emptyIcon(size):
    """Keeps the titles below each other."""
    pixmap = qt.QPixmap(size)
    pixmap.fill(qt.Qt.transparent)
    return qt.QIcon(pixmap)


def _nameOf(card: ModelCard) -> str:
    """What the parameter node calls a model."""
    return str(card.root) if card.state == "folder" else card.name
