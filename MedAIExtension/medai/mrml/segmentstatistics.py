"""Measurements of segments, also those that a user has drawn: Slicer's own in the application, the same in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..image import Image
from ..results import Label, Prediction, Statistics, describe_labels, measure_labels
from .replacement import LABELMAP
from .volumes import image_from_volume, is_warped, local_affine, to_world
from .vtkdata import layer_affine, matrix_from, voxels_of

_SIZES, _VALUES, _SURFACE = (f"{name}SegmentStatisticsPlugin" for name in ("Labelmap", "ScalarVolume", "ClosedSurface"))


def segment_statistics(segmentation: Any, volume: Any = None) -> dict[str, Statistics]:
    """Size, surface and a scan's values of every segment with voxels, by its ID, in the list's order.

    In the application, Slicer's Segment Statistics measures; it knows the surfaces of segments that are shown in 3D. Elsewhere
    ``medai.results.measure_labels`` does, whose numbers are the same, surfaces within a few percent. The label value of a
    measurement is the segment's own.

    Args:
        segmentation: vtkMRMLSegmentationNode in a scene.
        volume: vtkMRMLScalarVolumeNode whose values are measured on its own voxels; None for sizes alone.

    Raises:
        InputError: if the volume has no voxels.
    """
    if segmentation.GetScene() is getattr(slicer, "mrmlScene", None):
        try:
            return _by_slicer(segmentation, volume)
        except ImportError:  # a Slicer without that module, or MRML alone
            pass
    return _by_medai(segmentation, volume)


def _by_slicer(segmentation: Any, volume: Any) -> dict[str, Statistics]:
    with _slicers_logic(segmentation.GetScene()) as logic:
        settings = logic.getParameterNode()
        settings.SetParameter("Segmentation", segmentation.GetID())
        settings.SetParameter("ScalarVolume", volume.GetID() if volume is not None else "")
        settings.SetParameter("visibleSegmentsOnly", "False")
        logic.computeStatistics()
        found = dict(logic.getStatistics())
    content = segmentation.GetSegmentation()
    measured = {identifier: _read(found, identifier, content.GetSegment(identifier)) for identifier in found["SegmentIDs"]}
    return {identifier: each for identifier, each in measured.items() if each.voxels}


@contextmanager
def _slicers_logic(scene: Any) -> Iterator[Any]:
    """Slicer's logic with settings of its own, so that those of its module stay as the user has left them."""
    module = import_module("SegmentStatistics")  # only in the application
    before = set(scene.GetNodesByClass("vtkMRMLScriptedModuleNode"))
    logic = module.SegmentStatisticsLogic()
    logic.setParameterNode(scene.AddNode(slicer.vtkMRMLScriptedModuleNode()))
    try:
        yield logic
    finally:
        for node in set(scene.GetNodesByClass("vtkMRMLScriptedModuleNode")) - before:
            scene.RemoveNode(node)


def _read(found: Mapping[Any, Any], identifier: str, segment: Any) -> Statistics:
    def number(plugin: str, key: str) -> float | None:
        value = found.get((identifier, f"{plugin}.{key}"))
        return float(value) if value not in (None, "") else None

    return Statistics(
        segment.GetLabelValue(),
        int(number(_SIZES, "voxel_count") or 0),
        number(_SIZES, "volume_cm3") or 0.0,
        number(_SURFACE, "surface_mm2"),
        number(_VALUES, "mean"),
        number(_VALUES, "stdev"),
        number(_VALUES, "min"),
        number(_VALUES, "max"),
        number(_VALUES, "median"),
    )


def _by_medai(segmentation: Any, volume: Any) -> dict[str, Statistics]:
    image = image_from_volume(volume) if volume is not None else None
    content, measured = segmentation.GetSegmentation(), {}
    for identifier in content.GetSegmentIDs():
        segment = content.GetSegment(identifier)
        if segment.GetRepresentation(LABELMAP) is None:
            continue
        labelmap = _own_mask(segmentation, segment) if image is None else _mask_on(image, segmentation, identifier, volume)
        if not labelmap.voxels.any():
            continue
        (measured[identifier],) = measure_labels(Prediction(labelmap, (_label(segment),)), image)
    return measured


def _label(segment: Any) -> Label:
    value = int(segment.GetLabelValue())
    return describe_labels({value: segment.GetName() or "Segment"})[0]


def _own_mask(segmentation: Any, segment: Any) -> Image:
    """The segment on its own grid, as the world has it under linear transforms."""
    layer = segment.GetRepresentation(LABELMAP)
    value = segment.GetLabelValue()
    voxels = voxels_of(layer) == value
    affine = (
        layer_affine(layer) if is_warped(segmentation) else to_world(segmentation.GetParentTransformNode()) @ layer_affine(layer)
    )
    if not voxels.size:
        return Image(np.zeros((1, 1, 1, 1), np.uint16), affine)
    return Image(voxels * np.uint16(value), affine)


def _mask_on(image: Image, segmentation: Any, identifier: str, volume: Any) -> Image:
    """The segment on the voxels of the volume, as Slicer's Segment Statistics puts it there: the nearest voxel's."""
    import vtk

    grid, found, there = (slicer.vtkOrientedImageData() for _each in range(3))
    parent = None if is_warped(volume) else volume.GetParentTransformNode()
    grid.SetDimensions(image.shape)
    grid.SetImageToWorldMatrix(matrix_from(image.affine if is_warped(volume) else local_affine(volume)))
    between = vtk.vtkGeneralTransform()
    slicer.vtkMRMLTransformNode.GetTransformBetweenNodes(segmentation.GetParentTransformNode(), parent, between)
    segmentation.GetBinaryLabelmapRepresentation(identifier, found)
    resample = slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage
    voxels: NDArray = np.zeros((1, *image.shape), np.uint16)
    if 0 not in found.GetDimensions() and resample(found, grid, there, False, False, between):
        voxels = (voxels_of(there) > 0) * np.uint16(segmentation.GetSegmentation().GetSegment(identifier).GetLabelValue())
    return image.with_voxels(voxels)
