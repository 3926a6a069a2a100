"""A segment of its own for each lesion of a segment, in a segmentation beside the original."""

from __future__ import annotations

import colorsys
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from ..errors import InputError
from .hierarchy import folder_of, put_into
from .islands import Islands, island_steps
from .lesions import LesionNodes
from .names import free_name
from .replacement import LABELMAP, Replacement
from .undo import UndoRecord, allow_slicers_undo, with_displays
from .vtkdata import Steps, fill_steps, layer_affine, matrix_from, result_of, voxels_of

_REFERENCE = "referenceImageGeometryRef"
_AT_MOST, _PIECES_AT_MOST = 2000, 500_000
_AT_ONCE = 50
# Points of lesions that a file has held are rounded.
_SAME_PLACE_MM = 0.01
_GOLDEN = 0.618034


@dataclass(frozen=True)
class SplitNodes:
    """A segmentation with a segment for each lesion.

    Attributes:
        segmentation: the new vtkMRMLSegmentationNode.
        segments: ID of the segment of each lesion, by the lesion's number.
        record: the way back; see ``UndoRecord``.
    """

    segmentation: Any
    segments: Mapping[int, str]
    record: UndoRecord

    @property
    def node(self) -> Any:
        """The node that stands for it: the segmentation."""
        return self.segmentation

    @property
    def is_changed(self) -> bool:
        """True where the user has removed or edited it since."""
        return self.record.is_changed

    def undo(self, even_if_changed: bool = False) -> str:
        """Take it back; a sentence that says why nothing was done, or ""."""
        return self.record.undo(even_if_changed)


def split_segment(segmentation: Any, segment_id: str, lesions: LesionNodes | None = None) -> SplitNodes:
    """Make a segment of each part of a segment that hangs together (26 neighbors): "Tumor 1", "Tumor 2", ...

    They are in a new segmentation beside the original, which stays as it is, under the same transform, with the original's codes
    and tags and colors of their own. They share one label map, as large as the segment.

    Args:
        segmentation: vtkMRMLSegmentationNode in a scene.
        segment_id: of the segment.
        lesions: whose numbers the parts get, where their centroids are those of the table's points; parts that were not found so
            get the numbers after. By default they are numbered from 1, the one with most voxels first.

    Raises:
        InputError: if there is no such segment, it has no voxels, or it falls into more than 2,000 parts.
    """
    return result_of(split_segment_steps(segmentation, segment_id, lesions))


def split_segment_steps(
    segmentation: Any, segment_id: str, lesions: LesionNodes | None = None
) -> Generator[None, None, SplitNodes]:
    """``split_segment`` in steps of a few milliseconds; nothing is in the scene before the last one.

    A segment that is edited meanwhile is begun with anew.
    """
    while True:
        segment, layer = _source(segmentation, segment_id)
        time = layer.GetMTime()
        islands = yield from island_steps(voxels_of(layer)[0], segment.GetLabelValue(), _PIECES_AT_MOST)
        if _source(segmentation, segment_id)[1] is not layer or layer.GetMTime() != time:
            continue
        if islands is not None and not len(islands.sizes):
            raise InputError(f"{segment.GetName()} has no voxels; there is nothing to split.")
        if islands is None or len(islands.sizes) > _AT_MOST:
            parts = f"more than {_AT_MOST:,} parts"
            raise InputError(f"{segment.GetName()} falls into {parts}; remove small islands in the Segment Editor first.")
        draft = _Draft(segmentation, segment_id, segment, islands, _numbers(segmentation, segment, layer, islands, lesions))
        yield from draft.prepare_steps(layer)
        return draft.write()


