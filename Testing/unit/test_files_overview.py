"""The picture of a result: what is where in it, at the right proportions."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image as Pillow

from medai.files import read_image
from medai.files.overview import write_overview
from medai.files.views import views_of
from medai.image import Image
from medai.results import Prediction, describe_labels
from support.data import real_data
from support.scans import blobs, oblique_affine

ORIENTATIONS = ("RAS", "LAS", "LPS", "PIL", "ASR", "AIR", "IRP", "SLA")


def with_ball(image, center, radius):
    """A label map with a ball at a place in RAS, in mm."""
    ijk = np.indices(image.shape).reshape(3, -1)
    ras = (image.affine @ np.vstack([ijk, np.ones(ijk.shape[1])]))[:3]
    inside = np.linalg.norm(ras - np.reshape(center, (3, 1)), axis=0) <= radius
    return image.with_voxels(inside.reshape(1, *image.shape).astype(np.uint8))


def middle_of(mask):
    """Where a mask is in a view: down and to the right, 0..1."""
    return [float(where.mean() / size) for where, size in zip(np.nonzero(mask), mask.shape, strict=True)]


@pytest.mark.parametrize("code", ORIENTATIONS)
def test_views_are_radiological_whatever_the_order_of_the_axes(code):
    image = read_image(real_data("orientations", f"{code}.nii.gz"))
    head = with_ball(image, (0, 0, 10), 50)
    right_front_top = with_ball(image, (15, 15, 25), 25)
    views = list(views_of(image, head.with_voxels(head.voxels + right_front_top.voxels)))
    assert [(view.name, view.edges) for view in views] == [("Axial", "RLAP"), ("Coronal", "RLSI"), ("Sagittal", "APSI")]
    for view in views:
        down, right = middle_of(view.labels == 2)
        center_down, center_right = middle_of(view.labels > 0)
        assert down < center_down - 0.03
        assert right < center_right - 0.03


def test_the_same_head_looks_the_same_in_all_orders_of_axes():
    def picture(code):
        image = read_image(real_data("orientations", f"{code}.nii.gz"))
        return [view.scan[..., 0] for view in views_of(image, with_ball(image, (0, 0, 10), 30))]

    first = picture("RAS")
    for code in ORIENTATIONS[1:]:
        for one, two in zip(first, picture(code), strict=True):
            both = np.isfinite(one) & np.isfinite(two)
            assert both.mean() > 0.9
            assert np.corrcoef(one[both], two[both])[0, 1] > 0.99


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.6, 0.6, 5.5), (4, 0.7, 1)])
def test_a_ball_is_round_in_every_view_of_an_anisotropic_oblique_scan(spacing):
    shape = tuple(int(120 / size) for size in spacing)
    image = Image(np.zeros((1, *shape), np.int16), oblique_affine(spacing=spacing))
    center = (image.affine @ [*(n / 2 for n in shape), 1])[:3]
    views = list(views_of(image, with_ball(image, center, 30)))
    assert len(views) == 3
    for view in views:
        height, width = (np.ptp(where) for where in np.nonzero(view.labels))
        assert height / width == pytest.approx(1, abs=0.2)
        assert (view.labels > 0).sum() / (height * width) == pytest.approx(np.pi / 4, abs=0.08)


def test_views_go_through_what_was_found():
    image = Image(np.zeros((1, 60, 60, 60), np.int16), np.eye(4))
    labelmap = np.zeros((1, 60, 60, 60), np.uint8)
    labelmap[0, 5:8, 50:53, 30:33] = 1
    assert all((view.labels == 1).any() for view in views_of(image, image.with_voxels(labelmap)))


def test_a_single_slice_has_a_single_view_the_right_way_up():
    image = read_image(real_data("xray", "00000001_000.png"))
    labelmap = np.zeros(image.voxels.shape, np.uint8)
    labelmap[0, 10:60, 20:90] = 1
    (view,) = views_of(image, image.with_voxels(labelmap))
    rows = np.asarray(Pillow.open(real_data("xray", "00000001_000.png")), float)
    assert np.corrcoef(view.scan[..., 0].ravel(), rows.ravel())[0, 1] > 0.999
    down, right = middle_of(view.labels)
    assert (down, right) == pytest.approx((55 / 512, 35 / 512), abs=0.01)


def test_an_oblique_slice_is_shown_whole():
    image = Image(np.ones((1, 40, 50, 1), np.int16), oblique_affine(spacing=(3, 3, 1)))
    (view,) = views_of(image, image.with_voxels(np.ones(image.voxels.shape, np.uint8)))
    assert (view.labels == 1).mean() > 0.6


def test_directions_are_named_beside_the_scan_and_not_on_it(tmp_path):
    bright = Image(np.full((1, 60, 60, 60), 900, np.int16), np.eye(4))
    bright.voxels[0, 30, 30, 30] = 0
    write_overview(tmp_path / "a.png", bright, Prediction(bright.with_voxels(np.zeros((1, 60, 60, 60), np.uint8)), ()))
    pixels = np.asarray(Pillow.open(tmp_path / "a.png").convert("L"))
    for top, left in ((0, 0), (594, 0), (594, 594)):
        panel = pixels[top : top + 594, left : left + 594]
        assert max(panel[:4].max(), panel[-4:].max(), panel[:, :4].max(), panel[:, -4:].max()) < 20
        for band in (panel[4:30, 270:324], panel[-30:-4, 270:324], panel[270:324, 4:30], panel[270:324, -30:-4]):
            assert 0.01 < (band > 100).mean() < 0.3


@pytest.mark.parametrize(
    ("shape", "channels", "kind"),
    [((40, 30, 20), 1, "f4"), ((40, 30, 20), 4, "f4"), ((40, 30, 1), 3, "u1"), ((5, 300, 3), 1, "i2")],
)
@pytest.mark.parametrize("found", [0, 3, 70])
def test_any_result_makes_a_picture(tmp_path, shape, channels, kind, found):
    image = blobs(shape, channels)
    image = image.with_voxels(image.voxels.astype(kind))
    labels = np.random.default_rng(2).integers(0, found + 1, (1, *shape)).astype(np.uint8)
    names = {value: f"a rather long name of a structure, number {value} of $ {{x}}^_" for value in range(1, 90)}
    write_overview(tmp_path / "a.png", image, Prediction(image.with_voxels(labels), describe_labels(names)))
    with Pillow.open(tmp_path / "a.png") as picture:
        assert picture.size == (1188, 594 if 1 in shape else 1188)
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    colored = np.ptp(pixels[:, :590], axis=-1) > 40
    assert colored.any() == (found > 0 or channels == 3)


def test_each_label_is_shown_in_its_own_color_and_named_beside_it(tmp_path):
    image = Image(np.full((1, 60, 60, 60), 100, np.int16), np.eye(4))
    labelmap = np.zeros((1, 60, 60, 60), np.uint8)
    labelmap[0, 10:30, 10:50, 10:50], labelmap[0, 30:50, 10:50, 10:50] = 1, 2
    labels = describe_labels({1: "liver", 2: "spleen"})
    write_overview(tmp_path / "a.png", image, Prediction(image.with_voxels(labelmap), labels))
    pixels = np.asarray(Pillow.open(tmp_path / "a.png").convert("RGB")).astype(int)
    for label in labels:
        legend = np.abs(pixels[:594, 594:] - label.color).max(axis=-1) <= 2
        assert legend.sum() > 50


def test_a_tomogram_is_shown_in_the_soft_tissue_window(tmp_path):
    voxels = np.full((1, 40, 40, 40), -1000, np.int16)
    voxels[0, 10:30] = 40
    image = Image(voxels, np.eye(4), modality="CT")
    write_overview(tmp_path / "a.png", image, Prediction(image.with_voxels(np.zeros(voxels.shape, np.uint8)), ()))
    axial = np.asarray(Pillow.open(tmp_path / "a.png").convert("L"))[100:490, 100:490]
    assert np.isin(axial, [0, 127, 128]).mean() > 0.95


def test_pictures_need_no_display_and_reading_needs_no_matplotlib_nor_torch(tmp_path):
    program = (
        "import sys, numpy as np, medai.files\n"
        "print([name for name in ('matplotlib', 'torch', 'monai') if name in sys.modules])\n"
        "from medai import Image; from medai.results import Prediction\n"
        "from medai.files.overview import write_overview\n"
        "image = Image(np.ones((1, 9, 9, 9), np.uint8), np.eye(4))\n"
        f"write_overview({str(tmp_path / 'a.png')!r}, image, Prediction(image, ()))\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.split("\n")[:2] == ["[]", "False"]
