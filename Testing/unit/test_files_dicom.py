"""DICOM: series, frames, slice order, spacing, values and colors."""

import shutil

import numpy as np
import pydicom
import pydicom.data
import pytest
import SimpleITK as sitk

from medai.errors import InputError
from medai.files import read_image
from medai.geometry import affine_from_lps
from support.data import real_data
from support.dicoms import STRAIGHT, write_enhanced, write_series, write_slice

RAMP = np.arange(8 * 5 * 6, dtype=np.int16).reshape(8, 5, 6)
TILTED = (0.96, 0.28, 0.0, -0.224, 0.768, 0.6)


def positions(count=8, step=2.5, orientation=STRAIGHT, start=(-10.0, 20.0, 30.0)):
    normal = np.cross(orientation[:3], orientation[3:])
    return [np.add(start, step * k * normal) for k in range(count)]


def itk_volume(folder):
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    picture = reader.Execute()
    affine = affine_from_lps(picture.GetOrigin(), picture.GetSpacing(), picture.GetDirection())
    return sitk.GetArrayFromImage(picture).transpose(2, 1, 0), affine


@pytest.mark.parametrize(
    ("folder", "modality", "size"),
    [
        ("papaya_mr_pd_oblique", "MR", (256, 256, 20)),
        ("torchio_ct", "CT", (88, 128, 17)),
        ("totalseg_ct_jpeg2000", "CT", (512, 512, 20)),
        ("STS_008_CT_MR_PET_RTSTRUCT/CT", "CT", (141, 137, 51)),
        ("STS_008_CT_MR_PET_RTSTRUCT/MR_T1", "MR", (77, 79, 28)),
        ("dcmqi_segmentations/ct-3slice", "CT", (512, 512, 3)),
    ],
)
def test_real_series_are_read_as_itk_reads_them(folder, modality, size):
    path = real_data("dicom", *folder.split("/"))
    image = read_image(path)
    voxels, affine = itk_volume(path / "image" if (path / "image").is_dir() else path)
    assert image.voxels.dtype == np.int16
    assert (image.modality, image.shape) == (modality, size)
    assert np.allclose(image.affine, affine, atol=1e-3)
    assert np.array_equal(image.voxels[0], voxels)


def test_the_slices_of_a_real_series_are_where_their_headers_say():
    folder = real_data("dicom", "papaya_mr_pd_oblique")
    image = read_image(folder)
    for path in folder.glob("*.dcm"):
        header = pydicom.dcmread(path)
        distances = [
            np.linalg.norm((image.affine @ [0, 0, k, 1])[:3] * (-1, -1, 1) - np.array(header.ImagePositionPatient, float))
            for k in range(image.shape[2])
        ]
        nearest = int(np.argmin(distances))
        assert distances[nearest] < 0.1  # directions are written with six digits
        assert np.array_equal(image.voxels[0, :, :, nearest].T, header.pixel_array)


def test_every_slice_of_a_pet_series_has_its_own_slope():
    folder = real_data("dicom", "STS_008_CT_MR_PET_RTSTRUCT", "PET", "image")
    image = read_image(folder)
    headers = sorted((pydicom.dcmread(path) for path in folder.iterdir()), key=lambda h: float(h.ImagePositionPatient[2]))
    assert len({header.RescaleSlope for header in headers}) > 1
    for k, header in enumerate(headers):
        expected = header.pixel_array * float(header.RescaleSlope) + float(header.RescaleIntercept)
        assert np.allclose(image.voxels[0, :, :, k].T, expected, rtol=1e-6)
    assert image.voxels.dtype == np.float32


def test_a_multi_frame_ct_equals_the_same_ct_in_single_files():
    root = real_data("dicom", "dcmqi_segmentations", "23x38x3")
    single, multiple = read_image(root / "image"), read_image(root / "multiframe")
    assert np.array_equal(single.voxels, multiple.voxels)
    assert np.allclose(single.affine, multiple.affine, atol=1e-4)
    assert np.array_equal(read_image(root / "multiframe" / "mf.dcm").voxels, multiple.voxels)


def test_a_film_that_is_stored_inverted_is_turned_around():
    plain = read_image(real_data("xray", "1.2.276.0.7230010.3.1.4.8323329.6904.1517875201.850819.dcm"))
    inverted = read_image(real_data("xray", "Fake_MONOHR1.dcm"))
    assert np.array_equal(inverted.voxels, 255 - plain.voxels)
    assert (plain.modality, plain.shape, plain.spacing) == ("CR", (1024, 1024, 1), (0.168, 0.168, 1.0))


