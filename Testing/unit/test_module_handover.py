"""Segments are measured, reported and written as DICOM from the panel, as they are now, whatever happens meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.lumps import add_lumps, labels_of, put_lumps
from support.mrml import draw, layer_of, linear_transform, node_ids
from support.panels import apply, wait
from support.sections import shown
from support.workers import empty_bundle, fault_client


@pytest.fixture(scope="module")
def client():
    """One worker for all tests: the libraries that reports are written with take seconds to load."""
    with fault_client(idle_seconds=600) as client:
        yield client


@pytest.fixture
def panel(module, client, tmp_path, monkeypatch):
    """The panel, with a model whose only label is "Tumor", and "folder", "opened" and "errors" of its dialogs."""
    import slicer

    from MedAIModuleLib.sections import handover
    from support.panels import opened

    panel = opened(module, client, tmp_path / "home", monkeypatch)
    empty_bundle(tmp_path / "home" / "models" / "some-model", ("Tumor",))
    panel.folder, panel.opened, panel.errors = str(tmp_path / "result"), [], []
    monkeypatch.setattr(handover, "chooseFolder", lambda: panel.folder)
    monkeypatch.setattr(handover, "openFolder", panel.opened.append)
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, **_options: panel.errors.append(text))
    return panel


def show(panel, segmentation) -> None:
    """Choose it, as a user does under "Outputs"."""
    panel.logic.getParameterNode().segmentation = segmentation


def drawn(volume, labels: np.ndarray, name: str = "Segment_1"):
    """A segmentation of the volume with a segment that somebody has drawn."""
    import slicer

    from medai.mrml import image_from_volume

    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Drawn")
    segmentation.CreateDefaultDisplayNodes()
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    draw(segmentation, name, image_from_volume(volume), labels.astype(bool))
    return segmentation


def clicked(app, panel, button: str) -> None:
    """Press a button and wait for the end of what it does."""
    widget = getattr(panel.ui, button)
    assert widget.enabled
    widget.click()
    wait(app, lambda: panel.handover._work is None, seconds=120)


def findings_in(folder: Path) -> list[dict]:
    return json.loads((folder / "findings.json").read_text())["lesions"]


def states_in(folder: Path) -> list[str]:
    return [(lesion["review"] or {}).get("state", "") for lesion in findings_in(folder)]


def test_a_report_has_the_segments_and_reviews_as_they_are_now(app, panel, tmp_path):
    add_lumps()
    assert not shown(panel.ui.reportCollapsibleButton)
    apply(app, panel)
    assert shown(panel.ui.reportCollapsibleButton)
    panel.lesions.nodes.review(2, "rejected", "a vessel")
    clicked(app, panel, "reportButton")
    result = tmp_path / "result"
    assert panel.errors == []
    assert panel.opened == [str(result)]
    assert panel.ui.handoverLabel.text.startswith(f"Written into {result}: ")
    assert {"findings.json", "findings.csv", "report.html", "report.pdf"} <= {file.name for file in result.iterdir()}
    assert states_in(result) == ["", "rejected", ""]
    assert "a vessel" in (result / "report.html").read_text()
    run = json.loads((result / "run.json").read_text())
    assert run["device"] == "cpu"  # the record of the run, not only what the segmentation says of it

    (name,) = panel.lesions.nodes.segmentation.GetSegmentation().GetSegmentIDs()
    layer_of(panel.lesions.nodes.segmentation, name)[0][:14] = 0  # erases the largest
    clicked(app, panel, "reportButton")
    second = result / "MedAI report"  # nothing of the first is replaced
    assert panel.opened[1:] == [str(second)]
    assert states_in(second) == ["rejected", ""]
    assert states_in(result) == ["", "rejected", ""]


def test_a_segment_that_was_drawn_by_hand_is_measured_when_it_is_selected(app, panel):
    volume = add_lumps()
    show(panel, drawn(volume, labels_of()))
    clicked(app, panel, "measureButton")
    sentence = "Drawn has no segment that is a finding, such as a tumor; choose the segment to measure."
    assert panel.errors == [sentence]
    assert panel.ui.measureLabel.text == sentence
    panel.ui.segmentsTable.selectRow(0)
    clicked(app, panel, "measureButton")
    assert panel.ui.measureLabel.text == "3 lesions, largest 1.73 ml"
    wait(app, lambda: shown(panel.ui.lesionsCollapsibleButton))
    assert panel.ui.lesionsTable.item(0, 1).text() == "Segment_1"
    panel.lesions.nodes.review(1, "accepted")
    clicked(app, panel, "reportButton")
    assert states_in(Path(panel.folder)) == ["accepted", "", ""]


def test_lesions_measured_again_keep_reviews_and_what_the_model_said_and_hide_the_earlier_ones(app, panel):
    from dataclasses import replace

    from medai.mrml import Origin, add_prediction, image_from_volume
    from support.lumps import predicted

    volume = add_lumps()
    prediction = predicted(image_from_volume(volume), labels_of())
    sure = tuple(replace(lesion, confidence=0.25, flags=("low confidence",)) for lesion in prediction.lesions)
    nodes = add_prediction(replace(prediction, lesions=sure), volume.GetScene(), Origin.of(volume))
    show(panel, nodes.segmentation)
    earlier = panel.lesions.nodes
    earlier.review(3, "accepted")
    (name,) = nodes.segmentation.GetSegmentation().GetSegmentIDs()
    layer_of(nodes.segmentation, name)[0][:5] = 0  # one slice of the first
    clicked(app, panel, "measureButton")
    assert panel.errors == []
    again = panel.lesions.nodes
    assert again.table is not earlier.table
    assert [(review.id, review.state) for review in again.reviews] == [(3, "accepted")]
    column = again.table.GetTable().GetColumnByName
    assert [column("Flags").GetValue(row) for row in range(3)] == ["", "low confidence", "few voxels; low confidence"]
    assert np.isnan(column("Confidence").GetValue(0))
    assert column("Confidence").GetValue(1) == 0.25
    assert not earlier.points.GetDisplayNode().GetVisibility2D()
    assert again.points.GetDisplayNode().GetVisibility2D()


class Database:
    """What the module asks of ctkDICOMDatabase."""

    isOpen = True

    def __init__(self, files: dict[str, Path], series: str) -> None:
        self._files, self._series = files, series

    def fileForInstance(self, uid: str) -> str:
        """Path of the file; "" of one that is not in the database."""
        return str(self._files.get(uid, ""))

    def fileValue(self, path: str, tag: str) -> str:
        """A tag of a file."""
        return ""

    def seriesForFile(self, path: str) -> str:
        """The UID of the series that a file is of."""
        return self._series


def test_dicom_is_written_of_scans_that_the_database_knows(app, panel, tmp_path, monkeypatch):
    import pydicom
    import slicer

    from support.dicompredictions import series
    from support.mrml import volume_of

    folder, image = series(tmp_path / "scan", (12, 10, 8))
    files = {str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID): file for file in folder.iterdir()}
    volume = volume_of(slicer.mrmlScene, image)
    labels = labels_of(((2, 2, 2, 4, 4, 3), (8, 6, 5, 2, 2, 2)), image.shape)
    show(panel, put_lumps(volume, labels).segmentation)
    assert panel.ui.reportButton.enabled
    assert not panel.ui.dicomButton.enabled
    assert "DICOM database" in panel.ui.dicomButton.toolTip
    monkeypatch.setattr(slicer, "dicomDatabase", Database(files, "1.2.3"), raising=False)
    volume.SetAttribute("DICOM.instanceUIDs", "9.9.9")
    panel.handover.update()
    assert not panel.ui.dicomButton.enabled
    volume.SetAttribute("DICOM.instanceUIDs", " ".join(files))
    volume.SetAndObserveTransformNodeID(linear_transform(slicer.mrmlScene, np.eye(4)).GetID())
    panel.handover.update()
    clicked(app, panel, "dicomButton")
    assert "is under a transform, but DICOM results refer to the scan as it was acquired" in panel.errors.pop()
    volume.SetAndObserveTransformNodeID(None)
    clicked(app, panel, "dicomButton")
    assert panel.errors == []
    segmentation = pydicom.dcmread(Path(panel.folder) / "segmentation.dcm")
    assert segmentation.ReferencedSeriesSequence[0].SeriesInstanceUID == "1.2.3"
    assert [segment.SegmentLabel for segment in segmentation.SegmentSequence] == ["Tumor 1", "Tumor 2"]
    assert pydicom.dcmread(Path(panel.folder) / "measurements.dcm").Modality == "SR"


def remove_scan(panel) -> None:
    import slicer

    slicer.mrmlScene.RemoveNode(slicer.mrmlScene.GetFirstNodeByName("work"))


def remove_segmentation(panel) -> None:
    import slicer

    slicer.mrmlScene.RemoveNode(panel.logic.getParameterNode().segmentation)


def close_scene(panel) -> None:
    import slicer

    slicer.mrmlScene.Clear()


@pytest.mark.parametrize(
    ("happens", "button"),
    [
        (remove_scan, "measureButton"),
        (remove_segmentation, "measureButton"),
        (close_scene, "measureButton"),
        (close_scene, "reportButton"),
    ],
)
def test_whatever_happens_meanwhile_is_no_error_and_leaves_no_half_result(app, panel, happens, button):
    import slicer

    show(panel, put_lumps().segmentation)
    getattr(panel.ui, button).click()
    happens(panel)
    there = len(node_ids(slicer.mrmlScene))
    wait(app, lambda: panel.handover._work is None, seconds=120)
    assert all("removed meanwhile" in text for text in panel.errors)
    folder = Path(panel.folder)
    assert not folder.exists()
    if happens is not remove_scan:
        assert len(node_ids(slicer.mrmlScene)) == there
    assert not panel.ui.measureButton.enabled


def test_what_is_under_way_can_be_cancelled(app, panel):
    show(panel, put_lumps().segmentation)
    panel.ui.reportButton.click()
    assert panel.ui.reportButton.text == "Cancel"
    assert not panel.ui.measureButton.enabled
    panel.ui.reportButton.click()
    wait(app, lambda: panel.handover._work is None)
    assert panel.ui.handoverLabel.text == "It was cancelled; nothing was changed."
    assert panel.ui.reportButton.text == "Write a report..."
    assert panel.errors == []
    assert not Path(panel.folder).exists()


def test_a_panel_that_is_closed_stops_its_work(app, panel, client):
    show(panel, put_lumps().segmentation)
    panel.ui.measureButton.click()
    panel.close()
    wait(app, lambda: not client.poll() and not client.busy)
    assert len(panel.lesions._sceneTags + panel.handover._sceneTags) == 0
    assert panel.errors == []


def test_the_map_is_laid_over_the_scan_and_taken_away(app, panel):
    import slicer

    from medai.mrml import image_from_volume

    composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    volume = add_lumps()
    panel.ui.resultsCollapsibleButton.collapsed = False
    show(panel, put_lumps(volume).segmentation)
    assert not shown(panel.ui.mapCheckBox)
    image = image_from_volume(volume)
    sure = image.with_voxels(np.full((1, *image.shape), 50, np.uint8))
    nodes = put_lumps(volume, confidence=sure)
    show(panel, nodes.segmentation)
    assert shown(panel.ui.mapCheckBox)
    assert "unsure" in panel.ui.mapCheckBox.text.replace("&", "")
    panel.ui.mapCheckBox.click()
    assert composite.GetForegroundVolumeID() == nodes.maps[0].GetID()
    panel.ui.mapCheckBox.click()
    assert not composite.GetForegroundVolumeID()
    slicer.mrmlScene.RemoveNode(nodes.maps[0])
    wait(app, lambda: not shown(panel.ui.mapCheckBox))


def test_a_folder_that_holds_something_gets_a_folder_of_its_own(module, tmp_path):
    from MedAIModuleLib.runs.handover import folderFor

    assert folderFor(tmp_path / "new", "MedAI report") == tmp_path / "new"
    assert folderFor(tmp_path, "MedAI report") == tmp_path
    (tmp_path / "MedAI report").mkdir()
    assert folderFor(tmp_path, "MedAI report") == tmp_path / "MedAI report 2"
