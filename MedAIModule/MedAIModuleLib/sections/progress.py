"""Where the runs are, in words and as a bar, and those that wait for their turn."""

from collections.abc import Callable

from slicer.i18n import tr as _

from medai.inference import Progress

_STEPS = 1000


class ProgressView:
    """The widgets between Apply and the results.

    :param ui: the widgets by name.
    :param onRemove: called with the number of the waiting run that the user takes out of the queue.
    """

    def __init__(self, ui, onRemove: Callable[[int], None]):
        self._ui = ui
        self._onRemove = onRemove
        ui.progressBar.setRange(0, _STEPS)
        ui.removeRunButton.connect("clicked(bool)", self._onRemoveClicked)
        ui.queueList.connect("currentRowChanged(int)", self._onRowChanged)
        self.showQueue([])
        self.showIdle("")

    def showIdle(self, status: str) -> None:
        """Nothing runs; ``status`` says what came of the last run."""
        self._ui.progressBar.hide()
        self._say(status)

    def showWaiting(self, status: str) -> None:
        """Something is under way, and nobody knows yet for how long."""
        self._ui.progressBar.setRange(0, 0)
        self._ui.progressBar.show()
        self._say(status)

    def show(self, progress: Progress) -> None:
        """How far the present run is."""
        self._ui.progressBar.setRange(0, _STEPS)
        self._ui.progressBar.setValue(round(_STEPS * progress.fraction))
        self._ui.progressBar.show()
        self._say(progressText(progress))

    def showQueue(self, names: list[str]) -> None:
        """The runs that wait."""
        self._ui.queueList.clear()
        self._ui.queueList.addItems(names)
        self._ui.queueWidget.setVisible(bool(names))

    def _say(self, status: str) -> None:
        self._ui.statusLabel.text = status
        self._ui.statusLabel.setVisible(bool(status))

    def _onRowChanged(self, row: int) -> None:
        self._ui.removeRunButton.enabled = row >= 0

    def _onRemoveClicked(self, *_args) -> None:
        self._onRemove(self._ui.queueList.currentRow)


def progressText(progress: Progress) -> str:
    """Percent, stage and time left, such as "62 %, segmenting, 6 s left"."""
    percent, stage = int(100 * progress.fraction), stageText(progress.stage)
    if progress.seconds_left is None:
        return _("{percent} %, {stage}").format(percent=percent, stage=stage)
    if progress.seconds_left < 90:
        seconds = round(progress.seconds_left)
        return _("{percent} %, {stage}, {seconds} s left").format(percent=percent, stage=stage, seconds=seconds)
    minutes = round(progress.seconds_left / 60)
    return _("{percent} %, {stage}, {minutes} min left").format(percent=percent, stage=stage, minutes=minutes)


def stageText(stage: str) -> str:
    """The engine's word for a stage as the user reads it."""
    stages = {
        "starting": _("starting"),
        "copying": _("handing the scan over"),
        "preparing": _("preparing"),
        "segmenting": _("segmenting"),
        "restoring": _("bringing the segments onto the scan"),
        "collecting": _("taking the result over"),
    }
    return stages.get(stage, stage)
