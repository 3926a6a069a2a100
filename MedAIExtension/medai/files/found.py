"""From the plain values of findings.json back to what they stand for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ..finding import ClassScore, Detection, Landmark
from ..region import Box, Vector
from ..results import Code, Diameter, Intensity, Lesion, Nearest, Review, Statistics

Found = Mapping[str, Any]
_MEASURES = ("surface_mm2", "mean", "sd", "minimum", "maximum", "median", "confidence")
_Value = TypeVar("_Value")


def lesion_of(found: Found) -> Lesion:
    """The lesion of an entry of "lesions"; raises KeyError, TypeError, ValueError or InputError where it is none."""
    bounds = _numbers(found["bbox_ras"], 6)
    volume = _known(_number(found["volume_ml"]))
    if not all(low <= high for low, high in zip(bounds[::2], bounds[1::2], strict=True)) or volume < 0:
        raise ValueError(f"lesion {found['id']} has no extent")
    return Lesion(
        id=_whole(found["id"], least=1),
        label=str(found["label"]),
        value=_whole(found.get("value", 0)),
        voxels=_whole(found.get("voxels", 0)),
        volume_ml=volume,
        center_ras=_vector(found["center_ras"]),
        bounds_ras=(bounds[0], bounds[1], bounds[2], bounds[3], bounds[4], bounds[5]),
        slice_axis=(0, 1, 2)[_whole(_or(found.get("slice_axis"), 2))],
        longest=_diameter(found.get("longest_ras")),
        short=_diameter(found.get("short_ras")),
        feret=_diameter(found.get("feret_ras")),
        intensity=_intensity(found),
        nearest=Nearest(str(found["nearest"]), _known(_number(found["nearest_mm"]))) if found.get("nearest") else None,
        score=_number(found.get("score")),
        confidence=_number(found.get("confidence")),
        flags=_flags(found),
    )


def detection_of(found: Found) -> Detection:
    """The detection of an entry of "detections"; raises as ``lesion_of`` does."""
    one, two, three = found["axes_ras"]
    axes = (_vector(one), _vector(two), _vector(three))
    return Detection(
        str(found["label"]), _known(_number(found["score"])), Box(_vector(found["center_ras"]), _vector(found["size_mm"]), axes)
    )


def landmark_of(found: Found) -> Landmark:
    """The landmark of an entry of "landmarks"; raises as ``lesion_of`` does."""
    frame = found.get("frame")
    return Landmark(str(found["name"]), _vector(found["position_ras"]), None if frame is None else _whole(frame))


def class_of(found: Found) -> ClassScore:
    """The class of an entry of "classes"; raises as ``lesion_of`` does."""
    probability = _number(found.get("probability"))
    score = _or(_number(found.get("score")), _or(probability, 0.0))
    return ClassScore(str(found["name"]), probability, score, bool(found.get("chosen", False)))


def statistics_of(found: Found) -> Statistics | None:
    """The measurements of an entry of "labels"; None where it has no voxels or was not measured; raises as ``lesion_of`` does."""
    voxels = _whole(found["voxels"])
    if not voxels or not any(found.get(name) is not None for name in _MEASURES):
        return None
    measures = {name: _number(found.get(name)) for name in _MEASURES}
    return Statistics(
        _whole(found["value"], least=1), voxels, _known(_number(found["volume_ml"])), **measures, flags=_flags(found)
    )


def reviews_of(document: Mapping[str, Sequence[Found]]) -> Iterator[Review]:
    """A reader's words on lesions and detections; raises as ``lesion_of`` does."""
    for kind, key in (("lesion", "lesions"), ("detection", "detections")):
        for place, found in enumerate(document.get(key, ()), 1):
            review = found.get("review")
            if review:
                number = _whole(found["id"]) if kind == "lesion" else place
                yield Review(kind, number, str(review["state"]), str(_or(review.get("note"), "")))


def code_of(found: Found | None) -> Code | None:
    """A code of scheme, value and meaning; raises as ``lesion_of`` does."""
    return Code(str(found["scheme"]), str(found["value"]), str(found["meaning"])) if found else None


def _intensity(found: Found) -> Intensity | None:
    mean, sd, least, most = (_number(found.get(name)) for name in ("mean", "sd", "minimum", "maximum"))
    if mean is None or sd is None or least is None or most is None:
        return None
    return Intensity(mean, sd, least, most)


def _diameter(ends: Any) -> Diameter | None:
    if ends is None:
        return None
    start, end = ends
    return Diameter(_vector(start), _vector(end))


def _flags(found: Found) -> tuple[str, ...]:
    return tuple(str(flag) for flag in _or(found.get("flags"), ()))


def _vector(values: Any) -> Vector:
    x, y, z = _numbers(values, 3)
    return x, y, z


def _numbers(values: Any, count: int) -> list[float]:
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"{count} numbers are expected")
    return [_known(_number(value)) for value in values]


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a number is expected")
    return float(value)


def _whole(value: Any, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"a whole number from {least} is expected")
    return value


def _known(value: float | None) -> float:
    if value is None:
        raise ValueError("a number is missing")
    return value


def _or(value: _Value | None, other: _Value) -> _Value:
    return other if value is None else value
