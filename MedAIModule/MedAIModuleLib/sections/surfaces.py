"""Surfaces of segments for the 3D views, made one after the other, so that the application stays usable meanwhile."""

from collections.abc import Callable, Generator

import numpy as np
import slicer
import vtk

from medai.mrml.replacement import LABELMAP, layers_of
from medai.mrml.vtkdata import fill, layer_affine, matrix_from, pieces, voxels_of

from ..loop.steps import Steps

SURFACE = "Closed surface"
_JOINT_SMOOTHING = "Joint smoothing"  # smooths all segments as one: nothing can be done one by one then


class SurfaceMaker:
    """Makes what ``CreateClosedSurfaceRepresentation`` makes, without blocking the application for all segments at once.

    :param onDone: called when there is nothing more to make.
    """

    def __init__(self, onDone: Callable[[], None]):
        self._onDone = onDone
        self._waiting: list = []
        self._steps = Steps(self._finish)

    def isMaking(self, segmentation) -> bool:
        """True until the surfaces of this node are there."""
        return segmentation in self._waiting

    def start(self, segmentation) -> None:
        """Make surfaces of all segments of a vtkMRMLSegmentationNode and show them; an edit meanwhile makes it start anew."""
        if not self.isMaking(segmentation):
            self._waiting.append(segmentation)
        if not self._steps.busy:
            self._next()

    def stop(self) -> None:
        """Give up; nothing of it is in the scene."""
        self._steps.stop()
        self._waiting.clear()

    def _next(self) -> None:
        if self._waiting:
            self._steps.start(self._stepsFor(self._waiting[0]))
        else:
            self._onDone()

    def _stepsFor(self, segmentation) -> Generator[None, None, dict | None]:
        try:
            return (yield from _surfaceSteps(segmentation))
        except Exception:  # nobody shall wait for what does not come
            self._waiting.clear()
            self._onDone()
            raise

    def _finish(self, surfaces: dict | None) -> None:
        segmentation = self._waiting[0]
        isThere = segmentation.GetScene() is not None
        if isThere and surfaces is not None:
            _show(segmentation, surfaces)
        if surfaces is not None or not isThere:
            self._waiting.pop(0)
        self._next()


def _surfaceSteps(segmentation) -> Generator[None, None, dict | None]:
    """Surfaces (vtkPolyData) by segment ID; none where there are some already, None if the segments were edited meanwhile."""
    content = segmentation.GetSegmentation()
    if content.ContainsRepresentation(SURFACE):
        return {}
    before = _stateOf(content)
    if not content.ContainsRepresentation(LABELMAP) or content.GetConversionParameter(_JOINT_SMOOTHING) not in ("", "0"):
        content.CreateRepresentation(SURFACE)
        return {}
    extents = {}
    for layer in layers_of(content, content.GetSegmentIDs()):
        extents[layer] = yield from _extentSteps(layer)
    surfaces = {}
    for identifier in content.GetSegmentIDs():
        if segmentation.GetScene() is None or _stateOf(content) != before:
            return None
        segment = content.GetSegment(identifier)
        layer = segment.GetRepresentation(LABELMAP)
        extent = extents.get(layer, {}).get(segment.GetLabelValue())
        surfaces[identifier] = vtk.vtkPolyData() if extent is None else _surface(content, segment, _cut(layer, extent))
        yield
    return surfaces if _stateOf(content) == before else None


def _stateOf(content) -> list[tuple]:
    """Changes when a segment is added, removed or painted in."""
    segments = [(identifier, content.GetSegment(identifier)) for identifier in content.GetSegmentIDs()]
    layers = [(identifier, segment.GetRepresentation(LABELMAP), segment.GetLabelValue()) for identifier, segment in segments]
    return [(identifier, layer, layer.GetMTime() if layer else 0, value) for identifier, layer, value in layers]


def _extentSteps(layer) -> Generator[None, None, dict[int, np.ndarray]]:
    """For each value in a label map, the first and the last index along i, j, k with it: arrays (2, 3)."""
    from scipy.ndimage import find_objects

    voxels, extents = voxels_of(layer), {}
    for piece in pieces(voxels):
        first = np.array(layer.GetExtent()[::2]) + [side.start or 0 for side in piece[1:]]
        for value, box in enumerate(find_objects(voxels[piece][0]), start=1):
            if box is not None:
                here = first + np.array([[side.start for side in box], [side.stop - 1 for side in box]])
                known = extents.get(value, here)
                extents[value] = np.array([np.minimum(known[0], here[0]), np.maximum(known[1], here[1])])
        yield
    return extents


def _cut(layer, extent):
    """The part of a label map with these indices, in its place, and one voxel around it."""
    image = slicer.vtkOrientedImageData()
    whole = np.array(layer.GetExtent()).reshape(3, 2).T
    first, last = np.maximum(extent[0] - 1, whole[0]), np.minimum(extent[1] + 1, whole[1])
    i, j, k = (slice(start, stop) for start, stop in zip(first - whole[0], last - whole[0] + 1, strict=True))
    image.SetExtent(*(int(index) for pair in zip(first, last, strict=True) for index in pair))
    image.SetImageToWorldMatrix(matrix_from(layer_affine(layer)))
    fill(image, voxels_of(layer)[:, i, j, k])
    return image


def _surface(content, segment, labelmap):
    """The surface that a segment gets with the segmentation's own settings."""
    alone, copy = slicer.vtkSegmentation(), slicer.vtkSegment()
    alone.CopyConversionParameters(content)
    copy.SetName("Segment")
    copy.SetLabelValue(segment.GetLabelValue())
    copy.AddRepresentation(LABELMAP, labelmap)
    alone.AddSegment(copy, "Segment")
    alone.CreateRepresentation(SURFACE)
    return copy.GetRepresentation(SURFACE)


def _show(segmentation, surfaces: dict) -> None:
    """Give all segments their surfaces at once: a view that finds some without would make them all itself."""
    content = segmentation.GetSegmentation()
    modified = segmentation.StartModify()
    for identifier, surface in surfaces.items():
        content.GetSegment(identifier).AddRepresentation(SURFACE, surface)
    content.InvokeEvent(content.ContainedRepresentationNamesModified)
    segmentation.EndModify(modified)
    display = segmentation.GetDisplayNode()
    if display is not None and content.ContainsRepresentation(SURFACE):
        display.SetPreferredDisplayRepresentationName3D(SURFACE)
        if content.ContainsRepresentation(LABELMAP):
            display.SetPreferredDisplayRepresentationName2D(LABELMAP)
