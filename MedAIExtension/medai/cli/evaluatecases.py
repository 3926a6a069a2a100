"""From the files of a case to its comparison: label maps, segmentations whose labels overlap, contours, boxes, images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .console import say

if TYPE_CHECKING:
    from ..evaluation import Case, LabelResult, Pair
    from ..finding import Detection
    from ..image import Image

_FINDINGS, _SEGMENTS = "findings.json", "segmentation.seg.nrrd"


@dataclass(frozen=True)
class Criteria:
    """How cases are compared; see ``medai.evaluation.evaluate``."""

    labels: list[int] | None = None
    tolerance_mm: float = 1.0
    resample: bool = False
    prediction_map: Mapping[int, int] | None = None
    reference_map: Mapping[int, int] | None = None
    lesion_iou: float = 0.0
    images: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        maps = {"prediction_map": self.prediction_map, "reference_map": self.reference_map}
        shown = {name: {str(old): new for old, new in each.items()} if each else None for name, each in maps.items()}
        numbers = {"tolerance_mm": self.tolerance_mm, "lesion_iou": self.lesion_iou, "resample": self.resample}
        return {"labels": self.labels, **numbers, **shown, "images": self.images}


@dataclass(frozen=True)
class Side:
    """What one side of a case holds: a label map, boxes (None where boxes are not what it is about), names of values."""

    path: Path
    labelmap: Image | None = None
    boxes: tuple[Detection, ...] | None = None
    names: Mapping[int, str] = field(default_factory=dict)


def compare_case(pair: Pair, criteria: Criteria) -> Case:
    """Read a case and compare what both sides have of it.

    Raises:
        InputError: if a file cannot be read, or both sides have nothing in common that can be compared.
    """
    from ..evaluation import Case, compare_images
    from ..evaluation.pairs import inside
    from ..files import read_image

    paths = inside(pair.prediction), inside(pair.reference)
    case = Case(pair.case, str(paths[0]), str(paths[1]))
    if criteria.images:
        images = [read_image(path) for path in paths]
        return replace(case, image=compare_images(*images, resample=criteria.resample))
    prediction = _read_side(paths[0])
    reference = _read_side(paths[1], prediction)
    if prediction.labelmap is None or reference.labelmap is None:
        if prediction.boxes is None or (reference.boxes is None and reference.labelmap is None):
            raise InputError(_nothing_in_common(prediction, reference))
        labels: tuple[LabelResult, ...] = ()
    else:
        labels = _compare_labels(prediction.labelmap, reference.labelmap, criteria)
    names = {**({} if criteria.reference_map else reference.names), **({} if criteria.prediction_map else prediction.names)}
    return replace(case, labels=labels, label_names=names, boxes=_compare_boxes(prediction, reference, criteria))


def _compare_labels(prediction: Image, reference: Image, criteria: Criteria) -> tuple[LabelResult, ...]:
    from ..evaluation import evaluate

    results = evaluate(
        prediction,
        reference,
        criteria.labels,
        criteria.tolerance_mm,
        resample=criteria.resample,
        prediction_map=criteria.prediction_map,
        reference_map=criteria.reference_map,
        lesion_iou=criteria.lesion_iou,
        layered=True,
    )
    return tuple(results)


def _compare_boxes(prediction: Side, reference: Side, criteria: Criteria) -> dict[str, Any]:
    from ..evaluation import match_to_boxes, match_to_mask

    if prediction.boxes is None:
        return {}
    if reference.boxes is not None:
        return match_to_boxes(prediction.boxes, reference.boxes, criteria.lesion_iou)
    if reference.labelmap is None:
        return {}
    return {"": match_to_mask(prediction.boxes, reference.labelmap, criteria.labels, criteria.lesion_iou)}


def _read_side(path: Path, other: Side | None = None) -> Side:
    """Read one side; ``other`` is the prediction, on whose grid contours are filled."""
    from ..files import read_image

    name = path.name.lower()
    if name.endswith(".json"):
        found = _read_findings(path)
        return Side(path, boxes=_boxes_of(found, path))
    if name.endswith(".seg.nrrd"):
        return _read_segments(path)
    kind = _modality(path)
    if kind == "RTSTRUCT":
        return _read_contours(path, other)
    if kind == "SEG":
        raise InputError(f"{path} is a DICOM segmentation, which is not read here; save it as NIfTI or .seg.nrrd in 3D Slicer.")
    segments, beside = path.with_name(_SEGMENTS), path.with_name(_FINDINGS)
    found = _read_findings(beside) if beside.is_file() and path.name == "segmentation.nii.gz" else {}
    names = _names_of(found) or _names_beside(path)
    boxes = _boxes_of(found, beside) or None
    if found and _layers(segments) > 1:
        say(f"medai: note: labels overlap in {segments}; they are compared as they are there, not as {path.name} shows them.")
        return replace(_read_segments(segments), boxes=boxes, names=names)
    return Side(path, read_image(path), boxes, names)


def _read_segments(path: Path) -> Side:
    """A segmentation of 3D Slicer with all its layers, and the names of its segments."""
    from ..files.volumes import read_layers

    image, fields = read_layers(path)
    names: dict[int, str] = {}
    number = 0
    while f"Segment{number}_LabelValue" in fields:
        value = int(fields[f"Segment{number}_LabelValue"])
        if value in names:
            raise InputError(
                f"{path} has segments that share the value {value} in different layers, so values do not tell them apart;"
                " export them from 3D Slicer as label maps, each in a file of its own."
            )
        names[value] = fields.get(f"Segment{number}_Name", "")
        number += 1
    return Side(path, image, names=names)


def _layers(path: Path) -> int:
    import SimpleITK as sitk

    if not path.is_file():
        return 0
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError:
        return 0
    return int(reader.GetNumberOfComponents())


def _read_contours(path: Path, other: Side | None) -> Side:
    from ..files.contours import read_contours

    if other is None:
        raise InputError(f"{path} holds contours, which are references only; give the label map first and the contours second.")
    if other.labelmap is None:
        raise InputError(f"{path} holds contours, and {other.path} has no label map to compare with them; give a label map.")
    image, names = read_contours(path, other.labelmap)
    say(f"medai: note: structures of {path}: {', '.join(f'{value} = {name}' for value, name in enumerate(names, 1))}.")
    return Side(path, image, names=dict(enumerate(names, 1)))


def _modality(path: Path) -> str:
    """DICOM's word for what a file holds; "" of other files and of folders."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    if path.is_dir() or path.suffix.lower() not in (".dcm", ".dicom", ".ima", ""):
        return ""
    try:
        return str(pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["Modality"]).get("Modality", ""))
    except (InvalidDicomError, OSError):
        return ""


