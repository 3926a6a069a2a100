"""Segments as they are now, whoever drew them, measured into lesions in the scene."""

import math
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from medai.errors import InputError
from medai.image import Image
from medai.jobs import MeasureRequest
from medai.mrml import (
    LesionNodes,
    Origin,
    add_lesions_steps,
    image_from_volume,
    lesions_of,
    prediction_from_segmentation_steps,
)
from medai.mrml.islands import island_steps
from medai.mrml.lesions import lesion_table_of, refer_to
from medai.mrml.tables import cell
from medai.results import Lesion, Prediction
from medai.results.lesions import is_finding
from medai.results.review import reviewed

from .worker import workerClient

_SAME_ML, _SAME_MM = 1e-6, 1e-3
_A_VOXEL = 1.001  # with what rounding adds
# Of the volumes of what may be one lesion, a twofold diameter: no tumor is rejected for a speck that it has swallowed.
_MOST_RATIO = 8.0
_AT_ONCE = 50
_AROUND = [(i, j, k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]


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
        _refuseNothing(segmentation, names)
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
    return (yield from carriedOverSteps(earlier, prediction)) if earlier is not None else prediction


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


def carriedOverSteps(nodes: LesionNodes, prediction: Prediction) -> Generator[None, None, Prediction]:
    """Work that gives the prediction with what was said of its lesions as they were; each has the word on one of them at most.

    A lesion is an earlier one if it has voxels where that one's point is, or next to it, or if their centers are a voxel
    apart. Its volume must be alike; the label's name comes first, then what is nearest. Other words are dropped.
    """
    earlier = _earlierIn(nodes)
    for number in range(0, len(earlier), _AT_ONCE):
        for each in earlier[number : number + _AT_ONCE]:
            each.place = nodes.position(each.id)
        yield
    found = yield from _foundAgainSteps([each for each in earlier if each.place is not None], prediction)
    same = {lesion.id: each for each in earlier if (lesion := found.get(each.id)) is not None}
    lesions = tuple(same[lesion.id].saidOf(lesion) if lesion.id in same else lesion for lesion in prediction.lesions)
    yield
    reviews = [replace(review, id=lesion.id) for review in nodes.reviews if (lesion := found.get(review.id)) is not None]
    return reviewed(replace(prediction, lesions=lesions), reviews)


@dataclass
class _Earlier:
    """A row of the table of lesions, and where its point is: RAS in mm, None once that is gone."""

    id: int
    label: str
    volume: float
    score: float | None
    confidence: float | None
    flags: tuple[str, ...]
    place: tuple[float, float, float] | None = None

    def saidOf(self, lesion: Lesion) -> Lesion:
        """With the model's own words on the lesion, where it is what it was."""
        if abs(self.volume - lesion.volume_ml) > _SAME_ML:
            return lesion
        flags = tuple(dict.fromkeys((*lesion.flags, *self.flags)))
        return replace(lesion, score=self.score, confidence=self.confidence, flags=flags)

    def likeness(self, lesion: Lesion, voxel_mm: float) -> tuple[bool, int, float, float]:
        """What is the same lesion most probably is the least. Within a voxel centers say nothing, and volumes decide."""
        apart = math.dist(self.place, lesion.center_ras)
        return self.label != cell(lesion.label), int(apart / voxel_mm), self.logRatio(lesion), apart

    def logRatio(self, lesion: Lesion) -> float:
        """How many times larger the larger of the two is, as a logarithm."""
        return abs(math.log(max(self.volume, _SAME_ML) / max(lesion.volume_ml, _SAME_ML)))


def _earlierIn(nodes: LesionNodes) -> list[_Earlier]:
    """All rows at once, for users may change the table between steps."""
    columns = map(nodes.table.GetTable().GetColumnByName, ("Label", "Volume (ml)", "Score", "Confidence", "Flags"))
    label, volume, score, confidence, flags = (column.GetValue for column in columns)
    return [
        _Earlier(
            number,
            label(row),
            volume(row),
            *(None if math.isnan(value) else value for value in (score(row), confidence(row))),
            tuple(flag for flag in flags(row).split("; ") if flag),
        )
        for row, number in enumerate(nodes.ids)
    ]


def _foundAgainSteps(earlier: Sequence[_Earlier], prediction: Prediction) -> Generator[None, None, dict[int, Lesion]]:
    """The lesion that each of the earlier ones is now, by its number; one to one, and none where that is not plain."""
    if not earlier or not prediction.lesions:
        return {}
    lesions, labelmap = prediction.lesions, prediction.label_image
    places, centers = np.array([each.place for each in earlier]), np.array([lesion.center_ras for lesion in lesions])
    claims = yield from _nearSteps(_indices(places, labelmap), _indices(centers, labelmap))
    for value in sorted({lesion.value for lesion in lesions}):
        claims |= yield from _holdingSteps(places, value, prediction)
    ranked = []
    for number, (one, two) in enumerate(claims):
        if earlier[one].logRatio(lesions[two]) <= math.log(_MOST_RATIO):
            ranked.append((*earlier[one].likeness(lesions[two], min(labelmap.spacing)), one, two))
        if number % _AT_ONCE == 0:
            yield
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_likeness, one, two in sorted(ranked):
        if one not in found and two not in taken:
            found[one] = two
            taken.add(two)
    yield
    return {earlier[one].id: lesions[two] for one, two in found.items()}


def _nearSteps(places: np.ndarray, centers: np.ndarray) -> Generator[None, None, set[tuple[int, int]]]:
    """Pairs (place, center), both (n, 3) in voxels, that are at most a voxel apart along each axis."""
    pairs = set()
    for start in range(0, len(places), _AT_ONCE):
        apart = np.abs(places[start : start + _AT_ONCE, None] - centers)
        one, two = np.nonzero((apart <= _A_VOXEL).all(2))
        pairs |= _pairs(one + start, two)
        yield
    return pairs


def _holdingSteps(places: np.ndarray, value: int, prediction: Prediction) -> Generator[None, None, set[tuple[int, int]]]:
    """Pairs of places (n, 3; RAS in mm) and lesions of a label that have voxels there, or else next to it."""
    labelmap = prediction.label_image
    layer = labelmap.voxels[next(label.layer for label in prediction.labels if label.value == value)]
    numbers = np.array([number for number, lesion in enumerate(prediction.lesions) if lesion.value == value])
    lesions = [prediction.lesions[number] for number in numbers]
    index = _indices(places, labelmap)
    voxels = np.rint(index).astype(np.intp)[:, None] + _AROUND
    inside = ((voxels >= 0) & (voxels < layer.shape)).all(2)
    hit = inside & (layer[tuple(np.moveaxis(np.where(inside[..., None], voxels, 0), 2, 0))] == value)
    apart = np.linalg.norm((voxels - index[:, None]) @ labelmap.affine[:3, :3].T, axis=2)
    rows = np.flatnonzero(hit.any(1))
    nearest = voxels[rows, np.where(hit, apart, np.inf).argmin(1)[rows]]
    at = nearest @ labelmap.affine[:3, :3].T + labelmap.affine[:3, 3]
    yield
    may = np.zeros((len(rows), len(lesions)), bool, order="F")
    for column, lesion in enumerate(lesions):
        may[:, column] = _areIn(lesion.bounds_ras, at)
        if column % _AT_ONCE == 0:
            yield
    yield from _decideSteps(may, nearest, lesions, labelmap, layer)
    row, column = np.nonzero(may)
    return _pairs(rows[row], numbers[column])


def _decideSteps(
    may: np.ndarray, voxels: np.ndarray, lesions: Sequence[Lesion], labelmap: Image, layer: np.ndarray
) -> Generator[None, None, None]:
    """Leave in ``may``, (voxel, lesion) bool by the lesions' bounds, the one lesion that a voxel (n, 3) is of.

    The smallest first, so that the largest need not be looked at: what is of none of the others is of it.
    """
    count = may.sum(1)
    for done, number in enumerate(sorted(range(len(lesions)), key=lambda number: lesions[number].voxels)):
        doubtful = np.flatnonzero(may[:, number] & (count > 1))
        if len(doubtful):
            own = yield from _ownSteps(voxels[doubtful], lesions[number], labelmap, layer)
            may[doubtful[own]] = False
            may[doubtful, number] = own
            count[doubtful] = np.where(own, 1, count[doubtful] - 1)
        if len(doubtful) or done % _AT_ONCE == 0:
            yield


def _ownSteps(voxels: np.ndarray, lesion: Lesion, labelmap: Image, layer: np.ndarray) -> Generator[None, None, np.ndarray]:
    """Which of the voxels (n, 3) of a lesion's label, inside its bounds, are its own."""
    corners = np.array(np.meshgrid(*np.reshape(lesion.bounds_ras, (3, 2)))).reshape(3, -1).T
    index = _indices(corners, labelmap)
    low = np.clip(np.floor(index.min(0)).astype(int), 0, layer.shape)
    high = np.clip(np.ceil(index.max(0)).astype(int) + 1, 0, layer.shape)
    box = layer[tuple(map(slice, low, high))]
    islands = yield from island_steps(box, lesion.value, box.size)
    centers = (islands.centers + low) @ labelmap.affine[:3, :3].T + labelmap.affine[:3, 3]
    same = (islands.sizes == lesion.voxels) & (np.abs(centers - lesion.center_ras) < _SAME_MM).all(1)
    island = islands.island_of[islands.pieces[tuple((voxels - low - islands.start).T)]]
    return same[island - 1]


def _indices(places: np.ndarray, labelmap: Image) -> np.ndarray:
    """Continuous i, j, k (n, 3) of places (n, 3; RAS in mm)."""
    return (places - labelmap.affine[:3, 3]) @ np.linalg.inv(labelmap.affine[:3, :3]).T


def _areIn(bounds: Sequence[float], places: np.ndarray) -> np.ndarray:
    return ((places >= bounds[::2]) & (places <= bounds[1::2])).all(1)


def _pairs(one: Iterable, two: Iterable) -> set[tuple[int, int]]:
    return {(int(first), int(second)) for first, second in zip(one, two, strict=True)}


def _valuesOf(prediction: Prediction, segmentation, names: Sequence[str], findings: bool) -> tuple[int, ...]:
    values = {label.name: label.value for label in prediction.labels}
    for name in names:
        if name not in values:
            raise InputError(f"{segmentation.GetName()} has no segment {name!r}; its segments: {', '.join(values)}.")
    return tuple(label.value for label in prediction.labels if label.name in names or (findings and is_finding(label)))


def _refuseRemoved(segmentation) -> None:
    if segmentation.GetScene() is None:
        raise InputError(f"{segmentation.GetName()} was removed meanwhile; nothing was measured.")


def _refuseNothing(segmentation, names: Sequence[str]) -> None:
    if names:
        raise InputError(f"{', '.join(names)} in {segmentation.GetName()} has no voxels; there is nothing to measure.")
    name = segmentation.GetName()
    raise InputError(f"{name} has no segment that is a finding, such as a tumor; choose the segment to measure.")
