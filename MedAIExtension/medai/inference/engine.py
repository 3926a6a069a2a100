"""A run from beginning to end: check, plan, prepare, segment, restore. Only the worker process loads this module."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import torch

from ..bundles.audit import require_permission
from ..bundles.model import Bundle
from ..image import Image
from .kinds import KINDS, Stage
from .memory import peak_memory_bytes
from .nnunet.network import Network
from .options import Options
from .output import Output
from .pipeline import Pipeline, build_pipeline
from .plan import Plan
from .planning import PREPARING, choose_device, learn_from_run, plan_run, windows_to_explain
from .prepare import prepare, slice_of
from .progress import Cancelled, Report, Tracker
from .prompted import Prompted
from .suitability import check_request, suited, values_to_keep, without_confidence

T = TypeVar("T")

# The last bundle stays built, so that the next scan does not wait for its weights.
_warm: dict[tuple[str, str], Pipeline] = {}


def plan(images: Sequence[Image], bundle: Bundle, options: Options) -> Plan:
    """See ``medai.inference.make_plan``."""
    check_request(images, bundle, options)
    images, _ = suited(images, bundle)
    return plan_run(images, bundle, _pipeline_for(bundle, options), options)


def run(images: Sequence[Image], bundle: Bundle, options: Options, report: Report | None, cancelled: Cancelled | None) -> Output:
    """See ``medai.inference.infer``."""
    check_request(images, bundle, options)
    images, said = suited(images, bundle)
    pipeline = _pipeline_for(bundle, options)
    decided = plan_run(images, bundle, pipeline, options)
    tracker = Tracker(decided.stage_seconds, report, cancelled)
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], T]) -> T:
        tracker.at(stage)
        began = time.perf_counter()
        value = work()
        seconds[stage] = time.perf_counter() - began
        return value

    first = slice_of(images, 0) if pipeline.flat else images
    prepared = timed(PREPARING, lambda: prepare(first, pipeline))
    stage = Stage(images, bundle, options, pipeline, decided, prepared, tracker, timed)
    stage.explaining = windows_to_explain(bundle, pipeline, options, decided.window)
    found = KINDS[bundle.kind](stage)
    found = replace(found, warnings=(*said, *pipeline.warnings, *without_confidence(bundle, options), *found.warnings))
    output = Output(plan=decided, seconds=seconds, peak_memory_bytes=peak_memory_bytes(), **vars(found))
    learn_from_run(decided, images[0], bundle, pipeline, options, stage.windows, seconds)
    return output


def _pipeline_for(bundle: Bundle, options: Options) -> Pipeline:
    pipeline = _pipeline(bundle, choose_device(options.device))
    if options.mode == "fast" and isinstance(pipeline.network, Network):
        return replace(pipeline, network=pipeline.network.unmirrored())
    if options.labels and isinstance(pipeline.network, Prompted):
        return replace(pipeline, network=pipeline.network.asked_for(values_to_keep(bundle, options)))
    return pipeline


def _pipeline(bundle: Bundle, device: torch.device) -> Pipeline:
    key = (bundle.content_hash, str(device))
    if key in _warm:
        require_permission(bundle)  # consent may have been taken back meanwhile
    else:
        _warm.clear()
        _warm[key] = build_pipeline(bundle, device)
    return _warm[key]
