"""The findings of a run as plain values: what findings.json and findings.csv hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ..finding import Detection
from ..region import Vector
from .labels import Code, Label
from .lesions import Diameter, Lesion
from .measurements import Measurement, measure
from .prediction import Prediction
from .review import Review
from .statistics import Statistics

Found = Mapping[str, list[dict[str, Any]]]

_VALUES = ("mean", "sd", "minimum", "maximum")

CSV_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "labels": (
        *("value", "name", "volume_ml", "voxels", "category", "type", "modifier", "region", "surface_mm2"),
        *("mean", "sd", "minimum", "maximum", "median", "confidence", "flags"),
    ),
    "lesions": (
        *("id", "label", "value", "voxels", "volume_ml", *(f"center_{axis}" for axis in "ras")),
        *("longest_diameter_mm", "short_axis_mm", "feret_diameter_mm", "mean", "sd", "minimum", "maximum"),
        *("nearest", "nearest_mm", "score", "confidence", "flags", "review", "note"),
    ),
    "detections": (
        *("label", "score", *(f"center_{axis}" for axis in "ras"), *(f"size_{n}_mm" for n in (1, 2, 3))),
        *("review", "note"),
    ),
    "landmarks": ("name", *"ras", "frame"),
    "classes": ("name", "probability", "score", "chosen"),
}


def findings(prediction: Prediction) -> dict[str, list[dict[str, Any]]]:
    """What was found, as findings.json holds it; every kind of finding is there, if need be as an empty list.

    ``labels`` lists every label of the model with its value, name, ``volume_ml``, ``voxels`` (0 where it was not found),
    ``terminology`` (category, type, modifier and region, each null or a code of ``scheme``, ``value`` and ``meaning``) and what
    ``Statistics`` has. ``lesions`` are as ``Lesion`` has them, ``bbox_ras`` the bounds, ``longest_ras``, ``short_ras`` and
    ``feret_ras`` the ends of the diameters. ``detections`` lists all boxes, the best first: places in RAS mm, ``size_mm`` along
    ``axes_ras``. ``landmarks`` and ``classes`` are in the model's order; a landmark's ``frame`` is null where the scan has
    none, a class's ``probability`` where the model gives raw scores. What is not known is null, never NaN; ``review`` is null
    or a ``state`` and a ``note``.
    """
    measured = {each.value: each for each in prediction.statistics}
    reviews = {(review.kind, review.id): review for review in prediction.reviews}
    boxes = enumerate(prediction.detections, 1)
    return {
        "labels": [_label(size, measured.get(size.label.value)) for size in measure(prediction)],
        "lesions": [_lesion(lesion, reviews.get(("lesion", lesion.id))) for lesion in prediction.lesions],
        "detections": [_detection(detection, reviews.get(("detection", place))) for place, detection in boxes],
        "landmarks": [asdict(landmark) | _position(landmark.position_ras) for landmark in prediction.landmarks],
        "classes": [asdict(each) for each in prediction.classes],
    }


def csv_tables(found: Found) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Columns and rows for each kind of finding that there is: what findings.csv holds, one table below the other.

    A result without any finding has the table of labels, empty. Codes are in short, such as "SCT 10200004 Liver".
    """
    rows = {kind: [_row(kind, each) for each in found[kind]] for kind in CSV_COLUMNS}
    return [(CSV_COLUMNS[kind], rows[kind]) for kind in CSV_COLUMNS if rows[kind]] or [(CSV_COLUMNS["labels"], [])]


def _label(size: Measurement, measured: Statistics | None) -> dict[str, Any]:
    return {
        "value": size.label.value,
        "name": size.label.name,
        "volume_ml": round(size.volume_ml, 6),
        "voxels": size.voxels,
        "terminology": _terminology(size.label),
        **_numbers(measured, ("surface_mm2", *_VALUES, "median", "confidence")),
        "flags": list(measured.flags) if measured else [],
    }


def _lesion(lesion: Lesion, review: Review | None) -> dict[str, Any]:
    nearest = lesion.nearest
    return {
        "id": lesion.id,
        "label": lesion.label,
        "value": lesion.value,
        "voxels": lesion.voxels,
        "volume_ml": round(lesion.volume_ml, 6),
        "center_ras": list(lesion.center_ras),
        "bbox_ras": list(lesion.bounds_ras),
        "longest_diameter_mm": lesion.longest.length_mm if lesion.longest else None,
        "short_axis_mm": lesion.short.length_mm if lesion.short else None,
        "feret_diameter_mm": lesion.feret.length_mm if lesion.feret else None,
        "longest_ras": _ends(lesion.longest),
        "short_ras": _ends(lesion.short),
        "feret_ras": _ends(lesion.feret),
        "slice_axis": lesion.slice_axis,
        **_numbers(lesion.intensity, _VALUES),
        "nearest": nearest.name if nearest else None,
        "nearest_mm": _number(nearest.distance_mm) if nearest else None,
        "score": _number(lesion.score),
        "confidence": _number(lesion.confidence),
        "flags": list(lesion.flags),
        "review": _review(review),
    }


def _detection(detection: Detection, review: Review | None) -> dict[str, Any]:
    box = detection.box
    return {
        "label": detection.label,
        "score": detection.score,
        "center_ras": list(box.center_ras),
        "size_mm": list(box.size_mm),
        "axes_ras": [list(axis) for axis in box.axes_ras],
        "review": _review(review),
    }


def _numbers(measured: object, names: Iterable[str]) -> dict[str, float | None]:
    """Of what was measured, all null where it was not."""
    return {name: _number(getattr(measured, name, None)) for name in names}


def _number(value: float | None) -> float | None:
    """JSON has no NaN and no infinity."""
    return value if value is not None and math.isfinite(value) else None


def _ends(diameter: Diameter | None) -> list[list[float]] | None:
    return [list(diameter.start_ras), list(diameter.end_ras)] if diameter else None


def _review(review: Review | None) -> dict[str, str] | None:
    return {"state": review.state, "note": review.note} if review else None


def _position(place: Vector) -> dict[str, Any]:
    return {"position_ras": list(place)}


def _row(kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of one finding that are not lists, and of the lists one cell a number; flags share a cell."""
    flat: dict[str, Any] = {}
    if kind == "labels":
        flat = {name: _short(code) for name, code in found["terminology"].items()}
    elif kind in ("lesions", "detections"):
        review = found["review"] or {}
        flat = dict(zip(("center_r", "center_a", "center_s"), found["center_ras"], strict=True))
        flat |= {"review": review.get("state"), "note": review.get("note")}
    elif kind == "landmarks":
        flat = dict(zip("ras", found["position_ras"], strict=True))
    if kind == "detections":
        flat |= dict(zip(("size_1_mm", "size_2_mm", "size_3_mm"), found["size_mm"], strict=True))
    if "flags" in found:
        flat["flags"] = "; ".join(found["flags"])
    return {column: flat[column] if column in flat else found[column] for column in CSV_COLUMNS[kind]}


def _terminology(label: Label) -> dict[str, Any]:
    codes: dict[str, Code | None] = {
        "category": label.category,
        "type": label.type,
        "modifier": label.modifier,
        "region": label.region,
    }
    return {part: asdict(code) if code else None for part, code in codes.items()}


def _short(code: Mapping[str, str] | None) -> str:
    return f"{code['scheme']} {code['value']} {code['meaning']}" if code else ""
