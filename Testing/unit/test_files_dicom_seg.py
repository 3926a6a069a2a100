"""DICOM segmentations: every voxel where it was, with names, colors, codes and references, in readers of other makers."""

from dataclasses import replace

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.sr.codedict import codes

from medai.errors import InputError, MedAIError
from medai.files import read_image, write_dicom_seg
from medai.results import Prediction, Review
from support.data import real_data
from support.dicompredictions import lesion, prediction, series
from support.dicoms import write_enhanced, write_series, write_slice
from support.segs import read_seg, read_seg_by_itk, read_segment_whole_by_itk

NAMES = {1: "liver tumor", 2: "kidney_left", 3: "spleen"}


def voxels_of(shape, seed=0, share=0.6):
    draw = np.random.default_rng(seed)
    return (draw.integers(1, 4, shape) * (draw.random(shape) > share)).astype(np.uint8)


def assert_reads_back(path, scan, expected):
    for reader in (read_seg, read_seg_by_itk):
        found = reader(path, scan)
        assert found.keys() == expected.keys()
        for name, mask in expected.items():
            assert np.array_equal(found[name], mask), (reader.__name__, name)


@pytest.mark.parametrize("modality", ["CT", "MR_T1", "PET"])
def test_a_real_tumor_reads_back_voxel_for_voxel_in_two_independent_readers(tmp_path, modality):
    folder = real_data("dicom", "STS_008_CT_MR_PET_RTSTRUCT", modality, "image")
    mask = read_image(real_data("sarcoma", "STS_008", f"{modality}_mask.nii.gz")).voxels[0] > 0
    scan = read_image(folder)
    path = tmp_path / "segmentation.dcm"
    uid = write_dicom_seg(path, prediction(scan, mask, {1: "tumor"}), folder)
    assert_reads_back(path, scan, {"Tumor": mask})
    assert np.array_equal(read_segment_whole_by_itk(path, scan), mask)
    written, source = pydicom.dcmread(path), pydicom.dcmread(next(folder.iterdir()))
    assert written.SOPInstanceUID == uid
    for keyword in ("PatientID", "PatientName", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert written[keyword].value == source[keyword].value
    assert written.ReferencedSeriesSequence[0].SeriesInstanceUID == source.SeriesInstanceUID


@pytest.mark.parametrize("folder", ["papaya_mr_pd_oblique", "torchio_ct", "dcmqi_segmentations/ct-3slice"])
def test_real_series_of_several_makers(tmp_path, folder):
    source = real_data("dicom", *folder.split("/"))
    scan = read_image(source)
    voxels = np.zeros(scan.shape, np.uint8)
    voxels[10:30, 20:60, 1:9], voxels[40:41, 5:6, 0:1], voxels[50:70, 30:90, 2:] = 1, 2, 3
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels, NAMES), source)
    assert_reads_back(path, scan, {"Liver tumor": voxels == 1, "Left kidney": voxels == 2, "Spleen": voxels == 3})


def test_a_real_series_whose_identification_was_removed_is_refused(tmp_path):
    source = real_data("dicom", "totalseg_ct_jpeg2000")
    scan = read_image(source)
    with pytest.raises(
        InputError, match=r"lacks StudyInstanceUID, .*, by which DICOM results refer to it; export the scan again"
    ):
        write_dicom_seg(tmp_path / "segmentation.dcm", prediction(scan, np.ones(scan.shape), {1: "tumor"}), source)


def test_an_enhanced_file_of_another_maker(tmp_path):
    source = real_data("dicom", "dcmqi_segmentations", "23x38x3", "multiframe", "mf.dcm")
    scan = read_image(source)
    voxels = voxels_of(scan.shape)
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels, NAMES), source)
    assert_reads_back(path, scan, {"Liver tumor": voxels == 1, "Left kidney": voxels == 2, "Spleen": voxels == 3})


