"""RECIST 1.1: the guideline's own rules, at their thresholds exactly, with the arithmetic in words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from medai.errors import InputError
from medai.followup import choose_targets, compare, respond
from medai.followup.response import is_node
from support.lesions import labeled, measured, predicted


def response(before, after, *, targets=None, label="tumor", **options):
    """Of lesions that lie 200 mm apart: longest diameters in mm before and after, None where there is no lesion."""
    places = [200.0 * number for number in range(max(len(before), len(after)))]
    one = [measured(n, mm, mm, label, at) for n, (mm, at) in enumerate(zip(before, places, strict=False), 1) if mm is not None]
    two = [measured(n, mm, mm, label, at) for n, (mm, at) in enumerate(zip(after, places, strict=False), 1) if mm is not None]
    chosen = one if targets is None else [lesion for lesion in one if lesion.id in targets]
    return respond(compare(one, two, tolerance_mm=20), chosen, **options)


@pytest.mark.parametrize(
    ("before", "after", "category"),
    [
        ([50, 30], [50, 30], "SD"),
        ([50], [35], "PR"),  # exactly -30 %
        ([50], [35.001], "SD"),
        ([52.3], [31.0], "PR"),
        ([25], [30], "PD"),  # exactly +20 % and +5 mm
        ([24.5], [29.4], "SD"),  # exactly +20 %, but 4.9 mm
        ([24.5], [29.5], "PD"),
        ([26], [31], "SD"),  # 5 mm, but 19.2 %
        ([100], [119.9], "SD"),
        ([100], [120], "PD"),
        ([20, 20], [None, None], "CR"),
        ([20, 20], [None, 20], "PR"),
        ([20, 20], [10, 40], "PD"),
        ([20], [20, 15], "PD"),  # a new lesion
        ([20], [None, 3], "PD"),
        ([50, 30], [25, 31], "PR"),  # one grows, the sum counts
    ],
)
def test_categories_at_their_thresholds(before, after, category):
    assert response(before, after).category == category


@pytest.mark.parametrize(
    ("nadir", "after", "category"),
    [(40, 47.9, "SD"), (40, 48, "PD"), (20, 24, "PR"), (20, 25, "PD"), (0, 1, "PD"), (0, None, "CR"), (200, 119, "SD")],
)
def test_progression_counts_from_the_nadir_and_partial_response_from_the_baseline(nadir, after, category):
    """Baseline 50 mm, or 100 where the nadir given lies above it and so is not one."""
    found = response([100 if nadir == 200 else 50], [after], nadir_mm=nadir)
    assert found.category == category
    assert found.nadir_mm == (100 if nadir == 200 else nadir)


def test_the_arithmetic_is_shown():
    found = response([52.3], [31.0])
    assert found.sentences == ("SoD 52.3 mm -> 31.0 mm: -40.7 % from baseline (PR needs -30 %); no new lesions.",)
    assert (found.baseline_mm, found.followup_mm) == (pytest.approx(52.3), pytest.approx(31))
    grown = response([50, None], [40, 12], nadir_mm=30)
    assert grown.sentences[0] == (
        "SoD 50.0 mm -> 40.0 mm: -20.0 % from baseline (PR needs -30 %),"
        " +33.3 % and +10.0 mm from nadir 30.0 mm (PD needs +20 % and +5 mm); 1 new lesion."
    )
    assert grown.sentences[1] == "New: lesion 2 (12.0 mm). A reader decides whether that is unequivocal."


def test_lymph_nodes_count_by_their_short_axis_and_are_gone_below_10_mm():
    assert response([20], [9.9], label="lymph node").category == "CR"
    assert response([20], [10], label="lymph node").category == "PR"
    long_and_thin = measured(1, 40, 18, "Lymph node"), measured(1, 40, 12, "Lymph node")
    found = respond(compare(long_and_thin[:1], long_and_thin[1:]), long_and_thin[:1])
    assert (found.baseline_mm, found.followup_mm) == (18, 12)
    assert found.category == "PR"
    assert respond(compare([measured(1, 20)], [measured(1, 9.9)]), [measured(1, 20)]).category == "PR"


@pytest.mark.parametrize(
    ("label", "node"),
    [
        ("Lymph node", True),
        ("mediastinal lymph_nodes", True),
        ("Node", True),
        ("nodule", False),
        ("Lung nodule", False),
        ("tumor", False),
    ],
)
def test_what_is_a_lymph_node_is_told_from_its_label(label, node):
    assert is_node(label) is node


def test_targets_are_chosen_at_the_baseline_as_recist_says():
    lesions = [measured(n, mm) for n, mm in enumerate((50, 40, 30, 9), 1)]
    assert [lesion.id for lesion in choose_targets(lesions)] == [1, 2]
    nodes = [measured(1, 30, 14.9, "lymph node"), measured(2, 20, 15, "lymph node")]
    assert [lesion.id for lesion in choose_targets(nodes)] == [2]


def test_other_lesions_turn_a_complete_response_of_the_targets_into_a_partial_one():
    found = response([40, 20, 15], [None, None, 15], targets={1, 2})
    assert (found.category, found.target_category) == ("PR", "CR")
    assert any("other lesion" in sentence for sentence in found.sentences)
    assert response([40, 20, 15], [None, None, None], targets={1, 2}).category == "CR"


def test_without_targets_only_new_and_vanished_lesions_say_something():
    assert response([5], [6], targets=()).category == "non-CR/non-PD"
    assert response([5], [None], targets=()).category == "CR"
    assert response([5], [5, 5], targets=()).category == "PD"
    assert response([], [], targets=()).category == "NE"


def test_small_new_lesions_count_unless_asked_otherwise():
    assert response([30], [30, 3]).category == "PD"
    found = response([30], [30, 3], new_from_mm=5)
    assert found.category == "SD"
    assert "Not counted: 1 new lesion below the least size that was asked for." in found.sentences


def test_no_more_than_ten_lesions_are_named_in_a_sentence():
    whole, part = labeled({(3 * n, 2, 30, 2, 2, 2): 1 for n in range(12)}), labeled({}, (40, 40, 20))
    lesions = predicted(whole).lesions
    unseen = respond(compare(lesions, (), baseline_map=whole, followup_map=part), ()).sentences
    assert any("lesion 10 and 2 more of the baseline; not taken as vanished" in sentence for sentence in unseen)
    new = respond(compare((), lesions, baseline_map=part, followup_map=whole), ()).sentences
    assert any("lesion 10 and 2 more; RECIST counts such lesions as new" in sentence for sentence in new)
    assert not any("lesion 11" in sentence for sentence in (*unseen, *new))


def without_diameter(lesion):
    return replace(lesion, longest=None)


def test_a_target_that_cannot_be_measured_is_not_evaluable():
    """The guideline's own example: 50 mm in three lesions, two of which measure 80 mm later, have progressed."""
    before = [measured(n, mm, at=200.0 * n) for n, mm in ((1, 20), (2, 20), (3, 10))]
    missing = without_diameter(measured(3, 10, at=600))
    stable = respond(compare(before, [measured(1, 20, at=200), measured(2, 20, at=400), missing]), before)
    assert (stable.category, stable.followup_mm) == ("NE", None)
    assert "could not be measured" in stable.sentences[1]
    grown = [measured(1, 40, at=200), measured(2, 40, at=400), missing]
    assert respond(compare(before, grown), before).category == "PD"