def _read_findings(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    except (OSError, ValueError):
        pass
    raise InputError(f'{path} cannot be read as findings; it is JSON with a list "detections", as medai run writes it.')


def _boxes_of(found: Mapping[str, Any], path: Path) -> tuple[Detection, ...]:
    """The boxes of findings; those of a reference may leave out names, scores and axes."""
    from ..finding import Detection
    from ..region import Box

    try:
        boxes = []
        for each in found.get("detections", []):
            axes = each.get("axes_ras") or [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
            box = Box(tuple(each["center_ras"]), tuple(each["size_mm"]), tuple(map(tuple, axes)))  # type: ignore[arg-type]
            boxes.append(Detection(str(each.get("label") or ""), float(each.get("score", 1)), box))
        return tuple(boxes)
    except (KeyError, TypeError, ValueError, AttributeError, InputError) as problem:
        reason = f"one lacks {problem}" if isinstance(problem, KeyError) else str(problem).rstrip(".")
        raise InputError(f'{path} has boxes that are none ({reason}); give each "center_ras" and "size_mm" in mm.') from problem


def _names_of(found: Mapping[str, Any]) -> dict[int, str]:
    try:
        return {int(label["value"]): str(label["name"]) for label in found["labels"]}
    except (ValueError, TypeError, KeyError):
        return {}


def _names_beside(path: Path) -> dict[int, str]:
    """Names of the labels where the file lies in a folder that ``medai run`` wrote."""
    try:
        return _names_of(_read_findings(path.with_name(_FINDINGS)))
    except InputError:
        return {}


def _nothing_in_common(prediction: Side, reference: Side) -> str:
    if reference.boxes is not None:
        return f"{reference.path} holds boxes, and {prediction.path} has none with scores; give a result with detections."
    return f"{prediction.path} and {reference.path} hold nothing that can be compared; give label maps, or boxes with scores."
