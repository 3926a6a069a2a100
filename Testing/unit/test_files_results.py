"""Results that were written open again as they were; damaged, foreign and mixed ones are refused in a sentence."""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest

from medai.errors import InputError
from medai.files import read_labelmap, read_result, write_prediction, write_reviews
from medai.finding import ClassScore, Detection, Landmark
from medai.image import Image
from medai.region import Box
from medai.results import Prediction, Review, describe_labels, find_lesions, findings, measure_labels, reviewed
from support.scans import blobs, oblique_affine

RUN = {"model": {"name": "tiny", "version": "0.1", "content_hash": "abc"}}


def segmented():
    """A liver with two tumors in a layer of their own, measured and reviewed, and a label that does not occur."""
    image = blobs((24, 20, 12))
    voxels = np.zeros((2, 24, 20, 12), np.uint8)
    voxels[0, 2:22, 2:18, 2:10] = 1
    voxels[1, 5:9, 5:8, 5:8] = 2
    voxels[1, 15:17, 12:14, 6] = 2
    labels = tuple(replace(each, layer=each.value - 1) for each in describe_labels({1: "liver", 2: "liver tumor"}))
    labels += describe_labels({3: "spleen"})
    prediction = Prediction(image.with_voxels(voxels), labels, RUN)
    prediction = replace(prediction, lesions=find_lesions(prediction, image), statistics=measure_labels(prediction, image))
    maps = {key: image.with_voxels(np.full((1, 24, 20, 12), 80, np.uint8)) for key in ("confidence", "saliency")}
    return image, reviewed(replace(prediction, **maps), [Review("lesion", 2, "rejected", "a vessel, see µ")])


@pytest.fixture
def written(tmp_path):
    image, prediction = segmented()
    write_prediction(tmp_path / "out", image, prediction)
    return tmp_path / "out"


def changed(folder, change):
    path = folder / "findings.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    change(found)
    path.write_text(json.dumps(found), encoding="utf-8")


def test_a_result_opens_as_it_was_written(written):
    _, prediction = segmented()
    result = read_result(written)
    found = result.prediction
    assert np.array_equal(found.labelmap.voxels, prediction.labelmap.voxels)
    assert np.array_equal(found.labelmap.affine, prediction.labelmap.affine)
    assert found.labels == prediction.labels
    assert (found.run, found.reviews) == (prediction.run, prediction.reviews)
    assert findings(found) == findings(prediction)
    for one, two in zip((*found.lesions, *found.statistics), (*prediction.lesions, *prediction.statistics), strict=True):
        assert one.volume_ml == pytest.approx(two.volume_ml, abs=1e-6)
        assert replace(one, volume_ml=two.volume_ml) == two
    for one in (found.confidence, found.saliency):
        assert (one.voxels == 80).all()
        assert one.on_same_grid(found.labelmap)
    assert result.folder == written


def test_boxes_points_and_classes_open_without_a_label_map(tmp_path):
    turned = Box((1.5, 2, 3), (4, 5, 6), tuple(map(tuple, (oblique_affine((1, 1, 1))[:3, :3].T).tolist())))
    prediction = Prediction(
        None,
        run=RUN,
        detections=(Detection("nodule", 0.9, turned), Detection("nodule", 0.2, Box((9, 9, 9), (1, 1, 1)))),
        landmarks=(Landmark("apex", (1.0, 2.0, 3.0), 4), Landmark("base", (1.0, 2.0, 3.5))),
        classes=(ClassScore("in", 0.7, 2.0, chosen=True), ClassScore("out", None, -2.0, chosen=False)),
    )
    prediction = replace(prediction, lesions=find_lesions(prediction, None))
    prediction = reviewed(prediction, [Review("detection", 2, "accepted")])
    write_prediction(tmp_path, blobs(), prediction)
    found = read_result(tmp_path).prediction
    assert found.labelmap is None
    assert (found.detections, found.landmarks, found.classes) == (prediction.detections, prediction.landmarks, prediction.classes)
    assert findings(found) == findings(prediction)


def test_results_of_older_versions_open(written):
    def older(found):
        del found["lesions"]
        for label in found["labels"]:
            for key in set(label) - {"value", "name", "volume_ml", "voxels", "terminology"}:
                del label[key]

    changed(written, older)
    (written / "run.json").unlink()
    found = read_result(written).prediction
    assert (found.lesions, found.statistics, found.reviews, found.run) == ((), (), (), {})
    assert [label.name for label in found.labels] == ["Liver", "Liver tumor", "Spleen"]


def test_without_the_segmentation_the_flat_label_map_is_taken(written):
    (written / "segmentation.seg.nrrd").unlink()
    found = read_result(written).prediction
    assert found.labelmap.channels == 1
    assert set(np.unique(found.labelmap.voxels)) == {0, 1, 2}


