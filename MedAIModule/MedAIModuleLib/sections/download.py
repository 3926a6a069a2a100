"""A public model is fetched from its hub at the user's request; the application stays usable meanwhile."""

import threading
from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from medai import MedAIError
from medai.bundles import Bundle, ModelCard
from medai.bundles.store import DownloadProgress, download_bundle, is_offline
from medai.errors import CancelledError

from .. import settings
from ..loop.task import Task
from ..loop.timer import Timer
from ..sentences import sentenceFor
from ..units import sizeText
from .cardtext import licenseText

_POLL_MILLISECONDS = 100
_STEPS = 1000


class Download:
    """The button "Download", which turns into "Cancel", and the bar beside it.

    :param ui: the widgets by name.
    :param onChanged: called when a download begins, and when it has ended without a model.
    :param onDownloaded: called with the name of a model that is there now.
    """

    def __init__(self, ui, onChanged: Callable[[], None], onDownloaded: Callable[[str], None]):
        self._ui = ui
        self._onChanged, self._onDownloaded = onChanged, onDownloaded
        self._card: ModelCard | None = None
        self._fetching: _Fetching | None = None
        self._isBlocked = False
        self._poller = Timer(self._showProgress, _POLL_MILLISECONDS)
        ui.downloadBar.setRange(0, _STEPS)
        ui.downloadButton.connect("clicked(bool)", self._onClicked)
        self.update()

    @property
    def busy(self) -> bool:
        """True while a model is being fetched."""
        return self._fetching is not None

    def setCard(self, card: ModelCard | None) -> None:
        """The model that would be fetched."""
        self._card = card
        self.update()

    def setBlocked(self, blocked: bool) -> None:
        """Whether the models on this computer are being changed otherwise."""
        self._isBlocked = blocked
        self.update()

    def update(self) -> None:
        """Offer what can be done."""
        button, missing = self._ui.downloadButton, offlineReason()
        button.setVisible(self.busy or (self._card is not None and self._card.state == "available"))
        self._ui.downloadBar.setVisible(self.busy)
        if self.busy:
            stopping = self._fetching.isCancelled
            button.text, button.enabled = _("Cancelling...") if stopping else _("Cancel"), not stopping
            button.toolTip = _("Stop fetching {model}").format(model=self._fetching.card.title)
        elif self._card is not None:
            button.text = downloadText(self._card)
            button.enabled = not self._isBlocked and not missing
            button.toolTip = missing or licenseText(self._card)

    def close(self) -> None:
        """Stop; what is not whole is in no list of models."""
        self._poller.stop()
        if self._fetching is not None:
            self._fetching.close()
            self._fetching = None

    def _onClicked(self, *_args) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            self.update()
        elif _agrees(self._card):
            self._fetching = _Fetching(self._card, self._onDone, self._onFailed)
            self._poller.start()
            self._showProgress()
            self._changed()

    def _showProgress(self) -> None:
        progress = self._fetching.progress
        if progress is None or not progress.total:
            self._ui.downloadBar.setRange(0, 0)
            return
        self._ui.downloadBar.setRange(0, _STEPS)
        self._ui.downloadBar.setValue(min(_STEPS, round(_STEPS * progress.done / progress.total)))

    def _onDone(self, bundle: Bundle) -> None:
        self._end()
        self._onDownloaded(bundle.name)

    def _onFailed(self, problem: Exception) -> None:
        self._end()
        if not isinstance(problem, CancelledError):
            slicer.util.errorDisplay(sentenceFor(problem))

    def _end(self) -> None:
        self._poller.stop()
        self._fetching = None
        self._changed()

    def _changed(self) -> None:
        self.update()
        self._onChanged()


class _Fetching:
    """One model on its way; what the thread says is only kept, and read by whoever wants to know."""

    def __init__(self, card: ModelCard, onDone: Callable[[Bundle], None], onFailed: Callable[[Exception], None]):
        self.card = card
        self.progress: DownloadProgress | None = None
        self._stop = threading.Event()
        self._task = Task(self._fetch, onDone, onFailed)

    @property
    def isCancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        """Stop it; its end is told as always."""
        self._stop.set()

    def close(self) -> None:
        """Stop it and tell nobody."""
        self._stop.set()
        self._task.close()

    def _fetch(self) -> Bundle:
        return download_bundle(self.card.name, report=self._note, cancelled=self._stop.is_set)

    def _note(self, progress: DownloadProgress) -> None:
        self.progress = progress


def downloadText(card: ModelCard) -> str:
    """What the button says."""
    return _("Download ({size})").format(size=sizeText(card.size_bytes)) if card.size_bytes else _("Download")


def offlineReason() -> str:
    """Why nothing is downloaded; "" where it would be."""
    if settings.offline():
        return _("Work offline is checked under Advanced")
    try:
        return _("MedAI's own settings, or MEDAI_OFFLINE, allow no network connection") if is_offline() else ""
    except MedAIError as problem:
        return sentenceFor(problem)


def _agrees(card: ModelCard) -> bool:
    """Asks where the model may not be used for everything."""
    if card.commercial_use is not False:
        return True
    text = _("{model} may not be used commercially (license: {license}). Download it for other use?")
    return bool(slicer.util.confirmOkCancelDisplay(text.format(model=card.title, license=card.license)))
