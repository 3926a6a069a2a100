"""The command line as users start it: in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROGRAM = (sys.executable, "-m", "medai")


def medai(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with its output as text."""
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)


def medai_json(*arguments: object) -> Any:
    """The value that a command prints with ``--json``; the command must succeed and print nothing else there."""
    done = medai(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The command ended with this code and one sentence on standard error that has these words."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("medai: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0]
