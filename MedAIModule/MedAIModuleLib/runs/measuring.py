"""Segments as they are now, whoever drew them, measured into lesions in the scene."""

import math
from collections.abc import Generator, Sequence
from dataclasses import replace

from medai.errors import InputError
from medai.jobs import MeasureRequest
from medai.mrml import (
    LesionNodes,
    Origin,
    add_lesions_steps,
    image_from_volume,
    lesions_of,
    prediction_from_segmentation_steps,
)
from medai.mrml.lesions import lesion_table_of, refer_to
from medai.results import Lesion, Prediction
from medai.results.lesions import is_finding
from medai.results.review import reviewed

from .worker import workerClient

_SAME_ML = 1e-6


def measureSteps(segmentation, volume, names: Sequence[str] = ()) -> Generator:
    """Work (see ``work``) that measures segments of a scan and puts the lesions into the scene; gives ``LesionNodes``.

    What a reader has said of lesions of the segmentation that were measured earlier holds on; these are no longer shown.

    :param names: of the segments whose parts are lesions; none: of those that are findings by their terminology.
    :raises medai.MedAIError: if there is no such segment, or it has no voxels.
    """
    scene = segmentation.GetScene()
    _refuseRemoved(segmentation)
    origin, earlier = Origin.of(volume), latestLesions(segmentation)
    prediction = yield from measuredSteps(segmentation, volume, names, earlier)
    if not prediction.lesions:
        raise InputError(_nothingIn(segmentation, names))
    nodes = yield from add_lesions_steps(prediction, scene, origin)
    if segmentation.GetScene() is None:
        nodes.undo(even_if_changed=True)
    _refuseRemoved(segmentation)
    refer_to(nodes, segmentation)
    if earlier is not None:
        showMarks(earlier, False)
    return nodes


def measuredSteps(
    segmentation, volume, names: Sequence[str] = (), earlier: LesionNodes | None = None, findings: bool = False
) -> Generator[object, object, Prediction]:
    """Work that gives the segments as a prediction on the scan's voxels, with lesions and statistics.

    :param names: of the segments whose parts are lesions; none: of those that are findings by their terminology.
    :param earlier: lesions of these segments, whose reviews are taken over, and of those that have not changed since, what the
      model said of them.
    :param findings: whether segments that are findings by their terminology are lesions besides those that are named.
    """
    prediction = yield from prediction_from_segmentation_steps(segmentation, volume)
    values = _valuesOf(prediction, segmentation, names, findings) if names else None
    request = MeasureRequest((prediction.label_image, image_from_volume(volume)), prediction.labels, values)
    measures = yield workerClient().submit_measurement(request)
    prediction = replace(prediction, lesions=measures.lesions, statistics=measures.statistics)
    return carriedOver(earlier, prediction) if earlier is not None else prediction


def latestLesions(segmentation) -> LesionNodes | None:
    """The lesions of a vtkMRMLSegmentationNode that came last; None where it has none."""
    table = lesion_table_of(segmentation)
    return lesions_of(table) if table is not None else None


def showMarks(nodes: LesionNodes, shown: bool) -> None:
    """Show or hide points and lines as a whole; which of them limits and users hide stays as it is."""
    for node in (nodes.points, *(line for lines in nodes.lines.values() for line in lines.values())):
        display = node.GetDisplayNode() if node is not None else None
        if display is not None:
            display.SetVisibility2D(shown)
            display.SetVisibility3D(shown)


def carriedOver(nodes: LesionNodes, prediction: Prediction) -> Prediction:
    """With what was said of lesions as they were, for numbers may have changed with the segments, but places have not."""
    known = {number: _At(nodes, row) for row, number in enumerate(nodes.ids)}
    places = {number: nodes.position(number) for number in known}
    found = {number: _lesionAt(place, prediction) for number, place in places.items() if place is not None}
    same = {lesion.id: known[number] for number, lesion in found.items() if lesion is not None}
    lesions = tuple(same[lesion.id].saidOf(lesion) if lesion.id in same else lesion for lesion in prediction.lesions)
    reviews = [replace(review, id=lesion.id) for review in nodes.reviews if (lesion := found.get(review.id)) is not None]
    return reviewed(replace(prediction, lesions=lesions), reviews)


class _At:
    """A row of the table of lesions."""

    def __init__(self, nodes: LesionNodes, row: int):
        self._table, self._row = nodes.table.GetTable(), row

    def saidOf(self, lesion: Lesion) -> Lesion:
        """With the model's own words on the lesion, where it is what it was."""
        if abs(self._value("Volume (ml)") - lesion.volume_ml) > _SAME_ML:
            return lesion
        score, confidence = (None if math.isnan(value) else value for value in map(self._value, ("Score", "Confidence")))
        flags = (flag for flag in self._value("Flags").split("; ") if flag)
        return replace(lesion, score=score, confidence=confidence, flags=tuple(dict.fromkeys((*lesion.flags, *flags))))

    def _value(self, title: str):
        return self._table.GetColumnByName(title).GetValue(self._row)


def _lesionAt(place: Sequence[float], prediction: Prediction) -> Lesion | None:
    """The lesion whose center is nearest, among those whose bounds hold the place."""
    around = [lesion for lesion in prediction.lesions if _holds(lesion.bounds_ras, place)]
    return min(around, key=lambda lesion: math.dist(lesion.center_ras, place), default=None)


def _holds(bounds: Sequence[float], place: Sequence[float]) -> bool:
    return all(low <= value <= high for low, value, high in zip(bounds[::2], place, bounds[1::2], strict=True))


def _valuesOf(prediction: Prediction, segmentation, names: Sequence[str], findings: bool) -> tuple[int, ...]:
    values = {label.name: label.value for label in prediction.labels}
    for name in names:
        if name not in values:
            raise InputError(f"{segmentation.GetName()} has no segment {name!r}; its segments: {', '.join(values)}.")
    return tuple(label.value for label in prediction.labels if label.name in names or (findings and is_finding(label)))


def _refuseRemoved(segmentation) -> None:
    if segmentation.GetScene() is None:
        raise InputError(f"{segmentation.GetName()} was removed meanwhile; nothing was measured.")


def _nothingIn(segmentation, names: Sequence[str]) -> str:
    if names:
        return f"{', '.join(names)} in {segmentation.GetName()} has no voxels; there is nothing to measure."
    return f"{segmentation.GetName()} has no segment that is a finding, such as a tumor; choose the segment to measure."