@settings(max_examples=20, deadline=None)
@given(
    angles=st.tuples(*[st.floats(-180, 180)] * 3),
    step=st.sampled_from([-7.5, -2.5, 0.8, 2.5, 15.0]),
    shape=st.tuples(st.integers(3, 9), st.integers(3, 9), st.integers(1, 6)),
    layers=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_any_orientation_slice_order_and_overlap(tmp_path_factory, angles, step, shape, layers, seed):
    turned = sitk.Euler3DTransform()
    turned.SetRotation(*np.radians(angles).tolist())
    orientation = tuple(np.reshape(turned.GetMatrix(), (3, 3)).T[:2].round(9).ravel().tolist())
    folder, scan = series(tmp_path_factory.mktemp("scan"), shape, orientation, step)
    draw = np.random.default_rng(seed)
    voxels = np.stack([(value + 1) * (draw.random(scan.shape) > 0.7) for value in range(layers)]).astype(np.uint8)
    voxels[0, 0, 0, 0] = 1
    found = prediction(scan, voxels, {value: f"thing {value}" for value in range(1, layers + 1)})
    labels = tuple(label.__class__(**{**vars(label), "layer": label.value - 1}) for label in found.labels)
    path = folder / "results" / "segmentation.dcm"
    write_dicom_seg(path, Prediction(found.labelmap, labels, run=found.run), folder)
    expected = {f"Thing {n + 1}": voxels[n] == n + 1 for n in range(layers) if voxels[n].any()}
    read = read_seg(path, scan)
    assert read.keys() == expected.keys()
    assert all(np.array_equal(read[name], mask) for name, mask in expected.items())


def test_segments_have_names_colors_codes_and_their_maker(tmp_path):
    folder, scan = series(tmp_path / "scan")
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels_of(scan.shape), NAMES), folder)
    written = pydicom.dcmread(path)
    tumor, kidney, _ = written.SegmentSequence
    assert (written.SegmentationType, written.Modality, written.BitsAllocated) == ("BINARY", "SEG", 1)
    assert written.SeriesDescription == "MedAI test-model"
    assert (written.Manufacturer, written.ManufacturerModelName) == ("MedAI", "test-model")
    assert "test-model 2.1" in written.SoftwareVersions
    assert (tumor.SegmentLabel, tumor.SegmentAlgorithmType) == ("Liver tumor", "AUTOMATIC")
    assert tumor.SegmentAlgorithmName == "MedAI test-model 2.1"
    assert tumor.SegmentedPropertyTypeCodeSequence[0].CodeMeaning == "Neoplasm"
    assert tumor.AnatomicRegionSequence[0].CodeValue == codes.SCT.Liver.value
    kind = kidney.SegmentedPropertyTypeCodeSequence[0]
    assert (kind.CodeMeaning, kind.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning) == ("Kidney", "Left")
    assert all(item.TrackingUID.startswith("2.25.") and item.RecommendedDisplayCIELabValue for item in (tumor, kidney))
    frames = [group.DerivationImageSequence[0].SourceImageSequence[0] for group in written.PerFrameFunctionalGroupsSequence]
    sources = {str(pydicom.dcmread(file).SOPInstanceUID) for file in (tmp_path / "scan").iterdir()}
    assert {str(frame.ReferencedSOPInstanceUID) for frame in frames} <= sources


def test_what_no_model_has_made_says_that_it_is_by_hand(tmp_path):
    source, scan = series(tmp_path / "scan")
    drawn = replace(prediction(scan, np.ones(scan.shape, int), {1: "Tumor"}), run={"measured": "contours.dcm"})
    write_dicom_seg(tmp_path / "drawn.dcm", drawn, source)
    (segment,) = pydicom.dcmread(tmp_path / "drawn.dcm").SegmentSequence
    assert segment.SegmentAlgorithmType == "MANUAL"
    assert "SegmentAlgorithmName" not in segment


def test_every_lesion_gets_its_segment_and_rejected_ones_are_left_out(tmp_path):
    folder, scan = series(tmp_path / "scan", (12, 12, 6))
    parts = np.zeros((4, *scan.shape), bool)
    parts[0, 1:4, 1:4, 1:4], parts[1, 6:9, 6:8, 2:4], parts[2, 10, 10, 5], parts[3, 1, 10, 0] = True, True, True, True
    whole = parts.any(axis=0)
    lesions = tuple(lesion(scan, parts[n], n + 1, "Tumor") for n in range(3))
    reviews = (Review("lesion", 2, "rejected"), Review("lesion", 3, "edited"))
    found = prediction(scan, whole, {1: "tumor"}, lesions=lesions, reviews=reviews)
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, found, folder)
    assert_reads_back(path, scan, {"Tumor 1": parts[0], "Tumor 3": parts[2], "Tumor": parts[3]})
    kinds = {item.SegmentLabel: item.SegmentAlgorithmType for item in pydicom.dcmread(path).SegmentSequence}
    assert kinds == {"Tumor 1": "AUTOMATIC", "Tumor 3": "SEMIAUTOMATIC", "Tumor": "AUTOMATIC"}
    write_dicom_seg(path, found, folder, lesions=False)
    assert_reads_back(path, scan, {"Tumor": whole & ~parts[1]})
    changed = prediction(scan, whole & ~parts[1], {1: "tumor"}, lesions=lesions)
    with pytest.raises(MedAIError, match="are not those of its label map; find the lesions again"):
        write_dicom_seg(tmp_path / "other.dcm", changed, folder)
    assert not (tmp_path / "other.dcm").exists()


