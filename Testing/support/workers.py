"""Clients of the worker that fails on request, and the things to wait for."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from medai import Image
from medai.jobs import Job, RunRequest, WorkerClient

FAULT_WORKER = Path(__file__).with_name("fault_worker.py")


def fault_client(fault: str = "", idle_seconds: float = 60.0, **variables: str) -> WorkerClient:
    """A client whose worker has this fault of its own, besides what its model does."""
    environment = {**os.environ, "FAULT": fault, **variables}
    return WorkerClient(script=FAULT_WORKER, idle_seconds=idle_seconds, environment=environment)


def empty_bundle(folder: Path, names: Sequence[str] = ("Thing",)) -> Path:
    """A bundle of which only the metadata are there, with labels of these names from 1 on."""
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    labels = {str(value): name for value, name in enumerate(["background", *names])}
    metadata = {"version": "1.2", "network_data_format": {"outputs": {"pred": {"channel_def": labels}}}}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    return folder


def asking(behavior: str, folder: Path) -> RunRequest:
    """A request with a small scan that makes the fault worker behave so."""
    voxels = np.arange(-30, 30, dtype=np.int16).reshape(1, 3, 4, 5)
    affine = np.array([[0, -2, 0, 5], [1.5, 0, 0, -7], [0, 0, 3, 11], [0, 0, 0, 1]])
    return RunRequest(empty_bundle(folder / "some-model"), (Image(voxels, affine, name=behavior),))


def reached(job: Job, stage: str) -> None:
    """Wait until the job is at this stage."""
    until(lambda: job.poll() or (job.progress and job.progress.stage == stage))
    assert job.state == "running", job.details or job.error


def pid_of(client: WorkerClient) -> int:
    """The number of the client's worker, which must be there."""
    assert client.pid is not None
    return client.pid


def assert_works(client: WorkerClient, folder: Path) -> int:
    """A run succeeds; the number of the worker that did it."""
    prediction = client.submit(asking("work", folder)).wait()
    assert prediction.labelmap.voxels.sum() == 29
    return pid_of(client)


@contextmanager
def nothing_left(folder: Path) -> Iterator[None]:
    """What happens inside, with ``folder`` for temporary files, leaves no file there and no child process, nor a zombie."""
    folder.mkdir()
    before, usual = set(psutil.Process().children(recursive=True)), tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = usual
    assert not set(psutil.Process().children(recursive=True)) - before
    assert not list(folder.iterdir())


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until the condition holds; fail when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """True where no such process runs (a zombie that its new parent has not buried yet does not)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
