"""Is everything here that MedAI needs? One check per thing, each with what was found and what to do."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_GIGABYTE = 1e9
_ENOUGH_MEMORY = 4 * _GIGABYTE
_ENOUGH_DISK = 2 * _GIGABYTE
_REINSTALL = "run: pip install --upgrade medai"
_TORCH_PROBE = """
import json, torch
cuda = torch.cuda.is_available()
print(json.dumps({
    "cuda": [f"{torch.cuda.get_device_name(n)}, {torch.cuda.get_device_properties(n).total_memory / 1e9:.0f} GB"
             for n in range(torch.cuda.device_count())] if cuda else [],
    "mps": torch.backends.mps.is_available(),
    "threads": torch.get_num_threads(),
}))
"""


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        found: what is there.
        advice: what to do where it is not ok.
        needed: False for what only some features need.
    """

    name: str
    ok: bool
    found: str
    advice: str = ""
    needed: bool = True

    @property
    def status(self) -> str:
        """In a word: "ok"; else "missing" for what is needed and "note" for what is not."""
        return "ok" if self.ok else "missing" if self.needed else "note"


def checks() -> tuple[Callable[[], Check], ...]:
    """All checks, in the order in which to show them; each runs when it is called, the slow ones last."""
    packages = (functools.partial(_package, name) for name in ("numpy", "SimpleITK", "pydicom", "monai"))
    return (_python, *packages, _slicer_core, _memory, _disk, _models, _torch, _worker)


def _python() -> Check:
    version = platform.python_version()
    supported = (3, 10) <= sys.version_info[:2] < (3, 14)
    return Check("python", supported, f"{version} in {sys.prefix}", "" if supported else "install Python 3.10 to 3.13")


def _package(name: str) -> Check:
    version = _version(name)
    return Check(name, bool(version), version or "not installed", "" if version else _REINSTALL)


def _slicer_core() -> Check:
    version = _version("slicer-core")
    advice = "" if version else "for --scene run: pip install 'medai[scene]'"
    return Check("slicer-core", bool(version), version or "not installed", advice, needed=False)


def _memory() -> Check:
    import psutil

    memory = psutil.virtual_memory()
    found = f"{memory.available / _GIGABYTE:.1f} of {memory.total / _GIGABYTE:.1f} GB are free"
    enough = memory.available >= _ENOUGH_MEMORY
    return Check("memory", enough, found, "" if enough else "close other applications before a run", needed=False)


def _disk() -> Check:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    enough = free >= _ENOUGH_DISK
    advice = "" if enough else "free some space, or set TMPDIR to a folder with more"
    return Check("disk", enough, f"{free / _GIGABYTE:.1f} GB are free in {folder}", advice)


def _models() -> Check:
    from .bundles import available_models

    names = ", ".join(bundle.name for bundle in available_models())
    return Check("models", bool(names), names or "none", "" if names else _REINSTALL)


def _torch() -> Check:
    version = _version("torch")
    if not version:
        return Check("torch", False, "not installed", "run: pip install torch")
    try:
        probe = subprocess.run([sys.executable, "-c", _TORCH_PROBE], capture_output=True, text=True, timeout=120, check=True)
        devices = json.loads(probe.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as problem:
        found = f"{version} does not load ({_reason(problem)})"
        return Check("torch", False, found, "install it again: pip install --force-reinstall torch")
    return Check("torch", True, f"{version} on {_devices(devices)}")


def _worker() -> Check:
    """Whether a worker starts and can load a model: a plan is made for a small empty scan."""
    import numpy as np

    from .bundles import available_models
    from .errors import MedAIError
    from .image import Image
    from .jobs import WorkerClient, plan

    models = available_models()
    if not models:
        return Check("worker", False, "not tried, since there is no model", "see models")
    bundle = models[0]
    ramp = np.arange(64**3, dtype=np.float32).reshape(1, 64, 64, 64)
    scans = [Image(ramp, np.eye(4), "a ramp") for _ in bundle.channels]
    try:
        with WorkerClient() as client:
            decided = plan(scans, bundle.root, client=client)
    except MedAIError as problem:
        return Check("worker", False, "does not run", str(problem))
    needed = decided.memory_bytes / 1e9
    return Check("worker", True, f"starts, and would run {bundle.name} on {decided.device} with {needed:.1f} GB of memory")


def _devices(found: dict[str, Any]) -> str:
    gpus = [f"CUDA ({name})" for name in found["cuda"]] + (["MPS"] if found["mps"] else [])
    return ", ".join(gpus) if gpus else f"the CPU ({found['threads']} threads)"


def _reason(problem: Exception) -> str:
    lines = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
    return lines[-1][:200] if lines else type(problem).__name__


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
