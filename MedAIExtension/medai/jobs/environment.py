"""The environment that a worker is started with: the one place where memory and thread settings are made."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_GIBIBYTE = str(1 << 30)


def worker_environment(base: Mapping[str, str] | None, scratch: Path) -> dict[str, str]:
    """Environment variables for a worker; what ``base`` (default: this process's own) already sets is left as it is.

    ``scratch`` is the client's folder for what may go with it.

    In Slicer, ``base`` is ``slicer.util.startupEnvironment()``: PythonSlicer is a launcher that makes its own settings.
    """
    environment = dict(os.environ if base is None else base)
    if sys.platform == "linux":
        # By default glibc maps and unmaps every large activation, and the kernel zeroes its pages anew each time; kept in
        # the heap instead, convolutions take two thirds of the time.
        environment.setdefault("MALLOC_MMAP_THRESHOLD_", _GIBIBYTE)
        environment.setdefault("MALLOC_TRIM_THRESHOLD_", _GIBIBYTE)
    environment.setdefault("OMP_NUM_THREADS", str(available_cores()))
    environment.setdefault("TORCHINDUCTOR_CACHE_DIR", str(scratch / "inductor"))  # else torch leaves a folder of its own behind
    environment["PYTHONUNBUFFERED"] = "1"
    return environment


def available_cores() -> int:
    """How many physical cores this process may use: two threads on one core only slow each other's convolutions down."""
    import psutil

    if not hasattr(os, "sched_getaffinity"):
        return psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return len({_siblings(cpu) for cpu in os.sched_getaffinity(0)}) or 1


def _siblings(cpu: int) -> str:
    try:
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text(encoding="ascii")
    except OSError:
        return str(cpu)
