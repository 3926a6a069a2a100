"""What the engine hands on: labels, boxes, points or classes, the plan that was carried out, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..finding import ClassScore, Detection, Landmark
from ..image import Image
from .plan import Plan


@dataclass(frozen=True)
class Output:
    """The outcome of ``infer``.

    Attributes:
        labelmap: (layer, i, j, k) uint8 or uint16 on exactly the input's grid; None of a model that gives none. More than one
            layer where labels may overlap: value n + 1 then occurs in layer n only.
        plan: what was decided before the run.
        seconds: what each stage took.
        peak_memory_bytes: the process's peak resident memory.
        detections: boxes, the best first; all that the bundle gives, whatever score a user wants to see.
        landmarks: points.
        classes: in the bundle's order.
        confidence: (1, i, j, k) uint8 on the scan's grid, how sure the model is in percent; None unless it was asked for.
        saliency: (1, i, j, k) uint8 on the scan's grid, in percent of the most; None unless ``Options.explain`` asks.
        warnings: sentences about what had to be changed to run the bundle on this scan, such as its spacing.
    """

    labelmap: Image | None
    plan: Plan
    seconds: Mapping[str, float]
    peak_memory_bytes: int
    detections: tuple[Detection, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    classes: tuple[ClassScore, ...] = ()
    confidence: Image | None = None
    saliency: Image | None = None
    warnings: tuple[str, ...] = ()
