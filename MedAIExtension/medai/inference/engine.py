"""A run from beginning to end: check, plan, prepare, segment, restore. Only the worker process loads this module."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import torch

from ..bundles.model import Bundle
from ..image import Image
from .memory import peak_memory_bytes
from .options import Options
from .output import Output
from .pipeline import Pipeline, build_pipeline
from .plan import Plan
from .planning import PRECISIONS, PREPARING, RESTORING, SEGMENTING, choose_device, learn_from_run, network_cost, plan_run
from .prepare import network_input, prepare
from .progress import Cancelled, Report, Tracker
from .restore import restore
from .suitability import check_request, values_to_keep
from .windows import segment

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
    grid = tuple(inputs.shape[1:])
    precision, shares = PRECISIONS[decided.precision], network_cost(pipeline, bundle, decided.window, 1).layer_shares
    scores = timed(SEGMENTING, lambda: segment(inputs, pipeline, precision, shares, lambda f: tracker.at(SEGMENTING, f)))
    labels = timed(RESTORING, lambda: restore(scores, prepared, pipeline, images[0], lambda f: tracker.at(RESTORING, f)))
    output = Output(_only(labels, values_to_keep(bundle, options)), decided, seconds, peak_memory_bytes())
    learn_from_run(decided, images[0], bundle, pipeline, grid, seconds)
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
