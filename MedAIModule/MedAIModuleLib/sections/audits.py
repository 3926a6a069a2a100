"""What the audits of models say, found out on a thread: files are hashed, which takes a second for large models."""

from collections.abc import Callable
from dataclasses import dataclass

from slicer.i18n import tr as _

from medai import MedAIError
from medai.bundles import Bundle
from medai.bundles.audit import Audit, Verdict, audit, is_trusted

from ..loop.task import Task
from ..sentences import sentenceFor, translated


@dataclass(frozen=True)
class Finding:
    """What was found out about a model.

    :ivar audit: None where its files cannot be read.
    :ivar problem: why its files cannot be read; "" where they can.
    """

    audit: Audit | None
    problem: str = ""

    @property
    def isRefused(self) -> bool:
        """Whether it never runs, whatever the user says."""
        return self.audit is not None and self.audit.verdict is Verdict.REFUSED

    @property
    def asks(self) -> bool:
        """Whether it waits for the user's consent."""
        needs = self.audit is not None and self.audit.verdict is Verdict.NEEDS_TRUST
        return needs and not is_trusted(self.audit.content_hash)


def look(bundle: Bundle) -> Finding:
    """Find out about a model; nothing of it is run. Takes a while, so for a thread."""
    try:
        return Finding(audit(Bundle.open(bundle.root, bundle.source)))  # as it is now
    except (MedAIError, OSError, ImportError) as problem:
        return Finding(None, sentenceFor(problem))


class Audits:
    """Looks at the chosen model, and at it again whenever it is chosen or the module is opened again.

    :param onFound: called when something was found out.
    """

    def __init__(self, onFound: Callable[[], None]):
        self._onFound = onFound
        self._finding: Finding | None = None
        self._task: Task | None = None

    def ask(self, bundle: Bundle | None) -> None:
        """Find out about this model; None: there is none."""
        self.close()
        if bundle is not None:
            self._task = Task(lambda: look(bundle), self._onDone, self._onFailed)

    @property
    def finding(self) -> Finding | None:
        """What was found out; None while it is not known."""
        return self._finding

    @property
    def busy(self) -> bool:
        """True until something was found out."""
        return self._task is not None

    def close(self) -> None:
        """Forget it, and tell nobody any more."""
        self._finding = None
        if self._task is not None:
            self._task.close()
            self._task = None

    def _onDone(self, finding: Finding) -> None:
        self._task, self._finding = None, finding
        self._onFound()

    def _onFailed(self, problem: Exception) -> None:
        self._onDone(Finding(None, sentenceFor(problem)))


def verdictText(finding: Finding | None) -> str:
    """One line for the model's card; "" while nothing is known."""
    if finding is None:
        return ""
    if finding.audit is None:
        return finding.problem
    if finding.isRefused:
        return _("Refused: {reason}").format(reason=refusalText(finding.audit))
    if finding.audit.verdict is Verdict.SAFE:
        return _("Safe: nothing of its own runs")
    if finding.asks:
        return _("Brings code of its own: asks before the first run")
    return _("Brings code of its own, which you trust")


def refusalText(found: Audit) -> str:
    """The gravest reason of an audit."""
    return translated(next(reason.text for reason in found.reasons if reason.verdict is Verdict.REFUSED))
