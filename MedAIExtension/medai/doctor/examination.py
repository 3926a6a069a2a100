"""The checks: the interpreter and its packages, the computer, the models, and whether a worker runs."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from ..errors import MedAIError
from ..jobs.isolation import NETWORK
from .check import Check
from .interpreter import Interpreter, NoAnswer, answer_of

REQUIRED = {
    "numpy": (1, 26),
    "scipy": (1, 11),
    "SimpleITK": (2, 4),
    "pydicom": (3, 0),
    "nibabel": (5,),
    "pyyaml": (6, 0),
    "psutil": (5, 9),
    "requests": (2, 31),
    "safetensors": (0, 4),
    "einops": (0, 7),
    "scikit-image": (0, 22),
    "monai": (1, 5, 1),
    "highdicom": (0, 27),
    "jinja2": (3, 1),
    "matplotlib": (3, 8),
    "reportlab": (4, 2),
}
# What each of these is for, said where it is missing.
OPTIONAL = {"onnxruntime": "models exported as ONNX", "dynamic-network-architectures": "models that nnU-Net trained"}
TORCH = (2, 10)
_GIGABYTE = 1e9
_ENOUGH_MEMORY = 4 * _GIGABYTE
_ENOUGH_DISK = 2 * _GIGABYTE
_INSTALL = "run: pip install --upgrade {package}"


def run_checks(
    python: str | None = None, environment: Mapping[str, str] | None = None, install: str = _INSTALL
) -> Iterator[Check]:
    """The outcome of every check, in the order in which to show them; each is made when it is asked for, the slow ones last.

    May be called on any thread; nothing large is loaded into this process.

    Args:
        python: the interpreter that runs models; by default this process's own. In Slicer, the path of PythonSlicer.
        environment: variables that it is started with; by default this process's own.
        install: advice for what is not installed, with "{package}" for its name where that is wanted.
    """
    for check in checks(python, environment, install):
        yield check()


def checks(
    python: str | None = None, environment: Mapping[str, str] | None = None, install: str = _INSTALL
) -> tuple[Callable[[], Check], ...]:
    """The checks of ``run_checks``, each made when it is called."""
    doctor = _Doctor(Interpreter(python or sys.executable, environment), install)
    packages = (functools.partial(doctor.package, name) for name in REQUIRED)
    optional = (functools.partial(doctor.optional, name) for name in OPTIONAL)
    scene = () if python else (doctor.slicer_core,)  # an interpreter that is given is an application's, which has MRML itself
    here = (doctor.python, *packages, *optional, *scene, memory, disk, models)
    return (*here, doctor.torch, doctor.graphics, doctor.isolation, doctor.worker)


class _Doctor:
    """Looks at one interpreter; what was asked once is not asked again."""

    def __init__(self, interpreter: Interpreter, install: str) -> None:
        self._interpreter = interpreter
        self._install = install

    def python(self) -> Check:
        try:
            version = self._installed["python"]
        except NoAnswer as problem:
            found = f"{self._interpreter.python} does not run ({problem})"
            return Check("python", False, found, "install the application or MedAI again")
        supported = (3, 10) <= _numbers(version)[:2] < (3, 14)
        advice = "" if supported else "install Python 3.10 to 3.13"
        return Check("python", supported, f"{version} in {self._installed['prefix']}", advice)

    def package(self, name: str) -> Check:
        version = self._version(name)
        enough = _numbers(version) >= REQUIRED.get(name, ())
        return Check(name, bool(version) and enough, self._found(version, enough), self._advice(name, version and enough))

    def optional(self, name: str) -> Check:
        """What only some models need."""
        version = self._version(name)
        advice = "" if version else f"for {OPTIONAL[name]}, run: pip install {name}"
        return Check(name, bool(version), version or "not installed", advice, needed=False)

    def slicer_core(self) -> Check:
        version = self._version("slicer-core")
        advice = "" if version else "for --scene run: pip install 'medai[scene]'"
        return Check("slicer-core", bool(version), version or "not installed", advice, needed=False)

    def torch(self) -> Check:
        version = self._version("torch")
        if not version or _numbers(version) < TORCH:
            return Check("torch", False, self._found(version, False), self._advice("torch", False))
        try:
            devices = self._devices
        except NoAnswer as problem:
            advice = "install it again: pip install --force-reinstall torch"
            return Check("torch", False, f"{version} does not load ({problem})", advice)
        return Check("torch", True, f"{version} on {_words_for(devices)}")

    def graphics(self) -> Check:
        """Whether the graphics card, where there is one of NVIDIA's, and PyTorch go together."""
        card = _nvidia_card()
        if not card:
            return Check("graphics card", True, "none of NVIDIA's that PyTorch could use; models run without it")
        try:
            devices = self._devices
        except NoAnswer:
            return Check("graphics card", False, card, "see torch", needed=False)
        if devices["cards"] and not devices["problem"]:
            return Check("graphics card", True, f"{card}; PyTorch for CUDA {devices['cuda']} uses it")
        if not devices["cuda"]:
            advice = "install PyTorch for a CUDA version that the driver supports, to run models several times faster"
            return Check("graphics card", False, f"{card}; PyTorch was built without CUDA", advice, needed=False)
        why = f" ({devices['problem']})" if devices["problem"] else ""
        found = f"{card}; PyTorch for CUDA {devices['cuda']} cannot use it{why}"
        return Check("graphics card", False, found, "update the driver, or install PyTorch for an older CUDA", needed=False)

    def isolation(self) -> Check:
        """What keeps a model, and code that it brings, from the network."""
        environment = os.environ if self._interpreter.environment is None else self._interpreter.environment
        if environment.get(NETWORK) == "1":
            found, advice = f"models may use the network, since {NETWORK} is 1", f"unset {NETWORK} unless a model needs it"
            return Check("isolation", False, found, advice, needed=False)
        try:
            by_system = self._interpreter.leaves_network()
        except NoAnswer as problem:
            return Check("isolation", False, f"cannot be tried ({problem})", "see python", needed=False)
        how = "the system" if by_system else "Python only, which a trusted model's own code could get round"
        return Check("isolation", True, f"models are cut off from the network by {how}")

    def worker(self) -> Check:
        """Whether a worker starts and can load a model: a plan is made for a small scan."""
        lacking = [name for name in (*REQUIRED, "torch") if not self._version(name)]
        if lacking:
            return Check("worker", False, f"not tried without {lacking[0]}", f"see {lacking[0]}")
        try:
            found = _try_worker(self._interpreter)
        except (MedAIError, ImportError, OSError) as problem:
            return Check("worker", False, "does not run", str(problem))
        return Check("worker", bool(found), found or "not tried, since there is no model", "" if found else "see models")

    @cached_property
    def _installed(self) -> dict[str, Any]:
        return self._interpreter.installed([*REQUIRED, *OPTIONAL, "torch", "slicer-core"])

    @cached_property
    def _devices(self) -> dict[str, Any]:
        return self._interpreter.torch()

    def _version(self, package: str) -> str:
        try:
            return str(self._installed["versions"].get(package, ""))
        except NoAnswer:
            return ""

    def _found(self, version: str, enough: bool) -> str:
        return (version if enough else f"{version}, which is too old") if version else "not installed"

    def _advice(self, package: str, good: object) -> str:
        return "" if good else self._install.format(package=package)


