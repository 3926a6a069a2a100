"""`medai export`: DICOM and report follow the review, all else stays; what cannot be is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from medai.files import read_image, write_image, write_prediction
from medai.results import find_lesions
from support.commands import assert_refused, json_of, medai
from support.dicompredictions import prediction, series
from support.reports import small_pictures
from support.segs import read_seg

DICOM = ("segmentation.dcm", "measurements.dcm")


@pytest.fixture(autouse=True)
def drawn_small():
    with small_pictures():
        yield


@pytest.fixture
def result(tmp_path):
    """A folder of a result with two lesions, its DICOM and report, and the scan's folder beside it."""
    source, scan = series(tmp_path / "ct", (14, 12, 8))
    voxels = np.zeros(scan.shape, np.uint8)
    voxels[1:5, 1:5, 1:5], voxels[8:11, 7:10, 2:5] = 1, 1
    found = prediction(scan, voxels, {1: "tumor"})
    found = replace(found, lesions=find_lesions(found, scan))
    write_prediction(tmp_path / "out", scan, found, source=source, exports=("seg", "sr", "report"))
    return tmp_path / "out", source


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def voxels_in(folder: Path, source: Path) -> int:
    return sum(int(mask.sum()) for mask in read_seg(folder / "segmentation.dcm", read_image(source)).values())


def test_a_rejected_lesion_is_gone_from_all_that_is_handed_on(result):
    folder, source = result
    assert "Tumor 2" in pydicom.dcmread(folder / "measurements.dcm").to_json()
    assert voxels_in(folder, source) == 64 + 27
    (folder / "notes.txt").write_text("mine")
    assert medai("review", folder, "--reject", "2", "--note", "a vessel").returncode == 0
    before = contents(folder)
    files = json_of(medai("export", folder, source, "--export", "seg,sr,report", "--json"))["files"]
    assert {Path(path).name for path in files.values()} == {*DICOM, "report.html", "report.pdf"}
    assert voxels_in(folder, source) == 64
    report = pydicom.dcmread(folder / "measurements.dcm")
    assert "Tumor 1" in report.to_json()
    assert "Tumor 2" not in report.to_json()
    assert pydicom.dcmread(folder / "segmentation.dcm").SOPInstanceUID in report.to_json()
    assert "a vessel" in (folder / "report.html").read_text(encoding="utf-8")
    after = contents(folder)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {*DICOM, "report.html", "report.pdf"}


def test_only_what_is_asked_for_is_written(result):
    folder, source = result
    before = contents(folder)
    done = medai("export", folder, source, "--export", "sr")
    assert done.stdout.split() == ["dicom_sr:", str(folder / "measurements.dcm")]
    assert {name for name, data in contents(folder).items() if data != before[name]} == {"measurements.dcm"}


def test_another_scan_is_refused_and_nothing_changed(result, tmp_path):
    folder, source = result
    before = contents(folder)
    other, _ = series(tmp_path / "other", (14, 12, 7))
    nifti = write_image(tmp_path / "ct.nii.gz", read_image(source))
    assert_refused(medai("export", folder, other, "--export", "report"), 2, "not on the grid of", "other")
    assert_refused(medai("export", folder, other, "--export", "seg,sr"), 2, "not on the grid of", "other")
    assert_refused(medai("export", folder, nifti, "--export", "sr"), 2, "ct.nii.gz is no DICOM")
    assert_refused(medai("export", folder, tmp_path / "none", "--export", "report"), 2, "none")
    assert contents(folder) == before


@pytest.mark.parametrize(("exports", "words"), [("pdf", ("'pdf'", "seg, sr, report")), (",", ("--export", "nothing"))])
def test_what_is_no_export_is_refused_and_nothing_changed(result, exports, words):
    folder, source = result
    before = contents(folder)
    assert_refused(medai("export", folder, source, "--export", exports), 2, *words)
    assert contents(folder) == before


def test_a_result_without_labels_has_no_segmentation(result):
    folder, source = result
    found = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    (folder / "findings.json").write_text(json.dumps(found | {"labels": [], "lesions": []}), encoding="utf-8")
    assert_refused(medai("export", folder, source, "--export", "seg"), 2, "no labels")


def test_what_fails_halfway_leaves_all_as_it_was(result, monkeypatch):
    folder, source = result
    before = contents(folder)

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("medai.files.report.write_report", full)
    done = medai("export", folder, source, "--export", "seg,sr,report")
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert contents(folder) == before


def test_a_folder_without_a_result_is_refused(tmp_path, result):
    assert_refused(medai("export", tmp_path / "ct", result[1], "--export", "seg"), 2, "holds no result")


def test_a_review_says_which_files_are_older_than_it_and_how_to_write_them_again(result):
    folder, source = result
    (said,) = medai("review", folder, "--reject", "2").stderr.splitlines()
    assert said.startswith("medai: segmentation.dcm, measurements.dcm, report.html and report.pdf are from before this review")
    assert f"run `medai export {folder} IMAGE --export seg,sr,report`" in said
    assert medai("review", folder, "--reject", "2").stderr == ""
    assert medai("review", folder).stderr == ""
    for name in ("segmentation.dcm", "report.html", "report.pdf"):
        (folder / name).unlink()
    assert medai("export", folder, source, "--export", "sr").returncode == 0
    (said,) = medai("review", folder, "--accept", "1").stderr.splitlines()
    assert said.startswith("medai: measurements.dcm is from before this review")
    assert "--export sr`" in said
    (folder / "measurements.dcm").unlink()
    assert medai("review", folder, "--edit", "1").stderr == ""
