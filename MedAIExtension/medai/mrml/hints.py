"""What is known of a scan besides its voxels: for guessing which channel it is, and whether scans belong together."""

from __future__ import annotations

from typing import Any

import slicer

from ..inference import ScanHint
from .hierarchy import attribute_of
from .volumes import modality_of

_MODALITY = "0008,0060"
_SERIES_DESCRIPTION = "0008,103E"
_FRAME_OF_REFERENCE = "0020,0052"


def scan_hint(volume_node: Any) -> ScanHint:
    """Name, DICOM modality and series description of a volume; "" for what is not known."""
    modality = modality_of(volume_node) or _from_database(volume_node, _MODALITY)
    description = attribute_of(volume_node, "DICOM.SeriesDescription") or _from_database(volume_node, _SERIES_DESCRIPTION)
    return ScanHint(volume_node.GetName() or "", modality, description)


def frame_of_reference(volume_node: Any) -> str:
    """DICOM's FrameOfReferenceUID: scans that share it are aligned; "" where it is not known."""
    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMFrameOfReferenceUIDAttributeName()
    return attribute_of(volume_node, attribute) or _from_database(volume_node, _FRAME_OF_REFERENCE)


def _from_database(volume_node: Any, tag: str) -> str:
    """A tag of the scan's first slice from the application's DICOM database, where there is one that knows it."""
    database = getattr(slicer, "dicomDatabase", None)
    instances = (volume_node.GetAttribute("DICOM.instanceUIDs") or "").split()
    if database is None or not instances or not database.isOpen:
        return ""
    file = database.fileForInstance(instances[0])
    return str(database.fileValue(file, tag) or "") if file else ""
