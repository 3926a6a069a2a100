"""The client carries runs to the worker and back, one after another."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medai import MedAIError
from medai.errors import CancelledError, InputError
from medai.geometry import to_kji
from medai.inference import Plan, Progress
from medai.jobs import STAGES, RunRequest, WorkerClient
from medai.results import measure
from support.workers import asking, assert_works, empty_bundle, fault_client, reached

pytestmark = pytest.mark.usefixtures("leaves_nothing")


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
    assert run["seconds"].pop("measuring") > 0
    assert run["seconds"] == {"work": 0.5}
    assert run["peak_memory_bytes"] == 1234
    assert run["device"] == "cpu"
    assert run["options"]["mode"] == "exact"
    assert run["warnings"] == []
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


def test_a_model_that_is_replaced_or_removed_during_its_run_costs_neither_names_nor_result(
    client: WorkerClient, tmp_path: Path
) -> None:
    request = asking("work in stages", tmp_path)
    job = client.submit(request)
    reached(job, "preparing")
    empty_bundle(request.model, ["Another thing"])
    reached(job, "segmenting")
    shutil.rmtree(request.model)
    assert [label.name for label in job.wait().labels] == ["Thing"]


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
    stages = [progress.stage for progress in seen]
    assert stages == [stage for stage in ("copying", "starting", "working") if stage in stages]
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


def test_an_error_keeps_its_kind(client: WorkerClient, tmp_path: Path) -> None:
    request = RunRequest(tmp_path / "no bundle", asking("work", tmp_path).images)
    with pytest.raises(InputError, match="no bundle holds no model"):
        client.submit(request).wait()


def test_no_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose one"):
        RunRequest(tmp_path, ())


def test_what_libraries_print_is_in_the_log_and_harms_nothing(client: WorkerClient, tmp_path: Path) -> None:
    client.submit(asking("chatter", tmp_path)).wait()
    assert "no JSON at all" in client.log()


def test_a_result_that_is_asked_for_too_early_is_refused(client: WorkerClient, tmp_path: Path) -> None:
    job = client.submit(asking("wait", tmp_path))
    with pytest.raises(MedAIError, match="not ended"):
        job.result()


def test_a_run_goes_through_the_stages_that_are_documented(client: WorkerClient, tmp_path: Path) -> None:
    seen: list[Progress] = []
    client.submit(asking("work in stages", tmp_path)).wait(seen.append)
    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == [stage for stage in STAGES if stage in stages]
    assert {"preparing", "segmenting", "restoring"} <= set(stages)
    assert [progress.fraction for progress in seen] == sorted(progress.fraction for progress in seen)
    assert seen[-1].fraction == 1


def test_the_worker_counts_the_voxels_of_every_label(client: WorkerClient, tmp_path: Path) -> None:
    request = asking("several labels", tmp_path)
    empty_bundle(request.model, ["One", "Two", "Three", "Four", "Five"])
    prediction = client.submit(request).wait()
    values, numbers = np.unique(prediction.labelmap.voxels, return_counts=True)
    assert prediction.counts == dict(zip(values.tolist(), numbers.tolist(), strict=True))
    assert [size.voxels for size in measure(prediction)] == [*numbers, 0]
    assert measure(prediction) == measure(replace(prediction, counts=None))


def test_the_label_map_comes_in_the_memory_order_of_vtk(client: WorkerClient, tmp_path: Path) -> None:
    assert to_kji(client.submit(asking("work", tmp_path)).wait().labelmap.voxels).flags.c_contiguous


def test_what_speaks_against_a_result_comes_with_it(client: WorkerClient, tmp_path: Path) -> None:
    request = asking("work", tmp_path)
    metadata = request.model / "configs" / "metadata.json"
    made_for = '"network_data_format": {"inputs": {"image": {"modality": "CT"}}, '
    metadata.write_text(metadata.read_text().replace('"network_data_format": {', made_for))
    scan = replace(request.images[0], modality="MR")
    prediction = client.submit(replace(request, images=(scan,))).wait()
    assert any("was made for CT" in warning for warning in prediction.run["warnings"])


def test_a_run_ends_although_the_application_keeps_pythons_lock_between_polls(tmp_path):
    """As Slicer does while its event loop waits: only what happens within a poll lets other threads run."""
    import ctypes

    wait_with_the_lock = ctypes.PyDLL(None).usleep
    with fault_client() as client:
        job = client.submit(asking("work in stages", tmp_path))
        stages = []
        for _ in range(2000):
            wait_with_the_lock(20_000)
            if job.poll():
                break
            if job.progress and job.progress.stage not in stages:
                stages.append(job.progress.stage)
        assert job.result().labelmap.voxels.any()
        assert stages[-3:] == ["segmenting", "restoring", "measuring"]
