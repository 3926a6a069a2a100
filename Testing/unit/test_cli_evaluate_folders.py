"""``medai evaluate`` on folders, results, boxes, contours and images: what it pairs, says, writes and refuses."""

import csv
import json

import numpy as np
import pytest
import SimpleITK as sitk

from medai.evaluation import find_pairs
from medai.files import read_image, write_image
from medai.image import Image
from support.commands import assert_refused, json_of, medai
from support.data import real_data

AFFINE = np.diag([1.0, 1.0, 2.0, 1.0])


def cube(start=(3, 3, 3), size=4, value=1, shape=(16, 14, 12)):
    voxels = np.zeros(shape, np.uint8)
    voxels[tuple(slice(at, at + size) for at in start)] = value
    return voxels


def write(path, *layers):
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_image(path, Image(np.stack(layers), AFFINE))


def boxes(path, *found):
    path.parent.mkdir(parents=True, exist_ok=True)
    detections = [{"label": "nodule", "score": score, "center_ras": center, "size_mm": [4, 4, 8]} for score, center in found]
    path.write_text(json.dumps({"labels": [], "detections": detections}))
    return path


@pytest.fixture
def folders(tmp_path):
    """Four cases: results of a run on one side, files of other formats on the other."""
    for number, case in enumerate(("ann", "bob", "cy", "dee")):
        write(tmp_path / "results" / case / "segmentation.nii.gz", cube((3 + number, 3, 3)))
        (tmp_path / "results" / case / "findings.json").write_text(json.dumps({"labels": [{"value": 1, "name": "Liver"}]}))
        write(tmp_path / "readers" / f"{case}{'.nrrd' if number else '.nii.gz'}", cube())
    return tmp_path / "results", tmp_path / "readers"


def test_folders_are_paired_by_name_and_summarized(folders):
    found = json_of(medai("evaluate", *folders, "--json"))
    assert [case["name"] for case in found["cases"]] == ["ann", "bob", "cy", "dee"]
    assert [case["labels"][0]["dice"] for case in found["cases"]] == pytest.approx([1, 0.75, 0.5, 0.25])
    assert found["cases"][0]["labels"][0]["name"] == "Liver"
    assert found["mean_dice"] == found["summary"]["mean_dice"]["mean"] == pytest.approx(0.625)
    label = found["summary"]["labels"][0]
    assert (label["measures"]["dice"]["n"], label["measures"]["dice"]["worst"]) == (4, "dee")
    assert label["measures"]["dice"]["ci_low"] < 0.625 < label["measures"]["dice"]["ci_high"]
    assert (label["volumes"]["bias"], label["lesions"]["f1"]) == (0, 1)
    assert (found["left_out"], found["settings"]["tolerance_mm"]) == ([], 1)


def test_people_get_a_line_for_each_label_and_the_worst_cases(folders):
    done = medai("evaluate", *folders)
    assert done.returncode == 0
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert lines[0][:5] == ["label", "name", "n", "Dice", "95 % CI"]
    assert lines[1][:4] == ["1", "Liver", "4", "0.625"]
    assert "Lowest mean Dice: dee (0.250)" in done.stderr


