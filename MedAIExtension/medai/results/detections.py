"""Which boxes of a detection model a user wants to see."""

from __future__ import annotations

from collections.abc import Sequence

from ..finding import Detection


def at_least(detections: Sequence[Detection], threshold: float) -> tuple[Detection, ...]:
    """The detections with at least this score, in their order."""
    return tuple(detection for detection in detections if detection.score >= threshold)
