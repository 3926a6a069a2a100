"""A scan with a few lumps, which the worker that does what a scan's name says segments, and the lesions that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from medai import Image
from medai.mrml import Origin, PredictionNodes, add_prediction, image_from_volume
from medai.results import Prediction, describe_labels, find_lesions, measure_labels

SPACING = (1.5, 2.0, 3.0)
VOXEL_ML = 1.5 * 2 * 3 / 1000
# First voxel i, j, k and edges in voxels: from the largest to the smallest.
LUMPS = ((4, 3, 2, 8, 6, 4), (20, 4, 3, 4, 4, 3), (18, 16, 8, 2, 2, 2))
SHAPE = (30, 24, 14)
NAMES = {1: "Tumor"}


def labels_of(lumps: Sequence[Sequence[int]] = LUMPS, shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """A label map (i, j, k) that is 1 in the lumps."""
    labels = np.zeros(shape, np.uint8)
    for i, j, k, di, dj, dk in lumps:
        labels[i : i + di, j : j + dj, k : k + dk] = 1
    return labels


def add_lumps(name: str = "work", labels: np.ndarray | None = None) -> Any:
    """A volume in the scene that is positive where the labels are, and negative elsewhere."""
    import slicer

    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    voxels = np.where(labels_of() if labels is None else labels, 100, -100).astype(np.int16)
    slicer.util.updateVolumeFromArray(volume, voxels.transpose(2, 1, 0).copy())
    volume.SetSpacing(SPACING)
    return volume


def predicted(image: Image, labels: np.ndarray, names: Mapping[int, str] = NAMES, **more: Any) -> Prediction:
    """A prediction with these labels (i, j, k), measured."""
    labelmap = image.with_voxels(labels[None].astype(np.uint8))
    prediction = Prediction(labelmap, describe_labels(names), {"model": {"name": "tiny", "version": "1"}}, **more)
    prediction = replace(prediction, lesions=find_lesions(prediction, image))
    return replace(prediction, statistics=measure_labels(prediction, image))


def put_lumps(
    volume: Any = None, labels: np.ndarray | None = None, segmentation: Any = None, names: Mapping[int, str] = NAMES, **more: Any
) -> PredictionNodes:
    """What a run on the volume would have brought into the scene."""
    volume = volume if volume is not None else add_lumps(labels=labels)
    prediction = predicted(image_from_volume(volume), labels_of() if labels is None else labels, names, **more)
    return add_prediction(prediction, volume.GetScene(), Origin.of(volume), segmentation=segmentation)
