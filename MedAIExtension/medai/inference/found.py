"""What comes out of the windows, before it is wrapped up: at the network's door to what users get."""

from __future__ import annotations

from dataclasses import dataclass

from ..finding import ClassScore, Detection, Landmark
from ..image import Image


@dataclass(frozen=True)
class Found:
    """What one kind of model gives for a scan; see ``Output`` for each part."""

    labelmap: Image | None = None
    detections: tuple[Detection, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    classes: tuple[ClassScore, ...] = ()
    confidence: Image | None = None
    saliency: Image | None = None
    warnings: tuple[str, ...] = ()
