"""Lesions of a run in the scene: a table, a point in each, and the diameters of those that are followed, beside their scan."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..results import Lesion, Prediction, Review, describe_labels, target_lesions
from ..results.segments import provenance
from .contents import Contents
from .hierarchy import folder_of, is_own_folder, new_folder, put_into, remove_empty_folder
from .lesionmarks import LONG, SHORT, Color, add_line, diameter_of, lines_of, point_steps, show_marks
from .lesiontable import is_lesion_table, lesion_table, numbers_in, passing
from .names import free_name
from .origin import Origin
from .reviews import reviews_of, write_review
from .segments import box_attribute
from .spots import find_spot
from .tables import LABEL, NUMBER, SHOWN, cell
from .undo import allow_slicers_undo, remove_node
from .vtkdata import Steps, result_of

_POINTS, _SEGMENTATION = "MedAI.LesionPoints", "MedAI.LesionSegmentation"
_SELECTION = "MedAI.LesionsShownFrom"
_MIXED: Color = (1.0, 0.85, 0.2)


@dataclass(frozen=True)
class LesionNodes:
    """The nodes that hold the lesions of a result. The table is the state: what is shown and what a reader thinks is in it.

    Attributes:
        table: vtkMRMLTableNode with a row for each lesion, positions in RAS mm as the run saw them.
        points: vtkMRMLMarkupsFiducialNode with a control point for each lesion, labeled with its number; None once it is gone.
        lines: vtkMRMLMarkupsLineNodes of target lesions, by number and by "long" or "short".
        folder: item of the subject hierarchy that they are in, or 0.
        notes: what the user should know of where they went, in sentences.
        scene: the scene.
        made: all of these nodes, the table first.
        contents: what they held when they were made, or found again.
    """

    table: Any
    points: Any
    lines: Mapping[int, Mapping[str, Any]]
    folder: int
    notes: tuple[str, ...]
    scene: Any
    made: tuple[Any, ...]
    contents: Contents

    @property
    def node(self) -> Any:
        """The node that stands for the lesions: their table."""
        return self.table

    @property
    def ids(self) -> tuple[int, ...]:
        """Numbers of the lesions, in the order of the table."""
        return tuple(int(number) for number in numbers_in(self.table, NUMBER))

    def ids_of(self, label: str) -> tuple[int, ...]:
        """Numbers of the lesions of this label."""
        labels = self.table.GetTable().GetColumnByName(LABEL)
        return tuple(number for row, number in enumerate(self.ids) if labels.GetValue(row) == cell(label))

    @property
    def segmentation(self) -> Any:
        """The vtkMRMLSegmentationNode that the lesions are parts of, if it is still there; else None."""
        return self.table.GetNodeReference(_SEGMENTATION)

    def select(self, minimum_ml: float = 0.0, minimum_mm: float = 0.0, minimum_score: float = 0.0) -> int:
        """Show the lesions that have at least this volume, longest diameter and score, and hide the others, without a new run.

        A lesion without one of these numbers is not hidden for it. Only what changes is touched: a point that the user has
        hidden stays hidden until the limits pass it.

        Args:
            minimum_ml: volume in ml.
            minimum_mm: longest diameter in mm.
            minimum_score: 0 to 1.

        Returns:
            how many are shown.
        """
        shown, passed = self.table.GetTable().GetColumnByName(SHOWN), passing(self.table, minimum_ml, minimum_mm, minimum_score)
        before = np.array([shown.GetValue(row) for row in range(len(passed))], bool)
        numbers, changed = numbers_in(self.table, NUMBER), {}
        for row in np.flatnonzero(before != passed).tolist():
            shown.SetValue(row, int(passed[row]))
            changed[int(numbers[row])] = bool(passed[row])
        self.table.SetAttribute(_SELECTION, f"{minimum_ml:g} {minimum_mm:g} {minimum_score:g}")
        if changed:
            show_marks(self.points, self.lines, changed)
            shown.Modified()
            self.table.GetTable().Modified()
        return int(passed.sum())

    @property
    def selection(self) -> tuple[float, float, float]:
        """What ``select`` was last asked for: ml, mm, score; kept with the scene."""
        minimum_ml, minimum_mm, minimum_score = map(float, (self.table.GetAttribute(_SELECTION) or "0 0 0").split())
        return minimum_ml, minimum_mm, minimum_score

    def position(self, number: int) -> tuple[float, float, float] | None:
        """Where the lesion of this number is shown now, in the world's RAS mm; None if its point is gone."""
        index = self.points.GetControlPointIndexByLabel(str(number)) if _is_in(self.points, self.scene) else -1
        if index < 0:
            return None
        ras = [0.0, 0.0, 0.0]
        self.points.GetNthControlPointPositionWorld(index, ras)
        return ras[0], ras[1], ras[2]

    def review(self, number: int, state: str, note: str = "") -> None:
        """Write a reader's word on a lesion into the table: "accepted", "rejected" or "edited"; "" takes it back.

        Raises:
            InputError: if the state is unknown or there is no such lesion.
        """
        write_review(self.table, "lesion", number, state, note)

    @property
    def reviews(self) -> tuple[Review, ...]:
        """What the reader has said so far, in the order of the table."""
        return reviews_of(self.table, "lesion")

    @property
    def is_changed(self) -> bool:
        """True where the user has removed, edited or reviewed them since; showing and hiding is no edit."""
        return self.contents.are_changed

    def undo(self, even_if_changed: bool = False) -> str:
        """Take them all back, and nothing else; a sentence that says why nothing was done, or ""."""
        return result_of(self.undo_steps(even_if_changed))

    def undo_steps(self, even_if_changed: bool = False) -> Generator[None, None, str]:
        """``undo`` in steps of a few milliseconds."""
        if not self.are_there:
            return "The lesions were removed already; there is nothing to undo."
        if not even_if_changed and self.is_changed:
            return f"{self.table.GetName()} was edited since; nothing was undone."
        for node in reversed(self.made):
            remove_node(self.scene, node)
            yield
        remove_empty_folder(self.scene, self.folder)
        return ""

    @property
    def are_there(self) -> bool:
        """Whether any of the nodes is still in the scene."""
        return any(_is_in(node, self.scene) for node in self.made)


