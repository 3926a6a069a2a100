"""Labels as MRML keeps them: segments that share label maps, label map volumes with a color table, terminology entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import slicer

from ..results import Label, Prediction, measure
from ..results.segments import provenance, segment_id, segment_tags, terminology_entry
from .layers import Layers
from .names import free_name
from .places import Place
from .replacement import LABELMAP
from .vtkdata import matrix_from


def found_values(prediction: Prediction) -> frozenset[int]:
    """Values of the labels that have voxels."""
    return frozenset(size.label.value for size in measure(prediction) if size.voxels)


def build_segments(prediction: Prediction, layers: Layers, values: frozenset[int]) -> Iterator[tuple[str, Any]]:
    """(ID, vtkSegment) of the labels with these values.

    Args:
        layers: the label map, a vtkOrientedImageData for each layer that labels with these values are in.
        values: DICOM cannot store segments without voxels, so in general only those that were found.
    """
    tags = segment_tags(prediction)
    for label in prediction.labels:
        if label.value not in values:
            continue
        segment = slicer.vtkSegment()
        segment.SetName(label.name)
        segment.SetColor(*_color(label))
        segment.SetLabelValue(label.value)
        segment.SetTag(segment.GetTerminologyEntryTagName(), terminology_entry(label))
        for name, value in tags.items():
            segment.SetTag(name, value)
        segment.AddRepresentation(LABELMAP, layers[label.layer])
        yield segment_id(prediction, label), segment


def attributes_of(prediction: Prediction, found: frozenset[int]) -> dict[str, str]:
    """Attributes of a segmentation node: where it comes from, which labels were not found, and the box that it ends at."""
    missing = [label.name for label in prediction.labels if label.value not in found]
    return provenance(prediction) | {"MedAI.NotFound": "; ".join(missing), "MedAI.Box": box_attribute(prediction)}


def add_labelmap(scene: Any, prediction: Prediction, voxels: Any, name: str, place: Place) -> Any:
    """A new label map volume node named after the scan, with a color table of its own.

    Args:
        voxels: the label map, a vtkImageData that nothing else uses.
    """
    node = slicer.vtkMRMLLabelMapVolumeNode()
    node.SetName(free_name(scene, f"{name} labels"))
    node.SetAndObserveImageData(voxels)
    node.SetIJKToRASMatrix(matrix_from(place.affine))
    for attribute, value in (provenance(prediction) | {"MedAI.Box": box_attribute(prediction)}).items():
        node.SetAttribute(attribute, value)
    # Slicer's undo removes nodes in this order, and what refers to a node forgets it if it is removed later.
    scene.AddNode(node)
    node.SetAndObserveTransformNodeID(place.transform_id)
    display = scene.AddNode(slicer.vtkMRMLLabelMapVolumeDisplayNode())
    colors = scene.AddNode(build_color_table(prediction, free_name(scene, f"{name} label colors")))
    display.SetAndObserveColorNodeID(colors.GetID())
    node.SetAndObserveDisplayNodeID(display.GetID())
    return node


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


def box_attribute(prediction: Prediction) -> str:
    """Center, size and directions of the sides of the box that the run was held to, RAS mm; "" for the whole scan."""
    box = prediction.run.get("options", {}).get("roi")
    if box is None:
        return ""
    center, size, *axes = (_numbers(vector) for vector in (box["center_ras"], box["size_mm"], *box["axes_ras"]))
    return f"center {center}; size {size}; axes {', '.join(axes)}"


def _numbers(vector: Sequence[float]) -> str:
    return " ".join(f"{number:.6g}" for number in vector)


def _color(label: Label) -> tuple[float, float, float]:
    red, green, blue = (part / 255 for part in label.color)
    return red, green, blue
