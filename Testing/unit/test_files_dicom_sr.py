"""DICOM structured reports: every lesion, label and box with numbers, codes and references, read by others' programs."""

import shutil
import subprocess
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from medai.errors import InputError
from medai.files import read_image, write_dicom_seg, write_dicom_sr
from medai.finding import Detection
from medai.region import Box
from medai.results import Prediction, Review, Statistics
from support.data import real_data
from support.dicompredictions import RUN, lesion, prediction, series
from support.dicoms import write_slice

NAMES = {1: "liver tumor", 2: "kidney_left"}
TILTED = (0.96, 0.28, 0.0, -0.224, 0.768, 0.6)


def examination(folder, **attributes):
    """A scan with two tumors and a kidney."""
    source, scan = series(folder / "scan", (12, 12, 6), TILTED, **attributes)
    parts = np.zeros((2, *scan.shape), bool)
    parts[0, 1:5, 1:4, 1:4], parts[1, 7:9, 6:8, 2:4] = True, True
    voxels = parts.any(axis=0).astype(np.uint8)
    voxels[1:4, 7:11, 0:5] = 2
    lesions = (lesion(scan, parts[0], 1, "Liver tumor"), lesion(scan, parts[1], 2, "Liver tumor", confidence=0.75))
    statistics = (Statistics(2, 60, 1.25, 70.5, 30.0, 4.0, 20.0, 44.0, 31.0),)
    return source, scan, prediction(scan, voxels, NAMES, lesions=lesions, statistics=statistics)


def written(folder, source, found):
    write_dicom_seg(folder / "segmentation.dcm", found, source)
    write_dicom_sr(folder / "measurements.dcm", found, source, folder / "segmentation.dcm")
    return highdicom.sr.srread(folder / "measurements.dcm"), pydicom.dcmread(folder / "segmentation.dcm")


def numbers(group):
    """Value by quantity and derivation, in the units that are asked for elsewhere."""
    found = {}
    for measurement in group.get_measurements():
        derivation = measurement.derivation
        found[measurement.name.meaning, derivation.meaning if derivation else ""] = measurement.value
    return found


def test_labels_and_lesions_are_groups_that_refer_to_their_segments(tmp_path):
    source, _, found = examination(tmp_path)
    report, segmentation = written(tmp_path, source, found)
    groups = {group.tracking_identifier: group for group in report.content.get_volumetric_roi_measurement_groups()}
    assert list(groups) == ["Left kidney", "Liver tumor 1", "Liver tumor 2"]
    segments = {item.SegmentLabel: item for item in segmentation.SegmentSequence}
    for name, group in groups.items():
        reference = group.referenced_segment
        assert reference.referenced_sop_instance_uid == segmentation.SOPInstanceUID
        assert reference.referenced_segment_numbers == [segments[name].SegmentNumber]
        assert group.tracking_uid == segments[name].TrackingUID
    tumor, kidney = groups["Liver tumor 1"], groups["Left kidney"]
    assert (tumor.finding_type.meaning, tumor.finding_sites[0].value) == ("Neoplasm", codes.SCT.Liver)
    assert tumor.finding_category == Code("49755003", "SCT", "Morphologically Altered Structure")
    assert kidney.finding_sites[0].laterality == codes.SCT.Left
    assert report.content[0].ContentSequence[0].ConceptCodeSequence[0].CodeValue == "en-US"


