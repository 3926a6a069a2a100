"""Results as files: on the scan's own grid, loaded by Slicer's own reader, written whole or not at all."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from medai.errors import InputError, MedAIError
from medai.files import check_writable, read_image, refuse_overwriting, write_image, write_prediction
from medai.image import Image
from medai.results import Prediction, describe_labels, findings
from support.data import real_data
from support.dicoms import write_series
from support.scans import blobs, oblique_affine

FILES = ("segmentation.nii.gz", "segmentation.seg.nrrd", "findings.json", "findings.csv", "run.json", "overview.png")
NAMES = {1: "Left hippocampus and amygdala", 2: "Liver tumor", 9: "kidney_right", 300: "Überraschung | 100 % $x$"}
RUN = {"model": {"name": "tiny", "version": "0.1", "content_hash": "abc"}, "seconds": {"segmenting": 1.5}}


def predict(image, names=NAMES):
    """Labels at the scan's brightest values; the label 9 is not found."""
    ranks = np.argsort(np.argsort(image.voxels[0].ravel())).reshape(1, *image.shape) / image.voxels[0].size
    labelmap = np.zeros(ranks.shape, np.uint16 if max(names) > 255 else np.uint8)
    labelmap[ranks > 0.6], labelmap[ranks > 0.8], labelmap[ranks > 0.95] = 1, 2, max(names)
    return Prediction(image.with_voxels(labelmap), describe_labels(names), RUN)


def geometry(picture):
    return picture.GetSize()[:3], picture.GetSpacing()[:3], picture.GetOrigin()[:3], picture.GetDirection()[:9]


def assert_same_grid(one, two, exact=False):
    """Equal to 1e-6, or to the last digit of the single precision that NIfTI keeps, whichever is more."""
    for given, made in zip(geometry(one), geometry(two), strict=True):
        np.testing.assert_allclose(made, given, rtol=1e-12 if exact else 1e-7, atol=1e-9 if exact else 1e-6)


@pytest.fixture
def image():
    return blobs((20, 16, 12))


@pytest.mark.parametrize(
    "pattern",
    [
        "brain_tumour/TCGA-FG-6692/raw/*_t1.nii.gz",
        "brain_tumour/TCGA-FG-6692/raw/*_fla.nii.gz",
        "brain_tumour/TCGA-FG-6692/raw/*_t1c.nii.gz",
        "brain_tumour/TCGA-FG-6692/raw/*_t2.nii.gz",
        "brain_tumour/pyradiomics_brain1/brain1_image.nrrd",
        "sarcoma/STS_002/MR_T1_image.nii.gz",
        *(f"orientations/{code}.nii.gz" for code in ("RAS", "LPS", "PIL", "ASR", "AIR", "IRP", "SLA", "LAS")),
    ],
)
def test_the_label_map_of_a_real_file_has_its_grid_for_itk(tmp_path, pattern):
    path = next(real_data(pattern.rpartition("/")[0]).glob(Path(pattern).name))
    scan = read_image(path)
    files = write_prediction(tmp_path / "out", scan, predict(scan))
    made, given = sitk.ReadImage(str(files["segmentation"])), sitk.ReadImage(str(path))
    assert_same_grid(given, made)
    assert_same_grid(given, sitk.ReadImage(str(files["segments"])))
    assert "integer" in made.GetPixelIDTypeAsString()


def test_the_label_map_of_a_real_dicom_series_has_its_grid_for_itk(tmp_path):
    folder = real_data("dicom", "STS_008_CT_MR_PET_RTSTRUCT", "MR_T1", "image")
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    scan = read_image(folder)
    files = write_prediction(tmp_path / "out", scan, predict(scan))
    given = reader.Execute()
    assert_same_grid(given, sitk.ReadImage(str(files["segmentation"])))
    assert_same_grid(given, sitk.ReadImage(str(files["segments"])), exact=True)


@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, 1), (-1, -1, -1)])
@pytest.mark.parametrize("ending", [".nii.gz", ".nrrd", ".mha"])
def test_the_label_map_of_any_oblique_file_has_its_grid_for_itk(tmp_path, ending, flips):
    path = write_image(tmp_path / f"scan{ending}", blobs((9, 8, 7), affine=oblique_affine(flips=flips)))
    scan = read_image(path)
    files = write_prediction(tmp_path / "out", scan, predict(scan))
    assert_same_grid(sitk.ReadImage(str(path)), sitk.ReadImage(str(files["segmentation"])))
    assert_same_grid(sitk.ReadImage(str(path)), sitk.ReadImage(str(files["segments"])), exact=ending != ".nii.gz")


