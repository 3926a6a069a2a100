"""The client: starts a worker where one is needed, hands it one job after another, and survives whatever happens to it."""

from __future__ import annotations

import itertools
import sys
import time
import traceback
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from ..errors import BY_EXIT_CODE, CancelledError, MedAIError
from ..inference.plan import Plan
from ..inference.progress import Progress
from ..results.prediction import Prediction
from .environment import worker_environment
from .failure import sentence_of
from .job import AnyJob, Job, RunRequest
from .outcome import prediction_of
from .process import Ended, News, WorkerProcess, tail
from .protocol import Advanced, Cancel, Cancelled, Done, Event, Failed, MakePlan, Planned, ProtocolError, Ready, Run
from .scratch import Scratch
from .voxels import VoxelFile, write_voxels

WORKER_SCRIPT = Path(__file__).with_name("worker.py")
CANCEL_PATIENCE_SECONDS = 2.0
_CANCELLED = "The run was cancelled; nothing was changed."


class WorkerClient:
    """Runs jobs in a worker process. Not for several threads at once; nothing happens but in calls of its methods.

    Args:
        python: interpreter for the worker; this process's own by default. In Slicer that one is the application, so the
            path of PythonSlicer is given.
        idle_seconds: how long a worker without work stays, with its libraries and the last model in memory.
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
        self._python = python or sys.executable
        self._idle_seconds = idle_seconds
        self._environment = environment
        self._script = script
        self._scratch = Scratch()
        self._log = self._scratch.new_file(".log")
        self._numbers = itertools.count(1)
        self._worker: WorkerProcess | None = None
        self._waiting: deque[AnyJob] = deque()
        self._current: AnyJob | None = None
        self._messages: dict[int, Run | MakePlan] = {}
        self._kill_at: float | None = None
        self._sent_again = False
        self._closed = False

    def __enter__(self) -> WorkerClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process number of the worker; None where there is none."""
        return self._worker.pid if self._worker else None

    @property
    def busy(self) -> bool:
        """True while a job is queued or running: as long as ``poll`` should be called."""
        return self._current is not None or bool(self._waiting)

    def log(self) -> str:
        """The end of what the last worker and its libraries printed."""
        return tail(self._log)

    def start(self) -> None:
        """Start a worker ahead of the first job, so that its libraries are loaded by then; returns at once.

        Raises:
            MedAIError: if no process can be started.
        """
        self._refuse_if_closed()
        self.poll()
        if self._worker is None:
            self._start_worker(preload=True)

    def submit(self, request: RunRequest) -> Job[Prediction]:
        """Queue a run. The voxels are copied now; later changes of the images do not matter.

        Raises:
            InputError: if an image cannot be passed on.
            MedAIError: if there is no space for the voxels.
        """
        job: Job[Prediction] = Job(self, next(self._numbers), request)
        output = self._scratch.new_file(".raw")
        self._queue(job, Run(job.id, str(request.model), self._copied(request), request.options, str(output)))
        return job

    def submit_plan(self, request: RunRequest) -> Job[Plan]:
        """Queue the question what such a run would do and take; raises what ``submit`` raises."""
        job: Job[Plan] = Job(self, next(self._numbers), request)
        self._queue(job, MakePlan(job.id, str(request.model), self._copied(request), request.options))
        return job

    def poll(self, timeout: float = 0.0) -> None:
        """Take in what the worker has said and start what can be started; blocks for ``timeout`` seconds at most."""
        if self._kill_at is not None and time.monotonic() > self._kill_at and self._current and self._worker:
            self._worker.kill()
            self._settle(self._current, error=CancelledError(_CANCELLED))
        self._start_next()
        while self._worker and (news := self._worker.news(timeout)) is not None:
            timeout = 0.0
            self._take(news)
            self._start_next()

    def cancel(self, job: AnyJob) -> None:
        """Stop a job; see ``Job.cancel``."""
        if job in self._waiting:
            self._waiting.remove(job)
            self._settle(job, error=CancelledError(_CANCELLED))
        elif job is self._current and self._kill_at is None and self._worker:
            self._kill_at = time.monotonic() + CANCEL_PATIENCE_SECONDS
            self._worker.send(Cancel(job.id))

    def close(self) -> None:
        """Cancel what is left, end the worker, and remove all files; done at exit at the latest."""
        self._closed = True
        if self._worker:
            if self._current:
                self._worker.kill()
            self._worker.stop()
            self._worker = None
        for job in (*([self._current] if self._current else []), *self._waiting):
            self._settle(job, error=CancelledError(_CANCELLED))
        self._waiting.clear()
        self._scratch.remove()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise MedAIError("This client is closed; make a new one.")

    def _copied(self, request: RunRequest) -> tuple[VoxelFile, ...]:
        self._refuse_if_closed()
        paths = [self._scratch.new_file(".raw") for _ in request.images]
        try:
            return tuple(write_voxels(image, path) for image, path in zip(request.images, paths, strict=True))
        except BaseException:
            self._scratch.discard(paths)
            raise

    def _queue(self, job: AnyJob, message: Run | MakePlan) -> None:
        self._messages[job.id] = message
        self._waiting.append(job)
        self.poll()

    def _start_worker(self, preload: bool) -> WorkerProcess:
        environment = worker_environment(self._environment, self._scratch.folder)
        self._worker = WorkerProcess(
            self._python,
            self._script,
            log=self._log,
            environment=environment,
            idle_seconds=self._idle_seconds,
            preload=preload,
        )
        return self._worker

    def _start_next(self) -> None:
        while self._waiting and self._current is None:
            if self._worker and self._worker.killed:
                return  # its memory is not free before it has ended
            job = self._waiting.popleft()
            self._current, self._sent_again = job, False
            job.state = "running"
            self._send(job)

    def _send(self, job: AnyJob) -> None:
        try:
            worker = self._worker or self._start_worker(preload=False)
        except MedAIError as problem:
            self._settle(job, error=problem)
        else:
            worker.send(self._messages[job.id])

    def _take(self, news: News) -> None:
        if isinstance(news, Ended):
            self._mourn(news)
        elif isinstance(news, ProtocolError):
            self._distrust(news)
        elif not isinstance(news, Ready) and self._current and news.id in (self._current.id, 0):
            self._answer(self._current, news)

    def _answer(self, job: AnyJob, event: Event) -> None:
        if isinstance(event, Advanced):
            job.progress = Progress(event.fraction, event.stage, event.seconds_left)
        elif isinstance(event, Cancelled) or self._kill_at is not None:
            self._settle(job, error=CancelledError(_CANCELLED))
        elif isinstance(event, Failed):
            self._settle(job, error=BY_EXIT_CODE.get(event.exit_code, MedAIError)(event.message), details=event.details)
        elif isinstance(event, Planned):
            self._settle(job, result=event.plan)
        elif isinstance(event, Done):
            try:
                prediction = prediction_of(job.request, event)
            except Exception as problem:  # whatever it is, the job must end
                message, code = sentence_of(problem)
                self._settle(job, error=BY_EXIT_CODE.get(code, MedAIError)(message), details=traceback.format_exc())
            else:
                self._settle(job, result=prediction)

    def _mourn(self, end: Ended) -> None:
        """The worker is gone: an idle one may be, one with a job has failed."""
        self._worker = None
        job = self._current
        if job is None:
            return
        if self._kill_at is not None:
            self._settle(job, error=CancelledError(_CANCELLED))
        elif end.exit_code == 0 and job.progress is None and not self._sent_again:
            self._sent_again = True  # its idle time ended just when the job was sent: nothing was begun
            self._send(job)
        else:
            self._settle(job, error=MedAIError(end.reason), details=self.log())

    def _distrust(self, problem: ProtocolError) -> None:
        if self._worker:
            self._worker.kill()
        if self._current:
            self._settle(self._current, error=problem)

    def _settle(self, job: AnyJob, result: object = None, error: MedAIError | None = None, details: str = "") -> None:
        if job is self._current:
            self._current, self._kill_at = None, None
        message = self._messages.pop(job.id)
        files = [file.path for file in message.images] + ([message.output] if isinstance(message, Run) else [])
        self._scratch.discard(map(Path, files))
        job.settle(result, error, details)
