"""Puts models on this computer and takes them away again, at the user's request; the application stays usable meanwhile."""

from collections.abc import Callable, Collection

import qt
import slicer
from slicer.i18n import tr as _

from medai.bundles import Bundle, ModelCard, install_bundle, remove_bundle
from medai.errors import AlreadyInstalledError

from ..loop.task import Task
from ..sentences import sentenceFor
from ..units import sizeText
from .download import Download


class ModelStore:
    """The buttons below the list of models.

    :param ui: the widgets by name.
    :param onAdded: called with the name of a model that was added.
    :param onRemoved: called with the name of a model that was removed.
    :param onDownloaded: called with the name of a model that was fetched from its hub.
    """

    def __init__(self, ui, onAdded: Callable[[str], None], onRemoved: Callable[[str], None], onDownloaded: Callable[[str], None]):
        self._ui = ui
        self._onAdded, self._onRemoved = onAdded, onRemoved
        self._card: ModelCard | None = None
        self._task: Task | None = None
        self._inUse: Collection[str] = ()
        self._ownTooltip = ui.removeModelButton.toolTip
        self._download = Download(ui, self._update, onDownloaded)
        self._menu = qt.QMenu(ui.addModelButton)
        self._menu.addAction(_("From a &file...")).connect("triggered(bool)", self._onAddFile)
        self._menu.addAction(_("From a f&older...")).connect("triggered(bool)", self._onAddFolder)
        ui.addModelButton.setMenu(self._menu)
        ui.removeModelButton.connect("clicked(bool)", self._onRemove)
        self._update()

    def setCard(self, card: ModelCard | None) -> None:
        """The model that would be fetched or removed."""
        self._card = card
        self._download.setCard(card)
        self._update()

    def setInUse(self, names: Collection[str]) -> None:
        """Names of the models that runs need; they are not removed meanwhile."""
        self._inUse = names
        self._update()

    @property
    def busy(self) -> bool:
        """True while a model is being added or removed."""
        return self._task is not None

    def close(self) -> None:
        """Stop what can be stopped, and tell nobody any more."""
        self._download.close()
        if self._task is not None:
            self._task.close()
            self._task = None

    def _update(self) -> None:
        removable = self._card is not None and self._card.state == "installed"
        busy = self.busy or self._download.busy
        self._ui.addModelButton.enabled = not busy
        self._ui.addModelButton.text = _("Working...") if self.busy else _("Add...")
        needed = removable and self._card.name in self._inUse
        self._ui.removeModelButton.enabled = removable and not needed and not busy
        self._ui.removeModelButton.toolTip = _("A run needs this model; wait until it has ended") if needed else self._ownTooltip

    def _onAddFile(self, *_args) -> None:
        self._add(chooseFile())

    def _onAddFolder(self, *_args) -> None:
        self._add(chooseFolder())

    def _add(self, path: str, replace: bool = False) -> None:
        if path:
            self._begin(lambda: install_bundle(path, replace), self._onInstalled, lambda problem: self._onRefused(path, problem))

    def _onInstalled(self, bundle: Bundle) -> None:
        self._end()
        self._onAdded(bundle.name)

    def _onRefused(self, path: str, problem: Exception) -> None:
        self._end()
        if not isinstance(problem, AlreadyInstalledError):
            _report(problem)
            return
        question = _("A model {name} is installed already. Replace it?").format(name=problem.name)
        if slicer.util.confirmOkCancelDisplay(question):
            self._add(path, replace=True)

    def _onRemove(self, *_args) -> None:
        name, root = self._card.name, self._card.root
        if not root.exists():  # deleted by other means
            self._onRemoved(name)
            return

        def onFailed(problem: Exception) -> None:
            self._onFailed(problem) if root.exists() else self._onGone(name)

        question = _("Delete {model} from this computer? This frees {size} of disk space.")
        if slicer.util.confirmOkCancelDisplay(question.format(model=self._card.title, size=sizeText(self._card.size_bytes))):
            self._begin(lambda: remove_bundle(name), lambda _freed: self._onGone(name), onFailed)

    def _onGone(self, name: str) -> None:
        self._end()
        self._onRemoved(name)

    def _onFailed(self, problem: Exception) -> None:
        self._end()
        _report(problem)

    def _begin(self, work: Callable, onDone: Callable, onFailed: Callable) -> None:
        self._task = Task(work, onDone, onFailed)
        self._download.setBlocked(True)
        self._update()

    def _end(self) -> None:
        self._task = None
        self._download.setBlocked(False)
        self._update()


def chooseFile() -> str:
    """The zip of a bundle that the user chooses; "": none."""
    title, kinds = _("Add a model"), _("MONAI bundles (*.zip)")
    return qt.QFileDialog.getOpenFileName(slicer.util.mainWindow(), title, "", kinds)


def chooseFolder() -> str:
    """The folder of a bundle that the user chooses; "": none."""
    return qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Add a model"))


def _report(problem: Exception) -> None:
    slicer.util.errorDisplay(sentenceFor(problem))
