"""The nearest structure, against comparing all voxels; and which lesions are chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai.results import Lesion, find_lesions, select, target_lesions
from medai.results.lesions import Diameter
from support.shapes import NAMES, grid_affine, labeled


def gap(one, other, affine):
    """Least distance in mm between voxels (n, 3) and the neighbors of voxels (m, 3), which is from edge to edge."""
    apart = (one[:, None] - other).reshape(-1, 3)
    nearer = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3), axis=-1).reshape(-1, 3)
    return min(np.linalg.norm((apart + step) @ affine[:3, :3].T, axis=-1).min() for step in nearer)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.2, 20), st.booleans())
def test_the_nearest_structure_is_what_comparing_all_voxels_gives(seed, thick, sheared):
    rng = np.random.default_rng(seed)
    voxels = np.zeros((50, 40, 20), np.uint8)
    for value in (2, 3):
        for place in rng.integers(0, voxels.shape, (3, 3)):
            size = rng.integers(1, 6, 3)
            voxels[tuple(slice(at, at + length) for at, length in zip(place, size, strict=True))] = value
    low = rng.integers(0, (45, 35, 15))
    voxels[tuple(slice(at, at + 3) for at in low)] = 1
    affine = grid_affine((1, 1.5, thick), rng.uniform(-1, 1, 3))
    affine[:3, 0] += 0.2 * affine[:3, 1] * sheared
    (lesion,) = find_lesions(*labeled(voxels, affine))
    own = np.argwhere(voxels == 1)
    gaps = {value: gap(own, np.argwhere(voxels == value), affine) for value in (2, 3)}
    assert lesion.nearest.distance_mm == pytest.approx(min(gaps.values()), abs=2e-6)
    assert gaps[{"Liver": 2, "Spleen": 3}[lesion.nearest.name]] == pytest.approx(min(gaps.values()), abs=2e-6)


def test_of_structures_that_touch_the_one_with_most_contact_counts():
    voxels = np.zeros((9, 9, 9), np.uint8)
    voxels[3:6, 3:6, 3:6], voxels[6:8, 3:6, 3:6], voxels[2, 2, 2] = 1, 3, 2
    (lesion,) = find_lesions(*labeled(voxels, np.eye(4)))
    assert (lesion.nearest.name, lesion.nearest.distance_mm) == ("Spleen", 0)


def test_other_findings_and_missing_structures_are_no_neighbors():
    voxels = np.zeros((9, 9, 9), np.uint8)
    voxels[3:6, 3:6, 3:6], voxels[6:8, 3:6, 3:6] = 1, 4
    for names in (NAMES | {4: "Edema"}, {1: "Tumor", 4: "Edema"}):
        prediction, image = labeled(voxels, np.eye(4), names=names)
        assert [lesion.nearest for lesion in find_lesions(prediction, image)] == [None, None]


def lesion(number, longest, label="Tumor", **more):
    ends = Diameter((0, 0, 0), (longest, 0, 0))
    return Lesion(number, label, 1, 10, longest / 10, (0, 0, 0), (0, longest, 0, 1, 0, 1), longest=ends, **more)


def test_large_and_certain_lesions_are_selected_in_their_order():
    lesions = (lesion(1, 30), lesion(2, 20, score=0.4), lesion(3, 10, score=0.9), replace(lesion(4, 25), longest=None))
    assert select(lesions) == lesions
    assert [each.id for each in select(lesions, minimum_ml=2)] == [1, 2, 4]
    assert [each.id for each in select(lesions, minimum_mm=22)] == [1, 4]
    assert [each.id for each in select(lesions, minimum_score=0.5)] == [1, 3, 4]


def test_targets_are_at_most_five_and_two_of_an_organ_and_measurable():
    lesions = [lesion(n, 40 - n, label) for n, label in enumerate(["a", "a", "a", "b", "b", "c", "d"], 1)]
    assert [each.id for each in target_lesions(lesions)] == [1, 2, 4, 5, 6]
    assert [each.id for each in target_lesions([lesion(1, 9.9), lesion(2, 10), lesion(3, 13)])] == [3, 2]
    assert [each.id for each in target_lesions([lesion(1, 12), lesion(2, 14)], slice_mm=7)] == [2]
    assert [each.id for each in target_lesions([lesion(1, 10)], slice_mm=5)] == [1]
    assert target_lesions([replace(lesion(1, 50), longest=None)]) == ()
