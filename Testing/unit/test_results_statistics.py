"""Statistics of labels: against numpy, the phantom of the image biomarker standard, SimpleITK, and Slicer's own plugins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai.errors import InputError
from medai.image import Image
from medai.results import Prediction, find_lesions, flags, measure_labels
from medai.results.surface import surface_area
from support.data import real_data
from support.segmentstatistics import slicer_statistics
from support.shapes import body, grid_affine, labeled, rotation

# Zwanenburg et al., Image biomarker standardisation initiative, reference manual, chapter 5.1: the digital phantom, 5 x 4 x 4
# voxels of 2 mm; 0 stands for the voxels that are not part of the region.
PHANTOM = np.array(
    [
        [[1, 4, 4, 1, 1], [1, 4, 6, 1, 1], [4, 1, 6, 4, 1], [4, 4, 6, 4, 1]],
        [[1, 4, 4, 1, 1], [1, 1, 6, 1, 1], [0, 1, 3, 1, 1], [4, 4, 6, 1, 1]],
        [[1, 4, 4, 0, 0], [1, 1, 1, 1, 1], [1, 1, 0, 1, 1], [1, 1, 6, 1, 1]],
        [[1, 4, 4, 0, 0], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 6, 1, 1]],
    ]
).transpose(2, 1, 0)


def test_the_digital_phantom_has_the_standards_values():
    prediction, image = labeled((PHANTOM > 0).astype(np.uint8), np.diag([2.0, 2, 2, 1]), PHANTOM.astype(float))
    (found,) = measure_labels(prediction, image)
    assert found.voxels == 74
    assert found.volume_ml * 1000 == pytest.approx(592, abs=1e-9)
    assert found.mean == pytest.approx(2.15, abs=0.005)
    assert found.sd**2 * 73 / 74 == pytest.approx(3.05, abs=0.005)
    assert (found.minimum, found.maximum, found.median) == (1, 6, 1)
    (lesion,) = find_lesions(prediction, image)
    assert lesion.volume_ml * 1000 == pytest.approx(592, abs=1e-9)
    assert lesion.intensity.mean == found.mean
    assert lesion.feret.length_mm == pytest.approx(13.1, abs=1)  # the standard's ends half a voxel out along one axis
    assert found.surface_mm2 < 388  # the standard's has the steps of the voxels


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(3)))
def test_values_are_those_of_numpy_in_any_memory_order(seed, axes):
    rng = np.random.default_rng(seed)
    voxels = rng.choice([0, 0, 1, 2, 3], size=(6, 7, 5)).astype(np.uint8).transpose(axes)
    values = rng.normal(size=voxels.shape) * 100
    prediction, image = labeled(voxels, grid_affine((1, 2, 3), (0.1, 0.2, 0.3)), values)
    found = {each.value: each for each in measure_labels(prediction, image)}
    assert sorted(found) == np.unique(voxels[voxels > 0]).tolist()
    for value, each in found.items():
        inside = values[voxels == value]
        assert each.voxels == inside.size
        assert each.volume_ml == pytest.approx(inside.size * 6 / 1000)
        assert each.sd == pytest.approx(inside.std(ddof=1) if inside.size > 1 else 0)
        expected = (inside.mean(), inside.min(), inside.max(), np.median(inside))
        assert (each.mean, each.minimum, each.maximum, each.median) == pytest.approx(expected)


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.7, 0.7, 1.4), (1, 1, 3)])
def test_surfaces_of_ellipsoids_are_right_within_a_few_percent(spacing):
    for radius, second in ((8, 1), (14, 0.7)):
        mask, affine = body([radius, radius * second, radius], rotation((0.4, 0.2, 0.7)), spacing, (0.2, 0.4, 0.1), box=False)
        a = c = radius
        b = radius * second
        power = 1.6075  # Knud Thomsen's formula, within 1.1 percent
        area = 4 * np.pi * (((a * b) ** power + (a * c) ** power + (b * c) ** power) / 3) ** (1 / power)
        assert surface_area(mask, affine) == pytest.approx(area, rel=0.05)


def test_the_surface_does_not_depend_on_blocks_or_on_the_grids_place():
    mask, affine = body([40, 30, 35], np.eye(3), (1, 1, 1), (0.2, 0.4, 0.1), box=False)
    turned = grid_affine((1, 1, 1), (0.5, 0.2, 0.8)) @ affine
    whole = surface_area(mask, affine)
    assert surface_area(mask, turned) == pytest.approx(whole, rel=1e-5)
    assert surface_area(np.pad(mask, ((17, 0), (5, 0), (29, 0))), affine) == pytest.approx(whole, rel=1e-5)
    assert surface_area(mask[::-1].transpose(1, 2, 0), np.eye(4)) == pytest.approx(whole, rel=1e-4)


def test_the_smallest_things_have_a_surface():
    for size in ((1, 1, 1), (1, 1, 5), (2, 1, 1)):
        assert 0 < surface_area(np.ones(size, bool), np.eye(4)) < 4 * np.prod(size) + 4


def test_sizes_alone_confidence_and_the_edge():
    voxels = np.zeros((8, 8, 8), np.uint8)
    voxels[2:5, 2:5, 2:5], voxels[6:8, 6:8, 6:8] = 1, 2
    prediction, image = labeled(voxels, np.eye(4))
    prediction = replace(prediction, confidence=image.with_voxels(np.full((1, 8, 8, 8), 70, np.uint8)))
    tumor, liver = measure_labels(prediction, None)
    assert (tumor.mean, tumor.confidence, tumor.flags) == (None, 0.7, ())
    assert liver.flags == (flags.AT_THE_EDGE,)
    assert measure_labels(Prediction(None), image) == ()
    with pytest.raises(InputError, match="another grid"):
        measure_labels(prediction, Image(np.zeros((1, 8, 8, 9)), np.eye(4)))


@pytest.mark.parametrize("scan", ["CT", "PET"])
def test_numbers_agree_with_slicers_segment_statistics(scan):
    from medai.files import read_image

    image, mask = (read_image(real_data("sarcoma", "STS_008", f"{scan}_{kind}.nii.gz")) for kind in ("image", "mask"))
    theirs = slicer_statistics(mask.voxels[0] > 0, image)
    prediction, _scan = labeled((mask.voxels[0] > 0).astype(np.uint8), image.affine)
    (found,) = measure_labels(prediction, image)
    assert found.voxels == theirs["voxel_count"]
    assert found.volume_ml == pytest.approx(theirs["volume_cm3"], rel=1e-6)
    for ours, name in ((found.mean, "mean"), (found.sd, "stdev"), (found.minimum, "min"), (found.maximum, "max")):
        assert ours == pytest.approx(theirs[name], rel=1e-5)
    assert found.median == pytest.approx(theirs["median"], rel=2e-3)  # Slicer's comes from a histogram
    assert found.surface_mm2 == pytest.approx(theirs["surface_mm2"], rel=0.05)