@pytest.mark.parametrize("orientation", [STRAIGHT, TILTED, (0, 1, 0, 0, 0, -1)])
def test_slices_are_ordered_along_their_normal_whatever_their_files_and_numbers(tmp_path, orientation):
    write_series(tmp_path, RAMP, positions(orientation=orientation), orientation)
    image = read_image(tmp_path)
    voxels, affine = itk_volume(tmp_path)
    assert np.array_equal(image.voxels[0], RAMP.transpose(2, 1, 0))
    assert np.array_equal(image.voxels[0], voxels)
    assert np.allclose(image.affine, affine, atol=1e-4)
    assert np.allclose(image.spacing, (0.75, 1.5, 2.5), atol=1e-6)


def test_files_that_are_no_scans_are_passed_over_and_copies_count_once(tmp_path):
    write_series(tmp_path / "a", RAMP, positions())
    first = next((tmp_path / "a").iterdir())
    shutil.copy(first, tmp_path / "copy")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").touch()
    write_slice(tmp_path / "structures.dcm", RAMP[0], SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4", SeriesInstanceUID="9")
    assert read_image(tmp_path).shape == (6, 5, 8)


def test_a_tomogram_in_hounsfield_units_stays_int16(tmp_path):
    write_series(tmp_path, RAMP.astype(np.uint16), positions(), RescaleIntercept=-1024)
    image = read_image(tmp_path)
    assert image.voxels.dtype == np.int16
    assert (image.voxels.min(), image.voxels.max()) == (-1024, RAMP.max() - 1024)


@pytest.mark.parametrize(("bits", "signed", "white"), [(12, False, 4095), (16, False, 65535), (12, True, -1)])
def test_inverted_slices_are_turned_around_before_they_are_rescaled(tmp_path, bits, signed, white):
    stored = RAMP[0].astype(np.int16 if signed else np.uint16)
    attributes = {"PhotometricInterpretation": "MONOCHROME1", "BitsStored": bits, "RescaleSlope": 2, "RescaleIntercept": 7}
    image = read_image(write_slice(tmp_path / "a.dcm", stored, **attributes))
    assert np.array_equal(image.voxels[0, :, :, 0].T, (white - stored.astype(int)) * 2 + 7)


def test_several_series_are_named_and_one_can_be_chosen(tmp_path):
    for number, modality, count in ((3, "CT", 8), (11, "MR", 5)):
        attributes = {"SeriesNumber": number, "Modality": modality, "SeriesInstanceUID": f"1.{number}"}
        write_series(tmp_path / modality, RAMP[:count], positions(count), **attributes)
    with pytest.raises(InputError) as refusal:
        read_image(tmp_path)
    assert "3 'thin slices' (CT, 8 slices, 1.3); 11 'thin slices' (MR, 5 slices, 1.11)" in str(refusal.value)
    assert "--series" in str(refusal.value)
    assert refusal.value.exit_code == 2
    assert read_image(tmp_path, series="11").modality == "MR"
    assert read_image(tmp_path, series="1.3").shape[2] == 8
    with pytest.raises(InputError, match="no series 4; choose one of: 3 "):
        read_image(tmp_path, series="4")


def test_two_series_of_the_same_number_are_chosen_by_uid(tmp_path):
    for uid in ("1.5", "1.6"):
        write_series(tmp_path / uid, RAMP, positions(), SeriesInstanceUID=uid)
    with pytest.raises(InputError, match="2 series 7; choose with --series and a UID"):
        read_image(tmp_path, series="7")
    assert read_image(tmp_path, series="1.6").shape == (6, 5, 8)


def test_the_name_is_the_description_unless_that_names_the_patient(tmp_path):
    write_series(tmp_path / "a", RAMP, positions())
    write_series(tmp_path / "b", RAMP, positions(), SeriesDescription="Scan of DOE")
    assert read_image(tmp_path / "a").name == "thin slices"
    assert read_image(tmp_path / "b").name == "CT series 7"


def test_the_list_of_series_never_names_the_patient(tmp_path):
    for number in (1, 2):
        attributes = {"SeriesInstanceUID": f"1.{number}", "SeriesNumber": number, "SeriesDescription": "Scan of DOE"}
        write_series(tmp_path / str(number), RAMP, positions(), **attributes)
    with pytest.raises(InputError, match="holds 2 series") as refusal:
        read_image(tmp_path)
    assert "DOE" not in str(refusal.value)


def test_a_missing_slice_is_refused_with_the_gap_and_filled_on_request(tmp_path):
    steep = (np.arange(8, dtype=np.int16) * 100)[:, None, None] + RAMP[0]
    keep = [0, 1, 2, 4, 5, 6, 7]
    write_series(tmp_path, steep[keep], [positions()[k] for k in keep])
    with pytest.raises(InputError, match=r"2\.50 to 5\.00 mm apart, with the widest gap after slice 3; .*--resample-uneven"):
        read_image(tmp_path)
    image = read_image(tmp_path, resample_uneven=True)
    assert image.voxels.dtype == np.int16
    assert np.array_equal(image.voxels[0], steep.transpose(2, 1, 0))
    assert np.allclose(image.affine @ [0, 0, 7, 1], [*(positions()[7] * (-1, -1, 1)), 1], atol=1e-6)


def test_slices_that_thicken_are_resampled_without_moving_anything(tmp_path):
    heights = np.array([0, 1, 2, 3, 5, 7, 10, 13.0])
    shown = np.broadcast_to(np.round(heights * 100).astype(np.int16)[:, None, None], RAMP.shape)
    write_series(tmp_path, np.ascontiguousarray(shown), [(0, 0, height) for height in heights])
    image = read_image(tmp_path, resample_uneven=True)
    at = np.array([(image.affine @ [0, 0, k, 1])[2] for k in range(image.shape[2])])
    assert (at[0], at[-1]) == (0, 13)
    assert np.abs(image.voxels[0, 2, 2] - at * 100).max() <= 1


def test_slices_of_a_tilted_gantry_are_refused_and_straightened_on_request(tmp_path):
    def value(point):
        return 200 + 3 * point[..., 0] + 5 * point[..., 1] - 4 * point[..., 2]

    rows, columns = np.mgrid[:40, :30]
    places = [np.array([0, 1.2 * k, 3.0 * k]) for k in range(8)]
    points = [np.stack([0.75 * columns, 1.5 * rows, 0 * rows], -1) + place for place in places]
    write_series(tmp_path, np.stack([np.round(value(p)).astype(np.int16) for p in points]), places)
    with pytest.raises(InputError, match=r"shifted sideways by up to 8\.4 mm.*--resample-uneven"):
        read_image(tmp_path)
    image = read_image(tmp_path, resample_uneven=True)
    assert np.allclose(image.affine[:3, :3], np.diag([-0.75, -1.5, 3.0]))
    ijk = np.stack([*np.mgrid[: image.shape[0], 6:38, : image.shape[2]], np.ones((image.shape[0], 32, image.shape[2]))])
    expected = value((np.tensordot(image.affine, ijk, 1)[:3] * np.reshape((-1, -1, 1), (3, 1, 1, 1))).transpose(1, 2, 3, 0))
    assert np.abs(image.voxels[0, :, 6:38] - expected).max() <= 1.01


def test_rounded_positions_and_directions_are_even(tmp_path):
    jittered = [place + np.array([0.02, -0.01, 0.03]) * (-1) ** k for k, place in enumerate(positions())]
    write_series(tmp_path, RAMP, jittered)
    assert read_image(tmp_path).spacing[2] == pytest.approx(2.5, abs=0.02)


def test_time_points_at_the_same_places_are_frames(tmp_path):
    twice = np.concatenate([RAMP, RAMP + 1000])
    each = [{"TemporalPositionIdentifier": 2 - n // 8} for n in range(16)]
    write_series(tmp_path, twice, positions() * 2, each=each)
    assert np.array_equal(read_image(tmp_path).voxels[0], RAMP.transpose(2, 1, 0) + 1000)
    assert np.array_equal(read_image(tmp_path, frame=1).voxels[0], RAMP.transpose(2, 1, 0))
    with pytest.raises(InputError, match="--frame 0 to 1"):
        read_image(tmp_path, frame=2)


@pytest.mark.parametrize("kept", [140, 300, 500])
def test_a_slice_that_is_cut_short_in_its_header_is_refused_and_not_left_out(tmp_path, kept):
    write_series(tmp_path, RAMP, positions())
    last = next(path for path in tmp_path.iterdir() if pydicom.dcmread(path).InstanceNumber == 8)
    last.write_bytes(last.read_bytes()[:kept])
    for path in (tmp_path, last):
        with pytest.raises(InputError, match=f"{last.name} is a damaged DICOM file; copy or export it again"):
            read_image(path)


def test_slices_that_do_not_say_where_they_are_beside_others_are_refused(tmp_path):
    each = [{"ImagePositionPatient": None} if k == 3 else {} for k in range(8)]
    write_series(tmp_path, RAMP, positions(), each=each)
    with pytest.raises(InputError, match="do not say where they are beside others that do"):
        read_image(tmp_path)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"ImageOrientationPatient": [0] * 6}, "same direction; export"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "same direction; export"),
        ({"PixelSpacing": None}, "how large their pixels are"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]}, "holds mosaics"),
    ],
)
def test_a_series_that_is_no_stack_of_slices_is_refused_and_does_not_hinder_others(tmp_path, attributes, words):
    write_series(tmp_path / "a", RAMP, positions(), SeriesInstanceUID="1.5")
    write_series(tmp_path / "b", RAMP[:2], positions(2), SeriesInstanceUID="1.6", **attributes)
    with pytest.raises(InputError, match=words):
        read_image(tmp_path, series="1.6")
    assert read_image(tmp_path, series="1.5").shape == (6, 5, 8)


