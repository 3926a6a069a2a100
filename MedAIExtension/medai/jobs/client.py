"""The client: starts a worker where one is needed, hands it one job after another, and survives whatever happens to it."""

from __future__ import annotations

import itertools
import json
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ..errors import CancelledError, MedAIError
from ..image import Image
from ..inference.plan import Plan
from ..inference.progress import Progress
from ..results.prediction import Prediction
from .exporting import ExportRequest, Findings, clear_unfinished
from .failure import CANCELLED, error_and_details, error_of
from .job import AnyJob, AnyRequest, Job, MeasureRequest, Measures, RunRequest
from .keeper import Keeper
from .outcome import prediction_of
from .process import Ended, News
from .protocol import (
    Advanced,
    Cancel,
    Cancelled,
    Done,
    Event,
    Export,
    Exported,
    Failed,
    MakePlan,
    Measure,
    Measured,
    Planned,
    ProtocolError,
    Ready,
    Run,
)
from .scratch import Scratch
from .transfers import Transfers
from .voxels import PRODUCTS, VoxelFile, describe_voxels, product_file, send_voxels

WORKER_SCRIPT = Path(__file__).with_name("worker.py")
CANCEL_PATIENCE_SECONDS = 2.0
COPY_SECONDS = 0.008  # for voxels, in each call of ``poll``


@dataclass
class _Turn:
    """The job whose turn it is: how often it was sent, whether the worker has begun it, and when to lose patience with it."""

    job: AnyJob
    sent: int = 0
    begun: bool = False
    kill_at: float | None = None
    pid: int | None = None


