"""Segmentation: windows, and the way back to labels on the scan's grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from torch import Tensor

from ...image import Image
from ...region import Box
from ..confidence import Answer, Flip, asked, mirrorings_of, unknown
from ..cost import WindowCost
from ..explain import explained_segment
from ..extent import network_cost
from ..found import Found
from ..grid import Grid, Part, deciding_part, grid_of
from ..maps import to_scan
from ..planning import PRECISIONS, RESTORING, SEGMENTING
from ..prepare import network_input
from ..restore import restore, source_key
from ..suitability import values_to_keep
from ..windows import count_windows, segment, window_of
from .slices import each_slice
from .stage import Stage

# Where no network looked, such as in the air around the patient that a bundle cuts off, the bundle says background.
_OUTSIDE = 1.0
# Of the way back to the scan, the labels' share.
_LABELS = 0.8


def segmented(stage: Stage) -> Found:
    """Labels of every voxel of the scan, those that were asked for and in the box that was asked for."""
    found = each_slice(stage, _one_slice) if stage.pipeline.flat else _as_volume(stage)
    roi, keep = stage.options.roi, values_to_keep(stage.bundle, stage.options)
    labels = None if found.labelmap is None else _within(_only(found.labelmap, keep), roi)
    return replace(found, labelmap=labels, confidence=None if found.confidence is None else _within(found.confidence, roi))


def _as_volume(stage: Stage) -> Found:
    pipeline, image, prepared, at = stage.pipeline, stage.images[0], stage.prepared, stage.tracker.at
    inputs = network_input(prepared, pipeline)
    cost = network_cost(pipeline, stage.bundle, window_of(pipeline.inferer, inputs.shape[1:]), 1)
    grid = grid_of(inputs, prepared[source_key(pipeline)])
    part = deciding_part(stage.options.roi, image, grid, pipeline, cost)
    flips, said = _flips(stage, grid, cost)
    stage.windows = count_windows(pipeline.inferer, inputs.shape[1:], part) * (1 + len(flips))
    before = stage.windows / (stage.windows + stage.explaining)

    def run() -> tuple[Answer, Tensor | None]:
        answer = _answer(stage, inputs, part, cost, flips, lambda f: at(SEGMENTING, before * f))
        return answer, explained_segment(stage, inputs, answer.scores, grid, lambda f: at(SEGMENTING, before + (1 - before) * f))

    def bring_back() -> Found:
        labels = restore(answer.scores, prepared, pipeline, image, lambda f: at(RESTORING, _LABELS * f))
        return Found(labels, confidence=_on_scan(answer.sure, stage, _OUTSIDE), saliency=_on_scan(shown, stage, 0.0))

    answer, shown = stage.timed(SEGMENTING, run)
    stage.windows += stage.explaining
    found: Found = stage.timed(RESTORING, bring_back)
    at(RESTORING, 1.0)
    return replace(found, warnings=(*said, *_unanswered(stage, answer, found), *_unexplained(stage, shown, found)))


def _one_slice(stage: Stage, at: Callable[[float], None]) -> Found:
    """Of a stage with one slice."""
    pipeline, image = stage.pipeline, stage.images[0]
    inputs = network_input(stage.prepared, pipeline)
    cost = network_cost(pipeline, stage.bundle, window_of(pipeline.inferer, inputs.shape[1:]), 1)
    flips, said = _flips(stage, None, cost)
    stage.windows = count_windows(pipeline.inferer, inputs.shape[1:]) * (1 + len(flips))
    answer = _answer(stage, inputs, None, cost, flips, at)
    labels = restore(answer.scores, stage.prepared, pipeline, image, lambda _: None)
    found = Found(labels, confidence=_on_scan(answer.sure, stage, _OUTSIDE))
    return replace(found, warnings=(*said, *_unanswered(stage, answer, found)))


def _answer(
    stage: Stage,
    inputs: Tensor,
    part: Part | None,
    cost: WindowCost,
    flips: tuple[Flip, ...],
    at: Callable[[float], None],
) -> Answer:
    pipeline, precision = stage.pipeline, PRECISIONS[stage.plan.precision]

    def run(seen: Tensor, needed: Part | None, before: int) -> Tensor:
        return segment(seen, pipeline, precision, cost, lambda f: at((before + f) / (1 + len(flips))), needed)

    return Answer(run(inputs, part, 0), None) if stage.options.confidence == "none" else asked(inputs, part, flips, pipeline, run)


def _flips(stage: Stage, grid: Grid | None, cost: WindowCost) -> tuple[tuple[Flip, ...], tuple[str, ...]]:
    """Mirrored runs, and sentences on those that cannot be done. Pictures lie as their slice does."""
    if stage.options.confidence != "flips":
        return (), ()
    affine = stage.images[0].affine if stage.pipeline.flat else None if grid is None else grid.affine
    found = mirrorings_of(stage.bundle, stage.pipeline, affine, cost.output_channels)
    return found.flips, found.warnings


def _on_scan(values: Tensor | None, stage: Stage, outside: float) -> Image | None:
    return None if values is None else to_scan(values, stage.prepared, stage.pipeline, stage.images[0], outside)


def _unanswered(stage: Stage, answer: Answer, found: Found) -> tuple[str, ...]:
    if stage.options.confidence == "none" or found.confidence is not None:
        return ()
    if answer.sure is None:
        return (unknown(stage.bundle.title),)
    return (f"There is no confidence map: the preprocessing of {stage.bundle.title} loses the way back to the scan.",)


def _unexplained(stage: Stage, shown: Tensor | None, found: Found) -> tuple[str, ...]:
    if not stage.options.explain or found.saliency is not None:
        return ()
    if shown is None:
        return (f"{stage.bundle.title} found nothing in the box, so that there is nothing to explain.",)
    return (f"There is no saliency map: the preprocessing of {stage.bundle.title} loses the way back to the scan.",)


def _only(labels: Image, keep: list[int]) -> Image:
    if not keep:
        return labels
    return labels.with_voxels(np.where(np.isin(labels.voxels, keep), labels.voxels, labels.voxels.dtype.type(0)))


def _within(labels: Image, box: Box | None) -> Image:
    return labels if box is None else labels.with_voxels(labels.voxels * box.mask(labels.shape, labels.affine))
