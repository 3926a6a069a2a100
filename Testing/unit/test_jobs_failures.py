"""Whatever becomes of the worker and its model is told in a sentence, and the next run works."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import traceback
from pathlib import Path

import pytest

from medai import MedAIError
from medai.jobs import WorkerClient
from support.workers import asking, assert_works, fault_client, gone, pid_of, reached, until

pytestmark = pytest.mark.usefixtures("leaves_nothing")


KILLED = r"killed \(SIGKILL\).*memory"


def test_a_worker_killed_at_its_start_fails_the_job(tmp_path: Path) -> None:
    with fault_client("killed at start") as client:
        for _ in range(2):
            with pytest.raises(MedAIError, match=KILLED):
                client.submit(asking("work", tmp_path)).wait()


def test_a_worker_killed_while_it_loads_libraries_fails_the_job(tmp_path: Path) -> None:
    with fault_client("never loaded") as client:
        job = client.submit(asking("work", tmp_path))
        reached(job, "starting")
        os.kill(pid_of(client), signal.SIGKILL)
        with pytest.raises(MedAIError, match=KILLED):
            job.wait()


def test_a_worker_killed_before_the_run_is_replaced(client: WorkerClient, tmp_path: Path) -> None:
    pid = assert_works(client, tmp_path)
    os.kill(pid, signal.SIGKILL)
    until(lambda: client.poll() or client.pid is None)
    assert assert_works(client, tmp_path) != pid


def test_a_worker_killed_just_before_the_job_is_sent_fails_it_or_is_replaced(client: WorkerClient, tmp_path: Path) -> None:
    os.kill(assert_works(client, tmp_path), signal.SIGKILL)
    job = client.submit(asking("work", tmp_path))
    with contextlib.suppress(MedAIError):
        job.wait()
    assert job.state in ("done", "failed")
    assert_works(client, tmp_path)


def test_a_worker_killed_in_the_middle_of_inference_fails_the_job(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("compute with torch", tmp_path))
    reached(job, "computing")
    os.kill(pid_of(client), signal.SIGKILL)
    with pytest.raises(MedAIError, match=KILLED):
        job.wait()
    assert job.state == "failed"
    assert_works(client, tmp_path)


def test_a_worker_killed_while_it_sends_the_result_fails_the_job(tmp_path: Path) -> None:
    with fault_client("killed while sending") as client, pytest.raises(MedAIError, match=r"broken|SIGKILL"):
        client.submit(asking("work", tmp_path)).wait()


def test_a_worker_that_says_garbage_is_not_trusted_any_longer(tmp_path: Path) -> None:
    with fault_client("babbling") as client:
        job = client.submit(asking("work", tmp_path))
        worker = pid_of(client)
        with pytest.raises(MedAIError, match=r"broken .*garbage"):
            job.wait()
        until(lambda: client.poll() or client.pid is None)
        assert gone(worker)


@pytest.mark.parametrize(
    ("behavior", "words"), [("be killed", KILLED), ("crash", r"crashed \(SIGSEGV\)"), ("exit", "exit code 3")]
)
def test_every_sudden_end_is_told_and_the_next_run_works(behavior: str, words: str, client: WorkerClient, tmp_path: Path) -> None:
    with pytest.raises(MedAIError, match=words):
        client.submit(asking(behavior, tmp_path)).wait()
    assert_works(client, tmp_path)


def test_a_crash_leaves_its_place_in_the_details(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("crash", tmp_path))
    with pytest.raises(MedAIError):
        job.wait()
    assert "faults.py" in job.details


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_out_of_memory_is_told_in_a_sentence(library: str, client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking(f"allocate with {library}", tmp_path))
    with pytest.raises(MedAIError, match="memory did not suffice"):
        job.wait()
    assert "_allocate_" in job.details


def test_a_full_disk_under_the_result_is_told_in_a_sentence(client: WorkerClient, tmp_path: Path) -> None:
    with pytest.raises(MedAIError, match="free some space"):
        client.submit(asking("fill the disk", tmp_path)).wait()


def test_a_full_disk_under_the_scan_is_told_in_a_sentence_and_nothing_is_left(client: WorkerClient, tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    request = asking("work", tmp_path)
    client.start()  # without the limit, which it would inherit
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(MedAIError, match="free some space"):
            client.submit(request).wait()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not client.busy
    until(lambda: not list(Path(tempfile.gettempdir()).glob("*/*.raw")))
    assert_works(client, tmp_path)


def test_an_exception_of_the_model_comes_with_the_workers_traceback(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("fail", tmp_path))
    with pytest.raises(MedAIError, match=r"ValueError: the network has no such layer\)") as raised:
        job.wait()
    assert "faults.py" in "".join(traceback.format_exception(raised.value))
    assert_works(client, tmp_path)


def test_a_library_that_cannot_be_loaded_is_told_in_a_sentence(tmp_path: Path) -> None:
    with fault_client("broken library") as client, pytest.raises(MedAIError, match=r"libtorch\.so.*install"):
        client.submit(asking("work", tmp_path)).wait()


def test_an_interpreter_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with WorkerClient(python=str(tmp_path / "no-python")) as client:
        jobs = [client.submit(asking("work", tmp_path)) for _ in range(2)]
        for job in jobs:
            with pytest.raises(MedAIError, match="no-python"):
                job.wait()
        with pytest.raises(MedAIError, match="no-python"):
            client.start()
