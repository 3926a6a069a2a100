"""`medai review`: what is said of findings is kept with the result and shown; mistakes change nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from medai.files import write_prediction
from medai.finding import Detection
from medai.region import Box
from support.commands import assert_refused, json_of, medai
from support.lesions import labeled, predicted


@pytest.fixture
def folder(tmp_path):
    grid = labeled({(2, 2, 2, 4, 4, 4): 1, (20, 2, 2, 3, 3, 3): 1})
    prediction = replace(predicted(grid), detections=(Detection("nodule", 0.5, Box((5, 5, 5), (4, 4, 4))),))
    write_prediction(tmp_path, grid, prediction)
    return tmp_path


def said(folder):
    return [
        (row["kind"], row["id"], row["review"], row["note"]) for row in json_of(medai("review", folder, "--json"))["findings"]
    ]


def test_findings_are_listed_with_what_was_said(folder):
    assert said(folder) == [("lesion", 1, None, None), ("lesion", 2, None, None), ("detection", 1, None, None)]
    done = medai("review", folder, "--list")
    assert done.stdout.splitlines()[1].split("\t")[:4] == ["lesion", "1", "Tumor", "0.064"]


def test_words_are_kept_and_the_latest_holds(folder):
    done = medai("review", folder, "--accept", "1", "--reject", "2", "--note", "seen twice")
    assert done.returncode == 0, done.stderr
    assert "rejected" in done.stdout
    medai("review", folder, "--edit", "2")
    medai("review", folder, "--kind", "detection", "--reject", "1", "--note", "artifact")
    assert said(folder) == [
        ("lesion", 1, "accepted", "seen twice"),
        ("lesion", 2, "edited", ""),
        ("detection", 1, "rejected", "artifact"),
    ]
    found = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    assert found["detections"][0]["review"] == {"state": "rejected", "note": "artifact"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--accept", "9"), ("no lesion 9", "1 to 2")),
        (("--accept", "a"), ("--accept a",)),
        (("--accept", "1", "--reject", "1"), ("Lesion 1 was named twice",)),
        (("--note", "hm"), ("--note",)),
        (("--accept", "1", "--kind", "landmark"), ("'landmark'",)),
        (("--accept", "1", "--list"), ("--list",)),
    ],
)
def test_mistakes_change_nothing(folder, options, words):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert_refused(medai("review", folder, *options), 2, *words)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_without_a_result_is_refused(tmp_path):
    assert_refused(medai("review", tmp_path, "--accept", "1"), 2, "holds no result")
