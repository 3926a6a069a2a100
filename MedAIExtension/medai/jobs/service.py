"""What a worker does all its life: read requests on one thread, answer them one after another on the main thread."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import faulthandler
import functools
import importlib.metadata
import os
import platform
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from .. import __version__
from ..bundles import Bundle
from ..errors import CancelledError, MedAIError
from ..image import Image
from ..inference import doubts_about
from ..inference.options import Options
from ..inference.output import Output
from ..inference.plan import Plan
from ..inference.progress import Progress, Report
from ..results import Prediction, count_voxels
from .exporting import write_result
from .failure import sentence_of
from .labeling import labels_of
from .loading import Loading
from .measuring import measured, measured_if_possible
from .protocol import (
    LONGEST_LINE,
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
    Stay,
    decode_request,
    encode,
)
from .voxels import VoxelFile, product_file, read_voxels, with_i_fastest, write_voxels

RunModel = Callable[[Sequence[Image], Bundle, Options, Report, Callable[[], bool]], Output]
PlanModel = Callable[[Sequence[Image], Bundle, Options], Plan]

_REPORT_SECONDS = 0.1
_PACKAGES = ("torch", "monai", "SimpleITK", "numpy")
_LINUX_PR_SET_PDEATHSIG = 1


def parse_arguments(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """The command line of a worker as keyword arguments of ``serve``."""
    parser = argparse.ArgumentParser(prog="medai.jobs.worker", description="Runs models for a MedAI client.")
    parser.add_argument("--idle-seconds", type=float, default=600.0, help="end after this time without a request")
    parser.add_argument("--preload", action="store_true", help="import the large libraries before the first request")
    parser.add_argument("--die-with-parent", action="store_true", help="the thread that starts this process outlives its need")
    return vars(parser.parse_args(arguments))


def serve(
    requests: BinaryIO,
    events: BinaryIO,
    *,
    run: RunModel,
    plan: PlanModel,
    load: Callable[[], None] = lambda: None,
    idle_seconds: float = 600.0,
    preload: bool = False,
    die_with_parent: bool = False,
) -> None:
    """Answer requests until there was none for ``idle_seconds``.

    The end of ``requests`` ends the process at once, whatever it does: the client is gone.

    Args:
        requests: pipe from the client.
        events: pipe to the client.
        run: what runs a model, such as ``medai.inference.infer``.
        plan: what plans a run, such as ``medai.inference.make_plan``.
        load: imports what ``run`` and ``plan`` need.
        idle_seconds: how long to stay without work; ``Stay`` changes it.
        preload: call ``load`` at once.
        die_with_parent: have Linux end this process when the thread that started it ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the client
    faulthandler.enable()
    if die_with_parent and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_LINUX_PR_SET_PDEATHSIG, signal.SIGKILL)
    _Service(requests, events, run, plan, Loading(load)).serve(idle_seconds, preload)


