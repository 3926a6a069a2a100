"""The findings of a run as plain values: what findings.json and findings.csv hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..finding import Detection
from ..region import Vector
from .labels import Code, Label
from .measurements import Measurement, measure
from .prediction import Prediction

Found = Mapping[str, list[dict[str, Any]]]

CSV_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "labels": ("value", "name", "volume_ml", "voxels", "category", "type", "modifier", "region"),
    "detections": ("label", "score", *(f"center_{axis}" for axis in "ras"), *(f"size_{n}_mm" for n in (1, 2, 3))),
    "landmarks": ("name", *"ras", "frame"),
    "classes": ("name", "probability", "score", "chosen"),
}


def findings(prediction: Prediction) -> dict[str, list[dict[str, Any]]]:
    """What was found, as findings.json holds it; every kind of finding is there, if need be as an empty list.

    ``labels`` lists every label of the model with its value, name, ``volume_ml``, ``voxels`` (0 where it was not found) and
    ``terminology``: category, type, modifier and region, each null or a code of ``scheme``, ``value`` and ``meaning``.
    ``detections`` lists all boxes, the best first: places in RAS mm, ``size_mm`` along ``axes_ras``. ``landmarks`` and
    ``classes`` are in the model's order; a landmark's ``frame`` is null where the scan has none, a class's ``probability`` where
    the model gives raw scores.
    """
    return {
        "labels": [_label(size) for size in measure(prediction)],
        "lesions": [],
        "detections": [_detection(detection) for detection in prediction.detections],
        "landmarks": [asdict(landmark) | _position(landmark.position_ras) for landmark in prediction.landmarks],
        "classes": [asdict(each) for each in prediction.classes],
    }


def csv_tables(found: Found) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Columns and rows for each kind of finding that there is: what findings.csv holds, one table below the other.

    A result without any finding has the table of labels, empty. Codes are in short, such as "SCT 10200004 Liver".
    """
    rows = {kind: [_row(kind, each) for each in found[kind]] for kind in CSV_COLUMNS}
    return [(CSV_COLUMNS[kind], rows[kind]) for kind in CSV_COLUMNS if rows[kind]] or [(CSV_COLUMNS["labels"], [])]


def _label(size: Measurement) -> dict[str, Any]:
    return {
        "value": size.label.value,
        "name": size.label.name,
        "volume_ml": round(size.volume_ml, 6),
        "voxels": size.voxels,
        "terminology": _terminology(size.label),
    }


def _detection(detection: Detection) -> dict[str, Any]:
    box = detection.box
    return {
        "label": detection.label,
        "score": detection.score,
        "center_ras": list(box.center_ras),
        "size_mm": list(box.size_mm),
        "axes_ras": [list(axis) for axis in box.axes_ras],
    }


def _position(place: Vector) -> dict[str, Any]:
    return {"position_ras": list(place)}


def _row(kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of one finding that are not lists, and of the lists one cell a number."""
    if kind == "labels":
        flat = {name: _short(code) for name, code in found["terminology"].items()}
    elif kind == "detections":
        flat = dict(zip(CSV_COLUMNS[kind][2:], (*found["center_ras"], *found["size_mm"]), strict=True))
    elif kind == "landmarks":
        flat = dict(zip("ras", found["position_ras"], strict=True))
    else:
        flat = {}
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
