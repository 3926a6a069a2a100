"""From a worker's answer to a prediction: the label map, what its values mean, and how it came about."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from datetime import datetime, timezone

from ..image import Image
from ..results import Prediction
from .job import RunRequest
from .labeling import labels_of
from .protocol import Done
from .voxels import VoxelFile, receive_voxels


def prediction_of(request: RunRequest, done: Done) -> Generator[int, None, Prediction]:
    """The prediction, in memory of its own; the worker's file is no longer needed then.

    Yields the size of each piece of the label map that was copied, and returns the prediction.

    Raises:
        MedAIError: if the label map did not arrive.
    """
    labelmap = yield from _received(done.labelmap)
    confidence = yield from _received(done.confidence)
    saliency = yield from _received(done.saliency)
    layers = labelmap.channels if labelmap is not None else 0
    return Prediction(
        labelmap=labelmap,
        labels=labels_of(done.labels, done.counts, request.options.labels, layers),
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
        lesions=done.lesions,
        statistics=done.statistics,
        confidence=confidence,
        saliency=saliency,
    )


def _received(file: VoxelFile | None) -> Generator[int, None, Image | None]:
    return (yield from receive_voxels(file)) if file is not None else None
