"""What stands in a report, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from ...image import Image
from ...results import Prediction, measure
from ...results.flags import OUTSIDE_RANGE, SENTENCES
from ...results.lesions import is_finding
from ..plaintext import plain
from . import texts
from .document import Block, Document, Facts, Section
from .findings import class_table, detection_table, label_table, landmark_table, lesion_table, rejected_table, unit_of
from .model import model_facts, title_of
from .names import without_names
from .numbers import counted, duration, lengths, milliliters, place, score
from .pictures import finding_pictures, overview
from .planes import is_photo
from .standing import Standing, sorted_by_review
from .surface import surface_picture

_MANY, _FEW = 12, 3


def build_report(
    prediction: Prediction, image: Image, card: Mapping[str, Any] | None = None, patient: Mapping[str, str] | None = None
) -> Document:
    """The whole report with its pictures, as plain data; see ``write_report`` for the arguments."""
    found = sorted_by_review(prediction, image)
    pictures = Section(texts.PICTURES, tuple(_pictures(prediction, image, found)))
    first = len(found.lesions) + len(found.detections) > _MANY  # nobody leafs through a long table to see the largest
    sections = [
        Section(texts.PATIENT, (Facts(tuple((plain(name, 80), plain(value)) for name, value in (patient or {}).items())),)),
        Section(texts.LOOK, tuple(_look(prediction, image, found, named=bool(patient)))),
        *([pictures] if first else []),
        Section(texts.LESION_SECTION, (lesion_table(prediction, found, image),) if found.lesions else ()),
        Section(texts.DETECTION_SECTION, (detection_table(prediction, found),) if found.detections else ()),
        Section(texts.CLASS_SECTION, (class_table(prediction),) if prediction.classes else ()),
        Section(texts.LANDMARK_SECTION, (landmark_table(prediction),) if prediction.landmarks else ()),
        *([] if first else [pictures]),
        Section(texts.LABEL_SECTION, tuple(_labels(prediction, image, found))),
        Section(texts.REJECTED_SECTION, tuple(_rejected(prediction, found))),
        Section(texts.SCAN, (_scan(image, named=bool(patient)),)),
        Section(texts.MODEL, (model_facts(prediction.run, card), *(() if card else (texts.NO_CARD,)))),
        Section(texts.MEASURED, (tuple(_methods(prediction, image)),)),
        Section(texts.RUN, (_run(prediction.run),)),
    ]
    return Document(
        title=texts.TITLE,
        subtitle=title_of(prediction.run),
        date=texts.MADE.format(date=_date(datetime.now(timezone.utc).isoformat())),
        disclaimer=texts.DISCLAIMER,
        summary=tuple(_summary(prediction, found)),
        sections=tuple(section for section in sections if any(_is_filled(block) for block in section.blocks)),
    )


def _is_filled(block: Block) -> bool:
    return bool(block.pairs) if isinstance(block, Facts) else bool(block)


def _summary(prediction: Prediction, found: Standing) -> Iterator[str]:
    yield from _lesions_said(prediction, found)
    if found.detections:
        _, best = found.detections[0]
        words = texts.DETECTIONS if len(found.detections) > 1 else texts.ONE_DETECTION
        yield words.format(count=len(found.detections), label=plain(best.label, 80), score=score(best.score))
    if prediction.classes:
        chosen = counted(plain(each.name, 80) for each in prediction.classes if each.chosen)
        yield texts.CHOSEN.format(names=chosen) if chosen else texts.NO_CLASS
    if prediction.landmarks:
        yield texts.LANDMARKS.format(count=len(prediction.landmarks))
    sizes = [size for size in measure(prediction) if size.voxels]
    if any(not is_finding(size.label) for size in sizes):
        few = (texts.LABEL.format(label=plain(size.label.name, 80), volume=milliliters(size.volume_ml)) for size in sizes)
        total = texts.LABELS.format(found=len(sizes), count=len(prediction.labels))
        yield total if len(sizes) > _FEW else " ".join(few)
    looked_for = any(is_finding(label) for label in prediction.labels)  # then it says already that there is no lesion
    if not (sizes or looked_for or prediction.detections or prediction.classes or prediction.landmarks):
        yield texts.NOTHING
    rejected = len(found.rejected_lesions) + len(found.rejected_detections)
    if rejected and (found.lesions or not found.rejected_lesions):
        yield texts.ONE_REJECTED if rejected == 1 else texts.REJECTED.format(count=rejected)


def _lesions_said(prediction: Prediction, found: Standing) -> Iterator[str]:
    if found.lesions:
        largest = found.lesions[0]
        lines = [line.length_mm for line in (largest.longest, largest.short) if line]
        size = f"{lengths(lines)} mm, {milliliters(largest.volume_ml)} ml" if lines else f"{milliliters(largest.volume_ml)} ml"
        words = texts.LESIONS if len(found.lesions) > 1 else texts.ONE_LESION
        yield words.format(count=len(found.lesions), id=largest.id, label=plain(largest.label, 80), size=size)
        if found.targets:
            yield texts.TARGETS.format(ids=", ".join(map(str, found.targets)))
    elif found.rejected_lesions:
        yield texts.ALL_REJECTED.format(count=len(found.rejected_lesions))
    elif not prediction.lesions and any(is_finding(label) for label in prediction.labels):
        yield texts.NO_LESION


def _look(prediction: Prediction, image: Image, found: Standing, *, named: bool) -> Iterator[Block]:
    """What the run warned of, then each flag with those that have it."""
    said = [str(sentence) for sentence in prediction.run.get("warnings") or ()]
    lines = [plain(sentence) for sentence in (said if named else without_names(said, image.name))]
    lines += _flagged(prediction, found)
    if lines:
        yield tuple(lines)


def _flagged(prediction: Prediction, found: Standing) -> Iterator[str]:
    """A sentence for each flag, with the lesions and the labels that have it."""
    names = {label.value: label.name for label in prediction.labels}
    lesions, labels = [each.flags for each in found.lesions], [each.flags for each in prediction.statistics]
    for flag in dict.fromkeys(flag for flags in (*lesions, *labels) for flag in flags):
        sentence = SENTENCES.get(flag, plain(flag))
        if flag == OUTSIDE_RANGE:  # what is true of the scan is true of all in it, and said once
            yield sentence
            continue
        ids = [str(lesion.id) for lesion in found.lesions if flag in lesion.flags]
        if ids:
            words = texts.FLAGGED_LESION if len(ids) == 1 else texts.FLAGGED_LESIONS
            yield words.format(ids=counted(ids, _MANY), sentence=sentence)
        having = [plain(names.get(each.value, each.value), 80) for each in prediction.statistics if flag in each.flags]
        if having:
            yield texts.FLAGGED_LABELS.format(ids=counted(having, _MANY), sentence=sentence)


def _pictures(prediction: Prediction, image: Image, found: Standing) -> Iterator[Block]:
    pictures = list(finding_pictures(prediction, image, found))
    yield from pictures
    if not (found.lesions or found.detections):
        yield overview(prediction, image)
    surface = surface_picture(prediction, image, found)
    if surface is not None:
        yield surface


def _labels(prediction: Prediction, image: Image, found: Standing) -> Iterator[Block]:
    if prediction.labelmap is not None:
        yield label_table(prediction, image, rejected=bool(found.rejected_lesions))


def _rejected(prediction: Prediction, found: Standing) -> Iterator[Block]:
    if found.rejected_lesions or found.rejected_detections:
        yield rejected_table(prediction, found)


def _scan(image: Image, *, named: bool) -> Facts:
    modality = plain(image.modality, 20) or (texts.RGB if image.channels == 3 else texts.UNKNOWN)
    pairs = [
        (texts.FACTS["name"], plain(image.name, 120) if named else ""),
        (texts.FACTS["modality"], modality),
        (texts.FACTS["voxels"], " × ".join(map(str, image.shape))),
        (texts.FACTS["spacing"], texts.UNKNOWN if is_photo(image) else f"{lengths(image.spacing)} mm"),
        (texts.FACTS["directions"], image.orientation if 1 not in image.shape else ""),
    ]
    return Facts(tuple((name, value) for name, value in pairs if value))


def _methods(prediction: Prediction, image: Image) -> Iterator[str]:
    if prediction.labelmap is not None:
        yield texts.METHOD_LABELS
    if prediction.lesions and any(lesion.value for lesion in prediction.lesions):
        yield texts.METHOD_LESIONS
    if prediction.statistics or any(lesion.intensity for lesion in prediction.lesions):
        yield texts.METHOD_VALUES.format(unit=f" (in{unit_of(image)})" if unit_of(image) else "")
    if prediction.detections:
        yield texts.METHOD_BOXES
    if prediction.detections or prediction.landmarks:
        yield texts.METHOD_PLACES
    if any(share is not None for share in _sureness(prediction)):
        yield texts.METHOD_SURENESS
    if is_photo(image):
        yield texts.METHOD_PIXELS


def _sureness(prediction: Prediction) -> Iterator[float | None]:
    yield from (lesion.confidence for lesion in prediction.lesions)
    yield from (each.confidence for each in prediction.statistics)


def _run(run: Mapping[str, Any]) -> Facts:
    plan, options = run.get("plan") or {}, run.get("options") or {}
    seconds = {name: value for name, value in (run.get("seconds") or {}).items() if isinstance(value, int | float)}
    parts = ", ".join(f"{texts.STEPS.get(name, plain(name, 30))} {duration(value)}" for name, value in seconds.items())
    versions = ", ".join(f"{plain(name, 40)} {plain(version, 40)}" for name, version in (run.get("versions") or {}).items())
    pairs = [
        ("run_date", _date(str(run.get("date") or ""))),
        ("device", run.get("device")),
        ("precision", plan.get("precision")),
        ("mode", options.get("mode")),
        ("roi", _box_said(options.get("roi"))),
        ("seconds", f"{duration(sum(seconds.values()))} ({parts})" if parts else ""),
        ("versions", versions),
    ]
    return Facts(tuple((texts.FACTS[key], plain(value)) for key, value in pairs if value))


def _box_said(roi: object) -> str:
    if not isinstance(roi, Mapping) or not {"center_ras", "size_mm"} <= set(roi):
        return ""
    return f"{lengths(roi['size_mm'])} mm, {texts.COLUMNS['center']} {place(roi['center_ras'])}"


def _date(text: str) -> str:
    """2026-01-31 14:05 UTC; the text itself where it is no date."""
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return plain(text, 40)
    return f"{date.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC" if date.tzinfo else f"{date:%Y-%m-%d %H:%M}"
