"""From a worker's answer to a prediction: the label map, what its values mean, and how it came about."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, replace
from datetime import datetime, timezone

from ..results import Label, Prediction, describe_labels
from .job import RunRequest
from .protocol import Done
from .voxels import receive_voxels


def prediction_of(request: RunRequest, done: Done) -> Generator[int, None, Prediction]:
    """The prediction, in memory of its own; the worker's file is no longer needed then.

    Yields the size of each piece of the label map that was copied, and returns the prediction.

    Raises:
        MedAIError: if the label map did not arrive.
    """
    labelmap = (yield from receive_voxels(done.labelmap)) if done.labelmap is not None else None
    return Prediction(
        labelmap=labelmap,
        labels=_labels(request, done),
        run={
            "model": dict(done.model),
            "options": asdict(request.options),
            "plan": done.plan.as_dict(),
            "device": done.plan.device,
            "seconds": dict(done.seconds),
            "peak_memory_bytes": done.peak_memory_bytes,
            "versions": dict(done.versions),
            "warnings": list(done.warnings),
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        },
        counts=done.counts,
        detections=done.detections,
        landmarks=done.landmarks,
        classes=done.classes,
    )


def _labels(request: RunRequest, done: Done) -> tuple[Label, ...]:
    """The labels of the label map; where it has several layers, each has a layer of its own."""
    if done.labelmap is None:
        return ()
    labels = describe_labels(_names(request, done))
    return labels if done.labelmap.shape[0] == 1 else tuple(replace(label, layer=label.value - 1) for label in labels)


def _names(request: RunRequest, done: Done) -> dict[int, str]:
    """Names of the labels that were asked for, and of every value that occurs."""
    asked = {name.casefold() for name in request.options.labels}
    names = {value: name for value, name in done.labels.items() if not asked or name.casefold() in asked or value in done.counts}
    return {**{value: f"Label {value}" for value in done.counts}, **names}