def test_the_numbers_are_those_of_the_findings(tmp_path):
    source, _, found = examination(tmp_path)
    report, _ = written(tmp_path, source, found)
    kidney, *tumors = report.content.get_volumetric_roi_measurement_groups()
    for group, one in zip(tumors, found.lesions, strict=True):
        values = numbers(group)
        assert values["Volume", ""] == pytest.approx(one.volume_ml, rel=1e-5)
        assert values["Long axis", ""] == pytest.approx(one.longest.length_mm, rel=1e-5)
        assert values["Short axis", ""] == pytest.approx(one.short.length_mm, rel=1e-5)
        assert values["Diameter", "Maximum"] == pytest.approx(one.feret.length_mm, rel=1e-5)
        means = [values["Attenuation Coefficient", kind] for kind in ("Mean", "Standard Deviation", "Minimum", "Maximum")]
        assert means == [40.5, 12.25, -8.0, 90.0]
    assert numbers(tumors[1])["Certainty of Finding", ""] == 75
    assert numbers(kidney) == {
        ("Volume", ""): 1.25,
        ("Surface Area of Mesh", ""): 70.5,
        ("Attenuation Coefficient", "Mean"): 30,
        ("Attenuation Coefficient", "Standard Deviation"): 4,
        ("Attenuation Coefficient", "Minimum"): 20,
        ("Attenuation Coefficient", "Maximum"): 44,
        ("Attenuation Coefficient", "Median"): 31,
    }
    units = {measurement.name.meaning: measurement.unit.value for measurement in kidney.get_measurements()}
    assert units == {"Volume": "cm3", "Surface Area of Mesh": "mm2", "Attenuation Coefficient": "[hnsf'U]"}


def test_the_report_belongs_to_the_patient_and_says_who_measured(tmp_path):
    source, _, found = examination(tmp_path)
    report, segmentation = written(tmp_path, source, found)
    assert (report.SOPClassUID, report.Modality) == ("1.2.840.10008.5.1.4.1.1.88.34", "SR")
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    assert (report.StudyInstanceUID, str(report.PatientName), report.PatientID) == ("1.2.3", "Doe^Jane", "4711")
    assert (report.CompletionFlag, report.VerificationFlag) == ("COMPLETE", "UNVERIFIED")
    contexts = report.content.get_observer_contexts(observer_type=codes.DCM.Device)
    device = contexts[0].observer_identifying_attributes
    assert (device.name, device.model_name, device.serial_number) == ("MedAI", "test-model", RUN["model"]["content_hash"])
    evidence = report.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    referred = {str(item.ReferencedSOPInstanceUID) for one in evidence for item in one.ReferencedSOPSequence}
    other = report.get("PertinentOtherEvidenceSequence") or []
    referred |= {
        str(item.ReferencedSOPInstanceUID)
        for study in other
        for one in study.ReferencedSeriesSequence
        for item in one.ReferencedSOPSequence
    }
    assert str(segmentation.SOPInstanceUID) in referred
    assert {str(pydicom.dcmread(file).SOPInstanceUID) for file in source.iterdir()} <= referred


def test_rejected_findings_are_left_out(tmp_path):
    source, scan, found = examination(tmp_path)
    box = Box(tuple(scan.affine[:3, 3].tolist()), (4.0, 4.0, 4.0))
    reviews = (Review("lesion", 1, "rejected"), Review("detection", 1, "rejected"), Review("lesion", 2, "accepted", "sure"))
    found = replace(found, reviews=reviews, detections=(Detection("nodule", 0.9, box), Detection("nodule", 0.4, box)))
    report, _ = written(tmp_path, source, found)
    groups = report.content.get_volumetric_roi_measurement_groups()
    assert [group.tracking_identifier for group in groups] == ["Left kidney", "Liver tumor 2", "nodule box 2"]


def test_without_a_segmentation_the_diameters_have_their_lines(tmp_path):
    source, _, found = examination(tmp_path)
    write_dicom_sr(tmp_path / "measurements.dcm", found, source)
    report = highdicom.sr.srread(tmp_path / "measurements.dcm")
    groups = report.content.get_image_measurement_groups()
    assert [group.tracking_identifier for group in groups] == ["Left kidney", "Liver tumor 1", "Liver tumor 2"]
    measurement = groups[1].get_measurements(name=codes.SCT.LongAxis)[0]
    line = measurement.referenced_coordinates[0]
    assert line.frame_of_reference_uid == "1.2.3.4"
    longest = found.lesions[0].longest
    assert np.allclose(line.value * (-1, -1, 1), [longest.start_ras, longest.end_ras], atol=1e-4)


