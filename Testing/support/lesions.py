"""Label maps with lesions, and lesions without label maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medai.image import Image
from medai.results import Diameter, Lesion, Prediction, describe_labels, find_lesions


def labeled(boxes: Mapping[tuple[int, ...], int], shape: Sequence[int] = (40, 40, 40), affine: np.ndarray | None = None) -> Image:
    """A label map with boxes, each given by first i, j, k and size along them, with its value."""
    voxels = np.zeros((1, *shape), np.uint8)
    for (i, j, k, di, dj, dk), value in boxes.items():
        voxels[0, i : i + di, j : j + dj, k : k + dk] = value
    return Image(voxels, np.eye(4) if affine is None else affine, name="labels")


def predicted(labelmap: Image, names: Mapping[int, str] | None = None) -> Prediction:
    """A prediction of a label map, with its lesions: of label 1, "tumor", and what else is named like a finding."""
    prediction = Prediction(labelmap, describe_labels(names or {1: "tumor"}), {"model": {"name": "tiny", "version": "1"}})
    return Prediction(
        labelmap,
        prediction.labels,
        prediction.run,
        lesions=find_lesions(prediction, None),
    )


def measured(number: int, longest_mm: float, short_mm: float = 1.0, label: str = "tumor", at: float = 0.0) -> Lesion:
    """A lesion of this size, without voxels, at ``at`` mm to the right."""
    radius = max(longest_mm, 1.0) / 2
    return Lesion(
        id=number,
        label=label,
        value=1,
        voxels=0,
        volume_ml=4 / 3 * np.pi * radius**3 / 1000,
        center_ras=(at, 0.0, 0.0),
        bounds_ras=(at - radius, at + radius, -radius, radius, -radius, radius),
        longest=Diameter((at, 0.0, 0.0), (at + longest_mm, 0.0, 0.0)),
        short=Diameter((at, 0.0, 0.0), (at, short_mm, 0.0)),
    )
