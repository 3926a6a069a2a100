"""Files of results without label map, and of label maps whose labels overlap."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image as Pillow

from medai.errors import MedAIError
from medai.files import read_image, write_prediction
from medai.files.marks import cut
from medai.files.overview import write_overview
from medai.files.segmentation import write_segmentation
from medai.files.views import views_of
from medai.finding import ClassScore, Detection, Landmark
from medai.image import Image
from medai.region import Box
from medai.results import Prediction, describe_labels
from support.scans import blobs, oblique_affine

RUN = {"model": {"name": "tiny", "version": "0.1", "content_hash": "abc"}}
BOXES = (Detection("nodule", 0.9, Box((30, -12, 60), (14, 12, 10))), Detection("nodule", 0.2, Box((10, -20, 50), (5, 5, 5))))
CLASSES = (ClassScore("in body", 0.9, 2.0, chosen=True), ClassScore("out of $body$", 0.1, -2.0, chosen=False))


def detections():
    return Prediction(None, run=RUN, detections=BOXES)


def overlapping():
    """A large block in layer 0, a small one within it in layer 1, and a label that does not occur."""
    image = blobs((20, 16, 12))
    voxels = np.zeros((3, 20, 16, 12), np.uint8)
    voxels[0, 2:18, 2:14, 2:10] = 1
    voxels[1, 5:8, 5:8, 5:8] = 2
    labels = tuple(replace(label, layer=label.value - 1) for label in describe_labels({1: "liver", 2: "tumor", 3: "spleen"}))
    return image, Prediction(image.with_voxels(voxels), labels, RUN)


def colored(picture):
    """Pixels that are no shade of gray."""
    return int((picture.max(axis=2).astype(int) - picture.min(axis=2) > 40).sum())


def test_boxes_are_written_without_a_label_map_and_earlier_labels_go(tmp_path):
    image, earlier = overlapping()
    write_prediction(tmp_path, image, earlier)
    files = write_prediction(tmp_path, image, detections())
    assert list(files) == ["findings", "table", "run", "overview"]
    assert {path.name for path in tmp_path.iterdir()} == {"findings.json", "findings.csv", "run.json", "overview.png"}
    found = json.loads(files["findings"].read_text(encoding="utf-8"))
    assert [each["score"] for each in found["detections"]] == [0.9, 0.2]
    with files["table"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["center_s"] for row in rows] == ["60.0", "50.0"]


def test_tables_of_several_kinds_stand_below_each_other(tmp_path):
    both = replace(detections(), classes=CLASSES)
    text = write_prediction(tmp_path, blobs(), both)["table"].read_text(encoding="utf-8")
    assert [block.splitlines()[0].split(",")[0] for block in text.split("\n\n")] == ["label", "name"]


def test_the_label_map_of_overlapping_labels_shows_the_small_one_on_top(tmp_path):
    image, prediction = overlapping()
    files = write_prediction(tmp_path, image, prediction)
    flat = read_image(files["segmentation"]).voxels
    assert flat.shape == (1, 20, 16, 12)
    assert np.count_nonzero(flat == 2) == 27
    assert np.count_nonzero(flat == 1) == 16 * 12 * 8 - 27
    found = json.loads(files["findings"].read_text())
    assert [label["voxels"] for label in found["labels"]] == [16 * 12 * 8, 27, 0]


def test_the_segmentation_of_overlapping_labels_holds_every_layer_for_itk(tmp_path):
    image, prediction = overlapping()
    write_segmentation(tmp_path / "a.seg.nrrd", prediction)
    read = sitk.ReadImage(str(tmp_path / "a.seg.nrrd"))
    assert read.GetSize() == (20, 16, 12)
    assert np.array_equal(sitk.GetArrayFromImage(read).transpose(3, 2, 1, 0), prediction.labelmap.voxels)
    assert np.allclose(np.array(read.GetSpacing()), image.spacing)
    assert read.GetMetaData("Segment1_Layer") == "1"


def test_slicer_loads_overlapping_segments_whole(tmp_path):
    slicer = pytest.importorskip("slicer", exc_type=ImportError)
    from vtk.util.numpy_support import vtk_to_numpy

    _image, prediction = overlapping()
    write_segmentation(tmp_path / "a.seg.nrrd", prediction)
    scene = slicer.vtkMRMLScene()
    node, storage = scene.AddNode(slicer.vtkMRMLSegmentationNode()), scene.AddNode(slicer.vtkMRMLSegmentationStorageNode())
    storage.SetFileName(str(tmp_path / "a.seg.nrrd"))
    assert storage.ReadData(node)
    segmentation = node.GetSegmentation()
    assert segmentation.GetSegmentIDs() == ("tiny_1", "tiny_2")
    assert segmentation.GetNumberOfLayers() == 2
    for value, voxels in ((1, 16 * 12 * 8), (2, 27)):
        segment = segmentation.GetSegment(f"tiny_{value}")
        scalars = vtk_to_numpy(segment.GetRepresentation("Binary labelmap").GetPointData().GetScalars())
        assert np.count_nonzero(scalars == segment.GetLabelValue()) == voxels


def test_a_segmentation_without_a_label_map_is_refused(tmp_path):
    with pytest.raises(MedAIError, match="gives no label map"):
        write_segmentation(tmp_path / "a.seg.nrrd", detections())


def test_the_overview_goes_through_the_best_box_and_draws_it(tmp_path):
    image = Image(
        np.zeros((1, 80, 80, 80), np.int16) + 50, np.array([[1, 0, 0, -10], [0, 1, 0, -60], [0, 0, 1, 20], [0, 0, 0, 1.0]])
    )
    views = list(views_of(image, None, np.array([[30.0], [-12], [60]])))
    for view in views:
        outline = cut(BOXES[0].box, view)
        assert len(outline) == 4
        pixel = np.linalg.norm(view.right)
        size = np.ptp(outline, axis=0) * pixel
        assert sorted(size) == pytest.approx(sorted({"Axial": (14, 12), "Coronal": (14, 10), "Sagittal": (12, 10)}[view.name]))
        assert len(cut(Box((300, 0, 0), (5, 5, 5)), view)) == 0
    write_overview(tmp_path / "boxes.png", image, detections())
    write_overview(tmp_path / "none.png", image, Prediction(None, run=RUN))
    with_boxes, without = (np.asarray(Pillow.open(tmp_path / name).convert("RGB")) for name in ("boxes.png", "none.png"))
    assert colored(with_boxes[:594, :594]) > 100
    assert colored(without) == 0


def test_a_turned_box_is_cut_as_it_lies():
    image = Image(np.zeros((1, 60, 60, 40), np.int16), oblique_affine((1, 1, 1)))
    center = (image.affine @ [30, 30, 20, 1])[:3]
    turned = (0.6, 0.8, 0.0), (-0.8, 0.6, 0.0), (0.0, 0.0, 1.0)
    view = next(iter(views_of(image, None, center[:, None])))
    outline = cut(Box(tuple(center), (20.0, 10.0, 8.0), turned), view) * np.linalg.norm(view.right)
    sides = np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1)
    assert sorted(sides) == pytest.approx([10, 10, 20, 20])


def test_points_and_classes_are_in_the_picture(tmp_path):
    picture = Image(np.arange(48 * 40, dtype=np.int16).reshape(1, 48, 40, 1), np.diag([-1.0, -1, 1, 1]), "picture")
    marks = Landmark("mitral", (-20.0, -20.0, 0.0)), Landmark("aortic", (-30.0, -10.0, 0.0), frame=1)
    write_overview(tmp_path / "points.png", picture, Prediction(None, run=RUN, landmarks=marks))
    write_overview(tmp_path / "classes.png", picture, Prediction(None, run=RUN, classes=CLASSES))
    points, classes = (np.asarray(Pillow.open(tmp_path / f"{name}.png").convert("RGB")) for name in ("points", "classes"))
    half = points.shape[1] // 2
    assert colored(points[:, :half]) > 20
    assert colored(classes[:, :half]) == 0
    bars = classes[:, half:].max(axis=2).astype(int) - classes[:, half:].min(axis=2) > 15
    widths = np.sort(bars.sum(axis=1))
    assert widths[-1] > 5 * 50
