"""From the prepared scan to what users get, for each kind of model: labels, boxes, points or classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..found import Found
from .classification import classified
from .detection import detected
from .landmarks import located
from .segmentation import segmented
from .stage import Stage

# By ``Bundle.kind``.
KINDS: Mapping[str, Callable[[Stage], Found]] = {
    "segmentation": segmented,
    "detection": detected,
    "landmarks": located,
    "classification": classified,
}

__all__ = ["KINDS", "Stage"]
