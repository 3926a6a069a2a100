"""A run in the background: the worker works, a timer in the main thread takes what it says and puts the result into the scene."""

from collections.abc import Callable, Generator

from slicer.i18n import tr as _

from medai.errors import CancelledError
from medai.inference import Progress

from ..loop.steps import goOn
from ..loop.timer import Timer
from .consent import namingTheModel
from .order import Order
from .record import Record
from .runner import progressOfAll
from .worker import workerClient

POLL_MILLISECONDS = 25  # handing 300 MB over takes half a second so
_running: set["BackgroundRun"] = set()  # keeps runs alive of which the caller keeps nothing


class BackgroundRun:
    """One order under way; it waits for its turn if the worker is busy.

    :ivar order: what was asked.
    :ivar nodes: once it has finished, ``medai.mrml.PredictionNodes``, or ``FindingNodes`` of a model that gives no label map.
    :ivar record: once it has finished, what it says besides that.
    """

    def __init__(
        self,
        order: Order,
        onProgress: Callable | None = None,
        onFinished: Callable | None = None,
        onFailed: Callable | None = None,
    ):
        """Start it; see ``MedAIModuleLogic.start``."""
        self.order, self.nodes, self.record = order, None, Record()
        self._onProgress, self._onFinished, self._onFailed = onProgress, onFinished, onFailed
        self._predictions = []
        self._progress = None
        self._reason: Exception | None = None
        self._writing: Generator | None = None
        self._client = workerClient()
        self._job = self._client.submit(order.request(0))
        self._sceneObserver = order.scene.AddObserver(order.scene.StartCloseEvent, self._onSceneStartClose)
        self._timer = Timer(self._poll, POLL_MILLISECONDS)
        self._timer.start()
        _running.add(self)

    @property
    def done(self) -> int:
        """How many of the order's predictions are there."""
        return len(self._predictions)

    def cancel(self) -> None:
        """Stop it; ``onFailed`` is called when it has ended, which takes two seconds at most."""
        self._giveUp(CancelledError(_("The run was cancelled; nothing was changed.")))

    def close(self) -> None:
        """Stop it without calling anybody back."""
        self._job.cancel()
        self._end()

    def _poll(self) -> None:
        try:
            finished = self._advance()
        except Exception as problem:  # whatever it is, the caller must hear that the run is over
            self._fail(problem)
            return
        if finished:
            self._finish()
        elif self._job.progress is not self._progress:
            self._progress = self._job.progress
            self._tell(self._progress)

    def _advance(self) -> bool:
        """Do what can be done in a moment; True once the result is in the scene."""
        if self._writing is not None or self._job.poll():
            if self._reason is not None:
                raise self._reason
            return self._write() if self._writing is not None else self._takeUpNext()
        return False

    def _takeUpNext(self) -> bool:
        """Ask for the next prediction; begin to write where there is no further one."""
        with namingTheModel(self.order.bundle):
            self._predictions.append(self._job.result())
        if self.done < self.order.count:
            self._job = self._client.submit(self.order.request(self.done))
        else:
            self._writing = self.order.writeSteps(self._predictions)
        return False

    def _write(self) -> bool:
        try:
            goOn(self._writing)
        except StopIteration as done:
            self.nodes, self.record = done.value, Record.of(self._predictions)
        return self.nodes is not None

    def _finish(self) -> None:
        self._end()
        if self._onFinished:
            self._onFinished(self.nodes.node)

    def _tell(self, progress: Progress | None) -> None:
        if self._onProgress and progress is not None:
            self._onProgress(progressOfAll(progress, self.done, self.order.count))

    def _onSceneStartClose(self, *_args) -> None:
        """IDs mean other nodes in the next scene."""
        self._giveUp(CancelledError(_("The scene was closed, so the run was stopped.")))

    def _giveUp(self, reason: Exception) -> None:
        self._reason = self._reason or reason
        self._job.cancel()

    def _fail(self, problem: Exception) -> None:
        self._end()
        if self._onFailed:
            self._onFailed(problem)

    def _end(self) -> None:
        self._timer.stop()
        if self._writing is not None:
            self._writing.close()  # takes half a result back
        self.order.scene.RemoveObserver(self._sceneObserver)
        _running.discard(self)
