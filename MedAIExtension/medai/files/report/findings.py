"""Tables of what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from ...image import Image
from ...results import Detection, Label, Lesion, Prediction, measure
from ...results.flags import OUTSIDE_RANGE
from ..plaintext import plain
from . import texts
from .document import Column, Row, Table
from .numbers import NONE, counted, length, lengths, milliliters, percent, place, score, significant, value
from .standing import Standing, said_of

# So many are listed; a longer list is for a spreadsheet, and findings.csv has it.
_MOST = 50
_MOST_LABELS = 200


@dataclass(frozen=True)
class _Field:
    """A column and how its text is made of a finding; columns that are nowhere filled are left out."""

    column: Column
    of: Callable[[Lesion], str]


def unit_of(image: Image) -> str:
    """The unit of a scan's values with a space before it, or ""."""
    return " HU" if image.modality == "CT" else ""


def lesion_table(prediction: Prediction, found: Standing, image: Image) -> Table:
    """The lesions that stand: all of few, the largest of many."""
    targets = set(found.targets)
    shown = sorted(found.important(_MOST), key=lambda lesion: lesion.id)
    fields = [field for field in _lesion_fields(prediction, targets, image) if any(field.of(lesion) for lesion in shown)]
    colors = {label.value: label.color for label in prediction.labels}
    rows = [
        Row(tuple(field.of(lesion) or NONE for field in fields), colors.get(lesion.value), strong=lesion.id in targets)
        for lesion in shown
    ]
    rest = len(found.lesions) - len(shown)
    notes = [texts.MORE.format(count=rest)] if rest else []
    return Table(
        texts.LESION_TABLE_TARGETS if targets else texts.LESION_TABLE,
        tuple(field.column for field in fields),
        tuple(rows),
        tuple(notes),
    )


def _lesion_fields(prediction: Prediction, targets: set[int], image: Image) -> list[_Field]:
    head = texts.COLUMNS
    values = head["values"].format(unit=f" ({unit_of(image).strip()})" if unit_of(image) else "")

    def remarks(lesion: Lesion) -> str:
        target = [texts.TARGET] if lesion.id in targets else []
        return plain("; ".join([*target, *_own(lesion.flags), *said_of(prediction, "lesion", lesion.id)]))

    return [
        _Field(Column(head["id"], width=0.55), lambda lesion: str(lesion.id)),
        _Field(Column(head["label"], width=1.5), lambda lesion: plain(lesion.label, 80)),
        _Field(Column(head["volume"], True, 0.95), lambda lesion: milliliters(lesion.volume_ml)),
        _Field(Column(head["axial"], True, 1.25), _axial),
        _Field(Column(head["feret"], True, 1.1), lambda lesion: length(lesion.feret.length_mm) if lesion.feret else ""),
        _Field(Column(values, True, 1.25), _values),
        _Field(Column(head["nearest"], width=1.6), _nearest),
        _Field(Column(head["score"], True, 0.75), lambda lesion: "" if lesion.score is None else score(lesion.score)),
        _Field(
            Column(head["confidence"], True, 0.95), lambda lesion: "" if lesion.confidence is None else percent(lesion.confidence)
        ),
        _Field(Column(head["remarks"], width=1.7), remarks),
    ]


def _own(flags: Sequence[str]) -> list[str]:
    """The flags of a finding itself; what holds for the whole scan is said once, at the top."""
    return [flag for flag in flags if flag != OUTSIDE_RANGE]


def _axial(lesion: Lesion) -> str:
    return lengths(line.length_mm for line in (lesion.longest, lesion.short) if line)


def _values(lesion: Lesion) -> str:
    return "" if lesion.intensity is None else f"{significant(lesion.intensity.mean)} ± {significant(lesion.intensity.sd)}"


def _nearest(lesion: Lesion) -> str:
    if lesion.nearest is None:
        return ""
    name, distance = plain(lesion.nearest.name, 60), lesion.nearest.distance_mm
    return texts.TOUCHES.format(name=name) if distance == 0 else texts.AWAY.format(name=name, distance=length(distance))


def detection_table(prediction: Prediction, found: Standing) -> Table:
    """The boxes that stand, the best ones of many."""
    head = texts.COLUMNS
    flags = {(lesion.label, lesion.center_ras): lesion.flags for lesion in prediction.lesions if not lesion.value}
    said = [
        "; ".join([*_own(flags.get((box.label, box.box.center_ras), ())), *said_of(prediction, "detection", number)])
        for number, box in found.detections[:_MOST]
    ]
    rows = [(*_cells_of(number, box), plain(words) or NONE) for (number, box), words in zip(found.detections, said, strict=False)]
    columns = [
        Column(head["id"], width=0.5),
        Column(head["label"], width=1.6),
        Column(head["score"], True, 0.7),
        Column(head["center"], True, 1.7),
        Column(head["size"], True, 1.7),
        Column(head["remarks"], width=1.6),
    ]
    kept = len(columns) if any(said) else len(columns) - 1
    rest = len(found.detections) - len(rows)
    notes = (texts.MORE.format(count=rest),) if rest else ()
    return Table(texts.DETECTION_TABLE, tuple(columns[:kept]), tuple(Row(row[:kept]) for row in rows), notes)