def test_the_label_map_of_a_tilted_dicom_series_lies_on_its_slices(tmp_path):
    tilted = (0.96, 0.28, 0.0, -0.224, 0.768, 0.6)
    places = [np.add((-101.3, 20.7, 300.1), 2.5 * k * np.cross(tilted[:3], tilted[3:])) for k in range(6)]
    write_series(tmp_path / "scan", np.arange(6 * 80, dtype=np.int16).reshape(6, 8, 10), places, tilted)
    scan = read_image(tmp_path / "scan")
    made = sitk.ReadImage(str(write_prediction(tmp_path / "out", scan, predict(scan))["segmentation"]))
    assert np.allclose(made.TransformIndexToPhysicalPoint((0, 0, 4)), places[4], atol=1e-4)


def test_the_two_label_maps_hold_the_prediction(tmp_path, image):
    prediction = predict(image)
    files = write_prediction(tmp_path, image, prediction)
    for key in ("segmentation", "segments"):
        again = read_image(files[key])
        assert np.array_equal(again.voxels, prediction.labelmap.voxels)
        assert again.voxels.dtype == np.uint16


def test_a_copied_position_is_that_of_the_scans_file(tmp_path):
    scan = write_image(tmp_path / "scan.nii", blobs((9, 8, 7)))
    moved = nibabel.load(scan)
    moved.set_sform(np.diag([2.0, 3, 4, 1]), 4)
    nibabel.save(moved, tmp_path / "two.nii.gz")
    image = read_image(tmp_path / "two.nii.gz")
    files = write_prediction(tmp_path / "out", image, predict(image), source=tmp_path / "two.nii.gz")
    one, two = nibabel.load(tmp_path / "two.nii.gz"), nibabel.load(files["segmentation"])
    assert np.array_equal(one.get_sform(), two.get_sform())
    assert np.array_equal(one.get_qform(), two.get_qform())
    assert np.array_equal(one.affine, two.affine)
    assert_same_grid(sitk.ReadImage(str(tmp_path / "two.nii.gz")), sitk.ReadImage(str(files["segmentation"])))


def test_slicer_loads_the_segmentation_with_names_colors_and_codes(tmp_path, image):
    slicer = pytest.importorskip("slicer", exc_type=ImportError)
    prediction = predict(image)
    files = write_prediction(tmp_path, image, prediction)
    scene = slicer.vtkMRMLScene()
    node = scene.AddNode(slicer.vtkMRMLSegmentationNode())
    storage = scene.AddNode(slicer.vtkMRMLSegmentationStorageNode())
    storage.SetFileName(str(files["segments"]))
    assert storage.ReadData(node)
    segmentation = node.GetSegmentation()
    assert segmentation.GetSegmentIDs() == ("tiny_1", "tiny_2", "tiny_300")
    for label in (label for label in prediction.labels if label.value != 9):
        segment = segmentation.GetSegment(f"tiny_{label.value}")
        assert segment.GetName() == label.name
        assert np.allclose(segment.GetColor(), np.array(label.color) / 255, atol=1e-5)
        assert segment.GetLabelValue() == label.value
        codes = [code and (code.scheme, code.value) for code in (label.category, label.type, label.modifier)]
        assert terminology(slicer, segment) == [*codes, label.region and (label.region.scheme, label.region.value)]
        grid = segment.GetRepresentation("Binary labelmap")
        assert grid.GetDimensions() == image.shape
        assert np.allclose(world_of(grid), image.affine, atol=1e-9)
        assert grid.GetScalarRange()[1] == 300


def terminology(slicer, segment):
    """(scheme, value) of category, type, modifier and region, as Slicer's own logic reads them from the segment."""
    import vtk

    text = vtk.mutable("")
    assert segment.GetTag("TerminologyEntry", text)
    entry = slicer.vtkSlicerTerminologyEntry()
    assert slicer.vtkSlicerTerminologiesModuleLogic().DeserializeTerminologyEntry(str(text), entry)
    parts = (entry.GetCategoryObject(), entry.GetTypeObject(), entry.GetTypeModifierObject(), entry.GetRegionObject())
    return [(part.GetCodingSchemeDesignator(), part.GetCodeValue()) if part and part.GetCodeValue() else None for part in parts]


