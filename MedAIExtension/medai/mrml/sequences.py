"""Predictions of all frames of a scan as a sequence of segmentations that plays along with it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import slicer

from ..results import Prediction
from .frames import Frames, frame_shown
from .hierarchy import folder_of, put_into
from .layers import Layers, layer_steps
from .names import free_name
from .origin import Origin
from .places import Place, set_reference_geometry
from .predictions import PredictionNodes
from .replacement import Replacement
from .segments import attributes_of, build_segments, found_values
from .undo import UndoRecord
from .volumes import local_affine, shape_of
from .vtkdata import matrix_from, result_of


def add_sequence_predictions(predictions: Sequence[Prediction], frames: Frames, origin: Origin) -> PredictionNodes:
    """Put the predictions of all frames into the scene, as a sequence of segmentations in the scan's own sequence browser.

    A segmentation node named after the scan shows that of the current frame; like a single prediction, it follows the scan's
    transform, or is in the world if the scan was under a non-linear one or is gone. Every frame has the same segments, in the
    same order: those that were found in any. What a user changes in a frame is kept in the sequence.

    Args:
        predictions: one for each frame, of what ``image_of_frame`` gave.
        frames: what they are of.
        origin: the scan when the run began.
    """
    return result_of(add_sequence_prediction_steps(predictions, frames, origin))


def add_sequence_prediction_steps(
    predictions: Sequence[Prediction], frames: Frames, origin: Origin
) -> Generator[None, None, PredictionNodes]:
    """``add_sequence_predictions`` in steps of a few milliseconds; nothing is in the scene before the last one."""
    anywhere = frozenset().union(*map(found_values, predictions))
    layers: dict[int, Layers] = {}
    for number, prediction in enumerate(predictions):
        layers[number] = yield from layer_steps(prediction, anywhere)
    return _SequenceDraft(predictions, frames, origin, layers).write()


@dataclass(frozen=True)
class _SequenceDraft:
    """A result that only has to be put into the scene, which passes over no voxels."""

    predictions: Sequence[Prediction]
    frames: Frames
    origin: Origin
    layers: Mapping[int, Layers]

    def write(self) -> PredictionNodes:
        scene, volume, notes = self.frames.scene, self._volume, []
        name = volume.GetName() if volume is not None else self.origin.name
        if volume is None:
            notes.append(f"{name} was removed during the run; the result is at the place where it was.")
        elif self.origin.warped and self.origin.is_moved(volume):
            notes.append(f"The transform of {name} was changed during the run; the result is where the scan was before.")
        transform_id, places = self._places(volume)
        sequence, changes = self._build_sequence(places)
        proxy = slicer.vtkMRMLSegmentationNode()
        proxy.SetName(free_name(scene, f"{name} segmentation"))
        sequence.SetName(free_name(scene, f"{proxy.GetName()}-Sequence"))
        scene.AddNode(sequence)
        scene.AddNode(proxy)
        proxy.SetAndObserveTransformNodeID(transform_id)
        put_into(folder_of(volume) if volume is not None else self.origin.folder, proxy)
        browser = self._browser()
        self._show(browser, sequence, proxy, volume)
        made = (sequence, proxy) if browser is self.frames.browser else (sequence, proxy, browser)
        return PredictionNodes(proxy, None, tuple(notes), UndoRecord(scene, proxy, made, tuple(changes)), sequence)

    @property
    def _volume(self) -> Any:
        return self.frames.volume if self.frames.volume.GetScene() is self.frames.scene else None

    def _places(self, volume: Any) -> tuple[str | None, list[Place]]:
        """The transform that all frames are under, and the place of each."""
        world = [Place(prediction.label_image.affine, None) for prediction in self.predictions]
        if volume is None or self.origin.warped:
            return None, world
        data = [self.frames.sequence.GetDataNodeAtValue(value) for value in self.frames.index_values]
        sizes = [prediction.label_image.shape for prediction in self.predictions]
        if any(node is None or shape_of(node) != size for node, size in zip(data, sizes, strict=True)):
            return None, world
        transform_id = volume.GetTransformNodeID()
        return transform_id, [Place(local_affine(node), transform_id) for node in data]

    def _build_sequence(self, places: Sequence[Place]) -> tuple[Any, list[Replacement]]:
        found = [found_values(prediction) for prediction in self.predictions]
        anywhere = frozenset().union(*found)
        sequence, changes = slicer.vtkMRMLSequenceNode(), []
        sequence.SetIndexName(self.frames.index_name)
        sequence.SetIndexUnit(self.frames.index_unit)
        sequence.SetIndexType(self.frames.sequence.GetIndexType())
        sequence.SetNumericIndexValueTolerance(self.frames.sequence.GetNumericIndexValueTolerance())
        for number, value in enumerate(self.frames.index_values):
            prediction, layers, place = self.predictions[number], self.layers[number], places[number]
            # What the sequence takes in it copies, so it is filled afterwards.
            node = sequence.SetDataNodeAtValue(slicer.vtkMRMLSegmentationNode(), value)
            for layer in layers.values():
                layer.SetImageToWorldMatrix(matrix_from(place.affine))
            set_reference_geometry(node, None, prediction.label_image, place)
            changes.append(Replacement(node.GetSegmentation(), ()))
            changes[-1].insert(list(build_segments(prediction, layers, anywhere)))
            for name, text in attributes_of(prediction, found[number]).items():
                node.SetAttribute(name, text)
        return sequence, changes

    def _browser(self) -> Any:
        """The scan's, or a new one if that is gone."""
        browser = self.frames.browser
        if browser.GetScene() is self.frames.scene and browser.IsSynchronizedSequenceNode(self.frames.sequence, True):
            return browser
        browser = slicer.vtkMRMLSequenceBrowserNode()
        browser.SetName(free_name(self.frames.scene, f"{self.origin.name} segmentation browser"))
        return self.frames.scene.AddNode(browser)

    def _show(self, browser: Any, sequence: Any, proxy: Any, volume: Any) -> None:
        modified = browser.StartModify()
        browser.AddSynchronizedSequenceNodeID(sequence.GetID())
        browser.SetSaveChanges(sequence, True)  # so that frames are shown without being copied
        browser.AddProxyNode(proxy, sequence, False)
        proxy.CopyContent(sequence.GetNthDataNode(frame_shown(browser, sequence)), False)
        if volume is not None:
            proxy.SetNodeReferenceID("referenceImageGeometryRef", volume.GetID())
        proxy.CreateDefaultDisplayNodes()
        browser.EndModify(modified)
