"""Carries a run into a worker process and back: what a model does can neither freeze nor harm who asked for it."""

from .client import WorkerClient
from .job import STAGES, Job, RunRequest
from .run import plan, predict

__all__ = ["STAGES", "Job", "RunRequest", "WorkerClient", "plan", "predict"]
