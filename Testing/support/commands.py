"""The command line: in this process, which is fast, or in one of its own, as users start it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

PROGRAM = (sys.executable, "-m", "medai")
Done = subprocess.CompletedProcess[str]


def medai(*arguments: object) -> Done:
    """Run a command to its end in this process, with its output as text."""
    from medai.cli.app import app

    command, stdout, stderr = list(map(str, arguments)), io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr), pytest.raises(SystemExit) as end:
        app(command, prog_name="medai")
    return Done(command, int(end.value.code or 0), stdout.getvalue(), stderr.getvalue())


def medai_process(*arguments: object) -> Done:
    """Run a command to its end in a process of its own, with its output as text."""
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)


def json_of(done: Done) -> Any:
    """The value that a command with ``--json`` printed; it must have succeeded and printed nothing else there."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_refused(done: Done, code: int, *words: str) -> None:
    """The command ended with this code and one sentence on standard error that has these words."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("medai: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0]
