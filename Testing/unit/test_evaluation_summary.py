"""Over cases: means with intervals, agreement of volumes by a published example, what counts where a label is missing."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from medai.errors import InputError
from medai.evaluation import (
    Case,
    bland_altman,
    evaluate,
    interval_of_mean,
    spread,
    summarize,
    tables,
    worst_cases,
    write_bland_altman,
)
from medai.image import Image

# Peak expiratory flow of 17 people by two meters: Bland and Altman, Lancet 1986, table 1 (first readings), in l/min.
WRIGHT = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)


def test_limits_of_agreement_are_those_of_the_published_example():
    found = bland_altman(WRIGHT, MINI)
    assert found.n == 17
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    # The paper takes 2 standard deviations for 1.96: -79.7 and 75.5; and an interval of the bias from -22.0 to 17.8.
    assert (found.lower, found.upper) == pytest.approx((-2.1 - 1.96 * 38.8, -2.1 + 1.96 * 38.8), abs=0.1)
    assert found.bias_ci == pytest.approx((-22.0, 17.8), abs=0.1)
    # Its standard error of a limit is sqrt(3 sd^2 / n) = 16.3; that of the later paper differs by less than one in a hundred.
    assert (found.upper_ci[1] - found.upper_ci[0]) / 2 == pytest.approx(2.12 * 16.3, rel=0.01)


def test_two_pairs_have_a_bias_and_no_limits():
    found = bland_altman([1, 2], [0, 0])
    assert found.bias == 1.5
    assert math.isnan(found.upper)
    assert found.as_dict()["upper_ci"] is None
    json.dumps(found.as_dict(), allow_nan=False)
    with pytest.raises(InputError, match="no pair"):
        bland_altman([], [])


def test_a_spread_is_that_of_numpy_and_its_interval_that_of_the_percentile_bootstrap():
    values = np.random.default_rng(2).beta(8, 2, 25)
    found = spread(values.tolist(), [f"case{n}" for n in range(25)])
    assert (found.n, found.mean, found.median) == (25, pytest.approx(values.mean()), pytest.approx(np.median(values)))
    assert found.sd == pytest.approx(values.std(ddof=1))
    assert (found.minimum, found.maximum, found.worst) == (values.min(), values.max(), f"case{values.argmin()}")
    expected = stats.bootstrap((values,), np.mean, n_resamples=20000, method="percentile").confidence_interval
    assert (found.ci_low, found.ci_high) == pytest.approx((expected.low, expected.high), abs=0.004)
    assert interval_of_mean(values) == (found.ci_low, found.ci_high)  # the seed is fixed


def test_the_interval_holds_the_true_mean_about_as_often_as_it_says():
    generator = np.random.default_rng(11)
    intervals = [interval_of_mean(generator.normal(0.8, 0.1, 30)) for _ in range(120)]
    assert 0.86 <= np.mean([low <= 0.8 <= high for low, high in intervals]) <= 1


def test_values_without_a_meaning_are_left_out_and_counted():
    found = spread([1.0, math.nan, 3.0, math.inf], "abcd", "low")
    assert (found.n, found.mean, found.worst) == (2, 2, "c")
    assert math.isnan(found.ci_low)
    assert spread([math.nan], "a").as_dict()["mean"] is None
    assert spread([-5.0, 1.0, 2.0], "abc", "zero").worst == "a"


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=30))
def test_the_interval_lies_within_the_values(values):
    low, high = interval_of_mean(values)
    slack = 1e-9 * max(map(abs, values))
    assert min(values) - slack <= low <= high <= max(values) + slack


def case(name, predicted, expected, labels=None):
    """A case of rows of voxels, one row a label."""
    images = []
    for sizes in (predicted, expected):
        voxels = np.zeros((1, 4, 40, 3), np.uint8)
        for row, size in enumerate(sizes):
            voxels[0, row, :size, 1] = row + 1
        images.append(Image(voxels, np.diag([10.0, 10, 10, 1]), name))
    return Case(name, labels=tuple(evaluate(*images, labels)), label_names={1: "Liver"})


def cases():
    return [case("a", (10, 5), (10, 5)), case("b", (8, 0), (16, 4)), case("c", (20, 3), (20, 0)), case("d", (30,), (10,))]


def test_where_one_side_lacks_a_label_it_counts_as_0_where_both_do_it_does_not_count():
    liver, other = summarize(cases()).labels
    assert (liver.name, liver.cases, liver.absent) == ("Liver", 4, 0)
    assert liver.measures["dice"].mean == pytest.approx(np.mean([1, 16 / 24, 1, 20 / 40]))
    assert (liver.measures["dice"].worst, liver.measures["volume_difference_ml"].worst) == ("d", "d")
    assert (other.cases, other.missed, other.invented, other.absent) == (3, 1, 1, 1)
    assert (other.measures["dice"].n, other.measures["dice"].mean) == (3, pytest.approx(1 / 3))
    assert (other.measures["hd95_mm"].n, other.measures["hd95_mm"].worst) == (1, "a")
    assert (other.lesions.reference, other.lesions.found, other.lesions.predicted, other.lesions.false_positives) == (2, 1, 2, 1)
    assert other.lesions.as_dict()["f1"] == pytest.approx(0.5)


def test_a_label_that_was_asked_for_and_is_nowhere_counts_in_no_mean():
    asked = [case(name, (10,), (10,), [1, 4]) for name in "abc"]
    summary = summarize(asked)
    assert [(label.value, label.cases, label.absent, label.measures["dice"].n) for label in summary.labels] == [
        (1, 3, 0, 3),
        (4, 0, 3, 0),
    ]
    assert summary.mean_dice.mean == 1
    json.dumps(summary.as_dict(), allow_nan=False)


def test_volumes_agree_by_bland_and_altman():
    liver = summarize(cases()).labels[0]
    assert liver.volumes.bias == pytest.approx(np.mean([0, -8, 0, 20]))
    assert liver.volumes.sd == pytest.approx(np.std([0, -8, 0, 20], ddof=1))
    assert worst_cases(cases(), 2)[0] == ("b", pytest.approx(1 / 3))


def test_tables_have_a_row_for_each_case_and_label_and_for_each_measure():
    found = tables(cases(), summarize(cases()))
    assert set(found) == {"cases", "summary", "lesions"}
    assert [row[:3] for row in found["cases"].rows][:3] == [["a", 1, "Liver"], ["a", 2, ""], ["b", 1, "Liver"]]
    by_measure = {(row[0], row[2]): dict(zip(found["summary"].columns, row, strict=True)) for row in found["summary"].rows}
    assert by_measure[1, "dice"]["n"] == 4
    assert by_measure[2, "dice"]["missed"] == 1
    assert by_measure[1, "bland_altman_bias_ml"]["mean"] == pytest.approx(3)
    assert by_measure["all", "mean_dice"]["n"] == 4
    assert {len(row) for row in found["lesions"].rows} == {len(found["lesions"].columns)}


def test_the_plot_has_a_dot_for_each_case_and_takes_many_labels_and_none(tmp_path):
    from PIL import Image as Picture

    for name, some in (("few", cases()), ("none", [case("a", (), ())])):
        write_bland_altman(tmp_path / f"{name}.png", some, summarize(some))
    with Picture.open(tmp_path / "few.png") as picture:
        blue = np.asarray(picture.convert("RGB")).astype(int)
    assert ((blue[..., 2] - blue[..., 0]) > 60).sum() > 100  # the dots' color
    with Picture.open(tmp_path / "none.png") as picture:
        assert min(picture.size) > 300
