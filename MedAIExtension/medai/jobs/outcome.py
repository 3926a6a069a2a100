"""From a worker's answer to a prediction: the label map, what its values mean, and how it came about."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from datetime import datetime, timezone

from ..results import Prediction, describe_labels
from .job import RunRequest
from .protocol import Done
from .voxels import receive_voxels


def prediction_of(request: RunRequest, done: Done) -> Generator[int, None, Prediction]:
    """The prediction, in memory of its own; the worker's file is no longer needed then.

    Yields the size of each piece of the label map that was copied, and returns the prediction.

    Raises:
        MedAIError: if the label map did not arrive.
    """
    labelmap = yield from receive_voxels(done.labelmap)
    return Prediction(
        labelmap=labelmap,
        labels=describe_labels(_names(request, done)),
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
    )


def _names(request: RunRequest, done: Done) -> dict[int, str]:
    """Names of the labels that were asked for, and of every value that occurs."""
    asked = {name.casefold() for name in request.options.labels}
    names = {value: name for value, name in done.labels.items() if not asked or name.casefold() in asked or value in done.counts}
    return {**{value: f"Label {value}" for value in done.counts}, **names}
