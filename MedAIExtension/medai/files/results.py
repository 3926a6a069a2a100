"""A result that ``medai run`` wrote into a folder, opened again; and a reader's reviews written into it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ..errors import InputError
from ..image import Image
from ..results import Label, Prediction, Review, count_voxels, describe_labels, findings, reviewed
from .found import class_of, code_of, detection_of, landmark_of, lesion_of, reviews_of, statistics_of
from .nifti import read_nifti
from .prediction import NAMES, write_json, write_table
from .volumes import read_layers
from .whole import written_whole

_MOST_BYTES = 256 << 20  # of findings.json; 1,000 lesions take one megabyte
_MOST_SEGMENTS = 65535
_KINDS = ("labels", "lesions", "detections", "landmarks", "classes")

Document = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Result:
    """What a folder of a result holds.

    Attributes:
        prediction: label map with every layer, findings, maps, the record of the run, reviews.
        folder: where it lies.
    """

    prediction: Prediction
    folder: Path


def read_result(folder: Path) -> Result:
    """Open a folder that ``medai run`` wrote; results of older versions open too, without what they did not have.

    Raises:
        InputError: if the folder holds no result, or a file of it is missing, damaged, or belongs to another result.
    """
    path = folder / NAMES["findings"]
    if not path.is_file():
        raise InputError(f"{folder} holds no result: {path.name} is not there; give a folder that `medai run` wrote.")
    found, run = _read_findings(path), _read_run(folder / NAMES["run"])
    try:
        prediction = _prediction(folder, found, run)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, InputError) as problem:
        if isinstance(problem, InputError) and str(folder) in str(problem):
            raise
        reason = f"it lacks {problem}" if isinstance(problem, KeyError) else str(problem).rstrip(".")
        raise InputError(f"{path} is damaged or was not written by `medai run` ({reason}); run the model again.") from problem
    return Result(prediction, folder)


def write_reviews(folder: Path, reviews: Iterable[Review]) -> Result:
    """Keep a reader's reviews with the result in ``folder``: findings.json and findings.csv are replaced together, whole.

    Everything else in findings.json, also what this version does not know, stays as it is.

    Returns:
        The result with all its reviews, those of before included.

    Raises:
        InputError: as ``read_result`` and ``medai.results.reviewed`` raise; nothing is changed then.
        MedAIError: if writing fails, such as on a full disk; nothing is changed then.
    """
    result = read_result(folder)
    prediction = reviewed(result.prediction, reviews)
    found = _read_findings(folder / NAMES["findings"])
    said = {(review.kind, review.id): {"state": review.state, "note": review.note} for review in prediction.reviews}
    for kind, key in (("lesion", "lesions"), ("detection", "detections")):
        for place, each in enumerate(found[key], 1):
            each["review"] = said.get((kind, each["id"] if kind == "lesion" else place))
    with written_whole(folder) as temporary:
        write_json(temporary / NAMES["findings"], found)
        write_table(temporary / NAMES["table"], findings(prediction))
    return replace(result, prediction=prediction)


def _prediction(folder: Path, found: Document, run: Mapping[str, Any]) -> Prediction:
    labelmap, segments = _labelmap(folder) if found["labels"] else (None, {})
    labels = tuple(_label(each, segments) for each in found["labels"])
    if labelmap is not None and not all(0 <= label.layer < labelmap.channels for label in labels):
        raise InputError(f"{folder / NAMES['segments']} is damaged: a segment is in a layer that is not there; copy it again.")
    counts = count_voxels(labelmap) if labelmap is not None else None
    if counts is not None:
        listed = {int(each["value"]): each["voxels"] for each in found["labels"] if each["voxels"]}
        _check_counts(folder, counts, listed, exact=bool(segments))
    lesions = tuple(lesion_of(each) for each in found["lesions"])
    if len({lesion.id for lesion in lesions}) < len(lesions):
        raise ValueError("two lesions have one number")
    return Prediction(
        labelmap=labelmap,
        labels=labels,
        run=run,
        counts=counts,
        detections=tuple(detection_of(each) for each in found["detections"]),
        landmarks=tuple(landmark_of(each) for each in found["landmarks"]),
        classes=tuple(class_of(each) for each in found["classes"]),
        lesions=lesions,
        statistics=tuple(each for each in map(statistics_of, found["labels"]) if each is not None),
        confidence=_map(folder, "confidence", labelmap),
        saliency=_map(folder, "saliency", labelmap),
        reviews=tuple(reviews_of(found)),
    )


def _map(folder: Path, key: str, labelmap: Image | None) -> Image | None:
    """A map in percent; None where there is none."""
    path = folder / NAMES[key]
    if not path.is_file():
        return None
    image = read_nifti(path)
    if image.voxels.dtype != np.uint8 or image.channels != 1 or (labelmap is not None and image.shape != labelmap.shape):
        raise InputError(f"{path} is no map of this result; run the model again.")
    return image if labelmap is None else replace(image, affine=labelmap.affine)


def _labelmap(folder: Path) -> tuple[Image, dict[int, dict[str, str]]]:
    """The label map with its layers and the fields of its segments by value; without segments from the flat file."""
    segments, flat = folder / NAMES["segments"], folder / NAMES["segmentation"]
    if segments.is_file():
        image, fields = read_layers(segments)
        described = _segments(fields)
    elif flat.is_file():
        image, described = read_nifti(flat), {}
    else:
        raise InputError(f"{folder} has labels in {NAMES['findings']}, but {flat.name} is not there; copy the whole folder.")
    if not np.issubdtype(image.voxels.dtype, np.integer) or image.voxels.min() < 0:
        raise InputError(f"The label map in {folder} has values that are no labels; run the model again.")
    if image.voxels.dtype not in (np.uint8, np.uint16):
        if image.voxels.max() > np.iinfo(np.uint16).max:
            raise InputError(f"The label map in {folder} has values above 65535, which no result has; run the model again.")
        image = image.with_voxels(image.voxels.astype(np.uint16))
    return image, described


def _segments(fields: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Fields of each segment of Slicer's format, such as "Name" and "Layer", by its value."""
    found: dict[int, dict[str, str]] = {}
    for number in range(_MOST_SEGMENTS):
        start = f"Segment{number}_"
        if f"{start}LabelValue" not in fields:
            break
        own = {key.removeprefix(start): value for key, value in fields.items() if key.startswith(start)}
        found[int(own["LabelValue"])] = own
    return found


