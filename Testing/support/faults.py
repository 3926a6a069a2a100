"""Models that work or fail as asked, and pipes that fail, for the worker of ``fault_worker.py``."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from medai import Image
from medai.bundles import Bundle
from medai.errors import CancelledError, TrustError
from medai.finding import ClassScore, Detection, Landmark
from medai.inference import Options, Output, Plan, Progress
from medai.region import Box

PLAN = Plan("cpu", "float32", (4, 4, 4), (1.0, 1.0, 1.0), (4, 4, 4), 1, 1000, {"work": 1.0})
STEPS = 30
Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


def run(images: Sequence[Image], bundle: Bundle, options: Options, report: Report, cancelled: Cancelled) -> Output:
    """Do what the name says, then label what is positive; for "several labels" the four quarters along i and j."""
    report(Progress(0.25, "working", 3.0) if images[0].name != "work in stages" else Progress(0.0, "preparing"))
    BEHAVIORS[images[0].name](report, cancelled)
    if images[0].name in FINDINGS:
        return Output(None, PLAN, {"work": 0.5}, 1234, **FINDINGS[images[0].name](images[0]))
    label = _quarters if images[0].name == "several labels" else _positive
    return Output(images[0].with_voxels(label(images[0].voxels[:1])), PLAN, {"work": 0.5}, 1234)


def plan(images: Sequence[Image], bundle: Bundle, options: Options) -> Plan:
    """Always the same plan."""
    return PLAN


def load() -> None:
    """What takes long when a real worker starts."""
    while os.environ["FAULT"] == "never loaded":
        time.sleep(0.05)
    if os.environ["FAULT"] == "broken library":
        raise ImportError("libtorch.so: cannot open shared object file")


def _boxes(image: Image) -> dict[str, Any]:
    """A hundred of them along the scan's first axis, with falling scores."""
    axes = image.affine[:3, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    centers = image.affine[:3, 3] + 0.1 * np.arange(100)[:, None] * axes[:, 0]
    boxes = [Box(tuple(center), (4.0, 5.0, 6.0), tuple(map(tuple, axes.T))) for center in centers.tolist()]
    return {"detections": tuple(Detection("nodule", 0.99 - number / 101, box) for number, box in enumerate(boxes))}


def _points(image: Image) -> dict[str, Any]:
    return {"landmarks": (Landmark("left valve", (1.0, 2.0, 3.0)), Landmark("right valve", (-4.0, 5.0, 6.5)))}


def _classes(image: Image) -> dict[str, Any]:
    return {"classes": (ClassScore("normal", 0.75, 2.1, True), ClassScore("dense", 0.25, 1.0, False))}


def _ask_for_trust(report: Report, cancelled: Cancelled) -> None:
    raise TrustError("some-model brings code of its own (scripts/own.py); look at it with `medai audit some-model`.")


def _positive(voxels: NDArray) -> NDArray[np.uint8]:
    return (voxels > 0).astype(np.uint8)


def _quarters(voxels: NDArray) -> NDArray[np.uint8]:
    """The labels 1 to 4, with background around them where there is room."""
    labels = np.zeros(voxels.shape, np.uint8)
    inner = labels[0, 1:-1, 1:-1, 1:-1] if min(voxels.shape[1:]) > 3 else labels[0]
    i, j = (np.arange(size) * 2 // size for size in inner.shape[:2])
    inner[:] = (1 + i[:, None] + 2 * j)[..., None]
    return labels


def _work(report: Report, cancelled: Cancelled) -> None:
    pass


def _work_in_stages(report: Report, cancelled: Cancelled) -> None:
    """The stages of a real run, a third of a second each."""
    for step in range(STEPS):
        if cancelled():
            raise CancelledError("The run was cancelled; nothing was changed.")
        stage = ("preparing", "segmenting", "restoring")[step * 3 // STEPS]
        report(Progress(step / STEPS, stage, (STEPS - step) / STEPS))
        time.sleep(1 / STEPS)
    report(Progress(1.0, "restoring", 0.0))


def _wait(report: Report, cancelled: Cancelled) -> None:
    while not cancelled():
        time.sleep(0.02)
    raise CancelledError("The run was cancelled; nothing was changed.")


def _ignore_cancel(report: Report, cancelled: Cancelled) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    report(Progress(0.5, f"child {child.pid}"))
    while True:
        time.sleep(1)


def _finish_after_cancel(report: Report, cancelled: Cancelled) -> None:
    while not cancelled():
        time.sleep(0.02)


def _compute(report: Report, cancelled: Cancelled) -> None:
    report(Progress(0.5, "computing"))
    hashlib.pbkdf2_hmac("sha256", b"", b"", 1 << 30)  # one native call, far longer than any test


def _compute_torch(report: Report, cancelled: Cancelled) -> None:
    import torch

    report(Progress(0.5, "computing"))
    torch.linalg.matrix_power(torch.eye(4000), 2**62)  # likewise, on several threads


def _chatter(report: Report, cancelled: Cancelled) -> None:
    print('{"version": 1, "kind": "Cancelled", "id": 1}', flush=True)
    os.write(1, b"no JSON at all\n")
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    assert sys.stdin.read() == ""


def _allocate_numpy(report: Report, cancelled: Cancelled) -> None:
    _limit_memory(1 << 28)
    np.ones(1 << 32)


def _allocate_torch(report: Report, cancelled: Cancelled) -> None:
    import torch

    _limit_memory(1 << 28)
    torch.ones(1 << 32)


def _limit_memory(more: int) -> None:
    import resource

    import psutil

    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + more, resource.RLIM_INFINITY))


def _fill_disk(report: Report, cancelled: Cancelled) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))


