"""The client carries runs to the worker and back, one after another, and survives every end of the worker."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from medai import MedAIError
from medai.errors import CancelledError, InputError
from medai.inference import Plan, Progress
from medai.jobs import Job, RunRequest, WorkerClient
from support.workers import asking, fault_client, gone, until


@pytest.fixture(autouse=True)
def leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test ends without child processes, zombies, and files in the temporary folder."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = set(psutil.Process().children(recursive=True))
    yield
    assert not set(psutil.Process().children(recursive=True)) - before
    assert not list(folder.iterdir())


@pytest.fixture
def client() -> Iterator[WorkerClient]:
    with fault_client() as client:
        yield client


def pid_of(client: WorkerClient) -> int:
    assert client.pid is not None
    return client.pid


def reached(job: Job, stage: str) -> None:
    until(lambda: job.poll() or (job.progress and job.progress.stage == stage))
    assert job.state == "running", job.details or job.error


def assert_works(client: WorkerClient, folder: Path) -> int:
    prediction = client.submit(asking("work", folder)).wait()
    assert prediction.labelmap.voxels.sum() == 29
    return pid_of(client)


def test_a_run_gives_the_label_map_on_the_scans_grid_with_names_and_a_record(client: WorkerClient, tmp_path: Path) -> None:
    request = asking("work", tmp_path)
    job = client.submit(request)
    prediction = job.wait()
    assert job.state == "done"
    assert prediction.labelmap.voxels.dtype == np.uint8
    np.testing.assert_array_equal(prediction.labelmap.voxels, request.images[0].voxels > 0)
    assert prediction.labelmap.on_same_grid(request.images[0], tolerance=0)
    assert [(label.value, label.name) for label in prediction.labels] == [(1, "Thing")]
    run = prediction.run
    assert (run["model"]["name"], run["model"]["version"]) == ("some-model", "1.2")
    assert len(run["model"]["content_hash"]) == 64
    assert run["seconds"] == {"work": 0.5}
    assert run["peak_memory_bytes"] == 1234
    assert run["device"] == "cpu"
    assert run["options"]["mode"] == "exact"
    assert {"medai", "python", "torch", "monai", "SimpleITK", "numpy"} <= set(run["versions"])
    assert run["date"].endswith("+00:00")


def test_the_label_map_outlives_the_client(tmp_path: Path) -> None:
    with fault_client() as client:
        prediction = client.submit(asking("work", tmp_path)).wait()
    prediction.labelmap.voxels[:] += 1
    assert prediction.labelmap.voxels.min() == 1


def test_values_without_a_name_are_listed_and_labels_that_were_not_asked_for_are_not(
    client: WorkerClient, tmp_path: Path
) -> None:
    request = asking("work", tmp_path)
    metadata = request.model / "configs" / "metadata.json"
    metadata.write_text(metadata.read_text().replace('"1": "Thing"', '"2": "Other"'))
    assert [label.name for label in client.submit(request).wait().labels] == ["Label 1", "Other"]


def test_a_result_that_cannot_be_understood_fails_the_job_and_not_the_client(client: WorkerClient, tmp_path: Path) -> None:
    request = asking("work", tmp_path)
    metadata = request.model / "configs" / "metadata.json"
    metadata.write_text(metadata.read_text().replace('"1": "Thing"', '"one": "Thing"'))
    job = client.submit(request)
    with pytest.raises(MedAIError, match="'one'"):
        job.wait()
    assert job.state == "failed"
    assert_works(client, tmp_path)


def test_a_plan_comes_back_as_a_plan(client: WorkerClient, tmp_path: Path) -> None:
    plan = client.submit_plan(asking("work", tmp_path)).wait()
    assert isinstance(plan, Plan)
    assert plan.grid == (4, 4, 4)


def test_progress_is_reported_in_order(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("wait", tmp_path))
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == "working":
            job.cancel()

    with pytest.raises(CancelledError):
        job.wait(report)
    assert [progress.stage for progress in seen] in (["starting", "working"], ["working"])
    assert seen[-1] == Progress(0.25, "working", 3.0)


def test_the_second_run_finds_the_worker_warm(client: WorkerClient, tmp_path: Path) -> None:
    client.start()
    pid = client.pid
    client.start()
    assert assert_works(client, tmp_path) == assert_works(client, tmp_path) == pid


def test_nothing_starts_before_it_is_needed(client: WorkerClient) -> None:
    client.poll()
    assert client.pid is None
    assert not client.busy
    assert client.log() == ""


def test_queued_jobs_run_one_after_another(client: WorkerClient, tmp_path: Path) -> None:
    first, second, third = (client.submit(asking(name, tmp_path)) for name in ("wait", "work", "work"))
    reached(first, "working")
    assert (second.state, third.state) == ("queued", "queued")
    first.cancel()
    third.wait()
    assert (first.state, second.state, third.state) == ("cancelled", "done", "done")
    assert not client.busy


def test_a_queued_job_is_cancelled_without_a_worker_knowing_it(client: WorkerClient, tmp_path: Path) -> None:
    first, second, third = (client.submit(asking(name, tmp_path)) for name in ("wait", "work", "work"))
    second.cancel()
    assert second.state == "cancelled"
    with pytest.raises(CancelledError):
        second.wait()
    first.cancel()
    third.wait()


def test_cancel_between_windows_keeps_the_worker(client: WorkerClient, tmp_path: Path) -> None:
    pid = assert_works(client, tmp_path)
    job = client.submit(asking("wait", tmp_path))
    reached(job, "working")
    job.cancel()
    job.cancel()
    with pytest.raises(CancelledError):
        job.wait()
    assert assert_works(client, tmp_path) == pid
    job.cancel()
    assert job.state == "cancelled"


def test_a_run_that_ends_although_it_was_cancelled_stays_cancelled(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("finish after cancel", tmp_path))
    reached(job, "working")
    pid = client.pid
    job.cancel()
    with pytest.raises(CancelledError):
        job.wait()
    assert assert_works(client, tmp_path) == pid


def test_a_worker_that_ignores_cancel_is_killed_with_its_children(
    client: WorkerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medai.jobs.client.CANCEL_PATIENCE_SECONDS", 0.2)
    job = client.submit(asking("ignore cancel", tmp_path))
    until(lambda: job.poll() or (job.progress and job.progress.stage.startswith("child")))
    assert job.progress
    child, worker = int(job.progress.stage.split()[1]), pid_of(client)
    job.cancel()
    with pytest.raises(CancelledError):
        job.wait()
    assert assert_works(client, tmp_path) != worker
    until(lambda: gone(worker) and gone(child))


def test_cancel_while_the_libraries_load_keeps_the_worker() -> None:
    with fault_client("never loaded") as client, tempfile.TemporaryDirectory() as folder:
        job = client.submit(asking("work", Path(folder)))
        reached(job, "starting")
        pid = client.pid
        job.cancel()
        with pytest.raises(CancelledError):
            job.wait()
        assert client.pid == pid
        client.poll()
        assert client.pid == pid


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


def test_a_full_disk_under_the_scan_is_told_before_anything_starts(client: WorkerClient, tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    request = asking("work", tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(MedAIError, match="free some space"):
            client.submit(request)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not client.busy
    assert client.pid is None


def test_an_exception_of_the_model_comes_with_the_workers_traceback(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("fail", tmp_path))
    with pytest.raises(MedAIError, match=r"ValueError: the network has no such layer\)") as raised:
        job.wait()
    assert "faults.py" in "".join(traceback.format_exception(raised.value))
    assert_works(client, tmp_path)


def test_an_error_keeps_its_kind(client: WorkerClient, tmp_path: Path) -> None:
    request = RunRequest(tmp_path / "no bundle", asking("work", tmp_path).images)
    with pytest.raises(InputError, match="no bundle is not a MONAI bundle"):
        client.submit(request).wait()


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


def test_no_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose one"):
        RunRequest(tmp_path, ())


def test_an_idle_worker_leaves_and_the_next_run_starts_another(tmp_path: Path) -> None:
    with fault_client(idle_seconds=0.3) as client:
        pid = assert_works(client, tmp_path)
        until(lambda: client.poll() or client.pid is None)
        assert not psutil.pid_exists(pid)
        assert assert_works(client, tmp_path) != pid


def test_a_job_sent_to_a_worker_that_was_just_leaving_is_sent_again(tmp_path: Path) -> None:
    with fault_client("left just before", MARK=str(tmp_path / "mark")) as client:
        assert_works(client, tmp_path)
    assert (tmp_path / "mark").exists()


def test_what_libraries_print_is_in_the_log_and_harms_nothing(client: WorkerClient, tmp_path: Path) -> None:
    client.submit(asking("chatter", tmp_path)).wait()
    assert "no JSON at all" in client.log()


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


def test_a_result_that_is_asked_for_too_early_is_refused(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("wait", tmp_path))
    with pytest.raises(MedAIError, match="not ended"):
        job.result()


def test_an_error_in_the_report_cancels_the_run(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("wait", tmp_path))

    def report(progress: Progress) -> None:
        raise KeyError(progress.stage)

    with pytest.raises(KeyError):
        job.wait(report)
    with pytest.raises(CancelledError):
        job.wait()


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