def test_lesions_of_an_undivided_segment_refer_to_it(tmp_path):
    source, _, found = examination(tmp_path)
    write_dicom_seg(tmp_path / "segmentation.dcm", found, source, lesions=False)
    write_dicom_sr(tmp_path / "measurements.dcm", found, source, tmp_path / "segmentation.dcm")
    groups = highdicom.sr.srread(tmp_path / "measurements.dcm").content.get_volumetric_roi_measurement_groups()
    numbered = {group.tracking_identifier: group.referenced_segment.referenced_segment_numbers for group in groups}
    assert numbered == {"Left kidney": [2], "Liver tumor 1": [1], "Liver tumor 2": [1]}
    assert len({group.tracking_uid for group in groups}) == 3


def test_boxes_are_outlined_on_the_slices_that_they_hold(tmp_path):
    source, scan = series(tmp_path / "scan", (12, 12, 6), TILTED)
    axes = tuple(tuple(column) for column in (scan.affine[:3, :3] / scan.spacing).T.tolist())
    center = (scan.affine @ [5, 6, 3, 1])[:3]
    box = Box(tuple(center.tolist()), (4 * scan.spacing[0], 6 * scan.spacing[1], 2.2 * scan.spacing[2]), axes)
    thin = Box(tuple((scan.affine @ [5, 6, 1.3, 1])[:3].tolist()), (1.0, 1.0, 0.1), axes)
    found = Prediction(None, run=RUN, detections=(Detection("nodule", 0.875, box), Detection("nodule", 0.5, thin)))
    write_dicom_sr(tmp_path / "measurements.dcm", found, source)
    group, other = highdicom.sr.srread(tmp_path / "measurements.dcm").content.get_volumetric_roi_measurement_groups()
    assert (group.finding_type.meaning, numbers(group)) == ("Nodule", {("Certainty of Finding", ""): 87.5})
    files = {str(header.SOPInstanceUID): header for header in map(pydicom.dcmread, source.iterdir())}
    heights = []
    for region in group.roi:
        assert np.allclose(region.value, [[3.5, 3.5], [7.5, 3.5], [7.5, 9.5], [3.5, 9.5], [3.5, 3.5]], atol=1e-4)
        position = np.array(files[region.ContentSequence[0].referenced_sop_instance_uid].ImagePositionPatient, float)
        heights.append((np.linalg.inv(scan.affine) @ [*(position * (-1, -1, 1)), 1])[2])
    assert np.allclose(sorted(heights), [2, 3, 4], atol=0.01)
    assert len(other.roi) == 1


def test_a_box_on_a_film(tmp_path):
    kind = "1.2.840.10008.5.1.4.1.1.1"
    source = write_slice(tmp_path / "film.dcm", np.zeros((7, 9), np.uint16), SOPClassUID=kind, Modality="CR", PixelSpacing=[1, 2])
    scan = read_image(source)
    axes = tuple(tuple(column) for column in (scan.affine[:3, :3] / scan.spacing).T.tolist())
    box = Box(tuple((scan.affine @ [4, 3, 0, 1])[:3].tolist()), (4.0, 3.0, 1.0), axes)
    write_dicom_sr(tmp_path / "sr.dcm", Prediction(None, run=RUN, detections=(Detection("mass", 0.5, box),)), source)
    group = highdicom.sr.srread(tmp_path / "sr.dcm").content.get_volumetric_roi_measurement_groups()[0]
    assert np.allclose(group.roi[0].value[0], [3.5, 2.0])


def test_an_empty_result_reports_a_volume_of_zero(tmp_path):
    source, scan, _ = examination(tmp_path)
    nothing = prediction(scan, np.zeros(scan.shape), NAMES)
    report, _ = written(tmp_path, source, nothing)
    groups = report.content.get_volumetric_roi_measurement_groups()
    assert {group.tracking_identifier: numbers(group) for group in groups} == {
        "Liver tumor": {("Volume", ""): 0},
        "Left kidney": {("Volume", ""): 0},
    }
    with pytest.raises(InputError, match="nothing to report in DICOM"):
        write_dicom_sr(tmp_path / "none.dcm", Prediction(None, run=RUN), source)


