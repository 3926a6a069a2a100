"""Cancelling a run: at once where it waits, within two seconds where it runs, and the next run works."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from medai.errors import CancelledError
from medai.inference import Progress
from medai.jobs import WorkerClient
from support.workers import asking, assert_works, fault_client, gone, pid_of, reached, until

pytestmark = pytest.mark.usefixtures("leaves_nothing")


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


def test_an_error_in_the_report_cancels_the_run(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("wait", tmp_path))

    def report(progress: Progress) -> None:
        raise KeyError(progress.stage)

    with pytest.raises(KeyError):
        job.wait(report)
    with pytest.raises(CancelledError):
        job.wait()
