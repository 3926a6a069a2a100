"""What deserves a look: every flag is set where it belongs, and nowhere else."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from medai.image import Image
from medai.resources import resource
from medai.results import Lesion, Prediction, Statistics, describe_labels, flagged, flags
from medai.results.flagging import plausible_volume

PLACE = ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 1.0, 0.0, 1.0))


def with_statistics(names, volumes, run=None, **more):
    labels = describe_labels(names)
    statistics = tuple(Statistics(value, 100, volume, **more) for value, volume in volumes.items())
    return Prediction(Image(np.zeros((1, 2, 2, 2), np.uint8), np.eye(4)), labels, run or {}, statistics=statistics)


def test_low_confidence_is_flagged_below_a_half():
    lesions = tuple(Lesion(n, "Tumor", 1, 20, 1.0, *PLACE, confidence=c) for n, c in enumerate((0.49, 0.5, None), 1))
    prediction = replace(with_statistics({1: "Tumor"}, {1: 5.0}, confidence=0.2), lesions=lesions)
    done = flagged(prediction)
    assert [each.flags for each in done.lesions] == [(flags.LOW_CONFIDENCE,), (), ()]
    assert done.statistics[0].flags == (flags.LOW_CONFIDENCE,)


@pytest.mark.parametrize(("classes", "limit"), [(2, 0.5), (3, 0.5), (16, 0.75), (256, 0.875)])
def test_who_chooses_among_more_answers_is_unsure_at_more_confidence(classes, limit):
    def flags_at(confidence):
        return flagged(with_statistics({1: "Tumor"}, {1: 5.0}, confidence=confidence), classes=classes).statistics[0].flags

    assert flags_at(limit - 0.001) == (flags.LOW_CONFIDENCE,)
    assert flags_at(limit + 0.001) == ()


def test_doubts_about_the_input_are_on_everything():
    prediction = replace(
        with_statistics({1: "Tumor"}, {1: 5.0}), lesions=(Lesion(1, "Tumor", 1, 2, 1.0, *PLACE, flags=(flags.TINY,)),)
    )
    done = flagged(prediction, ("The scan is a CT, but the model was made for MR.",))
    assert done.lesions[0].flags == (flags.OUTSIDE_RANGE, flags.TINY)
    assert done.statistics[0].flags == (flags.OUTSIDE_RANGE,)
    assert flagged(done, ("again",)) == done


@pytest.mark.parametrize(
    ("name", "volume", "odd"),
    [
        ("Liver", 1500, False),
        ("Liver", 90, True),
        ("Liver", 5000, True),
        ("Left kidney", 160, False),
        ("Left kidney", 600, True),
        ("Kidneys", 600, False),
        ("Left cerebellum", 65, False),
        ("Left cerebellum", 180, True),
        ("Cerebellum", 130, False),
        ("Hippocampus", 6, False),
        ("Right hippocampus", 0.4, True),
        ("Liver tumor", 5000, False),
        ("Portal vein", 0.001, False),
    ],
)
def test_volumes_are_compared_with_what_is_plausible(name, volume, odd):
    done = flagged(with_statistics({1: name}, {1: volume}))
    assert done.statistics[0].flags == ((flags.IMPLAUSIBLE_VOLUME,) if odd else ())


def test_what_may_be_cut_off_is_not_compared():
    at_edge = with_statistics({1: "Liver"}, {1: 90.0}, flags=(flags.AT_THE_EDGE,))
    assert flagged(at_edge).statistics[0].flags == (flags.AT_THE_EDGE,)
    in_box = with_statistics({1: "Liver"}, {1: 90.0}, {"options": {"roi": {"center_ras": (0, 0, 0)}}})
    assert flagged(in_box).statistics[0].flags == ()
    whole = with_statistics({1: "Liver"}, {1: 90.0}, {"options": {"roi": None}})
    assert flagged(whole).statistics[0].flags == (flags.IMPLAUSIBLE_VOLUME,)


def test_the_table_of_volumes_names_structures_that_labels_have_and_sources():
    with resource("Terminology", "volumes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["Type_CodeValue"] for row in rows}) == len(rows)
    for row in rows:
        (label,) = describe_labels({1: row["Name"]})
        assert (label.type.scheme, label.type.value) == (row["Type_CodingScheme"], row["Type_CodeValue"])
        low, high = plausible_volume(label)
        assert 0 < low < high
        assert row["Source"].count(",") >= 1 or "et al." in row["Source"]


def test_every_flag_has_a_sentence():
    names = {value for name, value in vars(flags).items() if name.isupper() and isinstance(value, str)}
    assert names == set(flags.SENTENCES)