def _cells_of(number: int, found: Detection) -> tuple[str, ...]:
    box = found.box
    return str(number), plain(found.label, 80), score(found.score), place(box.center_ras), lengths(box.size_mm)


def rejected_table(prediction: Prediction, found: Standing) -> Table:
    """What a reader has rejected, and why."""
    head = texts.COLUMNS
    lesions = (_rejected_lesion(prediction, lesion) for lesion in found.rejected_lesions)
    boxes = (_rejected_box(prediction, number, box) for number, box in found.rejected_detections)
    rows = tuple(islice((row for each in (lesions, boxes) for row in each), _MOST))
    rest = len(found.rejected_lesions) + len(found.rejected_detections) - len(rows)
    columns = (
        Column(head["kind"], width=0.8),
        Column(head["label"], width=1.5),
        Column(head["size"], True),
        Column(head["note"], width=2.5),
    )
    return Table(texts.REJECTED_TABLE, columns, rows, (texts.MORE.format(count=rest),) if rest else ())


def _rejected_lesion(prediction: Prediction, lesion: Lesion) -> Row:
    return _rejected(texts.LESION.format(id=lesion.id), lesion.label, _axial(lesion), said_of(prediction, "lesion", lesion.id))


def _rejected_box(prediction: Prediction, number: int, box: Detection) -> Row:
    said = said_of(prediction, "detection", number)
    return _rejected(texts.DETECTION.format(id=number), box.label, lengths(box.box.size_mm), said)


def _rejected(name: str, label: str, size: str, said: Iterable[str]) -> Row:
    note = "; ".join(list(said)[1:])
    return Row((name, plain(label, 80), size or NONE, plain(note) or NONE))


def class_table(prediction: Prediction) -> Table:
    """The classes in the model's order, with a bar where the model gives probabilities."""
    head = texts.COLUMNS
    rows = tuple(
        Row(
            (plain(each.name, 80), significant(each.score), NONE if each.probability is None else f"{each.probability:.1%}"),
            share=each.probability,
            strong=each.chosen,
        )
        for each in prediction.classes
    )
    columns = (Column(head["class"], width=2.0), Column(head["score"], True), Column(head["probability"], True, 2.0))
    return Table(texts.CLASS_TABLE, columns, rows)


def landmark_table(prediction: Prediction) -> Table:
    """The points in the model's order."""
    head = texts.COLUMNS
    rows = tuple(
        Row((plain(each.name, 80), place(each.position_ras), NONE if each.frame is None else str(each.frame)))
        for each in prediction.landmarks
    )
    return Table(
        texts.LANDMARK_TABLE,
        (Column(head["point"], width=2.0), Column(head["center"], True, 2.0), Column(head["frame"], True)),
        rows,
    )


def label_table(prediction: Prediction, image: Image, *, rejected: bool) -> Table:
    """The labels that have voxels, with their statistics where they were measured; ``rejected``: some lesions do not stand."""
    head, known = texts.COLUMNS, {each.value: each for each in prediction.statistics}
    unit = f" ({unit_of(image).strip()})" if unit_of(image) else ""
    columns = [
        Column(head["label"], width=2.2),
        Column(head["volume"], True),
        Column(head["surface"], True),
        Column(head["values"].format(unit=unit), True, 1.3),
        Column(head["range"].format(unit=unit), True, 1.4),
        Column(head["confidence"], True, 0.9),
        Column(head["remarks"], width=1.4),
    ]
    sizes = [size for size in measure(prediction) if size.voxels]
    lines: list[tuple[str, ...]] = []
    for size in sizes[:_MOST_LABELS]:
        each = known.get(size.label.value)
        surface = "" if each is None or each.surface_mm2 is None else significant(each.surface_mm2 / 100)
        mean = "" if each is None or each.mean is None else f"{significant(each.mean)} ± {significant(each.sd)}"
        ends = "" if each is None or each.minimum is None else f"{value(each.minimum)} … {value(each.maximum)}"
        sure = "" if each is None or each.confidence is None else percent(each.confidence)
        remarks = "; ".join(_own(each.flags)) if each else ""
        lines.append((plain(size.label.name, 80), milliliters(size.volume_ml), surface, mean, ends, sure, remarks))
    filled = [number for number in range(len(columns)) if number < 2 or any(line[number] for line in lines)]
    rows = tuple(
        Row(tuple(line[number] or NONE for number in filled), size.label.color) for line, size in zip(lines, sizes, strict=False)
    )
    notes = [texts.INCLUDES_REJECTED] if rejected else []
    notes += [texts.MORE.format(count=len(sizes) - len(rows))] if len(sizes) > len(rows) else []
    notes += [texts.MISSING.format(names=names)] if (names := _missing(prediction.labels, {s.label.value for s in sizes})) else []
    return Table(texts.LABEL_TABLE, tuple(columns[number] for number in filled), rows, tuple(notes))


def _missing(labels: Sequence[Label], found: set[int]) -> str:
    return counted(plain(label.name, 80) for label in labels if label.value not in found)
