"""Results with segments, and what users do to them, without a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from medai import Image
from medai.mrml import Origin, PredictionNodes, add_prediction

from .mrml import prediction_of, volume_of

NAMES = {1: "Left hippocampus and amygdala", 2: "Brainstem", 7: "Cerebrospinal fluid"}


def labels_of(names: Mapping[int, str] = NAMES, shape: tuple[int, int, int] = (12, 10, 8)) -> np.ndarray:
    """Label maps (i, j, k) in which each label is a box of its own."""
    labels = np.zeros(shape, np.uint8)
    for number, value in enumerate(names):
        labels[3 * number + 1 : 3 * number + 3, 2:8, 2 : 4 + number] = value
    return labels


def run(segmentation: Any = None, labels: np.ndarray | None = None, names: Mapping[int, str] = NAMES) -> PredictionNodes:
    """What a run on a scan with voxels of 1.5 x 2 x 2.5 mm has made; gives its nodes."""
    import slicer

    image = Image(np.zeros((1, 12, 10, 8), np.float32), np.diag([1.5, 2.0, 2.5, 1.0]), "Scan")
    volume = slicer.mrmlScene.GetFirstNodeByName("Scan") or volume_of(slicer.mrmlScene, image)
    prediction = prediction_of(image, labels_of() if labels is None else labels, names)
    return add_prediction(prediction, slicer.mrmlScene, Origin.of(volume), segmentation=segmentation)


def identifier_of(segmentation: Any, name: str) -> str:
    """ID of the segment of this name."""
    return str(segmentation.GetSegmentation().GetSegmentIdBySegmentName(name))


def paint(segmentation: Any, name: str) -> None:
    """Fill all of the segment's label map, as an effect of the segment editor changes it."""
    segment = segmentation.GetSegmentation().GetSegment(identifier_of(segmentation, name))
    labelmap = segment.GetRepresentation("Binary labelmap")
    labelmap.GetPointData().GetScalars().Fill(segment.GetLabelValue())
    labelmap.Modified()


def put_beside(image, prediction):
    import slicer

    from support.mrml import put, volume_of

    return put(prediction, volume_of(slicer.mrmlScene, image))
