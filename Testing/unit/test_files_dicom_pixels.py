"""DICOM pixels: every way to pack them, and colors."""

from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
import SimpleITK as sitk

from medai.errors import InputError
from medai.files import read_image


def example(name):
    """A file that comes with pydicom."""
    path = pydicom.data.get_testdata_file(name, download=False)
    if path is None:
        pytest.skip(f"pydicom's own {name} is not installed.")
    return Path(path)


@pytest.mark.parametrize("name", ["MR_small_jp2klossless", "MR_small_jpeg_ls_lossless", "MR_small_RLE", "MR_small_bigendian"])
def test_compressed_and_foreign_files_hold_the_same_as_the_plain_one(name):
    assert np.array_equal(read_image(example(f"{name}.dcm")).voxels, read_image(example("MR_small.dcm")).voxels)


@pytest.mark.parametrize("name", ["JPEG-lossy.dcm", "JPEG2000.dcm", "693_J2KI.dcm", "image_dfl.dcm"])
def test_what_pydicom_cannot_unpack_is_unpacked_by_gdcm_with_the_same_values(name):
    path = example(name)
    expected = sitk.GetArrayFromImage(sitk.ReadImage(str(path))).transpose(2, 1, 0)
    assert np.array_equal(read_image(path).voxels[0], expected)


@pytest.mark.parametrize("name", ["examples_palette.dcm", "GDCMJ2K_TextGBR.dcm"])
def test_colors_are_three_channels(name):
    path = example(name)
    image = read_image(path)
    assert image.channels == 3
    assert image.shape == (pydicom.dcmread(path).Columns, pydicom.dcmread(path).Rows, 1)


@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb_rle.dcm", "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_dcmtk_+eb+cr.dcm", "SC_rgb_jpeg_gdcm.dcm", "SC_rgb_jls_lossy_line.dcm",
        "SC_ybr_full_422_uncompressed.dcm",
    ],
)  # fmt: skip
def test_a_test_card_is_red_green_blue_and_gray_however_its_colors_are_stored(name):
    card = read_image(example(name)).voxels[..., 0].transpose(2, 1, 0).astype(int)
    bars = [card[row, 50] for row in (5, 25, 45, 95)]
    assert np.abs(np.subtract(bars, [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])).max() <= 5


def test_pixels_that_are_cut_short_are_refused():
    with pytest.raises(InputError, match=r"MR_truncated\.dcm has pixels that are cut short"):
        read_image(example("MR_truncated.dcm"))


def test_a_segmentation_is_no_scan():
    with pytest.raises(InputError, match="is a DICOM segmentation, not a scan"):
        read_image(example("liver_1frame.dcm"))
