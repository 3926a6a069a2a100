"""Segmentation: windows, and the way back to labels on the scan's grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...image import Image
from ...region import Box
from ..extent import network_cost
from ..found import Found
from ..grid import deciding_part, deciding_slices, grid_of
from ..planning import PRECISIONS, RESTORING, SEGMENTING
from ..prepare import network_input, prepare, slice_of
from ..restore import restore, source_key
from ..suitability import values_to_keep
from ..windows import count_windows, segment, window_of
from .stage import Stage


def segmented(stage: Stage) -> Found:
    """Labels of every voxel of the scan, those that were asked for and in the box that was asked for."""
    labels = _slice_by_slice(stage) if stage.pipeline.flat else _as_volume(stage)
    return Found(_within(_only(labels, values_to_keep(stage.bundle, stage.options)), stage.options.roi))


def _as_volume(stage: Stage) -> Image:
    pipeline, image, at = stage.pipeline, stage.images[0], stage.tracker.at
    inputs = network_input(stage.prepared, pipeline)
    cost = network_cost(pipeline, stage.bundle, window_of(pipeline.inferer, inputs.shape[1:]), 1)
    part = deciding_part(stage.options.roi, image, grid_of(inputs, stage.prepared[source_key(pipeline)]), pipeline, cost)
    stage.windows = count_windows(pipeline.inferer, inputs.shape[1:], part)
    precision = PRECISIONS[stage.plan.precision]
    scores = stage.timed(SEGMENTING, lambda: segment(inputs, pipeline, precision, cost, lambda f: at(SEGMENTING, f), part))
    labels: Image = stage.timed(RESTORING, lambda: restore(scores, stage.prepared, pipeline, image, lambda f: at(RESTORING, f)))
    return labels


def _slice_by_slice(stage: Stage) -> Image:
    """One slice after the other, there and back, so that memory does not grow with their number."""
    image, slices = stage.images[0], deciding_slices(stage.options.roi, stage.images[0])

    def all_slices() -> dict[int, NDArray[Any]]:
        stage.windows = 0
        return {k: _one_slice(stage, k, n / len(slices), 1 / len(slices)) for n, k in enumerate(slices)}

    def stacked() -> Image:
        first = next(iter(found.values()))
        kind = np.result_type(*(labels.dtype for labels in found.values()))
        voxels = np.zeros((first.shape[0], *image.shape), kind)
        for k, labels in found.items():
            voxels[..., k] = labels[..., 0]
        stage.tracker.at(RESTORING, 1.0)
        return image.with_voxels(voxels)

    found = stage.timed(SEGMENTING, all_slices)
    labels: Image = stage.timed(RESTORING, stacked)
    return labels


def _one_slice(stage: Stage, k: int, begin: float, share: float) -> NDArray[Any]:
    """Labels (layer, i, j, 1) of a slice; it takes the progress from ``begin`` on by ``share``."""
    pipeline, images = stage.pipeline, slice_of(stage.images, k)
    prepared = stage.prepared if k == 0 else prepare(images, pipeline)
    inputs = network_input(prepared, pipeline)
    cost = network_cost(pipeline, stage.bundle, window_of(pipeline.inferer, inputs.shape[1:]), 1)
    stage.windows += count_windows(pipeline.inferer, inputs.shape[1:])

    def at(done: float) -> None:
        stage.tracker.at(SEGMENTING, begin + share * done)

    scores = segment(inputs, pipeline, PRECISIONS[stage.plan.precision], cost, at)
    return restore(scores, prepared, pipeline, images[0], lambda _: None).voxels


def _only(labels: Image, keep: list[int]) -> Image:
    if not keep:
        return labels
    return labels.with_voxels(np.where(np.isin(labels.voxels, keep), labels.voxels, labels.voxels.dtype.type(0)))


def _within(labels: Image, box: Box | None) -> Image:
    return labels if box is None else labels.with_voxels(labels.voxels * box.mask(labels.shape, labels.affine))