def test_hundreds_of_lesions_are_all_written(tmp_path):
    folder, scan = series(tmp_path / "scan", (40, 40, 6))
    whole = np.zeros(scan.shape, bool)
    whole[::4, ::4, ::2] = True
    lesions = []
    for number, place in enumerate(np.argwhere(whole), start=1):
        mask = np.zeros(scan.shape, bool)
        mask[tuple(place)] = True
        lesions.append(lesion(scan, mask, number, "Tumor"))
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, whole, {1: "tumor"}, lesions=tuple(lesions)), folder)
    found = read_seg(path, scan)
    assert len(found) == len(lesions) == 300
    assert all(mask.sum() == 1 for mask in found.values())
    assert np.array_equal(np.logical_or.reduce(list(found.values())), whole)


def test_a_result_without_voxels_says_what_was_looked_for(tmp_path):
    folder, scan = series(tmp_path / "scan")
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, np.zeros(scan.shape), NAMES), folder)
    assert {name: mask.any() for name, mask in read_seg(path, scan).items()} == dict.fromkeys(
        ("Liver tumor", "Left kidney", "Spleen"), False
    )
    assert pydicom.dcmread(path).NumberOfFrames == 3


def test_one_voxel_in_a_corner_of_very_thick_slices(tmp_path):
    folder, scan = series(tmp_path / "scan", step=20.0)
    voxels = np.zeros(scan.shape)
    voxels[-1, -1, -1] = 1
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels, {1: "tumor"}), folder)
    assert np.array_equal(read_seg(path, scan)["Tumor"], voxels > 0)
    measures = pydicom.dcmread(path).SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    assert measures.SpacingBetweenSlices == 20


def test_frames_of_an_enhanced_file_keep_their_places_whatever_their_order(tmp_path):
    shuffled = [(0, 0, z) for z in (6, 0, 9, 3)]
    source = write_enhanced(tmp_path / "a.dcm", np.zeros((4, 5, 6), np.int16), shuffled, (1.0,) * 4)
    dataset = pydicom.dcmread(source)
    dataset.FrameOfReferenceUID = "1.2.3.4"
    dataset.save_as(source)
    scan = read_image(source)
    voxels = voxels_of(scan.shape)
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels, NAMES), source)
    assert_reads_back(path, scan, {"Liver tumor": voxels == 1, "Left kidney": voxels == 2, "Spleen": voxels == 3})
    for group in pydicom.dcmread(path).PerFrameFunctionalGroupsSequence:
        frame = group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber
        assert shuffled[int(frame) - 1] == tuple(group.PlanePositionSequence[0].ImagePositionPatient)


def test_one_time_point_of_several_refers_to_its_own_files(tmp_path):
    places = [(0.0, 0.0, 2.5 * k) for k in range(4)]
    each = [{"TemporalPositionIdentifier": 1 + n // 4} for n in range(8)]
    voxels = np.zeros((8, 5, 6), np.int16)
    write_series(tmp_path / "scan", voxels, places * 2, each=each, FrameOfReferenceUID="1.2.3.4")
    scan = read_image(tmp_path / "scan", frame=1)
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels_of(scan.shape), NAMES), tmp_path / "scan", frame=1)
    written = pydicom.dcmread(path)
    referred = {str(item.ReferencedSOPInstanceUID) for item in written.ReferencedSeriesSequence[0].ReferencedInstanceSequence}
    headers = [pydicom.dcmread(file) for file in (tmp_path / "scan").iterdir()]
    assert referred == {str(header.SOPInstanceUID) for header in headers if header.TemporalPositionIdentifier == 2}