class _Draft:
    """A segmentation that only has to be put into the scene."""

    def __init__(self, segmentation: Any, identifier: str, segment: Any, islands: Islands, numbers: NDArray) -> None:
        self._source, self._identifier, self._segment = segmentation, identifier, segment
        self._islands, self._numbers = islands, numbers
        self._node = slicer.vtkMRMLSegmentationNode()
        self._replacement = Replacement(self._node.GetSegmentation(), ())

    def prepare_steps(self, layer: Any) -> Steps:
        """Label map and segments, outside of the scene."""
        labelmap, islands = slicer.vtkOrientedImageData(), self._islands
        begin = np.add(layer.GetExtent()[::2], islands.start)
        end = begin + islands.pieces.shape - 1
        labelmap.SetExtent(*np.stack([begin, end], 1).ravel().tolist())
        labelmap.SetImageToWorldMatrix(matrix_from(layer_affine(layer)))
        value_of = islands.island_of.astype(np.uint8 if len(islands.sizes) < 256 else np.uint16)
        yield from fill_steps(labelmap, islands.pieces[None], lambda piece: value_of[piece], value_of.dtype)
        content = self._node.GetSegmentation()
        content.SetSourceRepresentationName(LABELMAP)
        made = []
        for number, each in self._segments(labelmap):
            made.append((f"{self._identifier}_{number}", each))
            if len(made) % _AT_ONCE == 0:
                yield
        yield from self._replacement.insert_steps(made)
        yield

    def write(self) -> SplitNodes:
        source, node, scene = self._source, self._node, self._source.GetScene()
        allow_slicers_undo(scene)
        node.SetName(free_name(scene, f"{source.GetName()} lesions"))
        for name in source.GetAttributeNames():
            node.SetAttribute(name, source.GetAttribute(name))
        scene.AddNode(node)
        node.SetAndObserveTransformNodeID(source.GetTransformNodeID())
        parameter = slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName()
        node.GetSegmentation().SetConversionParameter(parameter, source.GetSegmentation().GetConversionParameter(parameter))
        node.SetNodeReferenceID(_REFERENCE, source.GetNodeReferenceID(_REFERENCE))
        put_into(folder_of(source), node)
        node.CreateDefaultDisplayNodes()
        made = with_displays(node)
        for each in made:
            each.SetUndoEnabled(True)
        segments = {number: f"{self._identifier}_{number}" for number in self._numbers.tolist()}
        return SplitNodes(node, dict(sorted(segments.items())), UndoRecord(scene, node, tuple(made), (self._replacement,)))

    def _segments(self, labelmap: Any) -> Iterator[tuple[int, Any]]:
        """Number and vtkSegment of each lesion, in the order of their numbers."""
        for island in np.argsort(self._numbers).tolist():
            number, segment = int(self._numbers[island]), slicer.vtkSegment()
            segment.DeepCopyMetadata(self._segment)
            segment.SetName(f"{self._segment.GetName()} {number}")
            segment.SetColor(*_color(self._segment.GetColor(), number))
            segment.SetLabelValue(island + 1)
            segment.AddRepresentation(LABELMAP, labelmap)
            yield number, segment


def _source(segmentation: Any, segment_id: str) -> tuple[Any, Any]:
    """The segment and its label map."""
    if segmentation.GetScene() is None:
        raise InputError(f"{segmentation.GetName()} is in no scene; add it to one first.")
    segment = segmentation.GetSegmentation().GetSegment(segment_id)
    if segment is None:
        raise InputError(f"{segmentation.GetName()} has no segment {segment_id}; choose another.")
    layer = segment.GetRepresentation(LABELMAP)
    if layer is None:
        raise InputError(f"{segment.GetName()} is made of surfaces, not of voxels; convert it to a binary label map first.")
    return segment, layer


def _numbers(segmentation: Any, segment: Any, layer: Any, islands: Islands, lesions: LesionNodes | None) -> NDArray[np.intp]:
    """(island,) the number of each."""
    numbers = np.zeros(len(islands.sizes), np.intp)
    known = {} if lesions is None else {number: lesions.position(number) for number in lesions.ids_of(segment.GetName())}
    known = {number: position for number, position in known.items() if position is not None}
    if known:
        centers = islands.centers + layer.GetExtent()[::2]
        local = centers @ layer_affine(layer)[:3, :3].T + layer_affine(layer)[:3, 3]
        shown = np.array([_to_world(segmentation, position) for position in local.tolist()])
        away = np.linalg.norm(shown[:, None] - np.array(list(known.values())), axis=2)
        nearest = away.argmin(axis=1)
        ids = np.array(list(known))
        for island in np.flatnonzero(away.min(axis=1) <= _SAME_PLACE_MM).tolist():
            if ids[nearest[island]] not in numbers:
                numbers[island] = ids[nearest[island]]
    last = max(lesions.ids, default=0) if lesions is not None else 0
    others = np.flatnonzero(numbers == 0)
    numbers[others] = last + 1 + np.arange(len(others))
    return numbers


def _to_world(segmentation: Any, position: list[float]) -> list[float]:
    shown = [0.0, 0.0, 0.0]
    segmentation.TransformPointToWorld(position, shown)
    return shown


def _color(color: tuple[float, float, float], number: int) -> tuple[float, float, float]:
    """Colors that are far from each other also where numbers are near; the first is the original."""
    hue, saturation, value = colorsys.rgb_to_hsv(*color)
    if number == 1:
        return color
    return colorsys.hsv_to_rgb((hue + _GOLDEN * (number - 1)) % 1, max(saturation, 0.45), max(value, 0.75))