def add_lesions(prediction: Prediction, scene: Any, origin: Origin, segmentation: Any = None) -> LesionNodes:
    """Put the lesions of a prediction into a scene; they always arrive, ``notes`` say where if not on the scan.

    In a folder beside the scan: a table with a row for each, a list with a point in each, and for target lesions (RECIST 1.1: at
    most five) two lines whose lengths are the longest diameter and the short axis. Points and lines are locked and get the scan's
    parent transform, so that they follow it. Every run makes nodes of its own.

    Args:
        prediction: of the image that ``image_from_volume`` made of the volume; without lesions, the table has no rows.
        scene: the scene that the volume was in when the run began, not closed since.
        origin: what the volume was then.
        segmentation: the vtkMRMLSegmentationNode that they are parts of, where there is one.
    """
    nodes = result_of(add_lesions_steps(prediction, scene, origin))
    if segmentation is not None:
        refer_to(nodes, segmentation)
    return nodes


def add_lesions_steps(
    prediction: Prediction, scene: Any, origin: Origin, *, for_slicers_undo: bool = True
) -> Generator[None, None, LesionNodes]:
    """``add_lesions`` in steps of a few milliseconds; if they are not gone through to the end, nothing of it stays.

    Args:
        for_slicers_undo: whether the scene as it was is what Slicer's own undo goes back to.
    """
    draft = _Draft(prediction, scene, origin)
    try:
        yield from draft.write_steps(for_slicers_undo)
    except BaseException:  # also where the generator is closed
        draft.take_back()
        raise
    return draft.result()


def refer_to(nodes: LesionNodes, segmentation: Any) -> None:
    """Let the table know the segmentation that the lesions are parts of."""
    nodes.table.SetNodeReferenceID(_SEGMENTATION, segmentation.GetID())


def lesions_of(table: Any) -> LesionNodes | None:
    """The lesions that a table in a scene is of, also of a scene that was saved and opened again; None if it is another table."""
    scene = table.GetScene()
    if scene is None or not is_lesion_table(table):
        return None
    points, lines, folder, contents = table.GetNodeReference(_POINTS), lines_of(table), folder_of(table), Contents()
    made = [table, points, *(node for each in lines.values() for node in each.values())]
    made = [node for node in made if node is not None]
    for node in made:
        contents.add(node)
    own = folder if is_own_folder(scene, folder, table.GetName()) else 0
    return LesionNodes(table, points, lines, own, (), scene, tuple(made), contents)


