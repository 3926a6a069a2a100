"""Whether a run may start where its model brings code of its own: the user is asked, once for the very same files."""

from collections.abc import Callable

from medai.bundles.audit import Verdict, trust
from medai.errors import TrustError

from ..loop.task import Task
from ..runs.order import Order
from .audits import Finding, look
from .trustquestion import mayTrust


class Permission:
    """Asks the user, and remembers a yes.

    :param onTrusted: called with the order whose model the user has just trusted.
    """

    def __init__(self, onTrusted: Callable[[Order], None]):
        self._onTrusted = onTrusted
        self._task: Task | None = None
        self._repeated: Order | None = None

    def isGiven(self, order: Order, finding: Finding | None) -> bool:
        """Ask where it is known that one must; what is not known, the worker finds out before it runs anything.

        :raises medai.MedAIError: if a yes cannot be kept.
        """
        if finding is None or not finding.asks:
            return True
        if not mayTrust(order.bundle, finding.audit):
            return False
        trust(finding.audit)
        self._onTrusted(order)
        return True

    def findOut(self, order: Order, problem: TrustError, onFound: Callable[[Order, Finding, Exception | None], None]) -> None:
        """The worker has met code that nobody has trusted: the model was not known yet, or has changed since.

        :param onFound: called with the order, with what there is to be asked about, and with the problem where asking would
          not help; with None, the order can be tried again.
        """
        self.close()

        def found(finding: Finding) -> None:
            self._task = None
            needsTrust = finding.audit is not None and finding.audit.verdict is Verdict.NEEDS_TRUST
            isFutile = not needsTrust or (not finding.asks and self._repeated is order)
            self._repeated = order
            onFound(order, finding, problem if isFutile else None)

        self._task = Task(lambda: look(order.bundle), found, lambda _problem: self.close())

    def close(self) -> None:
        """Ask nobody any more."""
        if self._task is not None:
            self._task.close()
            self._task = None
