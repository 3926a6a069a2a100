"""A reader's words on findings: merged, the latest holds, and what was rejected no longer counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medai.errors import InputError
from medai.finding import Detection
from medai.region import Box
from medai.results import Prediction, Review, find_lesions, review_of, reviewed, standing, standing_detections
from support.lesions import labeled, measured, predicted

BOXES = tuple(Detection("nodule", 0.9 - n / 10, Box((30.0 * n, 0, 0), (5, 5, 5))) for n in range(3))


def test_the_latest_word_on_a_finding_holds_and_all_are_in_order():
    prediction = replace(predicted(labeled({(2, 2, 2, 4, 4, 4): 1, (20, 2, 2, 3, 3, 3): 1})), detections=BOXES)
    once = reviewed(prediction, [Review("detection", 2, "rejected"), Review("lesion", 2, "rejected", "a vessel")])
    twice = reviewed(
        once, [Review("lesion", 1, "edited"), Review("lesion", 2, "rejected"), Review("lesion", 2, "accepted", "no")]
    )
    assert prediction.reviews == ()
    assert twice.reviews == (
        Review("lesion", 1, "edited"),
        Review("lesion", 2, "accepted", "no"),
        Review("detection", 2, "rejected"),
    )
    assert review_of(twice, "lesion", 2) == Review("lesion", 2, "accepted", "no")
    assert review_of(twice, "detection", 1) is None
    assert reviewed(twice, []) == twice


@pytest.mark.parametrize(
    ("review", "words"),
    [
        (Review("lesion", 3, "accepted"), r"no lesion 3 .* 1 to 2"),
        (Review("lesion", 0, "accepted"), "no lesion 0"),
        (Review("detection", 1, "accepted"), "no detection 1 .* has no detections"),
    ],
)
def test_words_on_what_is_not_there_are_refused(review, words):
    prediction = predicted(labeled({(2, 2, 2, 4, 4, 4): 1, (20, 2, 2, 3, 3, 3): 1}))
    with pytest.raises(InputError, match=words):
        reviewed(prediction, [review])


def test_numbers_with_gaps_are_named_one_by_one():
    with pytest.raises(InputError, match=r"choose one of \[2, 5\]"):
        reviewed(Prediction(None, lesions=(measured(2, 5), measured(5, 5))), [Review("lesion", 3, "accepted")])


def test_unknown_kinds_and_states_are_refused():
    with pytest.raises(InputError, match="lesion, detection"):
        Review("landmark", 1, "accepted")
    with pytest.raises(InputError, match="accepted, rejected, edited"):
        Review("lesion", 1, "perhaps")


def test_what_was_rejected_no_longer_stands_and_is_still_listed():
    prediction = predicted(labeled({(2, 2, 2, 4, 4, 4): 1, (20, 2, 2, 3, 3, 3): 1, (2, 20, 2, 2, 2, 2): 1}))
    judged = reviewed(
        prediction, [Review("lesion", 2, "rejected"), Review("lesion", 1, "edited"), Review("lesion", 3, "accepted")]
    )
    assert [lesion.id for lesion in standing(judged)] == [1, 3]
    assert len(judged.lesions) == 3
    assert standing(prediction) == prediction.lesions


def test_a_box_and_its_lesion_stand_and_fall_together():
    prediction = Prediction(None, detections=BOXES)
    prediction = replace(prediction, lesions=find_lesions(prediction, None))
    judged = reviewed(prediction, [Review("detection", 1, "rejected"), Review("lesion", 3, "rejected")])
    assert [lesion.id for lesion in standing(judged)] == [2]
    assert standing_detections(judged) == (BOXES[1],)


def test_of_two_boxes_around_one_center_only_the_rejected_one_falls():
    small, large = (Detection("nodule", score, Box((1, 2, 3), (size,) * 3)) for score, size in ((0.9, 5), (0.2, 50)))
    prediction = Prediction(None, detections=(small, large))
    prediction = replace(prediction, lesions=find_lesions(prediction, None))
    for review in (Review("detection", 2, "rejected"), Review("lesion", 2, "rejected")):
        judged = reviewed(prediction, [review])
        assert ([lesion.id for lesion in standing(judged)], standing_detections(judged)) == ([1], (small,))
