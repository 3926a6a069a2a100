"""The worker process by itself: what it says on its pipe, and when it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import medai
from medai.jobs.environment import available_cores, worker_environment
from medai.jobs.protocol import (
    Advanced,
    Cancel,
    Cancelled,
    Done,
    Failed,
    MakePlan,
    Planned,
    Ready,
    Run,
    Stay,
    decode_event,
    encode,
)
from medai.jobs.voxels import read_voxels, write_voxels
from support.workers import FAULT_WORKER, asking, gone, until

WORKER = Path(medai.__file__).parent / "jobs" / "worker.py"


class Pipes:
    """A worker started by hand."""

    def __init__(self, *command: str, **variables: str) -> None:
        environment = {**os.environ, "FAULT": "", **variables}
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )

    def send(self, line: bytes) -> None:
        """Write a line as it is."""
        assert self.process.stdin
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def next(self, *kinds: type) -> Any:
        """The next event of one of these kinds."""
        assert self.process.stdout
        for line in self.process.stdout:
            event = decode_event(line)
            if isinstance(event, kinds):
                return event
        raise AssertionError("the worker said nothing more")


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes(str(FAULT_WORKER))
    with pipes.process:
        yield pipes
        pipes.process.kill()


def run_request(behavior: str, folder: Path, number: int = 1) -> Run:
    request = asking(behavior, folder)
    voxels = write_voxels(request.images[0], folder / f"{number}.raw")
    return Run(number, str(request.model), (voxels,), request.options, str(folder / f"{number}.out"))


@pytest.mark.parametrize(
    "garbage",
    [b"\xff\xfe\x00\n", b"\n", b"{}\n", b"[" * 5000 + b"\n", b"x" * 3_000_000 + b"\n", encode(Ready(1)), b'{"version":1}\n'],
)
def test_garbage_is_answered_and_the_next_request_is_carried_out(garbage: bytes, pipes: Pipes, tmp_path: Path) -> None:
    pipes.send(garbage)
    problem = pipes.next(Failed)
    assert problem.id == 0
    assert problem.message.endswith(".")
    pipes.send(encode(run_request("work", tmp_path)))
    done = pipes.next(Done)
    assert read_voxels(done.labelmap).voxels.sum() == 29
    assert done.counts == {1: 29}


def test_what_libraries_print_does_not_reach_the_client(pipes: Pipes, tmp_path: Path) -> None:
    pipes.send(encode(run_request("chatter", tmp_path)))
    assert pipes.next(Done, Failed, Cancelled).id == 1
    rest, printed = pipes.process.communicate()
    assert rest == b""
    assert b"no JSON at all" in printed
    assert b"from a child" in printed


def test_the_scan_is_no_longer_on_the_disk_while_a_model_works_on_it(pipes: Pipes, tmp_path: Path) -> None:
    pipes.send(encode(run_request("wait", tmp_path)))
    until(lambda: not (tmp_path / "1.raw").exists())
    pipes.send(encode(Cancel(1)))
    assert pipes.next(Cancelled, Done) == Cancelled(1)
    assert not (tmp_path / "1.out").exists()


def test_a_plan_is_answered_with_a_plan(pipes: Pipes, tmp_path: Path) -> None:
    run = run_request("work", tmp_path)
    pipes.send(encode(MakePlan(7, run.model, run.images, run.options)))
    event = pipes.next(Planned, Failed)
    assert event.id == 7
    assert event.plan.seconds == 1.0


@pytest.mark.parametrize(
    ("behavior", "stage"), [("wait", "working"), ("compute", "computing"), ("compute with torch", "computing")]
)
def test_the_end_of_its_input_ends_it_whatever_it_does(behavior: str, stage: str, pipes: Pipes, tmp_path: Path) -> None:
    pipes.send(encode(run_request(behavior, tmp_path)))
    until(lambda: pipes.next(Advanced).stage == stage)
    assert pipes.process.stdin
    pipes.process.stdin.close()
    assert pipes.process.wait(30) == 0


def test_its_idle_time_can_be_changed_while_it_waits(pipes: Pipes) -> None:
    pipes.next(Ready)
    pipes.send(encode(Stay(0.1)))
    assert pipes.process.wait(60) == 0


def test_it_ends_after_its_idle_time() -> None:
    pipes = Pipes(str(FAULT_WORKER), "--idle-seconds", "0.2")
    with pipes.process:
        assert pipes.next(Ready)
        assert pipes.process.wait(60) == 0


@pytest.mark.parametrize("command", [(str(WORKER),), ("-m", "medai.jobs.worker")])
def test_it_starts_by_file_path_and_as_a_module(command: tuple[str, ...]) -> None:
    pipes = Pipes(*command)
    with pipes.process:
        assert pipes.next(Ready) == Ready(pipes.process.pid)
        assert pipes.process.stdin
        pipes.process.stdin.close()
        assert pipes.process.wait(60) == 0


def test_by_file_path_it_finds_the_package_it_belongs_to_and_hides_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "medai"
    (copy / "jobs").mkdir(parents=True)
    (copy / "__init__.py").touch()
    (copy / "jobs" / "worker.py").write_bytes(WORKER.read_bytes())
    (copy / "jobs" / "medai.py").write_text("raise RuntimeError")
    script = "import runpy, sys; w = runpy.run_path(sys.argv[1]); sys.path.insert(0, sys.argv[2]); w['find_package'](); "
    script += "import medai; print(medai.__file__)"
    command = [sys.executable, "-c", script, str(copy / "jobs" / "worker.py"), str(copy / "jobs")]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(found) == copy / "__init__.py"


def test_the_client_side_imports_neither_torch_nor_monai() -> None:
    script = "import sys, json, medai.jobs; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout)
    assert not {"torch", "monai", "qt", "slicer"} & set(modules)


def test_the_environment_has_the_settings_that_make_it_fast_and_respects_what_is_set(tmp_path: Path) -> None:
    fresh = worker_environment({"A": "b"}, tmp_path)
    assert fresh["A"] == "b"
    assert fresh["OMP_NUM_THREADS"] == str(available_cores())
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
    if sys.platform == "linux":
        assert fresh["MALLOC_MMAP_THRESHOLD_"] == fresh["MALLOC_TRIM_THRESHOLD_"] == "1073741824"
    assert worker_environment({"OMP_NUM_THREADS": "3"}, tmp_path)["OMP_NUM_THREADS"] == "3"


def test_a_worker_whose_parent_is_killed_goes_also_where_its_pipe_stays_open(tmp_path: Path) -> None:
    """A forked sibling may hold the pipe open; on Linux the kernel tells the worker then."""
    if sys.platform != "linux":
        pytest.skip("Only Linux tells a child that its parent is gone.")
    reader, writer = os.pipe()
    script = "import subprocess, sys, time; p = subprocess.Popen(sys.argv[1:], stdin=int(sys.stdin.readline()), stdout=2); "
    script += "print(p.pid, flush=True); time.sleep(600)"
    command = [sys.executable, "-c", script, sys.executable, str(FAULT_WORKER), "--die-with-parent"]
    parent = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[reader],
        env={**os.environ, "FAULT": ""},
    )
    assert parent.stdin
    assert parent.stdout
    assert parent.stderr
    with parent:
        parent.stdin.write(b"%d\n" % reader)
        parent.stdin.flush()
        worker = int(parent.stdout.readline())
        assert b"Ready" in parent.stderr.readline()
        parent.kill()
    until(lambda: gone(worker))
    os.close(reader)
    os.close(writer)
