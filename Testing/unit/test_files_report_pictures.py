"""Pictures of the report: slices as radiologists look at them, diameters where the lesion is, the body the right way round."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Pillow

from medai import Image
from medai.files.marks import on_view
from medai.files.report.body import body_of
from medai.files.report.content import build_report
from medai.files.report.planes import close_view, slice_of, whole_view
from medai.files.report.rays import first_met, painted, seen
from medai.results import Prediction, describe_labels
from support.reports import RUN, measured, scan_with_lesions
from support.scans import oblique_affine

AXES = {"RAS": (0, 1, 2), "LPS": (0, 1, 2), "SAR": (2, 1, 0), "PIR": (2, 0, 1)}


def oriented(code, spacing=(1.0, 1.0, 2.0)):
    """The affine of a grid whose axes point to these directions."""
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    for axis, letter in enumerate(code):
        world = next(n for n, pair in enumerate(("RL", "AP", "SI")) if letter in pair)
        affine[world, axis] = spacing[axis] * (1 if letter in "RAS" else -1)
    affine[:3, 3] = (12.0, -30.0, 55.0)
    return affine


@pytest.mark.parametrize(
    ("code", "axis", "name", "edges"),
    [
        ("RAS", 2, "Axial", "RLAP"),
        ("LPS", 2, "Axial", "RLAP"),
        ("SAR", 0, "Axial", "RLAP"),
        ("PIR", 2, "Sagittal", "APSI"),
        ("PIR", 0, "Coronal", "RLSI"),
        ("LIP", 2, "Coronal", "RLSI"),
    ],
)
def test_slices_are_radiological_whatever_the_order_of_the_axes(code, axis, name, edges):
    image = Image(np.zeros((1, 20, 24, 16), np.float32), oriented(code))
    plane = slice_of(image, image.affine[:3, :3] @ [9, 9, 9] + image.affine[:3, 3], axis)
    assert (plane.name, plane.edges, plane.index) == (name, edges, 9)
    view = whole_view(image, None, plane)
    for letter, direction in ((edges[1], view.right), (edges[3], view.down)):
        world = next(n for n, pair in enumerate(("RL", "AP", "SI")) if letter in pair)
        assert np.sign(direction[world]) == (1 if letter in "RAS" else -1)
    assert np.isfinite(view.scan).mean() == pytest.approx(_share(image, axis), abs=0.03)


def _share(image, axis):
    """How much of a square a slice fills."""
    sides = [size * step for n, (size, step) in enumerate(zip(image.shape, image.spacing, strict=True)) if n != axis]
    return sides[0] * sides[1] / (1.04 * max(sides)) ** 2


def test_a_slice_is_shown_as_it_is_without_its_neighbors():
    voxels = np.arange(5, dtype=np.float32)[None, None, None, :] * np.ones((1, 30, 30, 1), np.float32)
    image = Image(voxels, oblique_affine(spacing=(0.5, 0.5, 10.0)))
    point = (image.affine @ [15, 15, 3.4, 1])[:3]
    plane = slice_of(image, point, 2)
    assert plane.index == 3
    view = close_view(image, None, plane, plane.flat(point[None])[0], 8.0)
    assert np.all(view.scan[np.isfinite(view.scan)] == 3)


@pytest.mark.parametrize("affine", [None, oblique_affine(spacing=(1.0, 1.0, 2.0)), oblique_affine(spacing=(0.5, 0.5, 10.0))])
def test_diameters_end_at_the_edge_of_the_lesion(affine):
    prediction, image = scan_with_lesions(affine)
    lesion = prediction.lesions[0]
    ends = np.array([lesion.longest.start_ras, lesion.longest.end_ras])
    plane = slice_of(image, ends.mean(axis=0), lesion.slice_axis)
    view = close_view(image, prediction.labelmap, plane, plane.flat(ends).mean(axis=0), 3 * lesion.longest.length_mm)
    flat = on_view(view, ends)
    assert np.abs(flat[:, 2]).max() < 0.5  # pixels: they lie in this slice
    inside = view.labels == lesion.value
    rows, columns = np.nonzero(inside)
    pixel = np.linalg.norm(view.right)
    for column, row, _ in flat:
        near = np.hypot(columns - column, rows - row).min() * pixel
        assert near < max(image.spacing[:2])
    middle = flat[:, :2].mean(axis=0).round().astype(int)
    assert inside[middle[1], middle[0]]


def blocks(places):
    """A label map in RAS with a block of each value around a place in mm."""
    labelmap = np.zeros((1, 80, 80, 80), np.uint8)
    for value, place in places.items():
        r, a, s = (slice(40 + part - 5, 40 + part + 5) for part in place)
        labelmap[0, r, a, s] = value
    affine = np.eye(4)
    affine[:3, 3] = -40
    return Image(labelmap, affine)


def test_from_the_front_the_patients_left_is_on_the_right_and_the_head_above():
    labelmap = blocks({1: (-20, 0, 0), 2: (20, 0, 0), 3: (0, 0, 25), 4: (0, 20, 0), 5: (0, -20, 0)})
    scene = seen(labelmap, np.array([[-40.0, -40, -40], [40, 40, 40]]), 0.0, 0.0)
    values = first_met(scene.labels, scene.labels > 0)[1]
    middle = {value: np.argwhere(values == value).mean(axis=0) for value in (1, 2, 3, 4)}
    assert middle[2][1] < middle[3][1] < middle[1][1]
    assert middle[3][0] < middle[4][0]
    assert 5 not in values  # behind the one in front
    column, row = scene.on_picture(np.array([[-20.0, 0, 0]]))[0]
    assert (row, column) == pytest.approx(tuple(middle[1]), abs=2)
    from_left = seen(labelmap, np.array([[-40.0, -40, -40], [40, 40, 40]]), 90.0, 0.0)
    values = first_met(from_left.labels, from_left.labels > 0)[1]
    assert np.argwhere(values == 4).mean(axis=0)[1] < np.argwhere(values == 5).mean(axis=0)[1]
    assert 2 not in values


def test_a_finding_shines_through_what_lies_around_it():
    labelmap = blocks({1: (0, 0, 0)})
    labelmap.voxels[0, 36:44, 36:44, 36:44] = 2
    scene = seen(labelmap, np.array([[-20.0, -20, -20], [20, 20, 20]]), 0.0, 0.0)
    hidden = painted(scene, {1: (0, 255, 0), 2: (255, 0, 0)}, np.array([False, True, True]))
    glass = painted(scene, {1: (0, 255, 0), 2: (255, 0, 0)}, np.array([False, False, True]))
    row, column = (size // 2 for size in hidden.shape[:2])
    assert hidden[row, column, 1] > hidden[row, column, 0]
    assert glass[row, column, 0] > glass[row, column, 1]
    assert hidden[0, 0, 3] == glass[0, 0, 3] == 0


def test_a_single_voxel_is_seen():
    labelmap = blocks({})
    labelmap.voxels[0, 40, 40, 40] = 1
    scene = seen(labelmap, np.array([[-40.0, -40, -40], [40, 40, 40]]), 28.0, 14.0)
    assert painted(scene, {1: (255, 0, 0)}, np.array([False, True]))[..., 3].max() > 0.8


def test_the_body_is_what_stands_out_from_the_air():
    grid = np.indices((40, 40, 40)) - 19.5
    ball = np.linalg.norm(grid, axis=0) < 14
    for modality, air, tissue in (("CT", -1000.0, 40.0), ("MR", 5.0, 300.0)):
        voxels = np.where(ball, tissue, air)
        voxels[18:22, 18:22, 18:22] = air  # a hole inside belongs to it
        found = body_of(Image(voxels[None].astype(np.float32), np.eye(4), modality=modality))
        assert ((found.voxels[0] > 0.5) == ball).mean() > 0.99
    assert body_of(Image(np.zeros((1, 20, 20, 20)), np.eye(4))) is None


def test_overlapping_labels_and_slices_far_apart_have_their_pictures():
    image = Image(np.random.default_rng(2).normal(size=(1, 40, 40, 6)).astype(np.float32), oblique_affine((0.5, 0.5, 10.0)))
    layers = np.zeros((2, 40, 40, 6), np.uint8)
    layers[0, 8:30, 8:30, 1:4] = 1
    layers[1, 12:20, 12:20, 2] = 2
    whole, core = describe_labels({1: "tumor", 2: "tumor core"})
    prediction = Prediction(image.with_voxels(layers), (whole, replace(core, layer=1)), RUN)
    document = build_report(measured(prediction, image)[0], image)
    found = list(document.pictures())
    assert len(found) >= 2
    for picture in found:
        with Pillow.open(io.BytesIO(picture.png)) as shown:
            assert shown.size == picture.size
            assert np.asarray(shown.convert("RGB")).std() > 5
