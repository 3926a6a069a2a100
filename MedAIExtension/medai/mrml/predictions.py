"""Predictions as nodes in the scene: a segmentation, its lesions and maps, and, where asked for, a label map volume, beside the
scan they are of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import slicer

from ..errors import InputError
from ..results import Prediction
from ..results.layers import OVERLAP_NOTE
from ..results.segments import segment_id
from .extras import Extras, extra_steps, has_extras
from .hierarchy import folder_of, put_into
from .layers import Layers, flat_steps, layer_steps
from .lesions import LesionNodes, refer_to
from .names import free_name
from .origin import Origin
from .places import Target, find_target, place_in, set_reference_geometry
from .replacement import LABELMAP, SURFACE, Replacement, holds_voxels
from .segments import add_labelmap, attributes_of, build_segments, found_values
from .undo import NodeState, UndoRecord, allow_slicers_undo, with_displays
from .volumes import is_warped
from .vtkdata import matrix_from, result_of


@dataclass(frozen=True)
class PredictionNodes:
    """The nodes that hold a result.

    Attributes:
        segmentation: vtkMRMLSegmentationNode; that of the current frame for a sequence.
        labelmap: vtkMRMLLabelMapVolumeNode with a color table of its own, or None.
        notes: what the user should know of where the result went, in sentences.
        record: the way back; see ``UndoRecord``.
        lost_surface: whether the segmentation was shown in 3D before, and its surfaces have to be made anew.
        sequence: vtkMRMLSequenceNode with the segmentation of each frame, or None.
        extras: lesions and maps that came with it, or None.
    """

    segmentation: Any
    labelmap: Any
    notes: tuple[str, ...]
    record: UndoRecord
    sequence: Any = None
    lost_surface: bool = False
    extras: Extras | None = None

    @property
    def lesions(self) -> LesionNodes | None:
        """Lesions of the result, or None where it has none."""
        return self.extras.lesions if self.extras is not None else None

    @property
    def maps(self) -> tuple[Any, ...]:
        """vtkMRMLScalarVolumeNodes of confidence and saliency, where they were asked for."""
        return self.extras.maps if self.extras is not None else ()

    @property
    def node(self) -> Any:
        """The node that stands for the result: the segmentation."""
        return self.segmentation

    @property
    def is_changed(self) -> bool:
        """True where the user has removed or edited the result since, or reviewed its lesions."""
        return self.record.is_changed or bool(self.extras is not None and self.extras.edited)

    def undo(self, even_if_changed: bool = False) -> str:
        """Take the whole result back, and nothing else; a sentence that says why nothing was done, or ""."""
        return result_of(self.undo_steps(even_if_changed))

    def undo_steps(self, even_if_changed: bool = False) -> Generator[None, None, str]:
        """``undo`` in steps of a few milliseconds: the segmentation in the first, then what came along with it."""
        extras = self.extras
        if extras is None or not extras.are_there:
            return self.record.undo(even_if_changed)
        if extras.edited and not even_if_changed:
            return f"{extras.edited} was edited since; nothing was undone."
        # A segmentation that the user has removed takes its lesions and maps with it.
        if self.segmentation.GetScene() is self.record.scene:
            reason = self.record.undo(even_if_changed)
            if reason:
                return reason
        yield
        yield from extras.take_back_steps()
        return ""


def add_prediction(
    prediction: Prediction, scene: Any, origin: Origin, *, segmentation: Any = None, labelmap: bool = False
) -> PredictionNodes:
    """Put a prediction into a scene, on the voxels of the scan; it always arrives, ``notes`` say where if not there.

    Under linear transforms the nodes get the volume's own grid and its parent transform, so that they follow it, also if the
    volume came under them after the run began. Of a volume that was under a non-linear one, the result is in the world, on
    the grid that ``image_from_volume`` gave; so it is if the volume is gone or has become another image. Only labels with
    voxels become segments; their IDs are the same in every run of a model.

    Lesions and maps that the prediction has come with it, in nodes of their own, and go with it.

    Labels that may overlap are in as many label maps as the prediction has layers; a label map volume holds one of them for
    each voxel, the smallest.

    Args:
        prediction: with a label map, of the image that ``image_from_volume`` made of the volume.
        scene: the scene that the volume was in when the run began, not closed since.
        origin: what the volume was then.
        segmentation: a vtkMRMLSegmentationNode to write into; segments of the same model are replaced, others are kept.
            By default, and if it cannot be used any more, a new node, named after the volume.
        labelmap: also make a label map volume.
    """
    return result_of(add_prediction_steps(prediction, scene, origin, segmentation=segmentation, labelmap=labelmap))


def add_prediction_steps(
    prediction: Prediction, scene: Any, origin: Origin, *, segmentation: Any = None, labelmap: bool = False
) -> Generator[None, None, PredictionNodes]:
    """``add_prediction`` in steps of a few milliseconds; if they are not gone through to the end, nothing of it stays.

    Lesions and maps come first, and what they lie over in the last step.
    """
    if not has_extras(prediction):
        return (yield from _write_steps(prediction, scene, origin, segmentation, labelmap))
    chosen = with_displays(segmentation) if segmentation is not None and segmentation.GetScene() is scene else ()
    allow_slicers_undo(scene, chosen)
    extras = yield from extra_steps(prediction, scene, origin)
    try:
        return (yield from _write_steps(prediction, scene, origin, segmentation, labelmap, extras))
    except BaseException:  # also where the generator is closed
        result_of(extras.take_back_steps())
        raise


def _write_steps(
    prediction: Prediction, scene: Any, origin: Origin, segmentation: Any, labelmap: bool, extras: Extras | None = None
) -> Generator[None, None, PredictionNodes]:
    """The segmentation and the label map; nothing of them is in the scene before the last step."""
    image, found = prediction.label_image, found_values(prediction)
    layers, copy = (yield from layer_steps(prediction, found)), slicer.vtkOrientedImageData()
    if labelmap:
        yield from flat_steps(copy, prediction)
    while True:
        chosen = find_target(image, scene, origin, segmentation).segmentation
        node = chosen if chosen is not None else slicer.vtkMRMLSegmentationNode()
        identifiers = [segment_id(prediction, label) for label in prediction.labels]
        replacement = Replacement(node.GetSegmentation(), identifiers)
        yield from replacement.prepare()
        target = find_target(image, scene, origin, segmentation)
        if target.segmentation is chosen and not replacement.is_stale:
            break
    draft = _Draft(prediction, found, scene, origin, target, node, replacement, layers, copy if labelmap else None, extras)
    return draft.write()


def refuse_unusable(volume_node: Any, segmentation: Any = None) -> None:
    """Find out before a run whether ``add_prediction`` could take its result; raises InputError if not."""
    if volume_node.GetScene() is None:
        raise InputError(f"{volume_node.GetName()} is in no scene; add it to one first.")
    if segmentation is None:
        return
    if segmentation.GetScene() is not volume_node.GetScene():
        raise InputError(f"{segmentation.GetName()} is not in the scene of {volume_node.GetName()}; choose another segmentation.")
    if is_warped(segmentation) and segmentation.GetSegmentation().GetNumberOfSegments():
        raise InputError(f"{segmentation.GetName()} is under a non-linear transform; choose another segmentation.")
    if not holds_voxels(segmentation.GetSegmentation()):
        raise InputError(f"{segmentation.GetName()} is made of surfaces, not of voxels; choose another segmentation.")


@dataclass(frozen=True)
class _Draft:
    """A result that only has to be put into the scene, which passes over no voxels."""

    prediction: Prediction
    found: frozenset[int]
    scene: Any
    origin: Origin
    target: Target
    node: Any
    replacement: Replacement
    layers: Layers
    copy: Any
    extras: Extras | None

    def write(self) -> PredictionNodes:
        is_new, node = self.target.segmentation is None, self.node
        had_surface = node.GetSegmentation().ContainsRepresentation(SURFACE)
        if self.extras is None:  # else the scene as it was before these is what Slicer's undo goes back to
            allow_slicers_undo(self.scene, () if is_new else with_displays(node))
        before, displays = NodeState.of(node), with_displays(node)
        if is_new:
            node.SetName(free_name(self.scene, f"{self._name} segmentation"))
            self.scene.AddNode(node)
        self._write_segments()
        labelmap = self._write_labelmap() if self.copy is not None else None
        made = [each for each in with_displays(node) if is_new or each not in displays]
        made += [*with_displays(labelmap), labelmap.GetDisplayNode().GetColorNode()] if labelmap is not None else []
        for each in made:
            each.SetUndoEnabled(True)
        record = UndoRecord(self.scene, node, tuple(made), (self.replacement,), before, NodeState.of(node))
        if self.extras is not None and self.extras.lesions is not None:
            refer_to(self.extras.lesions, node)
        return PredictionNodes(node, labelmap, self._notes, record, lost_surface=had_surface, extras=self.extras)

    def _write_segments(self) -> None:
        node, place = self.node, place_in(self.node, self.target.place)
        for layer in self.layers.values():
            layer.SetImageToWorldMatrix(matrix_from(place.affine))
        modified = node.StartModify()
        self.replacement.remove()
        if node.GetSegmentation().GetNumberOfSegments() == 0:
            node.SetAndObserveTransformNodeID(place.transform_id)
            set_reference_geometry(node, self.target.volume, self.prediction.label_image, place)
            put_into(self._folder, node)
            node.GetSegmentation().SetSourceRepresentationName(LABELMAP)
        self.replacement.insert(list(build_segments(self.prediction, self.layers, self.found)))
        for name, value in attributes_of(self.prediction, self.found).items():
            node.SetAttribute(name, value)
        node.EndModify(modified)
        node.CreateDefaultDisplayNodes()

    def _write_labelmap(self) -> Any:
        node = add_labelmap(self.scene, self.prediction, self.copy, self._name, self.target.place)
        put_into(self._folder, node)
        return node

    @property
    def _notes(self) -> tuple[str, ...]:
        overlaps = self.copy is not None and self.prediction.label_image.channels > 1
        return (*self.target.notes, *([OVERLAP_NOTE] if overlaps else []))

    @property
    def _name(self) -> str:
        return str(self.target.volume.GetName()) if self.target.volume is not None else self.origin.name

    @property
    def _folder(self) -> int:
        return folder_of(self.target.volume) if self.target.volume is not None else self.origin.folder
