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
        self._waiting: list[str] | None = None
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

    def show(self, progress: Progress, frame: int = 1, count: int = 1) -> None:
        """How far the present run is, which is at one of ``count`` frames."""
        self._ui.progressBar.setRange(0, _STEPS)
        self._ui.progressBar.setValue(round(_STEPS * progress.fraction))
        self._ui.progressBar.show()
        self._say(progressText(progress, frame, count))

    def showQueue(self, names: list[str]) -> None:
        """The runs that wait; the chosen one stays chosen as long as they are the same."""
        if names == self._waiting:
            return
        self._waiting = names
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


def progressText(progress: Progress, frame: int = 1, count: int = 1) -> str:
    """Stage and time left, such as "Segmenting, 6 s left"; the bar has the percentage."""
    stage = stageText(progress.stage)
    if count > 1:
        stage = _("{stage}, frame {number} of {count}").format(stage=stage, number=frame, count=count)
    if progress.seconds_left is None:
        return stage
    if progress.seconds_left < 1:
        return _("{stage}, almost done").format(stage=stage)
    if progress.seconds_left < 90:
        return _("{stage}, {seconds} s left").format(stage=stage, seconds=round(progress.seconds_left))
    return _("{stage}, {minutes} min left").format(stage=stage, minutes=round(progress.seconds_left / 60))


def stageText(stage: str) -> str:
    """The engine's word for a stage as the user reads it."""
    stages = {
        "copying": _("Starting"),  # the worker starts meanwhile
        "starting": _("Starting"),
        "preparing": _("Preparing"),
        "segmenting": _("Segmenting"),
        "restoring": _("Bringing the segments onto the scan"),
        "measuring": _("Measuring"),
        "collecting": _("Taking the result over"),
    }
    return stages.get(stage, stage)
