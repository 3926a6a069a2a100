"""Label maps for training: read, brought to RAS+ axis order, and packed into rows of a tissue table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import InputError
from ..files import read_image
from ..image import Image
from .tissues import TissueTable


def load_label_maps(paths: Sequence[Path], classes: Sequence[Sequence[int]]) -> tuple[list[Tensor], TissueTable]:
    """Read label maps of 1 mm and cut away the empty border.

    Args:
        paths: images of label numbers.
        classes: label numbers of every class, for the tissue table.

    Returns:
        uint8 tensors (i, j, k) in RAS+ axis order that hold rows of the table, and the table.

    Raises:
        InputError: if there are none, or one is empty or not on a 1 mm grid.
    """
    if not paths:
        raise InputError("No label maps were given; name at least one.")
    maps = [_in_ras(read_image(path)) for path in paths]
    numbers = sorted({int(n) for labels in maps for n in np.unique(labels)})
    table = TissueTable.build(numbers, classes)
    if numbers[0] < 0 or len(numbers) > 255 or not all(labels.any() for labels in maps):
        raise InputError("A label map is empty, or its numbers are negative or too many (255); check the label maps.")
    row_of = np.zeros(max(numbers) + 1, np.uint8)
    row_of[list(table.ids)] = np.arange(len(table.ids))
    return [torch.from_numpy(_without_border(row_of[labels])) for labels in maps], table


def class_weights(maps: Sequence[Tensor], table: TissueTable, classes: int) -> Tensor:
    """Weights (classes,) for the cross entropy: one over the square root of a class's share, the background's at least 0.15."""
    row_class = torch.tensor(table.row_class)
    counts = torch.zeros(classes, dtype=torch.float64)
    for labels in maps:
        counts += torch.bincount(row_class[labels.long()].flatten(), minlength=len(counts))
    weights = (counts.sum() / counts.clamp(min=1)).sqrt()
    weights /= weights.mean()
    weights[0] = max(float(weights[0]), 0.15)
    return weights.float()


def _in_ras(image: Image) -> NDArray[np.int32]:
    if not np.allclose(image.spacing, 1.0, atol=0.01):
        raise InputError(f"{image.name} is not on a 1 mm grid; resample the label map with nearest neighbor first.")
    codes = image.orientation
    axes = [next(i for i, code in enumerate(codes) if code in pair) for pair in ("RL", "AP", "SI")]
    labels = np.rint(image.voxels[0]).astype(np.int32).transpose(axes)
    flips = tuple(slice(None, None, -1 if codes[axis] in "LPI" else 1) for axis in axes)
    return labels[flips]


def _without_border(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    used = np.nonzero(rows)
    return np.ascontiguousarray(rows[tuple(slice(axis.min(), axis.max() + 1) for axis in used)])
