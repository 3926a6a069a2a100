"""Scene files: complete when they are opened again, and never half-written."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import numpy as np
import pytest

from medai import Image
from medai.errors import MedAIError
from support.scans import blobs, oblique_affine

pytest.importorskip("slicer", exc_type=ImportError)

from medai.mrml import image_from_volume, write_scene
from support.mrml import LABELS, prediction_of, segment_voxels, tag_of

KINDS = ("vtkMRMLScalarVolumeNode", "vtkMRMLSegmentationNode", "vtkMRMLLabelMapVolumeNode", "vtkMRMLTableNode")


@pytest.fixture
def scan() -> Image:
    return blobs((24, 20, 16), affine=oblique_affine((0.9, 1.4, 3.0), (-1, -1, 1)))


@pytest.fixture
def labels(scan) -> np.ndarray:
    labels = np.zeros(scan.shape, int)
    labels[3:9, 4:10, 5:9] = 1
    labels[12:20, 8:15, 2:12] = 2
    return labels


@pytest.fixture
def opened(scene, tmp_path, scan, labels):
    """The scene that a file holds, written, and opened by a scene that knows nothing of it."""
    path = write_scene(tmp_path / "scene.mrb", scan, prediction_of(scan, labels))
    assert scene.ReadFromMRB(str(path), True)
    return scene


def node_of(scene, kind):
    nodes = (scene.GetNthNodeByClass(index, kind) for index in range(scene.GetNumberOfNodesByClass(kind)))
    return next(node for node in nodes if node.GetClassName() == kind)


def test_everything_is_in_it_once(opened):
    assert [opened.GetNumberOfNodesByClass(kind) for kind in KINDS[1:]] == [1, 1, 1]
    assert {node_of(opened, kind).GetName() for kind in KINDS} == {
        "blobs",
        "blobs segmentation",
        "blobs labels",
        "blobs findings",
    }


def test_scan_and_label_map_come_back_voxel_by_voxel(opened, scan, labels):
    volume, labelmap = image_from_volume(node_of(opened, KINDS[0])), image_from_volume(node_of(opened, KINDS[2]))
    assert np.array_equal(volume.voxels, scan.voxels)
    assert np.array_equal(labelmap.voxels[0], labels)
    for found in (volume, labelmap):
        assert np.allclose(found.affine, scan.affine, atol=1e-6)
    assert volume.modality == "MR"


def test_segments_come_back_with_their_voxels_names_colors_and_codes(opened, scan, labels):
    segmentation, volume = node_of(opened, KINDS[1]), node_of(opened, KINDS[0])
    content = segmentation.GetSegmentation()
    expected = prediction_of(scan, labels).labels[:2]
    assert content.GetSegmentIDs() == ("brain-mr_1", "brain-mr_2")
    for label in expected:
        segment = content.GetSegment(f"brain-mr_{label.value}")
        assert segment.GetName() == label.name
        assert np.allclose(segment.GetColor(), np.array(label.color) / 255, atol=1e-5)
        assert f"SCT^{label.type.value}^{label.type.meaning}" in segment.GetTerminology()
        assert tag_of(segment, "DICOM.SegmentAlgorithmType") == "AUTOMATIC"
        assert np.array_equal(segment_voxels(segmentation, f"brain-mr_{label.value}", volume), labels == label.value)
    assert segmentation.GetNodeReference("referenceImageGeometryRef") is volume
    assert segmentation.GetAttribute("MedAI.Model") == "brain-mr"


def test_the_label_map_has_its_color_table(opened):
    colors = node_of(opened, KINDS[2]).GetDisplayNode().GetColorNode()
    assert {value: colors.GetColorName(value) for value in LABELS} == LABELS


def test_the_table_lists_every_label_with_its_volume(opened, scan, labels):
    table = node_of(opened, KINDS[3])
    rows = [[table.GetCellText(row, column) for column in range(table.GetNumberOfColumns())] for row in range(len(LABELS))]
    assert [table.GetColumnName(column) for column in range(4)] == ["Value", "Label", "Volume (ml)", "Voxels"]
    assert [row[:2] for row in rows] == [[str(value), name] for value, name in LABELS.items()]
    assert [int(row[3]) for row in rows] == [(labels == value).sum() for value in LABELS]
    assert float(rows[0][2]) == pytest.approx((labels == 1).sum() * scan.voxel_volume_ml, rel=1e-4)


def test_of_a_left_handed_scan_which_slicer_turns_over_the_anatomy_stays_where_it_is(scene, tmp_path, labels):
    scan = blobs(labels.shape, affine=oblique_affine((0.9, 1.4, 3.0), (-1, 1, 1)))
    assert scene.ReadFromMRB(str(write_scene(tmp_path / "scene.mrb", scan, prediction_of(scan, labels))), True)
    volume_node = node_of(scene, KINDS[0])
    for node in (volume_node, node_of(scene, KINDS[2])):
        found = image_from_volume(node)
        positions = np.vstack([np.indices(found.shape).reshape(3, -1), np.ones(found.voxels.size)])
        i, j, k = np.rint(np.linalg.inv(scan.affine) @ found.affine @ positions)[:3].astype(int)
        original = scan.voxels[0] if node is volume_node else labels
        assert np.array_equal(found.voxels[0].ravel(), original[i, j, k])
        inside = segment_voxels(node_of(scene, KINDS[1]), "brain-mr_2", node)
        assert np.array_equal(inside.ravel(), labels[i, j, k] == 2)


def test_the_slice_views_show_the_scan(opened):
    volume = node_of(opened, KINDS[0])
    for view in ("Red", "Yellow", "Green"):
        composite = opened.GetSingletonNode(view, "vtkMRMLSliceCompositeNode")
        assert composite.GetBackgroundVolumeID() == volume.GetID()


def test_slicer_does_not_warn_of_another_application(tmp_path, scan, labels):
    path = write_scene(tmp_path / "scene.mrb", scan, prediction_of(scan, labels))
    with zipfile.ZipFile(path) as archive:
        assert b'<MRML version="Slicer 5.12.0' in archive.read("scene/scene.mrml")


def test_a_color_scan_is_kept_in_one_volume(scene, tmp_path, labels):
    scan = blobs(labels.shape, channels=3)
    path = write_scene(tmp_path / "scene.mrb", scan, prediction_of(scan, labels))
    assert scene.ReadFromMRB(str(path), True)
    assert np.array_equal(image_from_volume(node_of(scene, "vtkMRMLVectorVolumeNode")).voxels, scan.voxels)


def test_an_older_file_is_replaced_and_nothing_else_is_left(no_hidden_errors, tmp_path, scan, labels):
    path = tmp_path / "scene.mrb"
    path.write_bytes(b"old")
    write_scene(path, scan, prediction_of(scan, labels))
    assert zipfile.is_zipfile(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path, scan, labels):
    with pytest.raises(MedAIError, match=r"scene\.mrb cannot be written \(No such file or directory\); choose another folder"):
        write_scene(tmp_path / "missing" / "scene.mrb", scan, prediction_of(scan, labels))
    assert not list(tmp_path.iterdir())


def test_it_works_in_a_plain_python_process_that_ends_without_a_complaint(tmp_path):
    code = """
        import sys
        from pathlib import Path
        sys.path.append(sys.argv[2])
        import numpy as np
        from medai.mrml import write_scene
        from support.mrml import prediction_of
        from support.scans import blobs
        scan = blobs((8, 8, 8))
        write_scene(Path(sys.argv[1]), scan, prediction_of(scan, np.ones(scan.shape)))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "scene.mrb"), str(Path(__file__).parents[1])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert zipfile.is_zipfile(tmp_path / "scene.mrb")


def test_a_relative_path_is_as_good_as_an_absolute_one(no_hidden_errors, tmp_path, monkeypatch, scan, labels):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    write_scene(Path("results/scene.mrb"), scan, prediction_of(scan, labels))
    assert zipfile.is_zipfile(tmp_path / "results" / "scene.mrb")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["scene.mrb"]
