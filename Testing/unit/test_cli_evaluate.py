"""``medai evaluate`` on files."""

import json

import numpy as np
import pytest
import SimpleITK as sitk

from support.commands import assert_refused, json_of, medai, medai_process


def write(path, voxels, spacing=(1.0, 1.0, 2.0)):
    picture = sitk.GetImageFromArray(voxels)
    picture.SetSpacing(spacing)
    sitk.WriteImage(picture, str(path))
    return path


def cube(start, value):
    voxels = np.zeros((12, 14, 16), np.uint8)
    voxels[start : start + 4, 3:9, 3:9] = value
    return voxels


@pytest.fixture
def pair(tmp_path):
    return write(tmp_path / "segmentation.nii.gz", cube(3, 1)), write(tmp_path / "reference.nii.gz", cube(4, 1))


def test_two_files_are_compared_label_by_label(pair):
    result = json_of(medai_process("evaluate", *pair, "--tolerance", "2", "--json"))
    assert len(result["labels"]) == 1
    label = result["labels"][0]
    assert label["dice"] == result["mean_dice"] == pytest.approx(0.75)
    assert (label["surface_dice"], label["tolerance_mm"]) == (1, 2)
    assert label["hd95_mm"] == pytest.approx(2)
    assert (label["found_lesions"], label["false_positives"]) == (1, 0)


def test_names_come_from_the_findings_beside_the_prediction(pair, tmp_path):
    (tmp_path / "findings.json").write_text(json.dumps({"labels": [{"value": 1, "name": "Liver"}]}))
    assert json_of(medai("evaluate", *pair, "--json"))["labels"][0]["name"] == "Liver"
    lines = medai("evaluate", *pair).stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["label", "name", "Dice"]
    assert lines[1].split("\t")[:3] == ["1", "Liver", "0.750"]


def test_a_map_brings_other_numbering_together(pair, tmp_path):
    other = write(tmp_path / "aseg.nii.gz", cube(3, 41))
    numbers = tmp_path / "map.json"
    numbers.write_text('{"41": 1}')
    result = json_of(medai("evaluate", pair[0], other, "--reference-map", numbers, "--json"))
    assert [(label["value"], label["dice"]) for label in result["labels"]] == [(1, 1)]


def test_labels_that_were_not_asked_for_are_left_out_and_undefined_values_are_null(pair):
    labels = json_of(medai("evaluate", *pair, "--labels", "7", "--json"))["labels"]
    assert [(label["value"], label["dice"], label["hd95_mm"]) for label in labels] == [(7, 1, None)]


def test_other_grids_are_refused_unless_resampling_is_asked_for(pair, tmp_path):
    fine = write(tmp_path / "fine.nii.gz", cube(4, 1), (1.0, 1.0, 2.5))
    assert_refused(medai("evaluate", pair[0], fine), 2, "different grids", "--resample")
    assert json_of(medai("evaluate", pair[0], fine, "--resample", "--json"))["labels"][0]["dice"] > 0


def test_bad_values_and_files_are_refused_with_a_sentence(pair, tmp_path):
    wrong = tmp_path / "map.json"
    wrong.write_text("[1, 2]")
    assert_refused(medai("evaluate", *pair, "--labels", "liver"), 2, "--labels liver")
    assert_refused(medai("evaluate", *pair, "--prediction-map", wrong), 2, "map.json")
    assert_refused(medai("evaluate", pair[0], tmp_path / "missing.nii.gz", "--json"), 2, "missing.nii.gz")
