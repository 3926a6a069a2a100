"""What a worker may not do whatever it runs: reach the network, fill the memory, leave core dumps, gain privileges.

The worker loads this file by itself, before the package: a process with threads cannot be moved to a network of its own, and
numpy starts some. So nothing but the standard library is imported here.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import sys
from pathlib import Path
from typing import Any

NETWORK = "MEDAI_WORKER_NETWORK"
MEMORY = "MEDAI_WORKER_MEMORY_GB"

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_LEAST_RESERVE = 1_000_000_000
_LEAST_LIMIT = 2_000_000_000
_SOCKET_EVENTS = frozenset(
    f"socket.{name}"
    for name in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
)
_REFUSED = (
    f"A model wanted to use the network, which MedAI does not let models do; set {NETWORK}=1 before MedAI is started "
    f"if you trust it with that."
)


def isolate() -> None:
    """Limit this process and all its children for good; what the system does not offer is left out.

    ``MEDAI_WORKER_NETWORK=1`` leaves the network, ``MEDAI_WORKER_MEMORY_GB`` sets the limit of the memory, 0 for none.
    """
    network = os.environ.get(NETWORK) == "1"
    if sys.platform == "linux":
        _wake_gpu()
        if not network:
            leave_network()
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        limit_memory(memory_limit())
    _no_core_dumps()
    if not network:
        socket.has_ipv6 = False  # else urllib3, which MONAI loads, tries it out with a socket
        refuse_sockets()


def leave_network() -> bool:
    """Move this process, which must have one thread, to a network that has nobody in it; False where the system forbids it.

    Who owns which file does not change: an administrator stays one, anybody else is named in a map of one line.
    """
    libc, user, group = ctypes.CDLL(None, use_errno=True), os.geteuid(), os.getegid()
    # An administrator in a user namespace could no longer read other users' files, so that is only the second way.
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return True


def refuse_sockets() -> None:
    """Have Python refuse whatever would reach another process by a socket; it cannot be taken back."""

    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event in _SOCKET_EVENTS:
            raise PermissionError(_REFUSED)

    sys.addaudithook(refuse)


def memory_limit() -> int | None:
    """How many bytes of data this process may have: the computer's memory or the container's without a reserve.

    None where it is not to be limited.
    """
    wanted = os.environ.get(MEMORY, "")
    with contextlib.suppress(ValueError):
        return int(float(wanted) * 1e9) or None
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            physical = min(physical, int(Path("/sys/fs/cgroup", name).read_text(encoding="ascii")))
    return max(physical - max(_LEAST_RESERVE, physical // 20), _LEAST_LIMIT)


def limit_memory(size: int | None) -> None:
    """Have allocations fail beyond this many bytes, with an error that says so; None changes nothing.

    Data are counted and not addresses, of which CUDA reserves many times the memory.
    """
    import resource

    if size is not None:
        with contextlib.suppress(OSError, ValueError):
            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            size = size if hard == resource.RLIM_INFINITY else min(size, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def _no_core_dumps() -> None:
    """A dump would hold the scan. Of a limit of 1 Linux says that no program gets one either, of 0 it does not."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        least = 1 if sys.platform == "linux" and resource.getrlimit(resource.RLIMIT_CORE)[1] != 0 else 0
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def _wake_gpu() -> None:
    """Have NVIDIA's own program make the device file that CUDA needs, which it cannot do without privileges later."""
    if Path("/dev/nvidiactl").exists() and not Path("/dev/nvidia-uvm").exists():
        import shutil
        import subprocess

        program = shutil.which("nvidia-modprobe")
        if program:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run([program, "-u", "-c", "0"], check=False, timeout=5, capture_output=True)
