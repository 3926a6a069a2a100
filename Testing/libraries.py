"""Says which system libraries of Qt and VTK are missing here, and the one command that installs them."""

from __future__ import annotations

import ctypes
import sys

NEEDED = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}


def missing_packages() -> list[str]:
    """Debian's and Ubuntu's names of the packages whose libraries cannot be loaded; empty on other systems than Linux."""
    return [package for library, package in NEEDED.items() if not _loads(library)] if sys.platform == "linux" else []


def advice() -> str:
    """One sentence for a skipped test; empty where nothing is missing."""
    missing = missing_packages()
    return f"Qt's system libraries are missing; install them with: apt-get install {' '.join(missing)}" if missing else ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__" and advice():
    print(f"Note: {advice()} (the tests that need them are skipped until then).")