def test_a_target_whose_place_the_followup_does_not_show_is_not_gone():
    before, after = labeled({(2, 2, 30, 8, 8, 6): 1}), labeled({}, (40, 40, 20))
    lesions = predicted(before).lesions
    found = respond(compare(lesions, (), baseline_map=before, followup_map=after), lesions)
    assert found.category == "NE"
    assert "outside of the follow-up's scan" in found.sentences[1]
    assert respond(compare(lesions, ()), lesions).category == "CR"


def test_a_target_that_split_counts_with_the_sum_of_its_parts():
    before = labeled({(5, 10, 10, 30, 6, 6): 1})
    after = labeled({(5, 10, 10, 10, 6, 6): 1, (20, 10, 10, 15, 6, 6): 1})
    one, two = predicted(before).lesions, predicted(after).lesions
    found = respond(compare(one, two, baseline_map=before, followup_map=after), one)
    assert found.followup_mm == pytest.approx(sum(lesion.longest.length_mm for lesion in two))
    assert not found.new


def test_two_targets_that_merged_count_once():
    before = labeled({(5, 10, 10, 10, 6, 6): 1, (20, 10, 10, 15, 6, 6): 1})
    after = labeled({(5, 10, 10, 30, 6, 6): 1})
    one, two = predicted(before).lesions, predicted(after).lesions
    found = respond(compare(one, two, baseline_map=before, followup_map=after), one)
    assert found.baseline_mm == pytest.approx(sum(lesion.longest.length_mm for lesion in one))
    assert found.followup_mm == pytest.approx(two[0].longest.length_mm)


@pytest.mark.parametrize("number", [-1.0, math.nan, math.inf])
def test_lengths_that_are_none_are_refused(number):
    for options in ({"nadir_mm": number}, {"new_from_mm": number}):
        with pytest.raises(InputError, match="lengths in mm"):
            response([30], [30], **options)


def test_targets_that_are_no_lesions_of_the_baseline_are_refused():
    lesion = measured(1, 20)
    with pytest.raises(InputError, match="Lesion 7"):
        respond(compare([lesion], []), [replace(lesion, id=7)])
    with pytest.raises(InputError, match="no diameter"):
        respond(compare([without_diameter(lesion)], []), [lesion])
