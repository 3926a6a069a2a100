"""What a run gives: a label map on the scan's own grid, boxes, points or classes, what they mean, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import MedAIError
from ..finding import ClassScore, Detection, Landmark
from ..image import Image
from .labels import Label
from .lesions import Lesion
from .review import Review
from .statistics import Statistics


@dataclass(frozen=True)
class Prediction:
    """The outcome of one run.

    Attributes:
        labelmap: (layer, i, j, k) uint8 or uint16, on exactly the grid of the scan that was given; 0 is background. One layer,
            unless the model's labels may overlap; a value occurs in the layer of its label only. None of a model that gives
            boxes, points or classes.
        labels: what the values mean; every value of the label map is listed.
        run: how it came about, ready for run.json: model, version, hashes, options, plan, times, peak memory, versions.
        counts: number of voxels of each value that occurs, background left out; None where nobody has counted them yet.
        detections: boxes of a detection model, the best first.
        landmarks: points of a landmark model.
        classes: of a classification model, in its order.
        lesions: the parts of labels that are findings, the largest first.
        statistics: of each label that has voxels, sorted by value; empty where they were not measured.
        confidence: (1, i, j, k) uint8 on the scan's grid, how sure the model is of its label in percent; None unless asked for.
        saliency: (1, i, j, k) uint8 on the scan's grid, what the answer rests on, in percent of the most; None unless asked for.
        reviews: a reader's words on findings, at most one each.
    """

    labelmap: Image | None
    labels: tuple[Label, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[int, int] | None = None
    detections: tuple[Detection, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    classes: tuple[ClassScore, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    confidence: Image | None = None
    saliency: Image | None = None
    reviews: tuple[Review, ...] = ()

    @property
    def label_image(self) -> Image:
        """The label map, for what cannot do without one.

        Raises:
            MedAIError: if the model gives boxes, points or classes instead.
        """
        if self.labelmap is None:
            raise MedAIError("The model gives no label map but boxes, points or classes; look at its findings.")
        return self.labelmap
