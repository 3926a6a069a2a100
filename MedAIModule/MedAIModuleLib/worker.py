"""The one worker that panel and console share, so that the second run finds the model loaded."""

import shutil

import slicer

from medai.jobs import WorkerClient

from .dependencies import ensureDependencies

_client = None


def workerClient():
    """The ``medai.jobs.WorkerClient`` of this process. Asks to install what is missing when it is made.

    :raises medai.MedAIError: if something that it needs cannot be installed.
    """
    global _client  # noqa: PLW0603
    if _client is None:
        ensureDependencies()
        # In the application, sys.executable is the application.
        python = shutil.which("PythonSlicer") if hasattr(slicer, "app") else None
        environment = slicer.util.startupEnvironment() if python else None
        _client = WorkerClient(python=python, environment=environment)
    return _client


def closeWorker() -> None:
    """End the worker; the next run starts a new one."""
    global _client  # noqa: PLW0603
    if _client is not None:
        _client.close()
        _client = None