def memory() -> Check:
    """Whether enough memory is free for a run."""
    try:
        import psutil
    except ImportError:
        return Check("memory", False, "cannot be looked at without psutil", "see psutil", needed=False)
    memory = psutil.virtual_memory()
    found = f"{memory.available / _GIGABYTE:.1f} of {memory.total / _GIGABYTE:.1f} GB are free"
    enough = memory.available >= _ENOUGH_MEMORY
    return Check("memory", enough, found, "" if enough else "close other applications before a run", needed=False)


def disk() -> Check:
    """Whether scans and results have space on their way to the worker and back."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    enough = free >= _ENOUGH_DISK
    advice = "" if enough else "free some space, or set TMPDIR to a folder with more"
    return Check("disk", enough, f"{free / _GIGABYTE:.1f} GB are free in {folder}", advice)


def models() -> Check:
    """Which models there are."""
    from ..bundles import available_models

    names = ", ".join(bundle.name for bundle in available_models())
    return Check("models", bool(names), names or "none", "" if names else "install MedAI again: it brings one")


def _try_worker(interpreter: Interpreter) -> str:
    """What came of it; "" where there is no model to try."""
    import numpy as np

    from ..bundles import available_models
    from ..image import Image
    from ..jobs import WorkerClient, plan

    bundle = next(iter(available_models()), None)
    if bundle is None:
        return ""
    ramp = np.arange(64**3, dtype=np.float32).reshape(1, 64, 64, 64)
    scans = [Image(ramp, np.eye(4), "a ramp") for _ in bundle.channels]
    with WorkerClient(interpreter.python, environment=interpreter.environment) as client:
        decided = plan(scans, bundle.root, client=client)
    needed = decided.memory_bytes / _GIGABYTE
    return f"starts, and would run {bundle.name} on {decided.device} with {needed:.1f} GB of memory"


def _nvidia_card() -> str:
    """Name, memory and driver of the NVIDIA cards here, such as "NVIDIA T4, 15360 MiB, driver 550.54 (CUDA 12.4)"; or ""."""
    query = ["nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    try:
        cards = [line.split(", ") for line in answer_of(query).strip().splitlines()]
        cuda = re.search(r"CUDA Version:\s*([\d.]+)", answer_of(["nvidia-smi"]))
    except NoAnswer:
        return ""
    named = [f"{name}, {size}, driver {driver}" for name, size, driver in (card for card in cards if len(card) == 3)]
    return "; ".join(named) + (f" (CUDA {cuda[1]})" if named and cuda else "")


def _words_for(devices: Mapping[str, Any]) -> str:
    gpus = [f"CUDA ({card})" for card in devices["cards"]] + (["MPS"] if devices["mps"] else [])
    return ", ".join(gpus) if gpus else f"the CPU ({devices['threads']} threads)"


def _numbers(version: str) -> tuple[int, ...]:
    """The release of a version, such as (2, 13, 0) of "2.13.0+cpu"; () of ""."""
    release = re.match(r"[\d.]*", version)
    return tuple(int(part) for part in (release[0] if release else "").split(".") if part)
