"""Labels as MRML keeps them: segments that share one label map, color tables, terminology entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import slicer
from numpy.typing import NDArray

from ..results import Label, Prediction, measure
from ..results.segments import segment_id, segment_tags, terminology_entry
from .vtkdata import fill, matrix_from


def build_segments(prediction: Prediction, affine: NDArray) -> Iterator[tuple[str, Any]]:
    """(ID, vtkSegment) of every label that has voxels; DICOM cannot store empty ones. All share one copy of the label map.

    Args:
        affine: ijk-to-RAS (4, 4), mm, of the label map in the segmentation node's own space.
    """
    shared = slicer.vtkOrientedImageData()
    fill(shared, prediction.labelmap.voxels)
    shared.SetImageToWorldMatrix(matrix_from(affine))
    binary_labelmap = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    tags = segment_tags(prediction)
    for label in (size.label for size in measure(prediction) if size.voxels):
        segment = slicer.vtkSegment()
        segment.SetName(label.name)
        segment.SetColor(*_color(label))
        segment.SetLabelValue(label.value)
        segment.SetTag(segment.GetTerminologyEntryTagName(), terminology_entry(label))
        for name, value in tags.items():
            segment.SetTag(name, value)
        segment.AddRepresentation(binary_labelmap, shared)
        yield segment_id(prediction, label), segment


def build_color_table(prediction: Prediction, name: str) -> Any:
    """A vtkMRMLColorTableNode, not yet in a scene, with the name, color and codes of each label value."""
    table = slicer.vtkMRMLColorTableNode()
    table.SetTypeToUser()
    table.SetName(name)
    table.SetHideFromEditors(False)
    table.SetNumberOfColors(max((label.value for label in prediction.labels), default=0) + 1)
    table.SetColor(0, "Background", 0.0, 0.0, 0.0, 0.0)
    for label in prediction.labels:
        table.SetColor(label.value, label.name, *_color(label), 1.0)
        table.SetTerminologyFromString(label.value, terminology_entry(label))
    return table


def _color(label: Label) -> tuple[float, float, float]:
    red, green, blue = (part / 255 for part in label.color)
    return red, green, blue