def world_of(grid):
    import vtk

    matrix = vtk.vtkMatrix4x4()
    grid.GetImageToWorldMatrix(matrix)
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def test_findings_table_and_record_are_written_as_they_are(tmp_path, image):
    prediction = predict(image)
    files = write_prediction(tmp_path, image, prediction)
    found = findings(prediction)
    assert json.loads(files["findings"].read_text(encoding="utf-8")) == found
    assert json.loads(files["run"].read_text(encoding="utf-8")) == RUN
    with files["table"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [label["name"] for label in found["labels"]]
    assert [int(row["voxels"]) for row in rows] == [label["voxels"] for label in found["labels"]]
    assert "SCT 10200004" in rows[1]["region"]


def test_all_files_are_written_and_named_and_nothing_else(tmp_path, image):
    files = write_prediction(tmp_path / "new" / "out", image, predict(image))
    assert [path.name for path in files.values()] == list(FILES)
    assert {path.name for path in (tmp_path / "new" / "out").iterdir()} == set(FILES)


def test_a_scene_is_one_of_the_files(tmp_path, image):
    files = write_prediction(tmp_path, image, predict(image), scene=lambda path: path.write_text("scene"))
    assert files["scene"] == tmp_path / "scene.mrb"
    assert files["scene"].read_text() == "scene"


def test_if_one_file_fails_none_is_written_and_old_ones_stay(tmp_path, image):
    def broken(path):
        path.write_text("half")
        raise MedAIError("The scene cannot be written.")

    write_prediction(tmp_path / "old", image, predict(image))
    before = {path: path.read_bytes() for path in (tmp_path / "old").iterdir()}
    for folder in ("old", "new/deeper"):
        with pytest.raises(MedAIError, match="The scene cannot"):
            write_prediction(tmp_path / folder, image, predict(blobs((20, 16, 12), seed=5)), scene=broken)
    assert {path: path.read_bytes() for path in (tmp_path / "old").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_results_replace_older_ones(tmp_path, image):
    write_prediction(tmp_path, image, predict(image))
    newer = predict(blobs((20, 16, 12), seed=5))
    files = write_prediction(tmp_path, image, newer)
    assert np.array_equal(read_image(files["segmentation"]).voxels, newer.labelmap.voxels)


def test_a_scene_of_an_earlier_result_does_not_stay_beside_newer_labels(tmp_path, image):
    write_prediction(tmp_path, image, predict(image), scene=lambda path: path.write_text("earlier"))
    (tmp_path / "notes.txt").write_text("the user's own")
    files = write_prediction(tmp_path, image, predict(image))
    assert {path.name for path in tmp_path.iterdir()} == {*(path.name for path in files.values()), "notes.txt"}


def test_a_result_is_not_written_over_its_scan(tmp_path, image):
    files = write_prediction(tmp_path, image, predict(image))
    (tmp_path / "link.nii.gz").symlink_to(files["segmentation"])
    for source in (files["segmentation"], tmp_path / "link.nii.gz"):
        with pytest.raises(InputError, match="would be overwritten"):
            refuse_overwriting(tmp_path, [source])
    refuse_overwriting(tmp_path / "elsewhere", [files["segmentation"]])


def test_a_prediction_of_another_grid_is_refused(tmp_path, image):
    moved = Image(image.voxels, image.affine + np.eye(4, k=3))
    with pytest.raises(InputError, match="not on the grid"):
        write_prediction(tmp_path / "out", image, predict(moved))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_moves(tmp_path, image):
    (tmp_path / "run.json").mkdir()
    with pytest.raises(MedAIError, match=r"run\.json is a folder"):
        write_prediction(tmp_path, image, predict(image))
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from medai import Image, MedAIError
from medai.files import write_image, write_prediction
from medai.results import Prediction, describe_labels

noise = np.random.default_rng(1)
image = Image(noise.normal(size=(1, 40, 40, 40)).astype(np.float32), np.eye(4))
labelmap = image.with_voxels(noise.integers(0, 200, (1, 40, 40, 40)).astype(np.uint8))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    if len(sys.argv) > 3:
        write_image(Path(sys.argv[1], sys.argv[3]), image)
    else:
        write_prediction(Path(sys.argv[1]), image, Prediction(labelmap, describe_labels({1: "liver"})))
except MedAIError as problem:
    print(problem.exit_code, problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of files")
@pytest.mark.parametrize(
    ("limit", "file"), [(100, None), (20_000, None), (100, "a.nii.gz"), (100, "a.nii"), (20_000, "a.nrrd"), (20_000, "a.mha")]
)
def test_on_a_full_disk_nothing_is_left(tmp_path, limit, file):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "out"), str(limit), *([file] if file else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    sentences = done.stdout.splitlines()
    assert len(sentences) == 1
    assert sentences[0].startswith(f"1 {tmp_path / 'out'} cannot be written (")
    assert sentences[0].endswith("); free some space or choose another folder.")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_be_made_is_accepted_and_not_made(tmp_path):
    check_writable(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder_for_results(tmp_path, image):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(InputError, match="file is not a folder; choose another"):
            check_writable(folder)
        with pytest.raises(InputError, match="file is not a folder; choose another"):
            write_prediction(folder, image, predict(image))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_folder_without_rights_is_refused(image):
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        if root:
            os.seteuid(65534)
        try:
            for folder in (Path(name), Path(name) / "new"):
                with pytest.raises(InputError, match=r"cannot be written \(Permission denied\); choose another folder"):
                    check_writable(folder)
                with pytest.raises(InputError, match=r"cannot be written \(Permission denied\)"):
                    write_prediction(folder, image, predict(image))
        finally:
            if root:
                os.seteuid(0)
        assert list(Path(name).iterdir()) == []
        Path(name).chmod(0o755)
