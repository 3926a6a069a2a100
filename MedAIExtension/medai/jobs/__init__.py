"""Carries a run into a worker process and back: what a model does can neither freeze nor harm who asked for it."""

from .client import WorkerClient
from .exporting import ExportRequest
from .job import STAGES, Job, MeasureRequest, Measures, RunRequest
from .run import plan, predict

__all__ = ["STAGES", "ExportRequest", "Job", "MeasureRequest", "Measures", "RunRequest", "WorkerClient", "plan", "predict"]
