"""The report's content: what a clinician acts on stands in it, and nothing that tells who the patient is."""

from dataclasses import replace

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.files import report_card, write_report
from medai.files.report.content import build_report
from medai.files.report.document import Facts, Picture, Table
from medai.files.report.names import without_names
from medai.results import ClassScore, Landmark, Prediction, Review, describe_labels, reviewed
from support.reports import RUN, TUMOR, boxes, measured, scan_with_lesions, small_pictures


@pytest.fixture(autouse=True)
def drawn_small():
    with small_pictures():
        yield


def blocks_of(document, kind):
    return [block for section in document.sections for block in section.blocks if isinstance(block, kind)]


def table_of(document, caption):
    (found,) = [table for table in blocks_of(document, Table) if table.caption.startswith(caption)]
    return found


def all_text(document):
    """Everything but the pictures."""
    return repr(replace(document, sections=tuple(replace(s, blocks=_without_pictures(s.blocks)) for s in document.sections)))


def _without_pictures(blocks):
    return tuple((block.caption, block.text) if isinstance(block, Picture) else block for block in blocks)


def test_lesions_stand_with_all_their_numbers():
    prediction, image = scan_with_lesions()
    document = build_report(prediction, image)
    table = table_of(document, "Lesions")
    largest = prediction.lesions[0]
    row = table.rows[0]
    assert row.cells[0] == "1"
    assert row.cells[1] == "Tumor"
    assert row.cells[2] == "0.576"  # 12 x 8 x 3 voxels of 2 mm^3
    assert row.cells[3] == f"{largest.longest.length_mm:.1f} × {largest.short.length_mm:.1f}"
    assert largest.longest.length_mm == pytest.approx(np.hypot(12, 8), abs=0.5)
    assert "±" in row.cells[5]
    assert row.cells[6].startswith("Liver")
    assert row.strong  # a target by RECIST 1.1, the only one that is long enough
    assert [row.strong for row in table.rows] == [True, False, False]
    assert document.summary[0].startswith("3 lesions; the largest is number 1 (Tumor, 14.4 × ")
    assert "Target lesions by RECIST 1.1: 1." in document.summary
    assert all(len(row.cells) == len(each.columns) for each in blocks_of(document, Table) for row in each.rows)


def test_flags_stand_with_those_that_have_them():
    prediction, image = scan_with_lesions()
    lesions = (replace(prediction.lesions[0], flags=("low confidence",), confidence=0.31), *prediction.lesions[1:])
    document = build_report(replace(prediction, lesions=lesions), image)
    text = all_text(document)
    assert "Lesion 1: The model is not sure here." in text
    assert "31%" in text
    assert "a model can be sure and wrong" in text


def test_the_readers_word_decides_what_counts():
    prediction, image = scan_with_lesions()
    said = (Review("lesion", 1, "rejected", "a vessel"), Review("lesion", 2, "edited", "drawn anew"))
    document = build_report(reviewed(prediction, said), image)
    assert [row.cells[0] for row in table_of(document, "Lesions").rows] == ["2", "3"]
    rejected = table_of(document, "Findings that the reader has rejected")
    assert rejected.rows[0].cells == ("lesion 1", "Tumor", "14.4 × " + rejected.rows[0].cells[2][7:], "a vessel")
    assert document.summary[0].startswith("2 lesions; the largest is number 2")
    assert document.summary[-1] == "One more was rejected by the reader and is listed at the end."
    assert "edited; drawn anew" in all_text(document)
    assert not any("Lesion 1," in picture.caption for picture in document.pictures())
    none = build_report(reviewed(prediction, [Review("lesion", n, "rejected") for n in (1, 2, 3)]), image)
    assert none.summary[0] == "No lesion stands: the reader has rejected all 3."


