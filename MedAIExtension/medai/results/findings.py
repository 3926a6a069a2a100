"""The findings of a run as plain values: what findings.json and findings.csv hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .labels import Code, Label
from .measurements import measure
from .prediction import Prediction

CSV_COLUMNS = ("value", "name", "volume_ml", "voxels", "category", "type", "modifier", "region")


def findings(prediction: Prediction) -> dict[str, list[dict[str, Any]]]:
    """What was found, as findings.json holds it; every kind of finding is there, if need be as an empty list.

    ``labels`` lists every label of the model with its value, name, ``volume_ml``, ``voxels`` (0 where it was not found) and
    ``terminology``: category, type, modifier and region, each null or a code of ``scheme``, ``value`` and ``meaning``.
    """
    labels = [
        {
            "value": size.label.value,
            "name": size.label.name,
            "volume_ml": round(size.volume_ml, 6),
            "voxels": size.voxels,
            "terminology": _terminology(size.label),
        }
        for size in measure(prediction)
    ]
    return {"labels": labels, "lesions": [], "detections": [], "classes": []}


def csv_rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The labels of ``findings`` as rows with the keys ``CSV_COLUMNS``; codes in short, such as "SCT 10200004 Liver"."""
    return [
        {column: label[column] if column in label else _short(label["terminology"][column]) for column in CSV_COLUMNS}
        for label in found["labels"]
    ]


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