def test_places_that_are_covered_unequally_are_refused(tmp_path):
    write_series(tmp_path, np.concatenate([RAMP, RAMP[:2]]), positions() + positions(2))
    with pytest.raises(InputError, match="between 1 and 2 images at a place"):
        read_image(tmp_path)


def test_a_localizer_among_the_slices_is_refused(tmp_path):
    write_series(tmp_path / "a", RAMP, positions())
    write_series(tmp_path / "b", RAMP[:1], positions(1), (0, 1, 0, 0, 0, -1))
    with pytest.raises(InputError, match="several directions"):
        read_image(tmp_path)


def test_slices_of_different_sizes_are_refused(tmp_path):
    write_series(tmp_path / "a", RAMP, positions())
    write_series(tmp_path / "b", RAMP[:1, :4], [(0, 0, 90)])
    with pytest.raises(InputError, match="different sizes"):
        read_image(tmp_path)


def test_enhanced_frames_have_their_own_places_and_slopes(tmp_path):
    shuffled = [(0, 0, z) for z in (6, 0, 3)]
    image = read_image(write_enhanced(tmp_path / "a.dcm", RAMP[:3], shuffled, (1.0, 2.0, 0.5)))
    assert image.spacing == (1.0, 2.0, 3.0)
    expected = np.stack([RAMP[1] * 2.0, RAMP[2] * 0.5, RAMP[0] * 1.0])
    assert np.array_equal(image.voxels[0], expected.transpose(2, 1, 0))