def lesion_table_of(segmentation: Any) -> Any:
    """The table of lesions of a vtkMRMLSegmentationNode that came into its scene last; None where there is none."""
    scene = segmentation.GetScene()
    count = scene.GetNumberOfNodesByClass("vtkMRMLTableNode") if scene is not None else 0
    for table in (scene.GetNthNodeByClass(number, "vtkMRMLTableNode") for number in reversed(range(count))):
        if table.GetNodeReference(_SEGMENTATION) is segmentation and is_lesion_table(table):
            return table
    return None


class _Draft:
    """Lesions on their way into the scene."""

    def __init__(self, prediction: Prediction, scene: Any, origin: Origin) -> None:
        self._prediction, self._scene = prediction, scene
        self._spot = find_spot(scene, origin)
        self._attributes = provenance(prediction) | {"MedAI.Box": box_attribute(prediction)}
        self._made: list[Any] = []
        self._contents = Contents()
        self._table: Any = None
        self._points: Any = None
        self._folder = 0

    def write_steps(self, for_slicers_undo: bool) -> Steps:
        if for_slicers_undo:
            allow_slicers_undo(self._scene)
        yield
        lesions, colors = self._prediction.lesions, _colors(self._prediction)
        yield from self._write_table(lesions)
        yield
        color = next(iter(colors.values())) if len(colors) == 1 else _MIXED
        points, display = yield from point_steps(self._table.GetName(), lesions, self._spot, color)
        self._write_points(points, display)
        for lesion in target_lesions(lesions, slice_mm=_slice_mm(self._prediction)):
            for axis in (LONG, SHORT):
                if diameter_of(lesion, axis) is not None:
                    yield
                    self._keep(add_line(self._scene, self._table, lesion, axis, self._spot))

    def result(self) -> LesionNodes:
        found = (self._table, self._points, lines_of(self._table), self._folder, self._spot.notes, self._scene)
        return LesionNodes(*found, tuple(self._made), self._contents)

    def take_back(self) -> None:
        """Remove what is in the scene of it by now."""
        for node in self._made:
            remove_node(self._scene, node)
        remove_empty_folder(self._scene, self._folder)

    def _write_table(self, lesions: tuple[Lesion, ...]) -> Steps:
        table = lesion_table(lesions, self._prediction.reviews)
        yield
        self._table = table
        table.SetName(free_name(self._scene, f"{self._spot.name} lesions"))
        table.SetUndoEnabled(True)
        self._scene.AddNode(table)
        self._folder = new_folder(self._scene, self._spot.folder, table.GetName())
        self._keep(table)

    def _write_points(self, points: Any, display: Any) -> None:
        for each in (display, points):
            each.SetUndoEnabled(True)
        # A node that comes into the scene without one is given a display node by Slicer's own logic.
        points.SetAndObserveDisplayNodeID(self._scene.AddNode(display).GetID())
        self._points = self._scene.AddNode(points)
        points.SetAndObserveTransformNodeID(self._spot.transform_id)
        self._table.SetNodeReferenceID(_POINTS, points.GetID())
        self._keep(points)

    def _keep(self, node: Any) -> None:
        self._made.append(node)
        for name, value in self._attributes.items():
            node.SetAttribute(name, value)
        self._contents.add(node)
        put_into(self._folder, node)


def _colors(prediction: Prediction) -> dict[str, Color]:
    """Color of each kind of lesion, red, green, blue, 0..1: that of its label, or of the terminology."""
    named = {label.name: label.color for label in prediction.labels}
    names = sorted({lesion.label for lesion in prediction.lesions})
    for label in describe_labels(dict(enumerate(names, 1))):
        named.setdefault(names[label.value - 1], label.color)
    found = ((name, named[name]) for name in names)
    return {name: (red / 255, green / 255, blue / 255) for name, (red, green, blue) in found}


def _slice_mm(prediction: Prediction) -> float:
    """Distance between the slices that diameters were measured in; 0 where there are none."""
    if prediction.labelmap is None or not prediction.lesions:
        return 0.0
    return prediction.labelmap.spacing[prediction.lesions[0].slice_axis]


def _is_in(node: Any, scene: Any) -> bool:
    return node is not None and node.GetScene() is scene
