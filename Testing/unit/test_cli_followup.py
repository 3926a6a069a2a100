"""`medai followup`: tables, files and the response, from folders and label maps, moved or not; what cannot be is refused."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import SimpleITK as sitk

from medai.files import write_image, write_prediction
from medai.geometry import LPS_RAS
from medai.image import Image
from support.commands import assert_refused, json_of, medai
from support.data import real_data
from support.lesions import labeled, predicted

BEFORE = {(4, 4, 4, 12, 5, 5): 1, (25, 25, 25, 4, 4, 4): 1}
AFTER = {(4, 4, 4, 20, 5, 5): 1, (30, 4, 30, 3, 3, 3): 1}


def moved(image, shift=(60.0, 0.0, 0.0)):
    matrix = np.eye(4)
    matrix[:3, 3] = shift
    return Image(image.voxels, matrix @ image.affine, name=image.name)


@pytest.fixture
def folders(tmp_path):
    """Results of two time points, one lesion of which grew, one vanished, one is new."""
    for name, boxes in (("before", BEFORE), ("after", AFTER)):
        grid = labeled(boxes)
        write_prediction(tmp_path / name, grid, predicted(grid))
    return tmp_path / "before", tmp_path / "after"


def test_folders_give_growth_and_the_response(folders, tmp_path):
    done = medai("followup", *folders, "-o", tmp_path / "out", "--days", 100)
    assert done.returncode == 0, done.stderr
    assert "PD (progressive disease)" in done.stdout
    assert "SoD" in done.stdout
    assert "does not replace a reader" in done.stdout
    found = json.loads((tmp_path / "out" / "followup.json").read_text())
    assert [(each["change"], each["baseline"], each["followup"]) for each in found["changes"]] == [
        ("matched", [1], [1]),
        ("vanished", [2], []),
        ("new", [], [2]),
    ]
    assert found["changes"][0]["volume_percent"] == pytest.approx(100 * 8 / 12, abs=1e-3)
    assert found["changes"][0]["doubling_days"] == pytest.approx(100 / np.log2(20 / 12), abs=1e-2)
    assert found["response"]["category"] == "PD"
    assert str(tmp_path) not in json.dumps(found)
    with (tmp_path / "out" / "followup.csv").open(newline="") as file:
        assert [row["change"] for row in csv.DictReader(file)] == ["matched", "vanished", "new"]


def test_json_is_alone_on_standard_output(folders):
    found = json_of(medai("followup", *folders, "--json"))
    assert found["files"] == {}
    assert found["summary"]["new"] == 1
    assert found["response"]["targets"][0]["axis"] == "longest"


def test_rejected_lesions_are_not_followed_unless_asked_for(folders):
    assert medai("review", folders[1], "--reject", 2).returncode == 0
    assert json_of(medai("followup", *folders, "--json"))["summary"]["new"] == 0
    assert json_of(medai("followup", *folders, "--json", "--with-rejected"))["summary"]["new"] == 1


def test_what_was_rejected_at_the_baseline_is_not_new_where_it_is_found_again(folders):
    assert medai("review", folders[0], "--reject", "1", "--note", "a vessel").returncode == 0
    done = medai("followup", *folders)
    assert "1 of the follow-up's lesions left out" in done.stderr
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[1:3]] == ["vanished", "new"]
    found = json_of(medai("followup", *folders, "--json"))
    assert [(each["baseline"], each["followup"]) for each in found["changes"]] == [([2], []), ([], [2])]


def test_a_transform_brings_the_baseline_onto_the_followup(folders, tmp_path):
    later = write_image(tmp_path / "later.nii.gz", moved(labeled(AFTER)))
    apart = medai("followup", folders[0] / "segmentation.nii.gz", later)
    assert apart.stdout.count("matched") == 0
    back = LPS_RAS @ np.array([[1, 0, 0, -60], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]) @ LPS_RAS
    sitk.WriteTransform(sitk.TranslationTransform(3, back[:3, 3].tolist()), str(tmp_path / "move.tfm"))
    options = ("--transform", tmp_path / "move.tfm", "--json")
    earlier = write_image(tmp_path / "earlier.nii.gz", labeled(BEFORE))
    assert json_of(medai("followup", earlier, later, *options))["summary"]["matched"] == 1


def test_scans_that_do_not_lie_in_one_place_are_said(tmp_path):
    spots = {(4 * n, 4, 4, 2, 2, 2): 1 for n in range(1, 6)}
    for name, grid in (("one", labeled(spots)), ("two", moved(labeled(spots)))):
        write_image(tmp_path / f"{name}.nii.gz", grid)
    done = medai("followup", tmp_path / "one.nii.gz", tmp_path / "two.nii.gz")
    assert "add --register or --transform" in done.stderr
    assert "--register" not in medai("followup", tmp_path / "one.nii.gz", tmp_path / "one.nii.gz").stderr


def test_the_lesions_of_a_real_brain_that_moved_are_found_by_registration(tmp_path):
    folder = real_data("brain_ms", "patient07")
    scan, lesions = (next(folder.glob(f"{start}*")) for start in ("FLAIR", "GOLD"))
    from medai.files import read_image

    later = {
        name: write_image(tmp_path / f"{name}.nii", moved(read_image(path), (14, -9, 6)))
        for name, path in (("s", scan), ("m", lesions))
    }
    scans = ("--baseline-image", scan, "--followup-image", later["s"])
    found = json_of(medai("followup", lesions, later["m"], "--register", *scans, "--json"))
    assert found["summary"]["matched"] == found["summary"]["baseline_lesions"] == 37
    assert np.abs(np.array(found["baseline_to_followup_ras"])[:3, 3] - (14, -9, 6)).max() < 2
    assert found["response"]["category"] == "SD"


def test_targets_and_least_sizes_can_be_chosen(folders):
    found = json_of(medai("followup", *folders, "--targets", "1", "--new-from", 10, "--json"))["response"]
    assert [target["baseline"] for target in found["targets"]] == [[1]]
    assert found["new"] == []
    assert_refused(medai("followup", *folders, "--targets", "7"), 2, "--targets 7")


def test_labels_that_are_no_findings_are_followed_on_request(tmp_path):
    for name, boxes in (("before", BEFORE), ("after", AFTER)):
        grid = labeled(boxes)
        write_prediction(tmp_path / name, grid, predicted(grid, {1: "liver"}))
    folders = tmp_path / "before", tmp_path / "after"
    assert json_of(medai("followup", *folders, "--json"))["changes"] == []
    assert json_of(medai("followup", *folders, "--labels", "LIVER", "--json"))["summary"]["matched"] == 1
    assert_refused(medai("followup", *folders, "--labels", "spleen"), 2, "'spleen'", "Liver")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--register",), ("--baseline-image", "--followup-image")),
        (("--register", "--baseline-image", "a.nii"), ("--register needs both scans",)),
        (("--register", "--transform", "a.tfm"), ("choose one",)),
        (("--baseline-image", "a.nii"), ("--register",)),
        (("--transform", "missing.tfm"), ("missing.tfm",)),
        (("--days", "-3"), ("--days -3",)),
        (("--days", "nan"), ("--days nan",)),
        (("--targets", "one"), ("--targets one",)),
        (("--nadir", "-1"), ("mm",)),
        (("--tolerance", "-1"), ("tolerance",)),
    ],
)
def test_requests_that_cannot_be_met_are_refused_before_anything_is_written(folders, tmp_path, options, words):
    assert_refused(medai("followup", *folders, "-o", tmp_path / "out", *options), 2, *words)
    assert not (tmp_path / "out").exists()


def test_what_is_no_result_is_refused(folders, tmp_path):
    assert_refused(medai("followup", tmp_path, folders[1]), 2, "holds no result")
    assert_refused(medai("followup", folders[0], tmp_path / "missing.nii"), 2, "missing.nii")