def test_a_folder_for_the_results_gets_tables_and_plots_and_no_old_ones(folders, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "froc.csv").write_text("of an earlier evaluation")
    plot = tmp_path / "volumes.png"
    found = json_of(medai("evaluate", *folders, "-o", tmp_path / "out", "--plot", plot, "--json"))
    names = {"evaluation.json", "cases.csv", "summary.csv", "lesions.csv", "bland-altman.png"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert plot.read_bytes() == (tmp_path / "out" / "bland-altman.png").read_bytes()
    assert found["files"]["plot"] == str(plot)
    with (tmp_path / "out" / "cases.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["case"], row["label"], row["name"]) for row in rows][1] == ("bob", "1", "Liver")
    assert [float(row["dice"]) for row in rows] == pytest.approx([1, 0.75, 0.5, 0.25])
    kept = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert kept["summary"] == found["summary"]


def test_cases_without_a_partner_are_named_and_left_out_only_when_asked(folders):
    write(folders[0] / "eve" / "segmentation.nii.gz", cube())
    (folders[1] / "ann.nii.gz").unlink()
    assert_refused(medai("evaluate", *folders), 2, "no reference for ann, eve", "--allow-missing")
    done = medai("evaluate", *folders, "--allow-missing", "--json")
    assert [case["name"] for case in json_of(done)["cases"]] == ["bob", "cy", "dee"]
    assert [case["name"] for case in json_of(done)["left_out"]] == ["ann", "eve"]
    assert "no reference for ann, eve" in done.stderr


def test_a_case_that_cannot_be_compared_is_named_and_nothing_is_written(folders, tmp_path):
    (folders[1] / "cy.nrrd").write_bytes(b"NRRD0004\n")
    assert_refused(medai("evaluate", *folders, "-o", tmp_path / "out"), 2, "The case cy", "cy.nrrd", "--allow-missing")
    assert not (tmp_path / "out").exists()
    found = json_of(medai("evaluate", *folders, "--allow-missing", "--json"))
    assert [case["name"] for case in found["left_out"]] == ["cy"]
    assert "cy.nrrd" in found["left_out"][0]["reason"]


def test_where_labels_are_missing_a_note_says_how_they_count(folders):
    write(folders[0] / "bob" / "segmentation.nii.gz", cube() * 0)
    write(folders[1] / "cy.nrrd", cube(value=2))
    done = medai("evaluate", *folders)
    assert "label 1 (Liver): the prediction lacks it in 1 case, the reference lacks it in 1 case (overlap 0" in done.stderr
    assert (
        "label 2: the prediction lacks it in 1 case (overlap 0, no distance), neither side has it in 3 cases (not" in done.stderr
    )


def test_what_cannot_be_paired_is_refused_with_a_sentence(folders, tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(medai("evaluate", folders[0], tmp_path / "empty"), 2, "no label maps")
    assert_refused(medai("evaluate", folders[0], folders[1] / "bob.nrrd"), 2, "two files or two folders")
    assert_refused(medai("evaluate", folders[0], tmp_path / "missing"), 2, "missing does not exist")
    write(tmp_path / "others" / "zoe.nii.gz", cube())
    assert_refused(medai("evaluate", folders[0], tmp_path / "others"), 2, "ann and zoe")
    write(folders[1] / "bob.nii.gz", cube())
    assert_refused(medai("evaluate", *folders), 2, "the case bob twice")
    assert_refused(medai("evaluate", *folders, "--plot", "volumes.jpg"), 2, "volumes.jpg", ".png")
    assert_refused(medai("evaluate", *folders, "--lesion-iou", "1.5"), 2, "1.5")


def test_two_cases_have_no_interval_and_a_folder_around_one_file_is_that_file(folders):
    for case in ("ann.nii.gz", "bob.nrrd"):
        (folders[1] / case).unlink()
    done = medai("evaluate", *folders, "--allow-missing")
    assert done.stdout.splitlines()[1].split("\t")[2:5] == ["2", "0.375", ""]
    assert "need 3 cases; there are 2" in done.stderr
    (folders[1] / "cy.nrrd").unlink()
    alone = json_of(medai("evaluate", folders[0] / "dee", folders[1], "--json"))
    assert alone["mean_dice"] == pytest.approx(0.25)


def test_names_of_cases_are_those_of_files_without_endings(tmp_path):
    for name in ("a.b.nii.gz", "c.seg.nrrd", "d.mha", "d.json", ".hidden.nii", "readme.txt", "evaluation.json"):
        (tmp_path / name).write_text("")
    (tmp_path / "e" / "any").mkdir(parents=True)
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "labels.nii").write_text("")
    pairs = find_pairs(tmp_path, tmp_path)
    assert [pair.case for pair in pairs.pairs] == ["a.b", "c", "d", "f"]
    assert pairs.pairs[2].prediction.name == "d.mha"


def test_boxes_are_judged_against_a_mask_and_against_boxes(tmp_path):
    mask = np.maximum(cube(), cube((9, 8, 6)))
    for case, score in (("ann", 0.9), ("bob", 0.4)):
        boxes(tmp_path / "results" / case / "findings.json", (score, [4.5, 4.5, 9]), (0.5, [14, 1, 1]))
        write(tmp_path / "readers" / f"{case}.nii.gz", mask)
        boxes(tmp_path / "boxes" / f"{case}.json", (1, [4.5, 4.5, 9]), (1, [10.5, 9.5, 15]))
    for reference in ("readers", "boxes"):
        found = json_of(medai("evaluate", tmp_path / "results", tmp_path / reference, "-o", tmp_path / "out", "--json"))
        curve = found["summary"]["froc"][0]
        assert (curve["scans"], curve["lesions"]) == (2, 4)
        assert [point["sensitivity"] for point in curve["curve"]] == [0.5, 0.25, 0.25, 0]
        assert [point["false_positives_per_scan"] for point in curve["curve"]] == [1, 1, 0, 0]
        assert {"froc.csv", "froc.png"} < {path.name for path in (tmp_path / "out").iterdir()}
        assert found["cases"][0]["detections"][0]["best_scores"] == [0.9, None]
    alone = json_of(medai("evaluate", tmp_path / "results" / "ann", tmp_path / "readers" / "ann.nii.gz", "--json"))
    assert (alone["labels"], alone["mean_dice"], alone["froc"][0]["lesions"]) == ([], None, 2)
    assert "at 0.125" in medai("evaluate", tmp_path / "results", tmp_path / "boxes").stdout


def test_boxes_that_are_none_and_sides_without_anything_in_common_are_refused(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"detections": [{"score": 1, "center_ras": [1, 2, 3]}]}')
    mask = write(tmp_path / "mask.nii.gz", cube())
    assert_refused(medai("evaluate", bad, mask), 2, "bad.json", "size_mm")
    good = boxes(tmp_path / "good.json", (0.5, [1, 2, 3]))
    assert_refused(medai("evaluate", mask, good), 2, "mask.nii.gz has none with scores")
    bad.write_text("[]")
    assert_refused(medai("evaluate", bad, mask), 2, "cannot be read as findings")


def test_layers_of_a_segmentation_are_compared_whole(tmp_path):
    organ, tumor = cube(size=8), cube((5, 5, 5), 3, 2)
    path = tmp_path / "overlapping.seg.nrrd"
    picture = sitk.GetImageFromArray(np.stack([organ, tumor], -1).transpose(2, 1, 0, 3), isVector=True)
    for number, name in enumerate(("Organ", "Tumor")):
        picture.SetMetaData(f"Segment{number}_Name", name)
        picture.SetMetaData(f"Segment{number}_LabelValue", str(number + 1))
    sitk.WriteImage(picture, str(path))
    found = json_of(medai("evaluate", path, path, "--json"))
    assert [(each["name"], each["dice"], each["prediction_ml"]) for each in found["labels"]] == [
        ("Organ", 1, 0.512),
        ("Tumor", 1, 0.027),
    ]
    write(tmp_path / "result" / "segmentation.nii.gz", np.where(tumor > 0, tumor, organ))
    (tmp_path / "result" / "findings.json").write_text(json.dumps({"labels": [{"value": 2, "name": "Mass"}]}))
    (tmp_path / "result" / "segmentation.seg.nrrd").write_bytes(path.read_bytes())
    done = medai("evaluate", tmp_path / "result", path, "--json")
    assert [(each["name"], each["dice"]) for each in json_of(done)["labels"]] == [("Organ", 1), ("Mass", 1)]
    assert "labels overlap" in done.stderr
    picture.SetMetaData("Segment1_LabelValue", "1")
    sitk.WriteImage(picture, str(path))
    assert_refused(medai("evaluate", path, path), 2, "share the value 1")


def test_images_are_compared_by_their_values(tmp_path):
    generator = np.random.default_rng(0)
    for case in "abc":
        voxels = generator.integers(0, 200, (16, 14, 12)).astype(np.int16)
        write(tmp_path / "real" / f"{case}.nii.gz", voxels)
        write(tmp_path / "made" / f"{case}.nii.gz", voxels + np.int16(3))
    found = json_of(medai("evaluate", tmp_path / "made", tmp_path / "real", "--images", "-o", tmp_path / "out", "--json"))
    assert found["summary"]["image"]["mae"]["mean"] == pytest.approx(3)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"evaluation.json", "cases.csv", "summary.csv"}
    one = tmp_path / "made" / "a.nii.gz", tmp_path / "real" / "a.nii.gz"
    assert json_of(medai("evaluate", *one, "--images", "--json"))["image"]["rmse"] == pytest.approx(3)
    assert medai("evaluate", *one, "--images").stdout.splitlines()[1].split("\t")[:3] == ["9.000", "3.000", "3.000"]
    assert_refused(medai("evaluate", *one, "--images", "--plot", "a.png"), 2, "--plot")


def test_a_real_segmentation_and_a_shifted_copy(tmp_path):
    path = real_data("ct_mr_totalseg", "example_seg.nii.gz")
    labels = read_image(path)
    moved = np.zeros_like(labels.voxels)
    moved[:, 1:] = labels.voxels[:, :-1]
    shifted = write_image(tmp_path / "shifted.nii.gz", labels.with_voxels(moved))
    found = json_of(medai("evaluate", shifted, path, "--tolerance", "3", "--json"))
    assert len(found["labels"]) == np.unique(labels.voxels).size - 1
    large = [label for label in found["labels"] if label["reference_ml"] > 20]
    assert all(label["hd95_mm"] == pytest.approx(3, abs=0.01) and label["surface_dice"] > 0.99 for label in large)
    for label in large:
        there, here = labels.voxels == label["value"], moved == label["value"]
        assert label["dice"] == pytest.approx(2 * (there & here).sum() / (there.sum() + here.sum()))


def test_contours_are_a_reference(tmp_path):
    mask = real_data("sarcoma", "STS_008", "CT_mask.nii.gz")
    contours = real_data("dicom", "STS_008_CT_MR_PET_RTSTRUCT", "CT", "mask", "RS.dcm")
    done = medai("evaluate", mask, contours, "--json")
    found = json_of(done)["labels"]
    assert [label["value"] for label in found] == [1]
    assert found[0]["dice"] > 0.97
    assert "1 = GTV" in done.stderr
    assert_refused(medai("evaluate", contours, mask), 2, "references only")


def test_a_dicom_segmentation_is_refused_with_advice(tmp_path):
    segmentation = real_data("dicom", "dcmqi_segmentations", "liver.dcm")
    mask = write(tmp_path / "mask.nii.gz", cube())
    assert_refused(medai("evaluate", mask, segmentation), 2, "liver.dcm", "NIfTI")
