"""Boxes, points, classes and maps of a run as nodes in the scene, beside the scan they are of."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..finding import Detection
from ..results import Prediction, Review, describe_labels
from ..results.segments import provenance
from .boxes import add_box, show_boxes_at_least
from .contents import Contents
from .extras import Extras, extra_steps, has_extras
from .hierarchy import new_folder, put_into, remove_empty_folder
from .names import free_name
from .origin import Origin
from .points import add_points
from .reviews import reviews_of, write_review
from .segments import box_attribute
from .spots import find_spot
from .tables import class_table, detection_table
from .undo import allow_slicers_undo, remove_node
from .vtkdata import Steps, result_of

SHOWN_AT_LEAST = 0.5


@dataclass(frozen=True)
class FindingNodes:
    """The nodes that hold what was found.

    Attributes:
        detections: vtkMRMLTableNode with a row for each box, or None; see ``boxes_of`` for their ROI nodes.
        boxes: vtkMRMLMarkupsROINode of each box, the best score first.
        landmarks: vtkMRMLMarkupsFiducialNode, or None.
        classes: vtkMRMLTableNode with a row for each class, or None.
        folder: item of the subject hierarchy that the boxes and their table are in, or 0.
        notes: what the user should know of where the result went, in sentences.
        scene: the scene.
        made: all of these nodes, the one that stands for the result first.
        contents: what they held when they were made.
        extras: maps that came with them, or None.
    """

    detections: Any
    boxes: tuple[Any, ...]
    landmarks: Any
    classes: Any
    folder: int
    notes: tuple[str, ...]
    scene: Any
    made: tuple[Any, ...]
    contents: Contents
    extras: Extras | None = None

    @property
    def maps(self) -> tuple[Any, ...]:
        """vtkMRMLScalarVolumeNodes of confidence and saliency, where they were asked for."""
        return self.extras.maps if self.extras is not None else ()

    @property
    def node(self) -> Any:
        """The node that stands for the result: the table of the boxes or of the classes, or the points."""
        return self.made[0]

    def show_at_least(self, threshold: float) -> int:
        """Show the boxes with at least this score, and hide the others, without a new run; gives how many are shown."""
        return show_boxes_at_least(self.detections, threshold) if self.detections is not None else 0

    def review(self, number: int, state: str, note: str = "") -> None:
        """Write a reader's word on the box of this number into the table: "accepted", "rejected" or "edited"; "" takes it back.

        Raises:
            InputError: if the state is unknown or there is no such box.
        """
        if self.detections is None:
            raise InputError(f"{self.node.GetName()} holds no boxes, which are what is reviewed.")
        write_review(self.detections, "detection", number, state, note)

    @property
    def reviews(self) -> tuple[Review, ...]:
        """What the reader has said of the boxes so far, in the order of the table."""
        return reviews_of(self.detections, "detection") if self.detections is not None else ()

    @property
    def is_changed(self) -> bool:
        """True where the user has removed, edited or reviewed the result since; showing and hiding is no edit."""
        return self.contents.are_changed

    def undo(self, even_if_changed: bool = False) -> str:
        """Take the whole result back, and nothing else; a sentence that says why nothing was done, or ""."""
        return result_of(self.undo_steps(even_if_changed))

    def undo_steps(self, even_if_changed: bool = False) -> Generator[None, None, str]:
        """``undo`` in steps of a few milliseconds, which matters where there are hundreds of boxes."""
        if not any(node.GetScene() is self.scene for node in self.made):
            return "The result was removed already; there is nothing to undo."
        if not even_if_changed and self.is_changed:
            return f"{self.node.GetName()} was edited since; nothing was undone."
        for node in reversed(self.made):
            remove_node(self.scene, node)
            yield
        remove_empty_folder(self.scene, self.folder)
        if self.extras is not None:
            yield from self.extras.take_back_steps()
        return ""


def add_findings(prediction: Prediction, scene: Any, origin: Origin, *, threshold: float = SHOWN_AT_LEAST) -> FindingNodes:
    """Put what a run found, other than a label map, into a scene; it always arrives, ``notes`` say where if not on the scan.

    Boxes become ROI nodes along their own axes, also on oblique scans, in a new folder beside the scan, with a table of label,
    score, center and size; a run that found no box gives a table without rows. Points become a point list, classes a table.
    Boxes and points get the scan's parent transform, so that they follow it, unless that bends or shears the boxes. They are
    locked. Every run makes nodes of its own, so that results can be compared; earlier ones are left alone.

    Args:
        prediction: of the image that ``image_from_volume`` made of the volume.
        scene: the scene that the volume was in when the run began, not closed since.
        origin: what the volume was then.
        threshold: only boxes with at least this score are shown at first; all are there.
    """
    return result_of(add_findings_steps(prediction, scene, origin, threshold=threshold))


def add_findings_steps(
    prediction: Prediction, scene: Any, origin: Origin, *, threshold: float = SHOWN_AT_LEAST
) -> Generator[None, None, FindingNodes]:
    """``add_findings`` in steps of a few milliseconds; if they are not gone through to the end, nothing of it stays."""
    draft = _Draft(prediction, scene, origin, threshold)
    try:
        yield from draft.write_steps()
    except BaseException:  # also where the generator is closed
        draft.take_back()
        raise
    return draft.result()


class _Draft:
    """A result on its way into the scene."""

    def __init__(self, prediction: Prediction, scene: Any, origin: Origin, threshold: float) -> None:
        self._prediction, self._scene, self._threshold = prediction, scene, threshold
        self._spot = find_spot(scene, origin, tuple(detection.box for detection in prediction.detections))
        self._attributes = provenance(prediction) | {"MedAI.Box": box_attribute(prediction)}
        self._made: list[Any] = []
        self._boxes: list[Any] = []
        self._contents = Contents()
        self._detections: Any = None
        self._landmarks: Any = None
        self._classes: Any = None
        self._folder = 0
        self._origin, self._extras = origin, Extras(scene)

    def write_steps(self) -> Steps:
        allow_slicers_undo(self._scene)
        yield
        prediction = self._prediction
        if has_extras(prediction):
            self._extras = yield from extra_steps(prediction, self._scene, self._origin)
        if prediction.classes:
            self._classes = self._add_table(class_table(prediction.classes), "classes", self._spot.folder)
            yield
        if prediction.landmarks:
            name = free_name(self._scene, f"{self._spot.name} landmarks")
            self._landmarks = add_points(self._scene, name, prediction.landmarks, self._spot, self._attributes)
            self._keep(self._landmarks, self._spot.folder)
            yield
        if prediction.detections or not self._made:
            yield from self._write_boxes()

    def result(self) -> FindingNodes:
        nodes = (self._detections, tuple(self._boxes), self._landmarks, self._classes)
        return FindingNodes(*nodes, self._folder, self._notes, self._scene, tuple(self._made), self._contents, self._extras)

    def take_back(self) -> None:
        """Remove what is in the scene of it by now."""
        for node in self._made:
            remove_node(self._scene, node)
        remove_empty_folder(self._scene, self._folder)
        result_of(self._extras.take_back_steps())

    def _write_boxes(self) -> Steps:
        detections = self._prediction.detections
        self._detections = table = self._add_table(detection_table(self._prediction, self._threshold), "findings")
        show_boxes_at_least(table, self._threshold)
        self._folder = new_folder(self._scene, self._spot.folder, table.GetName())
        put_into(self._folder, table)
        colors = _colors(detections)
        for number, detection in enumerate(detections, 1):
            yield
            look = {"color": colors[detection.label], "visible": detection.score >= self._threshold}
            look["attributes"] = self._attributes
            node = add_box(self._scene, table, number, detection, self._spot, look)
            self._boxes.append(node)
            self._keep(node, self._folder)

    def _add_table(self, node: Any, what: str, folder: int = 0) -> Any:
        node.SetName(free_name(self._scene, f"{self._spot.name} {what}"))
        for name, value in self._attributes.items():
            node.SetAttribute(name, value)
        node.SetUndoEnabled(True)
        self._scene.AddNode(node)
        self._keep(node, folder)
        return node

    def _keep(self, node: Any, folder: int) -> None:
        self._made.append(node)
        self._contents.add(node)
        put_into(folder, node)

    @property
    def _notes(self) -> tuple[str, ...]:
        notes, prediction = list(self._spot.notes), self._prediction
        frames = {landmark.frame for landmark in prediction.landmarks}
        if len(frames) > 1:
            notes.append(f"The points are of {len(frames)} frames; each point's description says of which.")
        return tuple(notes)


def _colors(detections: Sequence[Detection]) -> dict[str, tuple[float, float, float]]:
    """Color of each label, red, green, blue, 0..1; those of the terminology where it has the name."""
    names = sorted({detection.label for detection in detections})
    colors = (label.color for label in describe_labels(dict(enumerate(names, 1))))
    return {name: (red / 255, green / 255, blue / 255) for name, (red, green, blue) in zip(names, colors, strict=True)}
