"""Segments that take the place of a model's earlier ones, and the way back.

Segments share label maps. MRML takes a segment out of a shared one by copying all of it, once for each segment; here nothing
is copied unless segments that stay share a label map with some that go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from .vtkdata import Steps, fill_steps, layer_affine, matrix_from, result_of, voxels_of

LABELMAP, SURFACE = "Binary labelmap", "Closed surface"
REPRESENTATIONS = (LABELMAP, SURFACE, "Planar contour", "Ribbon model", "Fractional labelmap")
_AT_ONCE = 100  # segments, a few milliseconds


class Replacement:
    """In one vtkSegmentation, the segments with some IDs give way to others: ``prepare``, ``remove``, ``insert``."""

    def __init__(self, content: Any, identifiers: Sequence[str]) -> None:
        self._content = content
        self._identifiers = set(identifiers)
        self._layers: list[_Layer] = []
        self._gone: list[tuple[str, Any, str]] = []
        self._came: list[str] = []
        self._ids_before: tuple[str, ...] = ()
        self._ids_after: tuple[str, ...] = ()
        self._times: list[tuple[Any, int]] = []
        self._looks: list[tuple[Any, ...]] = []

    def prepare(self) -> Steps:
        """Make what ``remove`` needs, in pieces of a few milliseconds; nothing of the segmentation is changed."""
        self._ids_before = self._content.GetSegmentIDs()
        going = [identifier for identifier in self._ids_before if identifier in self._identifiers]
        self._layers = [_Layer(self._content, layer, going) for layer in shared_layers(self._content, going)]
        for layer in self._layers:
            yield from layer.prepare()

    @property
    def is_stale(self) -> bool:
        """True where the segmentation was edited since it was prepared."""
        return self._content.GetSegmentIDs() != self._ids_before or any(layer.is_stale for layer in self._layers)

    def remove(self) -> None:
        """Take the earlier segments out.

        Surfaces go too: MRML would make those of the new segments at once, while the application stands still.
        """
        content = self._content
        content.RemoveRepresentation(SURFACE)
        for layer in self._layers:
            layer.separate()
        order = [*content.GetSegmentIDs(), ""]
        going = [identifier for identifier in order if identifier in self._identifiers]
        self._gone = [(identifier, take_out(content, identifier), order[order.index(identifier) + 1]) for identifier in going]

    def insert(self, segments: Sequence[tuple[str, Any]]) -> None:
        """Put (ID, vtkSegment) in."""
        result_of(self.insert_steps(segments))

    def insert_steps(self, segments: Sequence[tuple[str, Any]]) -> Steps:
        """``insert`` in steps of a few milliseconds, for hundreds of segments."""
        for number, (identifier, segment) in enumerate(segments, 1):
            self._content.AddSegment(segment, identifier)
            if number % _AT_ONCE == 0:
                yield
        self._came = [identifier for identifier, _segment in segments]
        self._ids_after = self._content.GetSegmentIDs()
        self._times = [(layer, layer.GetMTime()) for layer in layers_of(self._content, self._came)]
        self._looks = self._looks_now()

    @property
    def is_changed(self) -> bool:
        """True where segments were added, removed, painted, renamed, colored or given other codes since ``insert``."""
        if self._content.GetSegmentIDs() != self._ids_after:
            return True
        now = [(layer, layer.GetMTime()) for layer in layers_of(self._content, self._came)]
        return now != self._times or self._looks_now() != self._looks

    def _looks_now(self) -> list[tuple[Any, ...]]:
        segments = (self._content.GetSegment(identifier) for identifier in self._came)
        return [(segment.GetName(), segment.GetColor(), segment.GetTerminology()) for segment in segments]

    def revert(self) -> None:
        """Take the segments out that ``insert`` put in, and put the earlier ones back, where they were in the list.

        Surfaces go as in ``remove``.
        """
        if self._gone:
            self._content.RemoveRepresentation(SURFACE)
        for identifier in set(self._came) & set(self._content.GetSegmentIDs()):
            take_out(self._content, identifier)
        for layer in self._layers:
            layer.rejoin([segment for _identifier, segment, _next in self._gone])
        for identifier, segment, following in reversed(self._gone):
            there = self._content.GetSegmentIDs()
            if identifier not in there:  # by the user's hand or Slicer's undo
                self._content.AddSegment(segment, identifier, following if following in there else "")


def holds_voxels(content: Any) -> bool:
    """True for a vtkSegmentation whose segments are made of label maps, or can be since there are none yet."""
    return content.GetNumberOfSegments() == 0 or content.GetSourceRepresentationName() == LABELMAP


class _Layer:
    """A label map that segments which stay share with some which go."""

    def __init__(self, content: Any, layer: Any, going: Sequence[str]) -> None:
        sharing = {identifier: content.GetSegment(identifier) for identifier in content.GetSegmentIDs()}
        sharing = {identifier: segment for identifier, segment in sharing.items() if segment.GetRepresentation(LABELMAP) is layer}
        self._shared = layer
        self._staying = [segment for identifier, segment in sharing.items() if identifier not in going]
        self._going = [segment.GetLabelValue() for identifier, segment in sharing.items() if identifier in going]
        self._own: Any = None
        self._shared_time = self._own_time = 0

    def prepare(self) -> Steps:
        self._shared_time = self._shared.GetMTime()
        self._own = slicer.vtkOrientedImageData()
        yield from copy_without(self._shared, self._own, self._going)

    @property
    def is_stale(self) -> bool:
        return bool(self._shared.GetMTime() != self._shared_time)

    def separate(self) -> None:
        for segment in self._staying:
            segment.AddRepresentation(LABELMAP, self._own)
        self._own_time = self._own.GetMTime()

    def rejoin(self, returning: Sequence[Any]) -> None:
        """Into one label map again; if the user has painted meanwhile, those that return get one of their own."""
        painted = self._own.GetMTime() != self._own_time
        if not painted and all(segment.GetRepresentation(LABELMAP) is self._own for segment in self._staying):
            for segment in self._staying:
                segment.AddRepresentation(LABELMAP, self._shared)
            return
        own = slicer.vtkOrientedImageData()
        result_of(copy_without(self._shared, own, [segment.GetLabelValue() for segment in self._staying]))
        for segment in returning:
            if segment.GetRepresentation(LABELMAP) is self._shared:
                segment.AddRepresentation(LABELMAP, own)


def layers_of(content: Any, identifiers: Sequence[str]) -> list[Any]:
    """The label maps (vtkOrientedImageData) of some segments, each once."""
    found = [content.GetSegment(identifier).GetRepresentation(LABELMAP) for identifier in identifiers]
    return [layer for index, layer in enumerate(found) if layer is not None and layer not in found[:index]]


def shared_layers(content: Any, going: Sequence[str]) -> list[Any]:
    """Those of ``layers_of`` that other segments use too."""
    others = layers_of(content, [identifier for identifier in content.GetSegmentIDs() if identifier not in going])
    return [layer for layer in layers_of(content, going) if layer in others]


def take_out(content: Any, identifier: str) -> Any:
    """Remove a segment with all it has, without MRML's copying of shared label maps; gives the segment."""
    segment = content.GetSegment(identifier)
    representations = {name: segment.GetRepresentation(name) for name in REPRESENTATIONS}
    segment.RemoveAllRepresentations()
    content.RemoveSegment(identifier)
    for name, representation in representations.items():
        if representation is not None:
            segment.AddRepresentation(name, representation)
    return segment


def copy_without(layer: Any, copy: Any, values: Sequence[int]) -> Steps:
    """Make ``copy`` the label map ``layer`` with 0 instead of some values, in pieces of a few milliseconds."""

    def erased(piece: NDArray) -> NDArray:
        gone = np.isin(piece.T, values).T  # in the order of the memory, which is several times as fast
        return np.where(gone, np.zeros(1, piece.dtype), piece)

    copy.SetExtent(layer.GetExtent())
    copy.SetImageToWorldMatrix(matrix_from(layer_affine(layer)))
    yield from fill_steps(copy, voxels_of(layer), erased)
