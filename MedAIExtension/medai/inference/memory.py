"""The process's peak memory, as the operating system counts it."""

from __future__ import annotations

import sys

import psutil


def peak_memory_bytes() -> int:
    """Peak resident memory of this process since it started, in bytes."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) if sys.platform == "darwin" else int(peak) * 1024
