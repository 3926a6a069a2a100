"""What is known of a scan besides its voxels."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from medai import Image
from support.scans import blobs

pytest.importorskip("slicer", exc_type=ImportError)
import slicer

from medai.mrml import frame_of_reference, scan_hint
from support.mrml import volume_of

TAGS = {"0008,0060": "CT", "0008,103E": "Abdomen 1.5 B30f", "0020,0052": "1.2.3"}


@pytest.fixture
def volume(scene):
    scan = blobs((4, 4, 4))
    return volume_of(scene, Image(scan.voxels, scan.affine, "T1 after contrast"))


def as_imported(volume, **attributes):
    """With attributes in the subject hierarchy, as the DICOM import sets them."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(volume.GetScene())
    for name, value in attributes.items():
        hierarchy.SetItemAttribute(hierarchy.GetItemByDataNode(volume), f"DICOM.{name}", value)


@pytest.fixture
def database(monkeypatch):
    """The application's DICOM database with one series."""
    database = SimpleNamespace(
        isOpen=True,
        fileForInstance=lambda uid: f"{uid}.dcm" if uid.startswith("9.8.7") else "",
        fileValue=lambda file, tag: TAGS[tag] if file == "9.8.7.1.dcm" else "another slice's",
    )
    monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)
    return database


def test_of_a_scan_from_a_file_only_the_name_is_known(volume):
    hint = scan_hint(volume)
    assert (hint.name, hint.modality, hint.description) == ("T1 after contrast", "", "")
    assert frame_of_reference(volume) == ""


def test_what_the_import_has_written_down_is_used(volume):
    as_imported(volume, Modality="MR", SeriesDescription="t1_mprage_km", FrameOfReferenceUID="1.2.840")
    hint = scan_hint(volume)
    assert (hint.modality, hint.description) == ("MR", "t1_mprage_km")
    assert frame_of_reference(volume) == "1.2.840"


def test_what_it_has_not_is_asked_of_the_database(volume, database):
    volume.SetAttribute("DICOM.instanceUIDs", "9.8.7.1 9.8.7.2")
    hint = scan_hint(volume)
    assert (hint.modality, hint.description) == ("CT", "Abdomen 1.5 B30f")
    assert frame_of_reference(volume) == "1.2.3"


@pytest.mark.parametrize("instances", ["", "5.5.5", None])
def test_a_database_that_does_not_know_the_scan_is_no_obstacle(volume, database, instances):
    if instances is not None:
        volume.SetAttribute("DICOM.instanceUIDs", instances)
    assert scan_hint(volume).description == ""
    assert frame_of_reference(volume) == ""


def test_a_closed_database_is_not_asked(volume, database):
    volume.SetAttribute("DICOM.instanceUIDs", "9.8.7.1")
    database.isOpen = False
    assert frame_of_reference(volume) == ""


def test_a_volume_in_no_scene_has_a_name_too():
    volume = slicer.vtkMRMLScalarVolumeNode()
    volume.SetName("alone")
    assert scan_hint(volume).name == "alone"
    assert frame_of_reference(volume) == ""
