"""The worker measures what runs give and what users draw, and writes results into files; nothing is lost if it cannot."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medai import Image
from medai.errors import CancelledError, InputError, MedAIError
from medai.jobs import ExportRequest, MeasureRequest, WorkerClient
from medai.jobs.exporting import clear_unfinished
from medai.jobs.measuring import measured, measured_if_possible
from medai.results import Prediction, Review, describe_labels
from support.scans import blobs, oblique_affine
from support.workers import asking, fault_client, pid_of, until

NAMES = {1: "Liver", 2: "Liver tumor"}


@pytest.fixture(scope="module")
def client() -> Iterator[WorkerClient]:
    with WorkerClient() as worker:
        yield worker


@pytest.fixture(scope="module")
def scan() -> Image:
    return Image(blobs((40, 36, 30)).voxels, oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)), "scan", "CT")


@pytest.fixture(scope="module")
def prediction(scan: Image) -> Prediction:
    labels = np.zeros((1, *scan.shape), np.uint8)
    labels[0, 5:30, 5:30, 5:25] = 1
    labels[0, 8:14, 8:12, 10:12] = 2
    labels[0, 20:22, 20:22, 15:16] = 2
    return Prediction(scan.with_voxels(labels), describe_labels(NAMES), {"model": {"name": "by hand", "version": "1"}})


def test_parts_of_findings_come_back_as_lesions_and_every_label_measured(client, scan, prediction):
    request = MeasureRequest((prediction.label_image, scan), prediction.labels)
    measures = client.submit_measurement(request).wait()
    assert [(lesion.label, lesion.voxels) for lesion in measures.lesions] == [("Liver tumor", 48), ("Liver tumor", 4)]
    inside = scan.voxels[0][prediction.label_image.voxels[0] == 1]
    (liver, _tumor) = measures.statistics
    assert (liver.value, liver.voxels) == (1, inside.size)
    assert liver.mean == pytest.approx(inside.mean())


def test_any_label_can_be_taken_for_lesions_and_the_scan_left_out(client, prediction):
    request = MeasureRequest((prediction.label_image,), prediction.labels, (1,))
    measures = client.submit_measurement(request).wait()
    assert [lesion.label for lesion in measures.lesions] == ["Liver"]
    assert measures.lesions[0].intensity is None


def test_what_the_worker_measures_is_what_the_same_call_gives_here(client, scan, prediction):
    here = measured(prediction, scan)
    there = client.submit_measurement(MeasureRequest((prediction.label_image, scan), prediction.labels)).wait()
    assert (there.lesions, there.statistics) == (here.lesions, here.statistics)


def test_a_measurement_can_be_cancelled_and_nothing_stays_of_its_files(client, scan, prediction):
    job = client.submit_measurement(MeasureRequest((prediction.label_image, scan), prediction.labels))
    job.cancel()
    with pytest.raises(CancelledError):
        job.wait()
    assert client.submit_measurement(MeasureRequest((prediction.label_image,), prediction.labels)).wait().lesions


def test_a_label_map_of_another_grid_or_of_fractions_is_refused_before_the_worker_has_it(scan, prediction):
    labelmap = prediction.label_image
    with pytest.raises(InputError, match="scan is not on the grid of other"):
        MeasureRequest((labelmap, Image(scan.voxels, np.eye(4), "other")), prediction.labels)
    with pytest.raises(InputError, match="no whole numbers"):
        MeasureRequest((labelmap.with_voxels(labelmap.voxels / 2),), prediction.labels)


def test_a_run_is_not_lost_with_its_measurement(scan, prediction):
    broken = replace(prediction, labelmap=prediction.label_image.with_voxels(np.zeros((1, 2, 2, 2), np.uint8)))
    kept, said = measured_if_possible(broken, scan, ())
    assert kept is broken
    assert said[0].startswith("Lesions and labels could not be measured (")


def test_a_result_is_written_whole_with_the_readers_words(client, scan, prediction, tmp_path):
    done = replace(measured(prediction, scan), reviews=(Review("lesion", 2, "rejected", "vessel"),))
    confidence = scan.with_voxels(np.full((1, *scan.shape), 80, np.uint8))
    request = ExportRequest(scan, replace(done, confidence=confidence), tmp_path / "new", ("report",), card={"title": "By hand"})
    files = client.submit_export(request).wait()
    assert {"report", "report_pdf", "confidence", "segments", "findings"} <= set(files)
    assert all(path.parent == tmp_path / "new" and path.stat().st_size for path in files.values())
    found = json.loads(files["findings"].read_text())
    assert [each["review"] for each in found["lesions"]] == [None, {"state": "rejected", "note": "vessel"}]
    assert files["report_pdf"].read_bytes().startswith(b"%PDF")


def test_thousands_of_lesions_of_many_words_go_to_the_worker_and_are_written(client, scan, prediction, tmp_path):
    lesion = measured(prediction, scan).lesions[0]
    many = tuple(replace(lesion, id=number, label="Metastasis of the liver") for number in range(1, 4001))
    files = client.submit_export(ExportRequest(scan, replace(prediction, lesions=many), tmp_path)).wait()
    assert len(json.loads(files["findings"].read_text())["lesions"]) == 4000


def test_an_export_that_cannot_be_written_is_told_in_a_sentence_and_leaves_nothing(client, scan, prediction, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MedAIError, match=r"file is not a folder"):
        client.submit_export(ExportRequest(scan, prediction, tmp_path / "file")).wait()
    with pytest.raises(MedAIError):
        client.submit_export(ExportRequest(scan, prediction, tmp_path / "seg", ("seg",), tmp_path)).wait()
    assert not (tmp_path / "seg").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_a_killed_worker_has_begun_to_write_is_cleared_away(tmp_path):
    for pid in (4711, 4712):
        (tmp_path / f".medai-{pid}-x").mkdir()
        (tmp_path / f".medai-{pid}-x" / "findings.json").write_text("{}")
    clear_unfinished(str(tmp_path), 4711)
    until(lambda: not (tmp_path / ".medai-4711-x").exists())
    assert (tmp_path / ".medai-4712-x" / "findings.json").exists()


def test_who_sends_more_than_a_pipe_holds_does_not_wait_for_a_worker_that_does_not_read(tmp_path, prediction):
    """One that stands still: were the request written where it is asked for, this would never end."""
    lesion = measured(prediction, None).lesions[0]
    many = replace(prediction, lesions=tuple(replace(lesion, id=number) for number in range(1, 2001)))
    with fault_client(idle_seconds=60) as worker:
        worker.submit(asking("work", tmp_path)).wait()
        os.kill(pid_of(worker), signal.SIGSTOP)
        job = worker.submit_export(ExportRequest(prediction.label_image, many, tmp_path / "out"))
        for _ in range(20):
            job.poll()
        assert not job.ended
        os.kill(pid_of(worker), signal.SIGCONT)
        assert job.wait()["findings"].is_file()


def test_measuring_goes_on_in_the_worker_that_runs_models(tmp_path: Path, prediction):
    with fault_client() as worker:
        worker.submit(asking("work", tmp_path)).wait()
        before = pid_of(worker)
        worker.submit_measurement(MeasureRequest((prediction.label_image,), prediction.labels)).wait()
        assert pid_of(worker) == before