def test_nothing_tells_who_the_patient_is_unless_it_is_asked_for():
    prediction, image = scan_with_lesions()
    warning = "DOE_JOHN_1950 is a MR scan, but Tiny model was made for CT; do not rely on the result."
    prediction = replace(prediction, run={**RUN, "warnings": [warning]})
    without = all_text(build_report(prediction, image))
    assert "DOE" not in without
    assert "The scan is a MR scan, but Tiny model was made for CT" in without
    asked = build_report(prediction, image, patient={"Name": "Jane Doe", "ID": "0815"})
    assert asked.sections[0].title == "Patient"
    assert asked.sections[0].blocks[0].pairs == (("Name", "Jane Doe"), ("ID", "0815"))
    assert "DOE_JOHN_1950" in all_text(asked)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Jane Doe looks like a CT scan, but Brain was made for MR; choose.", "The scan looks like a CT scan, but Brain was"),
        ("A.B and Jane Doe hardly lie in the same place (they share 3%).", "Two scans hardly lie in the same place (they"),
        ("Jane Doe was resampled from 3 x 3 to 1 x 1 mm", "The scan was resampled from 3 x 3 to"),
        ("The opacity of Jane Doe was left out; Polyps sees its colors alone.", "The opacity of the scan was left out; Polyps"),
        ("In T1 DOE something was seen.", "In the scan something was seen."),
    ],
)
def test_warnings_lose_the_names_of_all_scans(said, shown):
    assert without_names([said], "T1 DOE")[0].startswith(shown)


def test_the_sentences_that_runs_warn_with_begin_as_the_report_expects():
    from medai.bundles import find_model
    from medai.inference.doubts import doubts_about

    scan = Image(np.linspace(-1000, 200, 8**3).reshape(1, 8, 8, 8), np.eye(4), "JANE", "CT")
    far = Image(scan.voxels, np.array([[1, 0, 0, 900], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]), "DOE")
    sentences = doubts_about([scan, far], find_model("brain-mr"))
    assert len(sentences) == 3
    assert not [text for text in without_names(sentences, "another") if "JANE" in text or "DOE" in text]


def test_of_many_lesions_the_largest_are_listed_and_the_rest_is_pointed_to():
    prediction, image = scan_with_lesions()
    one = prediction.lesions[0]
    many = tuple(replace(one, id=number, volume_ml=10 / number) for number in range(1, 1001))
    document = build_report(replace(prediction, lesions=many), image)
    table = table_of(document, "Lesions")
    assert [row.cells[0] for row in table.rows] == [str(number) for number in range(1, 51)]
    assert "950 more are in findings.csv, which lies with the result." in table.notes
    titles = [section.title for section in document.sections]
    assert titles.index("Pictures") < titles.index("Lesions")
    assert len(list(document.pictures())) == 7  # six lesions and the picture in space


def test_a_result_without_lesions_says_so_and_shows_the_scan():
    prediction, image = scan_with_lesions()
    empty = replace(prediction.labelmap, voxels=prediction.labelmap.voxels * 0)
    document = build_report(measured(Prediction(empty, prediction.labels, RUN), image)[0], image)
    assert document.summary == ("No lesion was found. That does not rule one out.",)
    assert len(list(document.pictures())) == 1
    assert "Not found: Liver, Tumor." in all_text(document)


def test_boxes_classes_and_points():
    _, image = scan_with_lesions()
    found = boxes(image, 70)
    document = build_report(reviewed(Prediction(None, (), RUN, detections=found), [Review("detection", 2, "rejected")]), image)
    assert document.summary[0] == "69 boxes; the best is nodule with a score of 0.95."
    rows = table_of(document, "Boxes").rows
    assert [row.cells[0] for row in rows[:3]] == ["1", "3", "4"]
    assert rows[0].cells[4] == "10.0 × 8.0 × 6.0"
    assert len(rows) == 50
    assert [picture.caption[:6] for picture in document.pictures()] == [f"Box {number}," for number in (1, 3, 4, 5, 6, 7)]
    scores = (ClassScore("inside", 0.97, 3.0, True), ClassScore("outside", None, -1.0, False))
    points = (Landmark("valve", (1.0, -2.0, 3.0), 4),)
    document = build_report(Prediction(None, (), RUN, classes=scores, landmarks=points), image)
    assert document.summary == ("Class of the scan: inside.", "1 points.")
    assert [(row.cells[2], row.share, row.strong) for row in table_of(document, "Classes").rows] == [
        ("97.0%", 0.97, True),
        ("–", None, False),
    ]
    assert table_of(document, "Points").rows[0].cells == ("valve", "1.0, −2.0, 3.0", "4")


