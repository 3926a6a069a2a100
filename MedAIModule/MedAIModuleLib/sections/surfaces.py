"""Surfaces of segments for the 3D views, made one after the other, so that the application stays usable meanwhile."""

from collections.abc import Callable, Generator

import numpy as np
import slicer
import vtk

from medai.mrml.replacement import LABELMAP, layers_of
from medai.mrml.vtkdata import fill_steps, layer_affine, matrix_from, pieces, voxels_of

from ..loop.steps import Steps

SURFACE = "Closed surface"
_MOST_FACES = 400_000  # of voxels; they decide how long one segment keeps the application busy: half a second to one
_VOXELS_AT_ONCE = 2**20
_JOINT_SMOOTHING = "Joint smoothing"  # smooths all segments as one: nothing can be done one by one then


class SurfaceMaker:
    """Makes what ``CreateClosedSurfaceRepresentation`` makes, without blocking the application for all segments at once.

    Surfaces of very large segments are coarser than that, since the application stands still while one is made.

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
        if not _isAsBefore(segmentation, content, before):
            return None
        segment = content.GetSegment(identifier)
        layer = segment.GetRepresentation(LABELMAP)
        extent = extents.get(layer, {}).get(segment.GetLabelValue())
        if extent is None:
            surfaces[identifier] = vtk.vtkPolyData()
            continue
        labelmap = yield from _labelmapSteps(layer, extent, segment.GetLabelValue())
        if not _isAsBefore(segmentation, content, before):
            return None
        surfaces[identifier] = _surface(content, segment, labelmap)
        yield
    return surfaces if _isAsBefore(segmentation, content, before) else None


def _isAsBefore(segmentation, content, before: list[tuple]) -> bool:
    """False once the node has gone, shows another frame, or was edited."""
    return segmentation.GetScene() is not None and segmentation.GetSegmentation() is content and _stateOf(content) == before


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


def _labelmapSteps(layer, extent, value: int) -> Generator[None, None, object]:
    """The part of a label map with these indices, in its place, and one voxel around it; coarser if its surface is large."""
    whole = np.array(layer.GetExtent()).reshape(3, 2).T
    first, last = np.maximum(extent[0] - 1, whole[0]), np.minimum(extent[1] + 1, whole[1])
    i, j, k = (slice(start, stop) for start, stop in zip(first - whole[0], last - whole[0] + 1, strict=True))
    voxels = voxels_of(layer)[:, i, j, k]
    step = yield from _stepFor(voxels[0], value)
    place = np.diag([step, step, step, 1.0])
    place[:3, 3] = first + (step - 1) / 2  # the center of the first block
    if step > 1:
        voxels = (yield from _coarser(voxels[0], value, step))[None]
    image = slicer.vtkOrientedImageData()
    start = np.zeros(3, int) if step > 1 else first
    image.SetExtent(*(int(index) for ends in zip(start, start + voxels.shape[1:] - 1, strict=True) for index in ends))
    affine = layer_affine(layer)
    image.SetImageToWorldMatrix(matrix_from(affine @ place if step > 1 else affine))
    yield from fill_steps(image, voxels)
    return image


def _stepFor(voxels: np.ndarray, value: int) -> Generator[None, None, int]:
    """How many voxels along each axis become one, so that the surface has few enough faces: 1 unless it is large."""
    if 3 * voxels.size <= _MOST_FACES:
        return 1
    faces = 0
    for slab in _slabs(voxels, 1, overlap=1):
        inside = slab == value
        faces += sum(np.count_nonzero(each) for each in (inside[1:] != inside[:-1], inside[:, 1:] != inside[:, :-1]))
        faces += np.count_nonzero(inside[:, :, 1:] != inside[:, :, :-1])
        yield
    return max(1, int(np.ceil(np.sqrt(faces / _MOST_FACES))))


def _coarser(voxels: np.ndarray, value: int, step: int) -> Generator[None, None, np.ndarray]:
    """(i, j, k): blocks in which a layer of one voxel would fill as much as the value does, or less, have the value."""
    parts = []
    for slab in _slabs(voxels, step):
        counts = (slab == value).astype(np.uint16)
        for axis in range(3):
            counts = np.add.reduceat(counts, np.arange(0, counts.shape[axis], step), axis=axis)
        parts.append(np.where(counts >= step**2, value, 0).astype(voxels.dtype))
        yield
    return np.concatenate(parts).T


def _slabs(voxels: np.ndarray, step: int, overlap: int = 0) -> Generator[np.ndarray, None, None]:
    """Voxels (i, j, k) as they are in memory (k, j, i), a few milliseconds' work at once, a multiple of ``step`` thick."""
    kji = voxels.T
    thick = step * max(1, _VOXELS_AT_ONCE // max(kji[0].size * step, 1))
    for start in range(0, len(kji), thick):
        yield kji[start : start + thick + overlap]


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
