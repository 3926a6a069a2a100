"""NIfTI in and out: geometry as nibabel and ITK see it, types, frames, channels."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from medai.errors import InputError
from medai.files import read_image, write_image
from medai.files.nifti import read_position, write_nifti
from medai.geometry import affine_from_lps
from medai.image import Image
from support.data import real_data
from support.scans import blobs, oblique_affine

FILES = (
    *(f"orientations/{code}.nii.gz" for code in ("RAS", "LAS", "LPS", "PIL", "ASR", "AIR", "IRP", "SLA")),
    "brain_tumour/TCGA-FG-6692/raw/*fla.nii.gz",
    "brain_tumour/TCGA-FG-6692/raw/*t1c.nii.gz",
    "brain_tumour/TCGA-FG-6692/raw/*t2.nii.gz",
    "brain_tumour/TCGA-FG-6692/raw/*se2d1_t1.nii.gz",
    "brain_ms/patient07/FLAIR*.nii.gz",
    "sarcoma/STS_002/CT_image.nii.gz",
    "sarcoma/STS_002/MR_T1_image.nii.gz",
    "ct_mr_totalseg/example_ct.nii.gz",
    "ct_mr_totalseg/example_mr_sm.nii.gz",
)
SHEAR = np.array([[1, 0.2, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])


def itk_affine(path):
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    reader.ReadImageInformation()
    return affine_from_lps(reader.GetOrigin()[:3], reader.GetSpacing()[:3], reader.GetDirection()[:9])


def save(path, voxels, sform=None, qform=None, codes=(1, 1)):
    """Write by nibabel, with any pair of forms; ``codes`` are the sform's and the qform's."""
    picture = nibabel.Nifti1Image(voxels, np.eye(4))
    picture.set_sform(sform, codes[0])
    picture.set_qform(qform, codes[1])
    nibabel.save(picture, path)
    return path


@pytest.mark.parametrize("pattern", FILES)
def test_real_files_are_read_as_nibabel_and_itk_read_them(pattern):
    folder = real_data(pattern.rpartition("/")[0])
    path = next(folder.glob(Path(pattern).name))
    image, expected = read_image(path), nibabel.load(path)
    assert np.allclose(image.affine, expected.affine, atol=1e-6)
    assert np.allclose(image.affine, itk_affine(path), atol=1e-5)
    assert np.array_equal(image.voxels[0], np.asarray(expected.dataobj).astype(image.voxels.dtype))
    assert image.orientation == "".join(nibabel.aff2axcodes(expected.affine))


def test_the_same_head_in_eight_orders_of_axes_is_the_same_in_space():
    def brightest(path):
        image = read_image(path)
        weights = image.voxels[0].astype(float)
        index = np.indices(image.shape).reshape(3, -1) @ weights.ravel() / weights.sum()
        return (image.affine @ [*index, 1])[:3]

    centers = [brightest(path) for path in sorted(real_data("orientations").glob("*.nii.gz"))]
    assert len(centers) == 8
    assert np.ptp(centers, axis=0).max() < 0.05


@pytest.mark.parametrize(
    ("codes", "which"),
    [((1, 1), 0), ((1, 2), 0), ((2, 0), 0), ((4, 0), 0), ((0, 1), 1), ((0, 3), 1), ((2, 1), 1), ((4, 4), 1)],
)
def test_of_two_forms_that_disagree_the_one_that_itk_takes_is_taken(tmp_path, codes, which):
    forms = (np.diag([1.0, 2, 3, 1]), oblique_affine(spacing=(1, 2, 3)))
    path = save(tmp_path / "two.nii", np.zeros((3, 4, 5), np.int16), *forms, codes)
    assert np.allclose(read_image(path).affine, forms[which], atol=1e-5)
    assert np.allclose(itk_affine(path), forms[which], atol=1e-5)


def test_a_file_that_says_nothing_of_its_place_is_placed_as_by_itk(tmp_path):
    path = save(tmp_path / "bare.nii", np.zeros((3, 4, 5), np.int16), codes=(0, 0))
    assert np.allclose(read_image(path).affine, itk_affine(path))


def test_a_sheared_sform_that_itk_refuses_is_kept_exactly(tmp_path):
    path = save(tmp_path / "sheared.nii.gz", np.zeros((3, 4, 5), np.int16), oblique_affine() @ SHEAR, codes=(2, 0))
    with pytest.raises(RuntimeError, match="orthonormal"):
        itk_affine(path)
    image = read_image(path)
    assert np.array_equal(image.affine, nibabel.load(path).affine)
    written = write_image(tmp_path / "again.nii.gz", image)
    assert np.array_equal(nibabel.load(written).affine, image.affine)


def test_with_a_sheared_sform_the_qform_counts_as_in_itk(tmp_path):
    qform = oblique_affine()
    path = save(tmp_path / "sheared.nii", np.zeros((3, 4, 5), np.int16), qform @ SHEAR, qform)
    assert np.allclose(read_image(path).affine, qform, atol=1e-5)
    assert np.allclose(itk_affine(path), qform, atol=1e-5)


@pytest.mark.parametrize(("unit", "millimeters"), [(1, 1000.0), (2, 1.0), (3, 0.001), (0, 1.0), (10, 1.0), (11, 0.001)])
def test_meters_and_micrometers_become_millimeters_as_in_itk(tmp_path, unit, millimeters):
    path = save(tmp_path / "a.nii", np.zeros((3, 4, 5), np.int16), oblique_affine(), oblique_affine())
    with path.open("r+b") as file:
        file.seek(123)
        file.write(bytes([unit]))
    assert np.allclose(read_image(path).affine[:3] / millimeters, oblique_affine()[:3], atol=1e-5)
    assert np.allclose(itk_affine(path)[:3] / millimeters, oblique_affine()[:3], atol=1e-5)


@pytest.mark.parametrize("said", [0.0, 348.0, 352.0])
def test_voxels_are_never_read_from_the_header(tmp_path, said):
    voxels = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    with save(tmp_path / "a.nii", voxels, np.eye(4)).open("r+b") as file:
        file.seek(108)
        file.write(np.array(said, "<f4").tobytes())
    assert np.array_equal(read_image(tmp_path / "a.nii").voxels[0], voxels)


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "u2", "i4", "u4", "f4", ">i2", ">f4"])
def test_stored_types_are_kept_whatever_the_byte_order(tmp_path, kind):
    voxels = np.arange(60).reshape(3, 4, 5).astype(kind)
    header = nibabel.Nifti1Header(endianness=">" if ">" in kind else "<")
    header.set_data_dtype(kind)
    nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4), header), tmp_path / "a.nii")
    image = read_image(tmp_path / "a.nii")
    assert image.voxels.dtype == np.dtype(kind).newbyteorder("=")
    assert np.array_equal(image.voxels[0], voxels)


def test_doubles_become_floats(tmp_path):
    path = save(tmp_path / "a.nii", np.full((3, 4, 5), 0.1), np.eye(4))
    assert read_image(path).voxels.dtype == np.float32


@pytest.mark.parametrize(("slope", "intercept", "kind"), [(2, -1024, "i2"), (30, 0, "i4"), (0.5, 1, "f4"), (0, 5, "u2")])
def test_rescaled_values_get_the_smallest_exact_type(tmp_path, slope, intercept, kind):
    stored = np.array([0, 1, 4000], np.uint16).reshape(1, 3, 1)
    with save(tmp_path / "a.nii", stored, np.eye(4)).open("r+b") as file:  # nibabel would divide the voxels by the slope
        file.seek(112)
        file.write(np.array([slope, intercept], "<f4").tobytes())
    image = read_image(tmp_path / "a.nii")
    expected = stored if slope == 0 else stored.astype(float) * slope + intercept
    assert image.voxels.dtype == np.dtype(kind)
    assert np.array_equal(image.voxels[0], expected)


def test_of_four_dimensions_the_first_frame_is_read_or_the_one_asked_for(tmp_path):
    voxels = np.arange(120, dtype=np.int16).reshape(3, 4, 5, 2)
    path = save(tmp_path / "time.nii.gz", voxels, np.eye(4))
    assert np.array_equal(read_image(path).voxels[0], voxels[..., 0])
    assert np.array_equal(read_image(path, frame=1).voxels[0], voxels[..., 1])
    with pytest.raises(InputError, match="--frame 0 to 1"):
        read_image(path, frame=2)
    with pytest.raises(InputError, match="--frame 0 to 1"):
        read_image(path, frame=-1)


def test_a_frame_of_a_still_image_is_refused(tmp_path):
    path = save(tmp_path / "still.nii", np.zeros((3, 4, 5), np.int16), np.eye(4))
    assert read_image(path, frame=0).shape == (3, 4, 5)
    with pytest.raises(InputError, match="only one frame"):
        read_image(path, frame=1)


def test_vectors_and_colors_are_channels(tmp_path):
    rows = np.arange(360, dtype=np.uint8).reshape(5, 4, 6, 3)  # (k, j, i, channel)
    sitk.WriteImage(sitk.GetImageFromArray(rows, isVector=True), str(tmp_path / "rgb.nii.gz"))
    sitk.WriteImage(sitk.GetImageFromArray(rows.astype(np.float32), isVector=True), str(tmp_path / "vector.nii.gz"))
    for name in ("rgb", "vector"):
        assert np.array_equal(read_image(tmp_path / f"{name}.nii.gz").voxels, rows.transpose(3, 2, 1, 0))


def test_the_second_version_is_read(tmp_path):
    affine = oblique_affine()
    nibabel.save(nibabel.Nifti2Image(np.arange(60, dtype=np.int16).reshape(3, 4, 5), affine), tmp_path / "two.nii.gz")
    image = read_image(tmp_path / "two.nii.gz")
    assert np.array_equal(image.affine, affine)
    assert image.voxels[0, 2, 3, 4] == 59


def test_the_name_is_the_files_without_its_extension(tmp_path):
    assert read_image(save(tmp_path / "head.T1.NII.gz", np.zeros((3, 4, 5), np.int16), np.eye(4))).name == "head.T1"


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_what_is_written_is_read_again_by_itself_nibabel_and_itk(tmp_path, kind, channels, ending):
    image = blobs((7, 6, 5), channels)
    image = image.with_voxels(image.voxels.astype(kind))
    path = write_image(tmp_path / f"a{ending}", image)
    again = read_image(path)
    assert again.voxels.dtype == kind
    assert np.array_equal(again.voxels, image.voxels)
    assert np.allclose(again.affine, image.affine, atol=1e-5)
    assert np.array_equal(again.affine, nibabel.load(path).affine)
    assert np.allclose(again.affine, itk_affine(path), atol=1e-5)
    rows = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    assert np.array_equal(rows.reshape(5, 6, 7, channels), image.voxels.transpose(3, 2, 1, 0))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    angles=st.tuples(*[st.floats(-180, 180)] * 3),
    sizes=st.tuples(*[st.floats(0.1, 10)] * 3),
    flips=st.tuples(*[st.sampled_from((-1.0, 1.0))] * 3),
)
def test_both_forms_of_a_written_file_say_the_same(tmp_path, angles, sizes, flips):
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", angles, degrees=True).as_matrix() * sizes * flips
    affine[:3, 3] = (12.5, -80.25, 43.0)
    path = write_image(tmp_path / "a.nii", Image(np.zeros((1, 3, 4, 5), np.uint8), affine))
    picture = nibabel.load(path)
    assert np.allclose(picture.get_sform(), affine, atol=1e-5)
    # Near a half turn the quaternion's first part, which is not stored, is the root of single precision's last digit.
    assert np.allclose(picture.get_qform(), affine, atol=2e-3 * max(sizes))
    assert np.allclose(itk_affine(path), affine, atol=1e-5)


def test_the_position_of_another_file_is_copied_to_the_last_bit(tmp_path):
    forms = (np.diag([1.0, 2, 3, 1]), oblique_affine(spacing=(1, 2, 3)))
    source = save(tmp_path / "source.nii.gz", np.zeros((3, 4, 5), np.int16), *forms, (2, 1))
    write_nifti(tmp_path / "copy.nii", np.zeros((1, 3, 4, 5), np.uint8), read_position(source))
    one, two = nibabel.load(source), nibabel.load(tmp_path / "copy.nii")
    assert np.array_equal(one.get_sform(), two.get_sform())
    assert np.array_equal(one.get_qform(), two.get_qform())
    assert [int(two.header[name]) for name in ("sform_code", "qform_code")] == [2, 1]
