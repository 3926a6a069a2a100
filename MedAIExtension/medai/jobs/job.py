"""One run (or plan) that was asked of a worker: where it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from ..errors import CancelledError, InputError, MedAIError
from ..image import Image
from ..inference.options import Options
from ..inference.progress import Progress, Report
from ..results.labels import Label
from ..results.lesions import Lesion
from ..results.statistics import Statistics
from .exporting import ExportRequest

if TYPE_CHECKING:
    from .client import WorkerClient

Result = TypeVar("Result")
State = Literal["queued", "running", "done", "failed", "cancelled"]
STAGES = ("copying", "starting", "preparing", "segmenting", "restoring", "measuring", "writing", "collecting")
"""What ``Progress.stage`` says on the way of a run, in this order; one may be missing, and no other comes."""


@dataclass(frozen=True)
class RunRequest:
    """What to run.

    Attributes:
        model: the bundle's folder.
        images: what ``medai.inference.infer`` takes: one image with all channels, or one per channel in the bundle's order.
            Their voxels must stay as they are until the job is ``copied``.
        options: how to run it.
    """

    model: Path
    images: tuple[Image, ...]
    options: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", Path(self.model).resolve())
        if not self.images:
            raise InputError("No scan was given; choose one.")


@dataclass(frozen=True)
class MeasureRequest:
    """What to measure.

    Attributes:
        images: the label map (layer, i, j, k) of whole numbers and, where its inside is to be measured, the scan on its grid.
        labels: what the label map's values mean.
        values: those whose parts are lesions; None: those of the labels that are findings.
    """

    images: tuple[Image, ...]
    labels: tuple[Label, ...]
    values: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        labelmap = self.images[0]
        if labelmap.voxels.dtype.kind not in "ui":
            raise InputError(f"{labelmap.name} has voxels that are no whole numbers; choose a label map.")
        for scan in self.images[1:]:
            if not scan.on_same_grid(labelmap):
                raise InputError(f"{labelmap.name} is not on the grid of {scan.name}; resample one of them first.")


@dataclass(frozen=True)
class Measures:
    """What came of it: see ``Prediction``."""

    lesions: tuple[Lesion, ...]
    statistics: tuple[Statistics, ...]


AnyRequest = RunRequest | MeasureRequest | ExportRequest


class WorkerTraceback(Exception):
    """The traceback of the worker, as the cause of the error that the client raises; for experts."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class Job(Generic[Result]):
    """A request and what is known about it; updated by ``poll`` and ``wait`` in the client's own thread, never behind its back.

    Attributes:
        id: its number within the client.
        request: what was asked.
        state: "queued" or "running", then "done", "failed" or "cancelled".
        progress: where it is; None as long as others are before it. Its stage is one of ``STAGES``.
        copied: True once the worker has a copy of the voxels, and the images may change or go.
        error: why it failed or that it was cancelled, once it ended so.
        details: the worker's traceback or log where it failed, for experts.
    """

    def __init__(self, client: WorkerClient, number: int, request: AnyRequest) -> None:
        self.id = number
        self.request = request
        self.state: State = "queued"
        self.progress: Progress | None = None
        self.copied = False
        self.error: MedAIError | None = None
        self.details = ""
        self._client = client
        self._result: Result | None = None

    @property
    def ended(self) -> bool:
        """True once nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

    def poll(self) -> bool:
        """Take in what the worker said and copy some voxels, in about a hundredth of a second; True once the job has ended."""
        self._client.poll()
        return self.ended

    def cancel(self) -> None:
        """Stop it: at once where the worker does not have it, else when that answers or, two seconds later, is killed."""
        self._client.cancel(self)

    def wait(self, report: Report | None = None) -> Result:
        """Block until the job has ended, and give its result; Ctrl-C cancels it.

        Args:
            report: called with every new progress.

        Raises:
            CancelledError: if it was cancelled.
            MedAIError: of the kind that the run failed with.
        """
        while not self.ended:
            try:
                self._follow(report)
            except KeyboardInterrupt:
                self.cancel()
            except BaseException:
                self.cancel()
                raise
        return self.result()

    def result(self) -> Result:
        """What came of it; raises what ``wait`` raises, and MedAIError as long as the job has not ended."""
        if self.error:
            raise self.error from (WorkerTraceback(self.details) if self.details else None)
        if self._result is None:
            raise MedAIError("The run has not ended; wait for it first.")
        return self._result

    def _follow(self, report: Report | None) -> None:
        told = None
        while not self.ended:
            self._client.poll(timeout=0.1)
            if report and self.progress and self.progress is not told:
                told = self.progress
                report(told)
        if report and self.state == "done" and self.progress and self.progress.fraction < 1:
            report(Progress(1.0, self.progress.stage, 0.0))

    def settle(self, result: Result | None = None, error: MedAIError | None = None, details: str = "") -> None:
        """End the job; for the client."""
        self._result, self.error, self.details = result, error, details
        if error is None:
            self.state = "done"
        else:
            self.state = "cancelled" if isinstance(error, CancelledError) else "failed"


AnyJob = Job[Any]
