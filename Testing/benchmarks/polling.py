"""How long a window would stand still: the longest call of the client, for a large scan on its way to the worker and back.

Run from the repository: python Testing/benchmarks/polling.py [--size I J K] [--interval MILLISECONDS]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Testing"), str(ROOT / "MedAIExtension")]

from medai import Image  # noqa: E402
from medai.jobs import Job, RunRequest, WorkerClient  # noqa: E402
from medai.results import measure  # noqa: E402
from support.workers import empty_bundle, fault_client  # noqa: E402


@dataclass
class Stopwatch:
    """The longest call of each kind, and how often it was called."""

    longest: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def call(self, kind: str, function: Callable[..., Any], *arguments: object) -> Any:
        """Call and measure."""
        begin = time.perf_counter()
        result = function(*arguments)
        taken = time.perf_counter() - begin
        self.longest[kind] = max(taken, self.longest.get(kind, 0.0))
        self.calls[kind] = self.calls.get(kind, 0) + 1
        return result

    def show(self) -> None:
        """One line for each kind of call."""
        for kind, seconds in self.longest.items():
            print(f"  {kind:<36} {seconds * 1e3:8.2f} ms at most in {self.calls[kind]} calls")


def scan(size: Sequence[int], behavior: str, order: str) -> Image:
    """Noise (1, i, j, k) of int16 in the memory order of VTK ("kji") or of numpy ("ijk")."""
    noise = np.random.default_rng(0).integers(-1000, 1000, tuple(size[::-1] if order == "kji" else size), np.int16)
    return Image((noise.transpose(2, 1, 0) if order == "kji" else noise)[None], np.eye(4), behavior)


def follow(job: Job, watch: Stopwatch, interval: float) -> None:
    """What a window does: poll from a timer until the job has ended, each stage measured by itself."""
    while True:
        stage = job.progress.stage if job.progress else "queued"
        begin = time.perf_counter()
        ended = watch.call(f"poll, {stage}", job.poll)
        if ended:
            return
        time.sleep(max(0.0, interval - (time.perf_counter() - begin)))


def main() -> None:
    """Print the longest calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=3, default=(512, 512, 600))
    parser.add_argument("--interval", type=float, default=20.0, help="milliseconds between two polls")
    arguments = parser.parse_args()
    for order in ("kji", "ijk"):
        with tempfile.TemporaryDirectory() as folder:
            model = empty_bundle(Path(folder) / "model")
            measure_all(model, scan(arguments.size, "work", order), arguments.interval / 1e3, f"memory order {order}")


def measure_all(model: Path, image: Image, interval: float, title: str) -> None:
    """Everything that a window asks of a client, with one scan."""
    megabytes = image.voxels.nbytes / 1e6
    print(f"{title}: {' x '.join(map(str, image.shape))} voxels, {megabytes:.0f} MB")
    watch = Stopwatch()
    client: WorkerClient = watch.call("make a client", fault_client)
    watch.call("start", client.start)
    request = RunRequest(model, (image,))
    for _ in range(2):
        job = watch.call("submit", client.submit, request)
        follow(job, watch, interval)
        prediction = job.result()
    watch.call("measure", measure, prediction)
    cancelled = client.submit(request)
    while cancelled.progress and cancelled.progress.stage == "copying":
        client.poll()
    watch.call("cancel", cancelled.cancel)
    follow(cancelled, watch, interval)
    copying = [client.submit(request) for _ in range(2)]
    client.poll()
    for job in copying:
        watch.call("cancel while copying", job.cancel)
    begin = time.perf_counter()
    client.submit(request).wait()
    waited = time.perf_counter() - begin
    watch.call("close", client.close)
    watch.show()
    print(f"  {'a run that is waited for':<36} {waited * 1e3:8.0f} ms in all")


if __name__ == "__main__":
    main()
