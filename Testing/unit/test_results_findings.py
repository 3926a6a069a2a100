"""Findings: sizes of labels, and the exact shape of findings.json."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from medai.finding import ClassScore, Detection, Landmark
from medai.image import Image
from medai.region import Box
from medai.results import CSV_COLUMNS, Prediction, count_voxels, csv_tables, describe_labels, findings, measure

LIVER = {"scheme": "SCT", "value": "10200004", "meaning": "Liver"}


def prediction(voxels, names, spacing=(1.0, 1.0, 1.0)):
    return Prediction(Image(voxels[None], np.diag([*spacing, 1.0])), describe_labels(names))


def two_labels():
    voxels = np.zeros((4, 5, 6), np.uint8)
    voxels[:2, :3, :4] = 1
    return prediction(voxels, {1: "Liver", 9: "Left kidney"}, (2.0, 0.5, 5.0))


def test_volumes_are_voxels_times_the_volume_of_one():
    liver, kidney = measure(two_labels())
    assert (liver.voxels, kidney.voxels) == (24, 0)
    assert liver.volume_ml == pytest.approx(24 * 5 / 1000)
    assert kidney.volume_ml == 0


def test_findings_have_every_kind_and_every_label():
    found = findings(two_labels())
    assert list(found) == ["labels", "lesions", "detections", "landmarks", "classes"]
    assert found["lesions"] == found["detections"] == found["landmarks"] == found["classes"] == []
    assert found["labels"][0] == {
        "value": 1,
        "name": "Liver",
        "volume_ml": 0.12,
        "voxels": 24,
        "terminology": {
            "category": {"scheme": "SCT", "value": "123037004", "meaning": "Anatomical Structure"},
            "type": LIVER,
            "modifier": None,
            "region": None,
        },
        **dict.fromkeys(("surface_mm2", "mean", "sd", "minimum", "maximum", "median", "confidence")),
        "flags": [],
    }
    assert found["labels"][1]["voxels"] == 0
    assert found["labels"][1]["terminology"]["modifier"]["meaning"] == "Left"


def test_findings_survive_json():
    found = findings(two_labels())
    assert json.loads(json.dumps(found)) == found


def test_rows_for_the_table_have_all_columns_and_short_codes():
    ((columns, rows),) = csv_tables(findings(two_labels()))
    assert columns == CSV_COLUMNS["labels"]
    assert [tuple(row) for row in rows] == [columns] * 2
    assert rows[0]["type"] == "SCT 10200004 Liver"
    assert rows[0]["modifier"] == ""
    assert rows[1]["modifier"] == "SCT 7771000 Left"


@given(
    arrays(st.sampled_from([np.uint8, np.uint16]), array_shapes(min_dims=3, max_dims=3, max_side=6), elements=st.integers(0, 200))
)
def test_voxels_of_all_labels_add_up_to_the_foreground(voxels):
    names = {value: f"part {value}" for value in range(1, 201)}
    sizes = measure(prediction(voxels, names))
    assert sum(size.voxels for size in sizes) == np.count_nonzero(voxels)
    assert all(size.voxels == np.count_nonzero(voxels == size.label.value) for size in sizes)


@given(
    arrays(
        st.sampled_from([np.uint8, np.uint16]), array_shapes(min_dims=3, max_dims=3, max_side=6), elements=st.integers(0, 200)
    ),
    st.permutations(range(3)),
)
def test_counting_gives_every_value_that_occurs_in_any_memory_order(voxels, axes):
    turned = voxels.transpose(axes)
    values, numbers = np.unique(voxels[voxels > 0], return_counts=True)
    assert count_voxels(Image(turned[None], np.eye(4))) == dict(zip(values.tolist(), numbers.tolist(), strict=True))


def test_what_was_counted_before_is_not_counted_again():
    counted = replace(two_labels(), counts={9: 7})
    assert [size.voxels for size in measure(counted)] == [0, 7]


TURNED = ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
FOUND = Prediction(
    labelmap=None,
    detections=(
        Detection("nodule", 0.75, Box((1, 2, 3), (4, 5, 6), TURNED)),
        Detection("nodule", 0.5, Box((7, 8, 9), (1, 1, 1))),
    ),
    landmarks=(Landmark("mitral", (1.5, 2.5, 3.5), frame=2),),
    classes=(ClassScore("A", 0.25, -1.0, chosen=False), ClassScore("B", None, 3.0, chosen=True)),
)


def test_boxes_points_and_classes_are_plain_values():
    found = findings(FOUND)
    assert json.loads(json.dumps(found)) == found
    assert found["labels"] == found["lesions"] == []
    first = found["detections"][0]
    assert first == {
        "label": "nodule",
        "score": 0.75,
        "center_ras": [1, 2, 3],
        "size_mm": [4, 5, 6],
        "axes_ras": [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
        "review": None,
    }
    assert found["landmarks"] == [{"name": "mitral", "position_ras": [1.5, 2.5, 3.5], "frame": 2}]
    assert found["classes"] == [
        {"name": "A", "probability": 0.25, "score": -1.0, "chosen": False},
        {"name": "B", "probability": None, "score": 3.0, "chosen": True},
    ]


def test_every_kind_of_finding_has_a_table_of_its_own():
    tables = csv_tables(findings(FOUND))
    assert [columns for columns, _rows in tables] == [CSV_COLUMNS[kind] for kind in ("detections", "landmarks", "classes")]
    assert all(tuple(row) == columns for columns, rows in tables for row in rows)
    assert list(tables[0][1][0].values()) == ["nodule", 0.75, 1, 2, 3, 4, 5, 6, None, None]
    assert list(tables[1][1][0].values()) == ["mitral", 1.5, 2.5, 3.5, 2]


def test_nothing_found_is_an_empty_table():
    assert csv_tables(findings(Prediction(labelmap=None))) == [(CSV_COLUMNS["labels"], [])]