def _fail(report: Report, cancelled: Cancelled) -> None:
    raise ValueError("the network has no such layer\nand a second line")


def _exit(report: Report, cancelled: Cancelled) -> None:
    os._exit(3)


def _die_of(number: int) -> Callable[[Report, Cancelled], None]:
    def die(report: Report, cancelled: Cancelled) -> None:
        os.kill(os.getpid(), number)

    return die


BEHAVIORS: dict[str, Callable[[Report, Cancelled], Any]] = {
    "work": _work,
    "several labels": _work,
    "find boxes": _work,
    "find points": _work,
    "find classes": _work,
    "ask for trust": _ask_for_trust,
    "work in stages": _work_in_stages,
    "wait": _wait,
    "ignore cancel": _ignore_cancel,
    "finish after cancel": _finish_after_cancel,
    "compute": _compute,
    "compute with torch": _compute_torch,
    "chatter": _chatter,
    "allocate with numpy": _allocate_numpy,
    "allocate with torch": _allocate_torch,
    "fill the disk": _fill_disk,
    "fail": _fail,
    "exit": _exit,
    "be killed": _die_of(signal.SIGKILL),
    "crash": _die_of(signal.SIGSEGV),
}

FINDINGS: dict[str, Callable[[Image], dict[str, Any]]] = {
    "find boxes": _boxes,
    "find points": _points,
    "find classes": _classes,
}


class DyingPipe:
    """A pipe to the client whose worker is killed in the middle of sending the result."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe

    def write(self, line: bytes) -> None:
        """Pass lines on; of a result only half."""
        if b'"Done"' in line:
            self._pipe.write(line[: len(line) // 2])
            self._pipe.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        self._pipe.write(line)

    def flush(self) -> None:
        """Pass on."""
        self._pipe.flush()


class BabblingPipe(DyingPipe):
    """A pipe to the client that garbles the result."""

    def write(self, line: bytes) -> None:
        """Pass lines on; of a result garbage."""
        self._pipe.write(b"\xff garbage\n" if b'"Done"' in line else line)