class WorkerClient:
    """Runs jobs in a worker process. Not for several threads at once; nothing happens but in calls of its methods.

    A user interface calls ``poll`` from a timer while ``busy``, every 20 ms or so; no method stands still for longer than some
    hundredths of a second, however large the scan, except where it says so.

    Args:
        python: interpreter for the worker; this process's own by default. In Slicer that one is the application, so the
            path of PythonSlicer is given.
        idle_seconds: how long a worker without work stays, with its libraries and the last model in memory; 0 ends it as
            soon as no job is left.
        environment: variables that the worker's environment starts from; this process's own by default.
        script: what the worker runs; for tests.
    """

    def __init__(
        self,
        python: str | None = None,
        idle_seconds: float = 600,
        environment: Mapping[str, str] | None = None,
        script: Path = WORKER_SCRIPT,
    ) -> None:
        self._scratch = Scratch()
        self._worker = Keeper(python, script, environment, self._scratch, idle_seconds)
        self._numbers = itertools.count(1)
        self._messages: dict[AnyJob, Run | MakePlan | Measure | Export] = {}  # of all jobs that have not ended
        self._waiting: deque[AnyJob] = deque()
        self._turn: _Turn | None = None
        self._transfers = Transfers()
        self._closed = False

    def __enter__(self) -> WorkerClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process number of the worker; None where there is none."""
        return self._worker.pid

    @property
    def busy(self) -> bool:
        """True while a job has not ended: as long as ``poll`` should be called."""
        return bool(self._messages)

    @property
    def idle_seconds(self) -> float:
        """How long a worker without work stays; may be changed at any time, also for the worker that is there."""
        return self._worker.idle_seconds

    @idle_seconds.setter
    def idle_seconds(self, seconds: float) -> None:
        if seconds != self._worker.idle_seconds:
            self._worker.idle_seconds = seconds
            self._let_go_if_unwanted()

    def log(self) -> str:
        """The end of what the last worker and its libraries printed."""
        return self._worker.log()

    def start(self) -> None:
        """Start a worker ahead of the first job, so that its libraries are loaded by then; returns at once.

        Raises:
            MedAIError: if no process can be started.
        """
        self._refuse_if_closed()
        self._hear()
        self._worker.ensure()

    def submit(self, request: RunRequest) -> Job[Prediction]:
        """Queue a run and return at once; the voxels are copied by ``poll``, see ``Job.copied``.

        Raises:
            InputError: if an image cannot be passed on.
        """
        job: Job[Prediction] = Job(self, next(self._numbers), request)
        output = self._scratch.new_file("")
        self._queue(job, Run(job.id, str(request.model), self._described(request), request.options, str(output)))
        return job

    def submit_plan(self, request: RunRequest) -> Job[Plan]:
        """Queue the question what such a run would do and take; like ``submit`` otherwise."""
        job: Job[Plan] = Job(self, next(self._numbers), request)
        self._queue(job, MakePlan(job.id, str(request.model), self._described(request), request.options))
        return job

    def submit_measurement(self, request: MeasureRequest) -> Job[Measures]:
        """Queue the measuring of a label map; like ``submit`` otherwise."""
        job: Job[Measures] = Job(self, next(self._numbers), request)
        self._queue(job, Measure(job.id, self._described(request), request.labels, request.values))
        return job

    def submit_export(self, request: ExportRequest) -> Job[dict[str, Path]]:
        """Queue the writing of a result into files; its result are the paths. Like ``submit`` otherwise."""
        job: Job[dict[str, Path]] = Job(self, next(self._numbers), request)
        source = str(request.source) if request.source is not None else None
        where = (str(request.folder.absolute()), request.exports, source, request.series, json.dumps(dict(request.card)))
        self._queue(job, Export(job.id, self._described(request), request.maps, Findings.of(request.prediction), *where))
        return job

    def poll(self, timeout: float = 0.0) -> None:
        """Take in what the worker has said, start what can be started, and copy voxels for ``COPY_SECONDS``.

        With a ``timeout`` it copies for that many seconds, or waits as long where there is nothing to copy.
        """
        end = time.monotonic() + max(timeout, COPY_SECONDS)
        self._end_what_ignores_cancel()
        self._hear()
        copied = False
        while self._transfers.step():
            copied = True
            self._hear()
            if time.monotonic() > end:
                break
        if timeout > 0 and not copied:
            self._hear(timeout)

    def cancel(self, job: AnyJob) -> None:
        """Stop a job; see ``Job.cancel``."""
        turn = self._turn
        if turn and job is turn.job and turn.sent:
            if turn.kill_at is None:
                turn.kill_at = time.monotonic() + CANCEL_PATIENCE_SECONDS
                self._worker.send(Cancel(job.id))
        elif job in self._messages:
            self._settle(job, error=CancelledError(CANCELLED))

    def close(self) -> None:
        """Cancel what is left, end the worker, and remove all files; done at exit at the latest.

        It stands still until the worker is gone, which takes a tenth of a second, and two seconds at most.
        """
        self._closed = True
        if self._turn:
            self._worker.kill()
            self._clear(self._turn)
        self._worker.stop()
        for job in tuple(self._messages):
            self._settle(job, error=CancelledError(CANCELLED))
        self._scratch.remove()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise MedAIError("This client is closed; make a new one.")

    def _described(self, request: AnyRequest) -> tuple[VoxelFile, ...]:
        self._refuse_if_closed()
        return tuple(describe_voxels(image, self._scratch.new_file(".raw")) for image in request.images)

    def _queue(self, job: AnyJob, message: Run | MakePlan | Measure | Export) -> None:
        self._messages[job] = message
        self._waiting.append(job)
        self._transfers.add(
            job, _sent(job.request.images, message.images), lambda _: self._copied(job), lambda problem: self._fail(job, problem)
        )
        self._hear()

    def _copied(self, job: AnyJob) -> None:
        job.copied = True
        if self._turn and job is self._turn.job:
            self._send(self._turn)

    def _start_next(self) -> None:
        while self._waiting and self._turn is None:
            if self._worker.leaving:
                return
            turn = self._turn = _Turn(self._waiting.popleft())
            turn.job.state = "running"
            turn.job.progress = Progress(0.0, "starting" if turn.job.copied else "copying")
            if turn.job.copied:
                self._send(turn)
            else:
                self._ensure_worker(turn.job)  # it loads its libraries meanwhile

    def _send(self, turn: _Turn) -> None:
        if self._ensure_worker(turn.job):
            turn.sent += 1
            turn.pid = self._worker.pid
            self._worker.send(self._messages[turn.job])

    def _ensure_worker(self, job: AnyJob) -> bool:
        try:
            self._worker.ensure()
        except MedAIError as problem:
            self._settle(job, error=problem)
            return False
        return True

    def _hear(self, timeout: float = 0.0) -> None:
        self._start_next()
        while (news := self._worker.news(timeout)) is not None:
            timeout = 0.0
            self._take(news)
            self._start_next()

    def _take(self, news: News) -> None:
        if isinstance(news, Ended):
            self._mourn(news)
        elif isinstance(news, ProtocolError):
            self._distrust(news)
        elif not isinstance(news, Ready) and self._turn and news.id in (self._turn.job.id, 0):
            self._answer(self._turn, news)

    def _answer(self, turn: _Turn, event: Event) -> None:
        job = turn.job
        if isinstance(event, Advanced):
            turn.begun = True
            job.progress = Progress(event.fraction, event.stage, event.seconds_left)
        elif isinstance(event, Cancelled) or turn.kill_at is not None:
            self._settle(job, error=CancelledError(CANCELLED))
        elif isinstance(event, Failed):
            self._settle(job, error=error_of(event.message, event.exit_code), details=event.details)
        elif isinstance(event, Planned):
            self._settle(job, result=event.plan)
        elif isinstance(event, Measured):
            self._settle(job, result=Measures(event.lesions, event.statistics))
        elif isinstance(event, Exported):
            self._settle(job, result={name: Path(path) for name, path in event.files.items()})
        elif isinstance(event, Done) and isinstance(job.request, RunRequest):
            self._collect(job, job.request, event)

    def _collect(self, job: AnyJob, request: RunRequest, done: Done) -> None:
        """Copy the result; meanwhile the worker is free for the next job."""
        self._turn = None
        job.progress = Progress(1.0, "collecting", 0.0)
        self._transfers.add(
            job,
            prediction_of(request, done),
            lambda prediction: self._settle(job, result=prediction),
            lambda problem: self._fail(job, problem),
        )

    def _end_what_ignores_cancel(self) -> None:
        turn = self._turn
        if turn and turn.kill_at is not None and time.monotonic() > turn.kill_at:
            self._worker.kill()
            self._clear(turn)
            self._settle(turn.job, error=CancelledError(CANCELLED))

    def _mourn(self, end: Ended) -> None:
        """The worker is gone: an idle one may be, one with a job has failed."""
        turn = self._turn
        if turn is None or not turn.sent:
            return
        self._clear(turn)
        if turn.kill_at is not None:
            self._settle(turn.job, error=CancelledError(CANCELLED))
        elif end.exit_code == 0 and not turn.begun and turn.sent == 1:
            self._send(turn)  # its idle time ended just when the job was sent: nothing was begun
        else:
            self._settle(turn.job, error=MedAIError(end.reason), details=self.log())

    def _distrust(self, problem: ProtocolError) -> None:
        self._worker.kill()
        if self._turn:
            self._settle(self._turn.job, error=problem)

    def _fail(self, job: AnyJob, problem: BaseException) -> None:
        """Copying its voxels did not succeed; whatever it was, the job must end."""
        error, details = error_and_details(problem)
        self._settle(job, error=error, details=details)

    def _clear(self, turn: _Turn) -> None:
        """A worker that was killed while it wrote leaves what it had begun."""
        message = self._messages.get(turn.job)
        if isinstance(message, Export) and turn.pid is not None:
            clear_unfinished(message.folder, turn.pid)

    def _settle(self, job: AnyJob, result: object = None, error: MedAIError | None = None, details: str = "") -> None:
        if self._turn and job is self._turn.job:
            self._turn = None
        elif job in self._waiting:
            self._waiting.remove(job)
        self._transfers.drop(job)
        message = self._messages.pop(job)
        if not self._closed:
            products = [product_file(message.output, name) for name in PRODUCTS] if isinstance(message, Run) else []
            self._scratch.discard([*(Path(file.path) for file in message.images), *products])
        job.settle(result, error, details)
        self._let_go_if_unwanted()

    def _let_go_if_unwanted(self) -> None:
        if self._worker.idle_seconds == 0 and not self.busy:
            self._worker.let_go()


def _sent(images: Sequence[Image], files: Sequence[VoxelFile]) -> Generator[int, None, None]:
    for image, file in zip(images, files, strict=True):
        yield from send_voxels(image, file)