def test_a_film_loop_has_frames_in_time(tmp_path):
    path = write_slice(tmp_path / "loop.dcm", RAMP, PixelSpacing=[1, 1])
    assert np.array_equal(read_image(path, frame=7).voxels[0, :, :, 0], RAMP[7].T)
    assert np.array_equal(read_image(path).voxels[0, :, :, 0], RAMP[0].T)


def test_nuclear_medicine_frames_are_stacked_by_their_spacing(tmp_path):
    place = {"ImagePositionPatient": [1, 2, 3], "ImageOrientationPatient": list(STRAIGHT), "SpacingBetweenSlices": 4}
    image = read_image(write_slice(tmp_path / "a.dcm", RAMP, PixelSpacing=[1, 1], **place))
    assert image.spacing == (1, 1, 4)
    assert np.array_equal(image.voxels[0], RAMP.transpose(2, 1, 0))


def test_gated_nuclear_medicine_frames_come_back_to_their_slices(tmp_path):
    place = {"ImagePositionPatient": [1, 2, 3], "ImageOrientationPatient": list(STRAIGHT), "SpacingBetweenSlices": 4}
    path = write_slice(tmp_path / "a.dcm", RAMP, PixelSpacing=[1, 1], SliceVector=[1, 2, 3, 4] * 2, **place)
    assert np.array_equal(read_image(path).voxels[0], RAMP[:4].transpose(2, 1, 0))
    assert np.array_equal(read_image(path, frame=1).voxels[0], RAMP[4:].transpose(2, 1, 0))


def test_films_that_do_not_say_where_they_are_must_be_chosen(tmp_path):
    for number in (1, 2):
        write_slice(tmp_path / f"{number}.dcm", RAMP[number], InstanceNumber=number)
    with pytest.raises(InputError, match="--frame 0 to 1"):
        read_image(tmp_path)
    assert np.array_equal(read_image(tmp_path, frame=1).voxels[0, :, :, 0], RAMP[2].T)


def test_nothing_of_a_header_is_printed_or_logged(tmp_path, capfd, recwarn, caplog):
    write_series(tmp_path, RAMP, positions(), PatientBirthDate="not a date", SeriesInstanceUID="1.2.Doe")
    recwarn.clear()
    caplog.clear()
    assert read_image(tmp_path).shape == (6, 5, 8)
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list
    assert not caplog.records
