"""How and where models run, and where they are kept: what this user has chosen on this computer."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from medai.bundles import folder_size, is_bundle, store_folder

from .. import settings
from ..loop.task import Task
from ..units import sizeText
from .checkup import Checkup
from .trustedmodels import TrustedModels


class Advanced:
    """The section "Advanced"; it keeps its choices in the application's settings.

    :param ui: the widgets by name.
    :param onChanged: called when something was chosen.
    """

    def __init__(self, ui, onChanged: Callable[[], None]):
        self._ui = ui
        self._onChanged = onChanged
        self._task: Task | None = None
        self._note = ""
        self._checkup = Checkup(ui)
        settings.useStoreFolder()
        settings.useNetwork()
        self.trusted = TrustedModels(ui, onChanged)
        self._showSettings()
        ui.deviceSelector.connect("currentIndexChanged(int)", self._onDevice)
        ui.modeSelector.connect("currentIndexChanged(int)", self._onMode)
        ui.confidenceSelector.connect("currentIndexChanged(int)", self._onConfidence)
        ui.explainCheckBox.connect("toggled(bool)", self._onExplain)
        ui.keepWarmCheckBox.connect("toggled(bool)", self._onKeepWarm)
        ui.offlineCheckBox.connect("toggled(bool)", self._onOffline)
        ui.changeStorageButton.connect("clicked(bool)", self._onChangeFolder)
        ui.openStorageButton.connect("clicked(bool)", self._onOpenFolder)

    def setParameterNode(self, parameterNode) -> None:
        """Nothing here belongs to a scene; disk space and consents are looked up again when the module is opened."""
        if parameterNode is not None:
            self.showFolder()
            self.trusted.update()

    def update(self) -> None:
        """Nothing here depends on the parameter node."""

    def close(self) -> None:
        """Stop what is under way."""
        self._stop()
        self._checkup.close()

    def showFolder(self) -> None:
        """Show where models are kept, and once it is known, how much space they take."""
        self._stop()
        folder = store_folder()
        self._showFolder(folder, "...")
        self._task = Task(lambda: folder_size(folder), lambda size: self._showSize(folder, size), lambda _problem: self._stop())

    def _showSettings(self) -> None:
        devices = {
            "auto": _("Automatic"),
            "cpu": _("Processor (CPU)"),
            "cuda": _("NVIDIA graphics card (CUDA)"),
            "mps": _("Apple graphics (MPS)"),
        }
        modes = {"exact": _("Exact"), "fast": _("Fast")}
        confidences = {
            "none": _("Not measured"),
            "entropy": _("How clear the answer is"),
            "flips": _("Also with the scan mirrored"),
        }
        _fill(self._ui.deviceSelector, devices, settings.device())
        _fill(self._ui.modeSelector, modes, settings.mode())
        _fill(self._ui.confidenceSelector, confidences, settings.confidence())
        self._ui.explainCheckBox.checked = settings.explain()
        self._ui.keepWarmCheckBox.checked = settings.keepWarm()
        self._ui.offlineCheckBox.checked = settings.offline()
        self._showFolder(store_folder(), "...")

    def _onDevice(self, index: int) -> None:
        self._keep("Device", self._ui.deviceSelector.itemData(index))

    def _onMode(self, index: int) -> None:
        self._keep("Mode", self._ui.modeSelector.itemData(index))

    def _onConfidence(self, index: int) -> None:
        self._keep("Confidence", self._ui.confidenceSelector.itemData(index))

    def _onExplain(self, *_args) -> None:
        self._keep("Explain", self._ui.explainCheckBox.checked)

    def _onKeepWarm(self, *_args) -> None:
        self._keep("KeepWarm", self._ui.keepWarmCheckBox.checked)

    def _onOffline(self, *_args) -> None:
        settings.write("Offline", self._ui.offlineCheckBox.checked)
        settings.useNetwork()
        self._onChanged()

    def _onChangeFolder(self, *_args) -> None:
        before = store_folder()
        chosen = chooseFolder(str(before.parent))
        if not chosen or Path(chosen) in (before, before.parent):
            return
        problem = _whyNotWritable(Path(chosen))
        if problem:
            slicer.util.errorDisplay(
                _("{folder} cannot be written ({reason}); choose another folder.").format(folder=chosen, reason=problem)
            )
            return
        home = _homeOf(Path(chosen))
        if home is None:
            slicer.util.errorDisplay(
                _('{folder} holds models itself; call it "models" and choose it again.').format(folder=chosen)
            )
            return
        self._note = _("Models in {folder} were not moved.").format(folder=before)
        self._keep("Folder", str(home))
        settings.useStoreFolder()
        self.showFolder()
        self.trusted.update()

    def _onOpenFolder(self, *_args) -> None:
        folder = store_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            reason = problem.strerror or problem
            slicer.util.errorDisplay(
                _("{folder} cannot be made ({reason}); choose another folder.").format(folder=folder, reason=reason)
            )
            return
        openFolder(str(folder))

    def _keep(self, name: str, value: object) -> None:
        settings.write(name, value)
        self._onChanged()

    def _showSize(self, folder: Path, size: int) -> None:
        self._task = None
        self._showFolder(folder, sizeText(size) if size else _("empty"))

    def _showFolder(self, folder: Path, size: str) -> None:
        text = _("{folder} ({size})").format(folder=folder, size=size)
        self._ui.storageFolderLabel.text = f"{text}\n{self._note}" if self._note else text

    def _stop(self) -> None:
        if self._task is not None:
            self._task.close()
            self._task = None


def chooseFolder(start: str) -> str:
    """Ask the user for a folder; "" if none was chosen."""
    return str(qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Keep models in this folder"), start) or "")


def openFolder(path: str) -> None:
    """Show a folder in the computer's file manager."""
    qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(path))


def _fill(selector, texts: dict[str, str], chosen: str) -> None:
    for value, text in texts.items():
        selector.addItem(text, value)
    selector.setCurrentIndex(selector.findData(chosen))


def _homeOf(folder: Path) -> Path | None:
    """The folder with the folder "models" that the user means, by the one or by the other; None where models would be missed."""
    if (folder / "models").is_dir():
        return folder
    if folder.name == "models":
        return folder.parent
    return None if any(map(is_bundle, (folder, *folder.iterdir()))) else folder


def _whyNotWritable(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as problem:
        return problem.strerror or str(problem)