class _Service:
    def __init__(self, requests: BinaryIO, events: BinaryIO, run: RunModel, plan: PlanModel, loading: Loading) -> None:
        self._requests, self._events = requests, events
        self._run_model, self._plan_model, self._loading = run, plan, loading
        self._waiting: queue.Queue[Run | MakePlan | Measure | Export | Stay] = queue.Queue()
        self._cancelled: set[int] = set()
        self._speaking = threading.Lock()

    def serve(self, idle_seconds: float, preload: bool) -> None:
        threading.Thread(target=self._listen, name="medai-requests", daemon=True).start()
        if preload:
            self._loading.start()
        self._say(Ready(os.getpid()))
        while True:
            try:
                request = self._waiting.get(timeout=idle_seconds)
            except queue.Empty:
                return
            if isinstance(request, Stay):
                idle_seconds = request.idle_seconds
                continue
            if _is_used_up(request):
                return  # nothing of the request was begun, so the client starts a new process with it
            self._say(self._answer(request))
            self._cancelled.discard(request.id)
            _give_memory_back()

    def _listen(self) -> None:
        try:
            while line := self._requests.readline(LONGEST_LINE):
                self._hear(line)
        except BaseException:
            traceback.print_exc()
            _leave(1)  # a worker that does not listen would not learn of its client's end
        _leave()  # the client is gone, and nobody wants the result

    def _hear(self, line: bytes) -> None:
        try:
            request = decode_request(line)
        except ProtocolError as problem:
            self._say(Failed(0, str(problem), problem.exit_code, ""))
            return
        if isinstance(request, Cancel):
            self._cancelled.add(request.id)
        else:
            self._waiting.put(request)

    def _say(self, event: Event) -> None:
        try:
            with self._speaking:
                self._events.write(encode(event))
                self._events.flush()
        except OSError:
            _leave()

    def _answer(self, request: Run | MakePlan | Measure | Export) -> Event:
        try:
            self._say(Advanced(request.id, 0.0, "starting", None))
            if isinstance(request, Measure):
                return self._measured(request)
            if isinstance(request, Export):
                return self._exported(request)
            self._loading.finish(lambda: request.id in self._cancelled)
            return self._carry_out(request)
        except CancelledError:
            return Cancelled(request.id)
        except BaseException as problem:
            message, code = sentence_of(problem)
            return Failed(request.id, message, code, traceback.format_exc())

    def _carry_out(self, request: Run | MakePlan) -> Event:
        images = _taken(request.images)
        bundle = Bundle.open(Path(request.model))
        if isinstance(request, MakePlan):
            return Planned(request.id, self._plan_model(images, bundle, request.options))
        # As it is before the run, which may outlive it.
        model = {"name": bundle.name, "title": bundle.title, "version": bundle.version, "content_hash": bundle.content_hash}
        number = request.id
        output = self._run_model(images, bundle, request.options, self._reporter(number), lambda: number in self._cancelled)
        labelmap = with_i_fastest(output.labelmap) if output.labelmap is not None else None
        counts = count_voxels(labelmap) if labelmap is not None else {}
        labels = labels_of(bundle.label_names, counts, request.options.labels, labelmap.channels if labelmap else 0)
        self._say(Advanced(number, 1.0, "measuring", None))
        options = {"options": asdict(request.options)}
        found = Prediction(labelmap, labels, options, detections=output.detections, confidence=output.confidence)
        classes = len(bundle.label_names) + 1 if labelmap is not None and labelmap.channels == 1 else 2
        doubts = doubts_about(images, bundle)
        began = time.monotonic()
        found, said = measured_if_possible(found, images[0], doubts, classes)
        return Done(
            id=number,
            labelmap=_written(labelmap, request.output, "labelmap"),
            counts=counts,
            labels=bundle.label_names,
            plan=output.plan,
            seconds={**output.seconds, "measuring": time.monotonic() - began},
            peak_memory_bytes=output.peak_memory_bytes,
            model=model,
            versions=_versions(),
            warnings=(*output.warnings, *doubts, *said),
            detections=output.detections,
            landmarks=output.landmarks,
            classes=output.classes,
            lesions=found.lesions,
            statistics=found.statistics,
            confidence=_written(output.confidence, request.output, "confidence"),
            saliency=_written(output.saliency, request.output, "saliency"),
        )

    def _measured(self, request: Measure) -> Measured:
        labelmap, *scans = _taken(request.images)
        self._say(Advanced(request.id, 0.0, "measuring", None))
        found = measured(Prediction(labelmap, request.labels), scans[0] if scans else None, request.values)
        return Measured(request.id, found.lesions, found.statistics)

    def _exported(self, request: Export) -> Exported:
        images = _taken(request.images)
        self._say(Advanced(request.id, 0.0, "writing", None))
        where = (request.folder, request.exports, request.source, request.series, request.card)
        return Exported(request.id, write_result(images, request.maps, request.findings, *where))

    def _reporter(self, number: int) -> Report:
        last = ("", -1.0)

        def report(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if progress.stage != last[0] or progress.fraction >= 1 or now - last[1] >= _REPORT_SECONDS:
                last = (progress.stage, now)
                self._say(Advanced(number, float(progress.fraction), progress.stage, progress.seconds_left))

        return report


def _taken(files: Sequence[VoxelFile]) -> tuple[Image, ...]:
    images = tuple(read_voxels(file) for file in files)
    for file in files:
        # Where the system allows it, no voxels stay on the disk however this process and its client end.
        with contextlib.suppress(OSError):
            Path(file.path).unlink()
    return images


def _written(image: Image | None, output: str, name: str) -> VoxelFile | None:
    return write_voxels(with_i_fastest(image), product_file(output, name)) if image is not None else None


def _is_used_up(request: Run | MakePlan | Measure | Export) -> bool:
    """Whether the own code of another bundle has run in this process."""
    from ..bundles.audit import is_used_up

    if isinstance(request, (Measure, Export)):
        return False
    try:
        return is_used_up(Bundle.open(Path(request.model)))
    except MedAIError:
        return False  # the answer says what is wrong


def _leave(exit_code: int = 0) -> NoReturn:
    os._exit(exit_code)


@functools.cache
def _versions() -> dict[str, str]:
    versions = {"medai": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions


def _give_memory_back() -> None:
    """Return what the last run left in glibc's heap: a worker that waits should not hold gigabytes."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
