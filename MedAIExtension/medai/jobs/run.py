"""The short way: one call that finds the model, runs it in the worker, and gives the prediction."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..bundles import find_model
from ..image import Image
from ..inference import check_request
from ..inference.options import Options
from ..inference.plan import Plan
from ..inference.progress import Report
from ..results.prediction import Prediction
from .client import WorkerClient
from .job import RunRequest


def predict(
    images: Sequence[Image],
    model: str | Path,
    options: Options | None = None,
    report: Report | None = None,
    client: WorkerClient | None = None,
) -> Prediction:
    """Run a model on a scan and wait for the result; Ctrl-C cancels it.

    Args:
        images: one image with all of the model's channels, or one per channel in the model's order; the first one's grid
            is the result's.
        model: a model's name, or a bundle's folder.
        options: device, mode, subset of labels, box.
        report: called with the progress of the whole run.
        client: whose worker runs it; by default one that all calls in this process share, so that later calls find it warm.

    Raises:
        InputError: if there is no such model, or the images do not suit it.
        TrustError, RefusedError: if the bundle asks for more than is allowed.
        CancelledError: if the run was cancelled.
        MedAIError: if it failed otherwise.
    """
    request = _request(images, model, options)
    with _client(client) as worker:
        return worker.submit(request).wait(report)


def plan(
    images: Sequence[Image],
    model: str | Path,
    options: Options | None = None,
    client: WorkerClient | None = None,
) -> Plan:
    """What ``predict`` would do with the same arguments and what it would take; raises the same errors, runs nothing."""
    request = _request(images, model, options)
    with _client(client) as worker:
        return worker.submit_plan(request).wait()


def _request(images: Sequence[Image], model: str | Path, options: Options | None) -> RunRequest:
    bundle = find_model(model)
    check_request(images, bundle, options or Options())
    return RunRequest(bundle.root, tuple(images), options or Options())


_shared: dict[int, WorkerClient] = {}  # by process: a forked child needs one of its own
_shared_lock = threading.Lock()


@contextmanager
def _client(given: WorkerClient | None) -> Iterator[WorkerClient]:
    if given is not None:
        yield given
        return
    with _shared_lock:
        if os.getpid() not in _shared:
            _shared[os.getpid()] = WorkerClient()
        yield _shared[os.getpid()]
