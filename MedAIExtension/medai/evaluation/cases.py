"""What was compared: one case with its label maps, boxes or images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .boxes import BoxMatches
from .images import ImageResult
from .result import LabelResult, mean_dice, plain


@dataclass(frozen=True)
class Case:
    """The comparison of one case.

    Attributes:
        name: of the case.
        prediction, reference: the files that were compared.
        labels: one result for each label value; empty where no label maps were compared.
        label_names: names of label values, as far as they are known.
        boxes: of a detector, by the name of what it finds ("" where names were not looked at); empty where none were compared.
        image: where images were compared.
    """

    name: str
    prediction: str = ""
    reference: str = ""
    labels: tuple[LabelResult, ...] = ()
    label_names: Mapping[int, str] = field(default_factory=dict)
    boxes: Mapping[str, BoxMatches] = field(default_factory=dict)
    image: ImageResult | None = None

    @property
    def mean_dice(self) -> float:
        """Mean Dice over the labels that prediction or reference has; NaN where there is none."""
        return mean_dice(self.labels)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values: dict[str, Any] = {"prediction": self.prediction, "reference": self.reference}
        if self.image is not None:
            return values | {"image": self.image.as_dict()}
        labels = [{"name": self.label_names.get(each.value, ""), **each.as_dict()} for each in self.labels]
        values |= plain({"mean_dice": self.mean_dice}) | {"labels": labels}
        boxes = [{"label": name, **each.as_dict()} for name, each in self.boxes.items()]
        return values | ({"detections": boxes} if boxes else {})
