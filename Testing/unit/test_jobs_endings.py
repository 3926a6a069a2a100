"""The worker goes when it is no longer wanted, however its client ends, and leaves nothing."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from medai import MedAIError
from medai.errors import CancelledError
from medai.jobs import WorkerClient
from support.workers import asking, assert_works, fault_client, gone, pid_of, reached, until

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def test_an_idle_worker_leaves_and_the_next_run_starts_another(tmp_path: Path) -> None:
    with fault_client(idle_seconds=0.3) as client:
        pid = assert_works(client, tmp_path)
        until(lambda: client.poll() or client.pid is None)
        assert not psutil.pid_exists(pid)
        assert assert_works(client, tmp_path) != pid


def test_a_worker_that_is_not_kept_warm_leaves_after_the_last_queued_run(tmp_path: Path) -> None:
    with fault_client(idle_seconds=0) as client:
        client.start()
        ahead = pid_of(client)
        jobs = [client.submit(asking("work", tmp_path)) for _ in range(2)]
        jobs[0].wait()
        assert pid_of(client) == ahead
        jobs[1].wait()
        until(lambda: client.poll() or client.pid is None)
        assert not psutil.pid_exists(ahead)
        assert assert_works(client, tmp_path) != ahead


def test_keeping_the_worker_warm_can_be_switched_off_and_on(client: WorkerClient, tmp_path: Path) -> None:
    assert_works(client, tmp_path)
    client.idle_seconds = 0
    until(lambda: client.poll() or client.pid is None)
    client.idle_seconds = 60
    assert assert_works(client, tmp_path) == assert_works(client, tmp_path)
    client.idle_seconds = 0.1
    until(lambda: client.poll() or client.pid is None)


def test_switching_warmth_off_does_not_end_a_run(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("work in stages", tmp_path))
    reached(job, "segmenting")
    client.idle_seconds = 0
    assert job.wait().labelmap.voxels.sum() == 29
    until(lambda: client.poll() or client.pid is None)


def test_a_job_sent_to_a_worker_that_was_just_leaving_is_sent_again(tmp_path: Path) -> None:
    with fault_client("left just before", MARK=str(tmp_path / "mark")) as client:
        assert_works(client, tmp_path)
    assert (tmp_path / "mark").exists()


def test_close_during_a_run_cancels_it_and_what_waits(tmp_path: Path) -> None:
    client = fault_client()
    running, waiting = client.submit(asking("wait", tmp_path)), client.submit(asking("work", tmp_path))
    reached(running, "working")
    pid = pid_of(client)
    client.close()
    assert not psutil.pid_exists(pid)
    assert (running.state, waiting.state) == ("cancelled", "cancelled")
    client.close()
    with pytest.raises(MedAIError, match="closed"):
        client.submit(asking("work", tmp_path))
    with pytest.raises(MedAIError, match="closed"):
        client.start()


def test_a_forgotten_client_takes_its_worker_along(tmp_path: Path) -> None:
    client = fault_client()
    pid = assert_works(client, tmp_path)
    del client
    gc.collect()
    assert not psutil.pid_exists(pid)


def test_a_worker_started_on_a_thread_outlives_the_thread(client: WorkerClient, tmp_path: Path) -> None:
    thread = threading.Thread(target=client.start)
    thread.start()
    thread.join()
    pid = client.pid
    assert assert_works(client, tmp_path) == pid


PARENT = """
import sys, threading, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from support.workers import asking, fault_client, until
from medai.errors import CancelledError

client = fault_client()

def report(progress):
    if progress.stage == sys.argv[4]:
        print(client.pid, flush=True)

def main():
    job = client.submit(asking(sys.argv[3], Path(sys.argv[2])))
    try:
        job.wait(report)
    except CancelledError as problem:
        sys.exit(problem.exit_code)

if sys.argv[5] == "main":
    main()
else:
    threading.Thread(target=main).start()
    time.sleep(600)
"""


STAGES = [("wait", "working"), ("compute", "computing")]


def command(folder: Path, behavior: str, stage: str, thread: str = "main", script: str = PARENT) -> list[str]:
    return [sys.executable, "-c", script, str(Path(__file__).resolve().parents[1]), str(folder), behavior, stage, thread]


@contextlib.contextmanager
def parent(command: list[str]) -> Iterator[tuple[subprocess.Popen, int]]:
    """A process with a client in the middle of a run, and the number of its worker."""
    environment = {**os.environ, "TMPDIR": tempfile.gettempdir()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize(("behavior", "stage"), STAGES)
@pytest.mark.parametrize("thread", ["main", "other"])
def test_a_worker_goes_when_its_client_is_killed_in_the_middle_of_a_run(
    behavior: str, stage: str, thread: str, tmp_path: Path
) -> None:
    with parent(command(tmp_path, behavior, stage, thread)) as (process, worker):
        assert not gone(worker)
        process.kill()
        process.wait()
        until(lambda: gone(worker))
    assert not list(Path(tempfile.gettempdir()).glob("*/*.raw"))
    fault_client().close()


@pytest.mark.parametrize(("behavior", "stage"), STAGES)
def test_control_c_cancels_the_run_and_ends_cleanly(behavior: str, stage: str, tmp_path: Path) -> None:
    with parent(command(tmp_path, behavior, stage)) as (process, worker):
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == CancelledError.exit_code
        assert gone(worker)


def test_the_end_of_the_program_during_a_run_leaves_nothing(tmp_path: Path) -> None:
    script = PARENT.replace("print(client.pid, flush=True)", "print(client.pid, flush=True); sys.exit(5)")
    with parent(command(tmp_path, "wait", "working", script=script)) as (process, worker):
        assert process.wait(60) == 5
        assert gone(worker)