def test_a_film_without_a_place_in_the_patient(tmp_path):
    kind = "1.2.840.10008.5.1.4.1.1.1"
    source = write_slice(tmp_path / "film.dcm", np.zeros((7, 9), np.uint16), SOPClassUID=kind, Modality="CR", PixelSpacing=[1, 2])
    scan = read_image(source)
    voxels = np.zeros(scan.shape)
    voxels[2:4, 1:6] = 1
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels, {1: "tumor"}), source)
    pixels = np.unpackbits(np.frombuffer(pydicom.dcmread(path).PixelData, np.uint8), bitorder="little")[:63]
    assert np.array_equal(pixels.reshape(7, 9).T, voxels[:, :, 0])


def test_names_of_any_script_and_careless_headers(tmp_path, capfd, recwarn):
    odd = {"SpecificCharacterSet": "ISO_IR 100", "PatientName": "Müller^Jörg", "PatientBirthDate": "unknown"}
    folder, scan = series(tmp_path / "scan", StudyTime="noon", SpacingBetweenSlices=99.0, **odd)
    names = {1: "肝脏肿瘤", 2: "a name that is much longer than the sixty-four characters which DICOM's long strings have"}
    path = tmp_path / "segmentation.dcm"
    recwarn.clear()
    write_dicom_seg(path, prediction(scan, voxels_of(scan.shape) % 3, names), folder)
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list
    written = pydicom.dcmread(path)
    assert str(written.PatientName) == "Müller^Jörg"
    assert written.SegmentSequence[0].SegmentLabel == "肝脏肿瘤"
    assert (written.PatientBirthDate, written.StudyTime) == ("", "")
    assert written.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SpacingBetweenSlices == 2.5


@pytest.mark.parametrize(
    ("characters", "name"),
    [("", "Doe^Jane"), (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎"), ("GB18030", "Wang^XiaoDong=王^小东")],
)
def test_patients_are_named_as_in_the_scan(tmp_path, characters, name):
    folder, scan = series(tmp_path / "scan", SpecificCharacterSet=characters, PatientName=name)
    path = tmp_path / "segmentation.dcm"
    write_dicom_seg(path, prediction(scan, voxels_of(scan.shape), NAMES), folder)
    assert str(pydicom.dcmread(path).PatientName) == name
    assert pydicom.dcmread(path).SpecificCharacterSet == "ISO_IR 192"


def test_what_no_segmentation_can_refer_to_is_refused(tmp_path):
    folder, scan = series(tmp_path / "scan")
    found = prediction(scan, voxels_of(scan.shape), NAMES)
    path = tmp_path / "results" / "segmentation.dcm"
    moved = scan.with_voxels(found.labelmap.voxels)
    moved.affine[0, 3] += 1
    with pytest.raises(InputError, match=r"is not on the grid of .*; name the scan that the model was run on"):
        write_dicom_seg(path, Prediction(moved, found.labels), folder)
    with pytest.raises(InputError, match="is not there; name the DICOM"):
        write_dicom_seg(path, found, tmp_path / "elsewhere")
    (tmp_path / "scan.nii.gz").write_bytes(b"no DICOM")
    with pytest.raises(InputError, match="is not a DICOM scan; name the file or folder"):
        write_dicom_seg(path, found, tmp_path / "scan.nii.gz")
    next(file for file in folder.iterdir() if pydicom.dcmread(file).InstanceNumber == 4).unlink()
    with pytest.raises(InputError, match=r"5\.00 mm apart.*resampled grid, which DICOM results cannot refer to"):
        write_dicom_seg(path, found, folder)
    with pytest.raises(MedAIError, match="gives no label map"):
        write_dicom_seg(path, Prediction(None), folder)
    bare, scan = series(tmp_path / "bare")
    for file in bare.iterdir():
        dataset = pydicom.dcmread(file)
        del dataset.FrameOfReferenceUID
        dataset.save_as(file)
    with pytest.raises(InputError, match="does not say in which frame of reference"):
        write_dicom_seg(path, prediction(scan, voxels_of(scan.shape), NAMES), bare)
    tiny, scan = series(tmp_path / "tiny", (2, 3, 4))
    with pytest.raises(InputError, match="slices of 6 pixels"):
        write_dicom_seg(path, prediction(scan, np.ones(scan.shape), NAMES), tiny)
    assert not path.parent.exists()