BAD = {
    "no list": lambda found: found.update(lesions={"a": 1}),
    "no entries": lambda found: found.update(labels=[1, 2]),
    "a missing key": lambda found: found["lesions"][0].pop("center_ras"),
    "words for numbers": lambda found: found["lesions"][0].update(volume_ml="large"),
    "two numbers": lambda found: found["lesions"][0].update(center_ras=[1, 2]),
    "negative": lambda found: found["lesions"][0].update(volume_ml=-1),
    "inside out": lambda found: found["lesions"][0].update(bbox_ras=[5, 1, 0, 1, 0, 1]),
    "an unknown axis": lambda found: found["lesions"][0].update(slice_axis=7),
    "one number twice": lambda found: found["lesions"][1].update(id=1),
    "an unknown state": lambda found: found["lesions"][0].update(review={"state": "maybe", "note": ""}),
    "a truth value": lambda found: found["lesions"][0].update(voxels=True),
    "infinite": lambda found: found["lesions"][0].update(mean=1e999),
    "other numbers of voxels": lambda found: found["labels"][0].update(voxels=3),
    "a label without value": lambda found: found["labels"][0].pop("value"),
    "a list as name": lambda found: found["labels"][0].update(name=[1]),
    "a box without extent": lambda found: found.update(
        detections=[{"label": "x", "score": 1, "center_ras": [0, 0, 0], "size_mm": [0, 1, 1], "axes_ras": np.eye(3).tolist()}]
    ),
    "a point nowhere": lambda found: found.update(landmarks=[{"name": "x", "position_ras": None}]),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_damaged_findings_are_refused_with_their_name(written, change):
    changed(written, change)
    with pytest.raises(InputError) as error:
        read_result(written)
    assert str(written) in str(error.value)
    assert str(error.value).count(". ") == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"labels": NaN}', b"[" * 100_000])
def test_files_that_are_no_findings_are_refused(written, content):
    (written / "findings.json").write_bytes(content)
    with pytest.raises(InputError, match=r"findings\.json"):
        read_result(written)


def test_folders_without_a_result_and_mixed_ones_are_refused(written, tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match="holds no result"):
            read_result(folder)
    other = Image(np.ones((1, 5, 5, 5), np.uint8), np.eye(4))
    write_prediction(tmp_path / "other", other, Prediction(other, describe_labels({1: "liver"}), RUN))
    shutil.copy(tmp_path / "other" / "segmentation.seg.nrrd", written)
    with pytest.raises(InputError, match="other numbers of voxels"):
        read_result(written)
    for name in ("segmentation.seg.nrrd", "segmentation.nii.gz"):
        (written / name).unlink()
    with pytest.raises(InputError, match=r"segmentation\.nii\.gz is not there"):
        read_result(written)


def test_headers_that_promise_more_than_the_file_holds_are_refused_before_memory_is_taken(written):
    path = written / "segmentation.seg.nrrd"
    header, _, body = path.read_bytes().partition(b"\n\n")
    path.write_bytes(header.replace(b"sizes: 2 24 20 12", b"sizes: 2 90000 90000 90000") + b"\n\n" + body)
    with pytest.raises(InputError, match="promises more"):
        read_result(written)
    path.write_bytes(header + b"\n\n" + body[: len(body) // 2])
    with pytest.raises(InputError, match=r"seg\.nrrd"):
        read_result(written)
    path.write_bytes(header + b"\n\n" + gzip.compress(b"x"))
    with pytest.raises(InputError, match=r"seg\.nrrd"):
        read_result(written)


@pytest.mark.parametrize(("field", "value"), [(b"Layer", b"7"), (b"Layer", b"x"), (b"LabelValue", b"x"), (b"Color", b"1 1")])
def test_segments_that_make_no_sense_are_refused(written, field, value):
    path = written / "segmentation.seg.nrrd"
    header, _, body = path.read_bytes().partition(b"\n\n")
    changed_header = re.sub(b"Segment1_" + field + b":=[^\n]*", b"Segment1_" + field + b":=" + value, header)
    assert changed_header != header
    path.write_bytes(changed_header + b"\n\n" + body)
    with pytest.raises(InputError) as error:
        read_result(written)
    assert str(written) in str(error.value)


def test_reviews_are_kept_and_everything_else_stays(written):
    changed(written, lambda found: found.update(other=[{"kept": 1}]))
    before = json.loads((written / "findings.json").read_text(encoding="utf-8"))
    files = {path.name: path.read_bytes() for path in written.iterdir()}
    result = write_reviews(written, [Review("lesion", 1, "accepted", "sure")])
    after = json.loads((written / "findings.json").read_text(encoding="utf-8"))
    assert after["lesions"][0]["review"] == {"state": "accepted", "note": "sure"}
    assert after["lesions"][1]["review"] == {"state": "rejected", "note": "a vessel, see µ"}
    before["lesions"][0]["review"] = after["lesions"][0]["review"]
    assert after == before
    assert read_result(written).prediction.reviews == result.prediction.reviews
    table = (written / "findings.csv").read_text(encoding="utf-8").split("\n\n")[1]
    assert [(row["id"], row["review"], row["note"]) for row in csv.DictReader(table.splitlines())] == [
        ("1", "accepted", "sure"),
        ("2", "rejected", "a vessel, see µ"),
    ]
    for name in set(files) - {"findings.json", "findings.csv"}:
        assert (written / name).read_bytes() == files[name]
    assert {path.name for path in written.iterdir()} == set(files)


def test_a_review_of_what_is_not_there_changes_nothing(written):
    before = (written / "findings.json").read_bytes()
    with pytest.raises(InputError, match="no lesion 9"):
        write_reviews(written, [Review("lesion", 1, "accepted"), Review("lesion", 9, "accepted")])
    assert (written / "findings.json").read_bytes() == before


def test_label_maps_alone_have_the_names_that_are_known(written, tmp_path):
    assert [label.name for label in read_labelmap(written / "segmentation.seg.nrrd").labels] == ["Liver", "Liver tumor"]
    shutil.copy(written / "segmentation.nii.gz", tmp_path / "alone.nii.gz")
    assert [label.name for label in read_labelmap(tmp_path / "alone.nii.gz").labels] == ["Label 1", "Label 2"]