@pytest.mark.parametrize(
    ("attributes", "quantity", "unit"),
    [
        ({"Modality": "MR"}, "MR signal intensity", "1"),
        ({"Modality": "PT", "Units": "BQML"}, "Nuclear Medicine Tomographic Activity", "Bq/ml"),
        ({"Modality": "PT", "Units": "GML"}, "SUVbw", "g/ml{SUVbw}"),
        ({"Modality": "PT", "Units": "GML", "SUVType": "LBM"}, "Value of the scan", "1"),
        ({"Modality": "US"}, "Value of the scan", "1"),
    ],
)
def test_quantities_of_other_modalities(tmp_path, attributes, quantity, unit):
    source, _, found = examination(tmp_path, **attributes)
    report, _ = written(tmp_path, source, found)
    measurements = report.content.get_volumetric_roi_measurement_groups()[0].get_measurements()
    assert {(one.name.meaning, one.unit.value) for one in measurements if one.derivation} == {(quantity, unit)}


def test_a_foreign_segmentation_is_refused(tmp_path):
    source, _, found = examination(tmp_path / "a")
    other, _, another = examination(tmp_path / "b", SeriesInstanceUID="1.2.99")
    write_dicom_seg(tmp_path / "segmentation.dcm", another, other)
    for path in (tmp_path / "segmentation.dcm", next(source.iterdir())):
        with pytest.raises(InputError, match="is no segmentation of this scan; write the segmentation first"):
            write_dicom_sr(tmp_path / "measurements.dcm", found, source, path)
    with pytest.raises(InputError, match="is no DICOM file; write the segmentation first"):
        write_dicom_sr(tmp_path / "measurements.dcm", found, source, tmp_path / "missing.dcm")
    assert not (tmp_path / "measurements.dcm").exists()


@pytest.mark.parametrize("program", ["dciodvfy", "dsrdump"])
def test_programs_of_other_makers_find_no_fault(tmp_path, program):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed; it is in dicom3tools (dciodvfy) and dcmtk (dsrdump).")
    source, _, found = examination(tmp_path, StudyID="1", PatientName="Doe^Jane", PatientSex="F", StudyDate="20200101")
    written(tmp_path, source, found)
    names = ["measurements.dcm"] if program == "dsrdump" else ["measurements.dcm", "segmentation.dcm"]
    for name in names:
        said = subprocess.run([program, str(tmp_path / name)], capture_output=True, text=True, check=False)
        assert not [line for line in (said.stdout + said.stderr).splitlines() if line.startswith(("Error", "E:", "F:"))]


def test_a_real_tumor_is_reported(tmp_path):
    source = real_data("dicom", "STS_008_CT_MR_PET_RTSTRUCT", "PET", "image")
    scan = read_image(source)
    mask = read_image(real_data("sarcoma", "STS_008", "PET_mask.nii.gz")).voxels[0] > 0
    found = prediction(scan, mask, {1: "tumor"}, lesions=(lesion(scan, mask, 1, "Tumor"),))
    report, _ = written(tmp_path, source, found)
    assert numbers(report.content.get_volumetric_roi_measurement_groups()[0])["Volume", ""] == pytest.approx(
        mask.sum() * scan.voxel_volume_ml, rel=1e-5
    )


def test_names_of_any_script(tmp_path):
    source, scan = series(tmp_path / "scan", SpecificCharacterSet="ISO_IR 100", PatientName="Müller^Jörg")
    voxels = np.zeros(scan.shape)
    voxels[1:3, 1:3, 1:3] = 1
    report, _ = written(tmp_path, source, prediction(scan, voxels, {1: "肝脏肿瘤"}))
    assert str(report.PatientName) == "Müller^Jörg"
    assert report.content.get_volumetric_roi_measurement_groups()[0].tracking_identifier == "肝脏肿瘤"


def test_a_label_that_is_named_as_a_lesion_of_another_keeps_a_segment_of_its_own(tmp_path):
    source, scan, found = examination(tmp_path)
    names = {1: "liver tumor", 2: "Liver tumor 1"}
    report, segmentation = written(tmp_path, source, prediction(scan, found.labelmap.voxels, names, lesions=found.lesions))
    segments = [(item.SegmentNumber, item.TrackingID) for item in segmentation.SegmentSequence]
    assert len({name for _, name in segments}) == len(segments) == 3
    groups = report.content.get_volumetric_roi_measurement_groups()
    assert {group.tracking_identifier: group.referenced_segment.referenced_segment_numbers[0] for group in groups} == {
        name: number for number, name in segments
    }
