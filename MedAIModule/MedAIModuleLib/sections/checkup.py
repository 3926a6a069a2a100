"""The view "Check this computer": what is installed, what fits, what to do."""

from slicer.i18n import tr as _

from medai.doctor import Check, run_checks

from ..loop.task import Task
from ..loop.timer import Timer
from ..runs.worker import interpreter
from ..sentences import translated

_POLL_MILLISECONDS = 100


class Checkup:
    """The button that begins it, and the text below.

    :param ui: the widgets by name.
    """

    def __init__(self, ui):
        self._ui = ui
        self._task: Task | None = None
        self._found: list[Check] = []
        self._shown = 0
        self._timer = Timer(self._showFound, _POLL_MILLISECONDS)
        ui.doctorText.hide()
        ui.doctorButton.connect("clicked(bool)", self._onCheck)

    def close(self) -> None:
        """Wait for nothing more; the check that is under way is the last one."""
        self._timer.stop()
        if self._task is not None:
            self._task.close()
            self._task = None
        self._found = []

    def _onCheck(self, *_args) -> None:
        self._ui.doctorButton.enabled = False
        self._ui.doctorText.setPlainText("")
        self._ui.doctorText.show()
        found = self._found = []
        self._shown = 0
        checks = run_checks(*interpreter(), install=_("press Apply, which installs {package}"))
        self._task = Task(lambda: self._check(checks, found), self._onDone, self._onFailed)
        self._timer.start()

    def _check(self, checks, found: list[Check]) -> None:
        """In the thread: one check after the other, while somebody waits for them."""
        for check in checks:
            if self._found is not found:
                return
            found.append(check)

    def _showFound(self) -> None:
        for check in self._found[self._shown :]:
            self._ui.doctorText.appendPlainText(lineOf(check))
            self._shown += 1

    def _onDone(self, *_args) -> None:
        self._showFound()
        self._timer.stop()
        self._task = None
        self._ui.doctorButton.enabled = True

    def _onFailed(self, problem: Exception) -> None:
        self._onDone()
        sentence = _("The check ended unexpectedly ({problem}).").format(problem=f"{type(problem).__name__}: {problem}")
        self._ui.doctorText.appendPlainText(sentence)


def lineOf(check: Check) -> str:
    """One line about one check, such as "missing - monai: not installed; press Apply, which installs monai"."""
    states = {"ok": _("ok"), "missing": _("missing"), "note": _("to do")}
    state, name, found, advice = states[check.status], *map(translated, (check.name, check.found, check.advice))
    if not advice:
        return _("{state} - {name}: {found}").format(state=state, name=name, found=found)
    return _("{state} - {name}: {found}; {advice}").format(state=state, name=name, found=found, advice=advice)
