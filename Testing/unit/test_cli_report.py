"""``medai report``: the report of a folder of results, made again after a review."""

import json

import pytest

from medai.files import write_image, write_prediction, write_report
from support.commands import assert_refused, json_of, medai
from support.reports import RUN, scan_with_lesions, small_pictures


@pytest.fixture(autouse=True)
def drawn_small():
    with small_pictures():
        yield


@pytest.fixture
def result(tmp_path):
    """A folder that a run wrote, and the scan beside it."""
    prediction, image = scan_with_lesions()
    write_image(tmp_path / "scan.nii.gz", image)
    write_prediction(tmp_path / "result", image, prediction)
    return tmp_path / "result", tmp_path / "scan.nii.gz"


def test_a_report_follows_the_review(result):
    folder, scan = result
    assert medai("review", folder, "--reject", "1", "--note", "a vessel").returncode == 0
    files = json_of(medai("report", folder, scan, "--json"))["files"]
    assert files == {"html": str(folder / "report.html"), "pdf": str(folder / "report.pdf")}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "2 lesions; the largest is number 2" in page
    assert "a vessel" in page
    assert "scan.nii" not in page
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


def test_one_file_and_the_patient(result, tmp_path):
    folder, scan = result
    done = medai("report", folder, scan, "--html", tmp_path / "r.html", "--patient", "Name=Jane Doe", "--patient", "ID = 7")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["html:", str(tmp_path / "r.html")]
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<dt>Name</dt><dd>Jane Doe</dd>" in page
    assert "<dt>ID</dt><dd>7</dd>" in page
    assert not (folder / "report.pdf").exists()


def test_the_card_is_that_of_the_very_model_that_ran(result, tmp_path):
    from medai.bundles import find_model

    folder, scan = result
    for content_hash, found in ((find_model("brain-mr").content_hash, True), ("0" * 64, False)):
        model = {"name": "brain-mr", "title": "Brain", "version": "1", "content_hash": content_hash}
        (folder / "run.json").write_text(json.dumps({**RUN, "model": model}))
        assert medai("report", folder, scan, "--html", tmp_path / "r.html").returncode == 0
        page = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert ("20 label maps of the SynthSeg repository" in page) == found
        assert ("No model card was at hand" in page) != found


def test_what_cannot_be_done_is_said_in_a_sentence(result, tmp_path):
    folder, scan = result
    alone = medai("report", folder)
    assert alone.returncode == 2
    assert "IMAGE" in alone.stderr
    assert_refused(medai("report", tmp_path, scan), 2, "holds no result")
    assert_refused(medai("report", folder, scan, "--pdf", tmp_path / "r.doc"), 2, "ends with .pdf")
    assert_refused(medai("report", folder, scan, "--patient", "Jane"), 2, "NAME=VALUE")
    assert_refused(medai("report", folder, scan, "--patient", "A=1", "--patient", "A=2"), 2, "given twice")
    assert_refused(medai("report", folder, folder / "nothing.nii"), 2, "nothing.nii")
    assert not list(tmp_path.glob("r.*"))


def test_another_scan_is_refused(result, tmp_path):
    folder, _ = result
    _, image = scan_with_lesions()
    write_image(tmp_path / "other.nii.gz", image.with_voxels(image.voxels[:, :-1]))
    assert_refused(medai("report", folder, tmp_path / "other.nii.gz"), 2, "not on the grid of other")


def test_a_full_disk_leaves_the_old_report(result, tmp_path, monkeypatch):
    from pathlib import Path

    folder, scan = result
    prediction, image = scan_with_lesions()
    html, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    html.write_text("old")
    pdf.write_text("old")
    written = Path.write_bytes

    def full(self, data):
        if self.suffix == ".pdf":
            raise OSError(28, "No space left on device")
        return written(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = medai("report", folder, scan, "--html", html, "--pdf", pdf)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert (html.read_text(), pdf.read_text()) == ("old", "old")
    monkeypatch.undo()
    write_report(prediction, image, html=html)
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
