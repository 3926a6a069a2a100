"""Segments as they are now, whoever drew or edited them, as a prediction on the scan's grid: to be measured and handed on."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..errors import InputError
from ..image import Image
from ..results import Label, Prediction
from ..results.segments import label_from_entry
from .replacement import LABELMAP, layers_of
from .volumes import image_from_volume, is_warped, to_world
from .vtkdata import Piece, affine_from, layer_affine, matrix_from, pieces, result_of, voxels_of

_WHOLE_VOXELS = 1e-3


def prediction_from_segmentation(segmentation: Any, volume: Any) -> Prediction:
    """The segments of a vtkMRMLSegmentationNode on the voxels of a volume node, as both are shown now.

    Labels are numbered from 1 in the list's order; segments that share a label map share a layer. Segments on another grid
    than the volume's are brought to it by the nearest voxel.

    Raises:
        InputError: if there are no segments made of voxels, or a non-linear transform lies between both nodes.
    """
    return result_of(prediction_from_segmentation_steps(segmentation, volume))


def prediction_from_segmentation_steps(segmentation: Any, volume: Any) -> Generator[None, None, Prediction]:
    """``prediction_from_segmentation`` in steps of a few milliseconds, where the grids are the same."""
    content = segmentation.GetSegmentation()
    identifiers = [name for name in content.GetSegmentIDs() if content.GetSegment(name).GetRepresentation(LABELMAP)]
    if not identifiers:
        raise InputError(f"{segmentation.GetName()} has no segments made of voxels; draw some, or choose another segmentation.")
    if is_warped(segmentation) or is_warped(volume):
        raise InputError(f"{segmentation.GetName()} or its scan is under a non-linear transform; harden it first.")
    image = image_from_volume(volume)
    layers = layers_of(content, identifiers)
    kind = np.uint8 if len(identifiers) < 256 else np.uint16
    voxels = np.zeros((len(layers), *image.shape), kind, order="F")
    labels = tuple(_labels(content, identifiers, layers))
    above = to_world(segmentation.GetParentTransformNode())
    for number, layer in enumerate(layers):
        values = {
            content.GetSegment(name).GetLabelValue(): n for n, name in enumerate(identifiers, 1) if _is_in(content, name, layer)
        }
        yield from _copy(layer, above, image, values, voxels[number : number + 1])
    return Prediction(image.with_voxels(voxels), labels)


def _is_in(content: Any, identifier: str, layer: Any) -> bool:
    return content.GetSegment(identifier).GetRepresentation(LABELMAP) is layer


def _labels(content: Any, identifiers: Sequence[str], layers: Sequence[Any]) -> Generator[Label, None, None]:
    for value, identifier in enumerate(identifiers, 1):
        segment = content.GetSegment(identifier)
        layer = next(number for number, layer in enumerate(layers) if _is_in(content, identifier, layer))
        red, green, blue = (round(255 * part) for part in segment.GetColor())
        yield label_from_entry(_terminology_of(segment), value, segment.GetName(), (red, green, blue), layer)


def _terminology_of(segment: Any) -> str:
    import vtk

    entry = vtk.reference("")
    return str(entry) if segment.GetTag(segment.GetTerminologyEntryTagName(), entry) else ""


def _copy(
    layer: Any, above: NDArray[np.float64], image: Image, values: dict[int, int], target: NDArray[Any]
) -> Generator[None, None, None]:
    """Put a layer's values, as ``values`` translates them, where they are on the image's grid."""
    start = _offset(above @ layer_affine(layer), image)
    if start is None:
        layer, start = _resampled(layer, above, image), (0, 0, 0)
        yield
    source = voxels_of(layer)
    table = np.zeros(max(int(source.max(initial=0)), *values) + 1, target.dtype)
    for old, new in values.items():
        table[old] = new
    yield
    inside = [
        slice(max(0, -s), max(0, min(size, whole - s)))
        for s, size, whole in zip(start, source.shape[1:], image.shape, strict=True)
    ]
    source = source[(slice(None), *inside)]
    place = [slice(part.start + s, part.start + s + size) for part, s, size in zip(inside, start, source.shape[1:], strict=True)]
    part = target[(slice(None), *place)]
    for piece in pieces(source):
        part[piece] = _translated(source, piece, table)
        yield


def _translated(source: NDArray[Any], piece: Piece, table: NDArray[Any]) -> NDArray[Any]:
    translated: NDArray[Any] = table[source[piece]]
    return translated


def _offset(affine: NDArray[np.float64], image: Image) -> tuple[int, int, int] | None:
    """Which of the image's voxels a layer's first one is, where both have the same grid but for its ends; else None."""
    relation = np.linalg.inv(image.affine) @ affine
    start = np.rint(relation[:3, 3])
    fits = np.abs(relation[:3, :3] - np.eye(3)).max() < _WHOLE_VOXELS / max(image.shape)
    if not fits or np.abs(relation[:3, 3] - start).max() > 10 * _WHOLE_VOXELS:
        return None
    i, j, k = (int(number) for number in start)
    return i, j, k


def _resampled(layer: Any, above: NDArray[np.float64], image: Image) -> Any:
    """The layer on the image's grid, by the nearest voxel."""
    import vtk

    reference = slicer.vtkOrientedImageData()
    reference.SetDimensions(image.shape)
    reference.SetImageToWorldMatrix(matrix_from(image.affine))
    moved = slicer.vtkOrientedImageData()
    moved.ShallowCopy(layer)
    matrix = vtk.vtkMatrix4x4()
    layer.GetImageToWorldMatrix(matrix)
    moved.SetImageToWorldMatrix(matrix_from(above @ affine_from(matrix)))
    found = slicer.vtkOrientedImageData()
    resample = slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage
    if not resample(moved, reference, found, False, False):
        raise InputError("The segments could not be brought to the scan's grid; resample the segmentation first.")
    return found
