"""Lesions, statistics and reviews in findings.json and findings.csv."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from medai.finding import Detection
from medai.region import Box
from medai.results import (
    CSV_COLUMNS,
    Intensity,
    Prediction,
    Review,
    csv_tables,
    find_lesions,
    findings,
    flagged,
    flags,
    measure_labels,
)
from support.shapes import labeled


def measured():
    voxels = np.zeros((20, 20, 20), np.uint8)
    voxels[2:12, 2:10, 2:9], voxels[15, 15, 15], voxels[12:18, 2:10, 2:9] = 1, 1, 2
    prediction, image = labeled(voxels, np.diag([1.0, 1, 2, 1]))
    prediction = replace(prediction, lesions=find_lesions(prediction, image), statistics=measure_labels(prediction, image))
    return flagged(prediction)


def test_lesions_are_plain_values():
    found = findings(replace(measured(), reviews=(Review("lesion", 2, "rejected", "a vessel"),)))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    first, second = found["lesions"]
    assert {name: first[name] for name in ("id", "label", "value", "voxels", "volume_ml", "slice_axis")} == {
        "id": 1,
        "label": "Tumor",
        "value": 1,
        "voxels": 560,
        "volume_ml": 1.12,
        "slice_axis": 2,
    }
    assert first["bbox_ras"] == [1.5, 11.5, 1.5, 9.5, 3, 17]
    assert first["center_ras"] == [6.5, 5.5, 10]
    assert first["longest_diameter_mm"] == pytest.approx(164**0.5)
    assert np.linalg.norm(np.subtract(*first["longest_ras"])) == pytest.approx(164**0.5)
    assert np.linalg.norm(np.subtract(*first["short_ras"])) == pytest.approx(first["short_axis_mm"])
    assert np.linalg.norm(np.subtract(*first["feret_ras"])) == pytest.approx(first["feret_diameter_mm"])
    assert (first["nearest"], first["nearest_mm"], first["score"], first["confidence"]) == ("Liver", 0, None, None)
    assert (first["flags"], first["review"]) == ([], None)
    assert second["flags"] == [flags.TINY]
    assert second["review"] == {"state": "rejected", "note": "a vessel"}


def test_labels_have_their_statistics():
    tumor, liver, spleen = findings(measured())["labels"]
    assert tumor["surface_mm2"] > 100
    assert tumor["minimum"] < tumor["median"] < tumor["maximum"]
    assert liver["flags"] == [flags.IMPLAUSIBLE_VOLUME]
    assert (spleen["mean"], spleen["flags"]) == (None, [])


def test_no_number_is_null():
    prediction = measured()
    strange = replace(prediction.lesions[0], intensity=Intensity(float("nan"), float("inf"), 1.0, 2.0), score=float("nan"))
    (found,) = findings(replace(prediction, lesions=(strange,)))["lesions"]
    assert (found["mean"], found["sd"], found["minimum"], found["score"]) == (None, None, 1, None)
    json.dumps(found, allow_nan=False)


def test_boxes_have_reviews_and_lesions_without_diameters():
    boxes = (Detection("nodule", 0.9, Box((1, 2, 3), (4, 5, 6))), Detection("nodule", 0.5, Box((9, 9, 9), (1, 1, 1))))
    prediction = Prediction(None, detections=boxes, reviews=(Review("detection", 2, "accepted"),))
    found = findings(replace(prediction, lesions=find_lesions(prediction, None)))
    assert [each["review"] for each in found["detections"]] == [None, {"state": "accepted", "note": ""}]
    assert [each["id"] for each in found["lesions"]] == [1, 2]
    assert found["lesions"][0]["longest_diameter_mm"] is found["lesions"][0]["short_ras"] is found["lesions"][0]["mean"] is None


def test_the_table_of_lesions_has_a_row_each():
    found = findings(replace(measured(), reviews=(Review("lesion", 2, "rejected", "a vessel"),)))
    (_, _labels), (columns, rows) = csv_tables(found)
    assert columns == CSV_COLUMNS["lesions"]
    assert [tuple(row) for row in rows] == [columns] * 2
    assert rows[0]["longest_diameter_mm"] == pytest.approx(164**0.5)
    assert (rows[1]["flags"], rows[1]["review"], rows[1]["note"]) == (flags.TINY, "rejected", "a vessel")
    assert [rows[0][f"center_{axis}"] for axis in "ras"] == [6.5, 5.5, 10]
