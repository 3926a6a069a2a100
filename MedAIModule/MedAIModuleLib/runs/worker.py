"""The one worker that panel and console share, so that the second run finds the model loaded."""

import os
import shutil
from functools import cache
from importlib.util import find_spec

import slicer

from medai.jobs import WorkerClient

from .. import settings
from ..installation import dependencies

_LOADED_BY_RUNS = ("torch", "monai", "nibabel", "psutil", "yaml")
_client = None


def workerClient() -> WorkerClient:
    """The client of this process; made when it is first asked for.

    :raises medai.MedAIError: if a package that it needs is not installed.
    """
    global _client  # noqa: PLW0603
    if _client is None:
        dependencies.require()
        settings.useStoreFolder()
        python, environment = interpreter()
        _client = WorkerClient(python=python, environment=environment)
        if hasattr(slicer, "app"):
            _endWithApplication()
    if hasattr(slicer, "app"):
        _client.idle_seconds = settings.idleSeconds()
    return _client


def idleClient() -> WorkerClient | None:
    """The client, where everything it needs is installed and it has nothing to do; else None."""
    if _client is None and (notImportable() or dependencies.missing()):
        return None
    client = workerClient()
    return None if client.busy else client


def startAhead() -> None:
    """Let the worker load its libraries before it is needed."""
    client = idleClient()
    if client is not None and settings.keepWarm():
        client.start()


def notImportable() -> list[str]:
    """Packages without which no model runs here."""
    return [name for name in _LOADED_BY_RUNS if find_spec(name) is None]


def interpreter() -> tuple[str | None, dict[str, str] | None]:
    """Path and environment of the Python that runs models: in the application, ``sys.executable`` is the application."""
    python = shutil.which("PythonSlicer") if hasattr(slicer, "app") else None
    if python is None:
        return None, None
    # The startup environment knows nothing of what was set since.
    home = {name: value for name, value in os.environ.items() if name == "MEDAI_HOME"}
    return python, {**slicer.util.startupEnvironment(), **home}


@cache
def _endWithApplication() -> None:
    slicer.app.connect("aboutToQuit()", closeWorker)


def closeWorker(*_args) -> None:
    """End the worker; the next run starts a new one."""
    global _client  # noqa: PLW0603
    if _client is not None:
        _client.close()
        _client = None
