"""Models of pictures on volumes: one slice after the other, there and back, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...image import Image
from ..found import Found
from ..grid import deciding_slices
from ..planning import RESTORING, SEGMENTING
from ..prepare import prepare, slice_of
from .stage import Stage


def each_slice(stage: Stage, one: Callable[[Stage, Callable[[float], None]], Found]) -> Found:
    """What ``one`` finds in every slice that touches the box, put together.

    Args:
        stage: of the volume; its first slice is prepared.
        one: called with the stage of a slice, and what it tells its progress (0..1).
    """
    image, slices = stage.images[0], deciding_slices(stage.options.roi, stage.images[0])

    def all_slices() -> dict[int, Found]:
        stage.windows, found = 0, {}
        for n, k in enumerate(slices):
            images = slice_of(stage.images, k)
            prepared = stage.prepared if k == 0 else prepare(images, stage.pipeline)
            single = replace(stage, images=images, prepared=prepared)
            found[k] = one(single, lambda f, n=n: stage.tracker.at(SEGMENTING, (n + f) / len(slices)))  # type: ignore[misc]
            stage.windows += single.windows
        return found

    def together() -> Found:
        labels = _stacked({k: each.labelmap for k, each in found.items()}, image)
        confidence = _stacked({k: each.confidence for k, each in found.items()}, image)
        stage.tracker.at(RESTORING, 1.0)
        said = dict.fromkeys(sentence for each in found.values() for sentence in each.warnings)
        return Found(labels, confidence=confidence, warnings=tuple(said))

    found = stage.timed(SEGMENTING, all_slices)
    whole: Found = stage.timed(RESTORING, together)
    return whole


def _stacked(slices: Mapping[int, Image | None], image: Image) -> Image | None:
    """Slices (channel, i, j, 1) by their k as a volume, zero elsewhere; None unless all are there."""
    planes: dict[int, NDArray[Any]] = {k: each.voxels for k, each in slices.items() if each is not None}
    if len(planes) < len(slices):
        return None
    voxels = np.zeros((next(iter(planes.values())).shape[0], *image.shape), np.result_type(*(p.dtype for p in planes.values())))
    for k, plane in planes.items():
        voxels[..., k] = plane[..., 0]
    return image.with_voxels(voxels)
