"""A run from beginning to end: check, plan, prepare, segment, restore. Only the worker process loads this module."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import torch

from ..bundles.model import Bundle
from ..image import Image
from ..region import Box
from .grid import deciding_part, grid_of
from .memory import peak_memory_bytes
from .options import Options
from .output import Output
from .pipeline import Pipeline, build_pipeline
from .plan import Plan
from .planning import PRECISIONS, PREPARING, RESTORING, SEGMENTING, choose_device, learn_from_run, network_cost, plan_run
from .prepare import network_input, prepare
from .progress import Cancelled, Report, Tracker
from .restore import restore, source_key
from .suitability import check_request, values_to_keep
from .windows import count_windows, segment, window_of

T = TypeVar("T")

# The last bundle stays built, so that the next scan does not wait for its weights.
_warm: dict[tuple[str, str], Pipeline] = {}


def plan(images: Sequence[Image], bundle: Bundle, options: Options) -> Plan:
    """See ``medai.inference.make_plan``."""
    check_request(images, bundle, options)
    return plan_run(images[0], bundle, _pipeline(bundle, choose_device(options.device)), options)


def run(images: Sequence[Image], bundle: Bundle, options: Options, report: Report | None, cancelled: Cancelled | None) -> Output:
    """See ``medai.inference.infer``."""
    check_request(images, bundle, options)
    pipeline = _pipeline(bundle, choose_device(options.device))
    decided = plan_run(images[0], bundle, pipeline, options)
    tracker = Tracker(decided.stage_seconds, report, cancelled)
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], T]) -> T:
        tracker.at(stage)
        began = time.perf_counter()
        value = work()
        seconds[stage] = time.perf_counter() - began
        return value

    prepared = timed(PREPARING, lambda: prepare(images, pipeline))
    inputs = network_input(prepared, pipeline)
    precision = PRECISIONS[decided.precision]
    cost = network_cost(pipeline, bundle, window_of(pipeline.inferer, inputs.shape[1:]), 1)
    part = deciding_part(options.roi, images[0], grid_of(inputs, prepared[source_key(pipeline)]), pipeline, cost)
    scores = timed(SEGMENTING, lambda: segment(inputs, pipeline, precision, cost, lambda f: tracker.at(SEGMENTING, f), part))
    labels = timed(RESTORING, lambda: restore(scores, prepared, pipeline, images[0], lambda f: tracker.at(RESTORING, f)))
    kept = _within(_only(labels, values_to_keep(bundle, options)), options.roi)
    output = Output(kept, decided, seconds, peak_memory_bytes())
    learn_from_run(decided, images[0], bundle, pipeline, count_windows(pipeline.inferer, inputs.shape[1:], part), seconds)
    return output


def _pipeline(bundle: Bundle, device: torch.device) -> Pipeline:
    key = (bundle.content_hash, str(device))
    if key not in _warm:
        _warm.clear()
        _warm[key] = build_pipeline(bundle, device)
    return _warm[key]


def _only(labels: Image, keep: list[int]) -> Image:
    if not keep:
        return labels
    return labels.with_voxels(np.where(np.isin(labels.voxels, keep), labels.voxels, labels.voxels.dtype.type(0)))


def _within(labels: Image, box: Box | None) -> Image:
    return labels if box is None else labels.with_voxels(labels.voxels * box.mask(labels.shape, labels.affine))
