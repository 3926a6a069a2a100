"""Files that cannot be used: one sentence that names the file and says what to do."""

import gzip
import os
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from medai.errors import InputError
from medai.files import read_image, write_image
from medai.image import Image
from support.scans import blobs


def refusal(path, **choices):
    with pytest.raises(InputError) as caught:
        read_image(path, **choices)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text
    assert caught.value.exit_code == 2
    return text


@pytest.fixture
def noise():
    """Voxels that do not compress."""
    return Image(np.random.default_rng(1).integers(0, 9999, (1, 20, 20, 20)).astype(np.int16), np.eye(4))


@pytest.mark.parametrize("name", ["a.nii.gz", "a.nrrd", "a.dcm", "folder"])
def test_a_missing_file(tmp_path, name):
    assert "does not exist" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.mha", "a.dcm", "a.png", "a"])
def test_an_empty_file(tmp_path, name):
    (tmp_path / name).touch()
    assert "is empty" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.mha", "a.nhdr", "a.dcm", "a.png", "a.jpg", "a.txt", "a"])
def test_a_text_file_whatever_its_name(tmp_path, name):
    (tmp_path / name).write_text("This is a letter, not a scan.\n" * 50)
    assert any(word in refusal(tmp_path / name) for word in ("whatever its name says", "cannot be read", "of no known kind"))


def test_packed_text(tmp_path):
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(b"hello" * 200))
    assert "not a NIfTI file" in refusal(tmp_path / "a.nii.gz")


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.mha"])
@pytest.mark.parametrize("kept", [0.05, 0.5, 0.999])
def test_a_truncated_volume(tmp_path, noise, name, kept):
    path = write_image(tmp_path / name, noise)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    refusal(path)


def test_a_packed_nifti_that_lacks_only_its_checksum(tmp_path, noise):
    path = write_image(tmp_path / "a.nii.gz", noise)
    path.write_bytes(path.read_bytes()[:-4])
    assert "cut short" in refusal(path)


def test_a_packed_nifti_with_a_flipped_bit(tmp_path, noise):
    path = write_image(tmp_path / "a.nii.gz", noise)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_a_header_that_claims_more_than_any_memory(tmp_path, noise):
    path = write_image(tmp_path / "a.nii", noise)
    content = bytearray(path.read_bytes())
    content[40:48] = np.array([3, 32767, 32767, 32767], "<i2").tobytes()
    path.write_bytes(content)
    refusal(path)


@pytest.mark.parametrize("offset", [np.nan, 1e30])
def test_a_header_whose_voxels_begin_nowhere(tmp_path, noise, offset):
    path = write_image(tmp_path / "a.nii", noise)
    content = bytearray(path.read_bytes())
    content[108:112] = np.array(offset, "<f4").tobytes()
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_a_second_version_with_sizes_beyond_any_number(tmp_path):
    nibabel.save(nibabel.Nifti2Image(np.zeros((3, 4, 5), np.int16), np.eye(4)), tmp_path / "a.nii")
    content = bytearray((tmp_path / "a.nii").read_bytes())
    content[24:48] = np.full(3, 2**40, "<i8").tobytes()
    (tmp_path / "a.nii").write_bytes(content)
    assert "damaged" in refusal(tmp_path / "a.nii")


@pytest.mark.parametrize("name", ["a.nii.gz", "a.mha"])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers(tmp_path, name, odd):
    image = blobs((8, 8, 8))
    image.voxels[0, 1:3, 4, 5] = odd
    assert "has 2 values that are not a number or infinite; replace them" in refusal(write_image(tmp_path / name, image))


def test_complex_voxels(tmp_path):
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((3, 4, 5), np.complex64)), str(tmp_path / "a.nii"))
    assert "type 32" in refusal(tmp_path / "a.nii")


@pytest.mark.parametrize("content", [None, "a.txt", "scan.nii.gz"])
def test_a_folder_without_dicom(tmp_path, content):
    if content:
        (tmp_path / content).write_text("hello")
    assert "holds no DICOM images" in refusal(tmp_path)


def test_a_series_of_a_single_file(tmp_path, noise):
    assert "leave --series out" in refusal(write_image(tmp_path / "a.nii.gz", noise), series="3")


@pytest.fixture
def nobody():
    """Root becomes somebody without rights for a while; everybody else already is."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@pytest.fixture
def closed(noise):
    """A file and a folder that nobody may read."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        file, folder = write_image(place / "a.nii.gz", noise), place / "folder"
        folder.mkdir()
        write_image(folder / "b.nii.gz", noise)
        file.chmod(0)
        folder.chmod(0)
        yield file, folder
        folder.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_file_and_a_folder_that_may_not_be_read(closed, nobody):
    file, folder = closed
    for path in (file, folder, folder / "b.nii.gz"):
        assert "cannot be read (Permission denied); check who may read it" in refusal(path)
    with pytest.raises(InputError, match=r"a\.nii\.gz cannot be read"):  # it could be one of the slices
        read_image(file.parent)