def test_what_an_answer_rests_on_is_shown():
    _, image = scan_with_lesions()
    saliency = np.zeros(image.voxels.shape, np.uint8)
    saliency[0, 20:30, 20:30, 9] = 100
    scores = (ClassScore("inside", 0.97, 3.0, True),)
    document = build_report(Prediction(None, (), RUN, classes=scores, saliency=image.with_voxels(saliency)), image)
    assert [picture.caption[:24] for picture in document.pictures()] == ["What the answer rests on", "The scan with what was f"]
    assert "axial slice 10 of 24" in next(document.pictures()).caption


def test_what_holds_for_the_whole_scan_is_said_once():
    prediction, image = scan_with_lesions()
    warned = {**RUN, "warnings": ["The scan is a CT scan, but Tiny model was made for MR; do not rely on the result."]}
    prediction, _ = measured(replace(prediction, run=warned), image)
    assert any("input outside the model's range" in lesion.flags for lesion in prediction.lesions)
    document = build_report(prediction, image)
    (lines,) = next(section for section in document.sections if section.title == "What deserves a look").blocks
    assert lines.count("The scan lies outside of what the model was made for.") == 1
    assert not any("range" in row.cells[-1] for row in table_of(document, "Lesions").rows)


def test_the_model_card_and_the_run_stand_below():
    from medai.bundles import find_model

    prediction, image = scan_with_lesions()
    card = report_card(find_model("brain-mr"))
    assert card["intended_use"] == "Research. Not a medical device."
    facts = dict(pair for block in blocks_of(build_report(prediction, image, card), Facts) for pair in block.pairs)
    assert facts["Model"] == "Tiny model"
    assert facts["Version"] == "1.2.3"
    assert facts["SHA-256 of its files"] == "ab" * 32
    assert facts["Trained on"].startswith("20 label maps of the SynthSeg")
    assert facts["License"] == "Apache-2.0"
    assert "0.876" in facts["Quality, by its makers"]
    assert facts["Run on"] == "2026-01-31 14:05 UTC"
    assert facts["Time"] == "2.5 s (preparing 0.5 s, computing 2.0 s)"
    assert facts["Spacing"] == "1.0 × 1.0 × 2.0 mm"


def test_a_picture_says_that_its_sizes_are_assumed():
    image = Image(np.full((3, 40, 30, 1), 100, np.uint8), np.diag([-1.0, -1.0, 1.0, 1.0]), "photo")
    labelmap = np.zeros((1, 40, 30, 1), np.uint8)
    labelmap[0, 5:15, 5:12] = TUMOR
    prediction = Prediction(image.with_voxels(labelmap), describe_labels({TUMOR: "tumor"}), RUN)
    document = build_report(measured(prediction, image)[0], image)
    assert "a pixel was taken as 1 mm" in all_text(document)
    assert [picture.caption.startswith("Lesion 1") for picture in document.pictures()] == [True]


def test_what_cannot_be_reported_is_refused_and_nothing_is_written(tmp_path):
    prediction, image = scan_with_lesions()
    other = Image(image.voxels, np.diag([1.0, 1.0, 1.0, 1.0]), "other")
    for wrong, options, words in (
        (image, {}, "No file was named"),
        (image, {"html": tmp_path / "scan.nii"}, "ends with .html"),
        (image, {"pdf": tmp_path / "a.pdf", "html": tmp_path / "b.pdf"}, "ends with .html"),
        (other, {"pdf": tmp_path / "a.pdf"}, "not on the grid"),
    ):
        with pytest.raises(InputError, match=words):
            write_report(prediction, wrong, **options)
    assert not list(tmp_path.iterdir())
