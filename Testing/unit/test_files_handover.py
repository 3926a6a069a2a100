"""Exports that are not possible are refused before a run; what is asked for is written with the result or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from medai import Image
from medai.errors import InputError
from medai.files import check_exports, write_prediction
from medai.results import Prediction, describe_labels


@pytest.fixture
def scan() -> Image:
    return Image(np.arange(16 * 16 * 4, dtype=np.int16).reshape(1, 16, 16, 4), np.eye(4), "scan", "CT")


@pytest.fixture
def prediction(scan) -> Prediction:
    labels = np.zeros((1, *scan.shape), np.uint8)
    labels[0, 4:9, 4:9, 1:3] = 1
    return Prediction(scan.with_voxels(labels), describe_labels({1: "Tumor"}))


def test_what_is_no_export_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(InputError, match=r"'pdf' is nothing that a result is exported as; choose of seg, sr, report\."):
        check_exports(["report", "pdf"], tmp_path, "segmentation")


@pytest.mark.parametrize("export", ["seg", "sr"])
def test_dicom_results_need_a_dicom_scan(export, tmp_path):
    (tmp_path / "scan.nii.gz").write_bytes(b"x" * 200)
    with pytest.raises(InputError, match=rf"scan\.nii\.gz is no DICOM, which the export '{export}' refers to"):
        check_exports([export], tmp_path / "scan.nii.gz", "segmentation")
    with pytest.raises(InputError, match="is no DICOM"):
        check_exports([export], tmp_path / "missing.dcm", "segmentation")
    check_exports([export], tmp_path, "segmentation")
    (tmp_path / "slice").write_bytes(bytes(128) + b"DICM")
    check_exports([export], tmp_path / "slice", "segmentation")
    check_exports(["report"], tmp_path / "scan.nii.gz", "classification")


def test_a_segmentation_needs_labels(tmp_path):
    with pytest.raises(InputError, match="gives no labels, which the export 'seg' is made of"):
        check_exports(["sr", "seg"], tmp_path, "detection")
    check_exports(["sr"], tmp_path, "detection")


def test_without_the_scans_files_no_dicom_is_promised_and_nothing_is_written(scan, prediction, tmp_path):
    with pytest.raises(InputError, match="DICOM of scan cannot be written without the DICOM files"):
        write_prediction(tmp_path / "out", scan, prediction, exports=["report", "sr"])
    assert not (tmp_path / "out").exists()


def test_exports_of_an_earlier_result_go_with_it(scan, prediction, tmp_path):
    first = write_prediction(tmp_path, scan, prediction, exports=["report"])
    assert first["report"].is_file()
    assert first["report_pdf"].is_file()
    second = write_prediction(tmp_path, scan, prediction)
    assert "report" not in second
    assert not first["report"].exists()


def test_maps_are_written_on_the_scans_grid(scan, prediction, tmp_path):
    from dataclasses import replace

    from medai.files import read_image

    sure = scan.with_voxels((scan.voxels % 101).astype(np.uint8))
    files = write_prediction(tmp_path, scan, replace(prediction, confidence=sure, saliency=sure))
    for key in ("confidence", "saliency"):
        found = read_image(files[key])
        assert found.on_same_grid(scan)
        np.testing.assert_array_equal(found.voxels, sure.voxels)
