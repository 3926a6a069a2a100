"""Clients of the worker that fails on request, and the things to wait for."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from medai import Image
from medai.jobs import RunRequest, WorkerClient

FAULT_WORKER = Path(__file__).with_name("fault_worker.py")


def fault_client(fault: str = "", idle_seconds: float = 60.0, **variables: str) -> WorkerClient:
    """A client whose worker has this fault of its own, besides what its model does."""
    environment = {**os.environ, "FAULT": fault, **variables}
    return WorkerClient(script=FAULT_WORKER, idle_seconds=idle_seconds, environment=environment)


def empty_bundle(folder: Path) -> Path:
    """A bundle of which only the metadata are there: one label, "Thing"."""
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    labels = {"0": "background", "1": "Thing"}
    metadata = {"version": "1.2", "network_data_format": {"outputs": {"pred": {"channel_def": labels}}}}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    return folder


def asking(behavior: str, folder: Path) -> RunRequest:
    """A request with a small scan that makes the fault worker behave so."""
    voxels = np.arange(-30, 30, dtype=np.int16).reshape(1, 3, 4, 5)
    affine = np.array([[0, -2, 0, 5], [1.5, 0, 0, -7], [0, 0, 3, 11], [0, 0, 0, 1]])
    return RunRequest(empty_bundle(folder / "some-model"), (Image(voxels, affine, name=behavior),))


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