def _label(found: Mapping[str, Any], segments: Mapping[int, Mapping[str, str]]) -> Label:
    """A label with the color and layer of its segment; of one without voxels they are those that its name gives."""
    value, name = found["value"], found["name"]
    (plain,) = describe_labels({value: name})
    codes = {part: code_of(code) for part, code in found.get("terminology", {}).items()}
    own = segments.get(value, {})
    red, green, blue = (round(255 * float(part)) for part in own["Color"].split()) if "Color" in own else plain.color
    return Label(
        value,
        name,
        (red, green, blue),
        codes.get("category") or plain.category,
        codes.get("type") or plain.type,
        codes.get("modifier"),
        codes.get("region"),
        int(own.get("Layer", 0)),
    )


def _check_counts(folder: Path, counts: Mapping[int, int], listed: Mapping[int, int], *, exact: bool) -> None:
    """The label map and the findings are of one run; of a flat label map of labels that overlap, less may be seen."""
    if dict(counts) == dict(listed) or (not exact and all(size <= listed.get(value, 0) for value, size in counts.items())):
        return
    raise InputError(
        f"The label map in {folder} is not the one that {NAMES['findings']} was made from: it has other numbers of voxels;"
        " run the model again, or give the label map itself."
    )


def _read_findings(path: Path) -> dict[str, Any]:
    found = _read_json(path)
    for kind in _KINDS:
        entries = found.setdefault(kind, [])
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise InputError(f'{path} is not what `medai run` writes ("{kind}" is no list of findings); run the model again.')
    return found


def _read_run(path: Path) -> dict[str, Any]:
    return _read_json(path) if path.is_file() else {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is larger than any that `medai run` writes; run the model again.")
        found = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror}); check who may read it.") from problem
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{path} is damaged ({problem}); run the model again.") from problem
    if not isinstance(found, dict):
        raise InputError(f"{path} is not what `medai run` writes; run the model again.")
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
