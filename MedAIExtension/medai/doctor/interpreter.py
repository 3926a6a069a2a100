"""Asks programs in processes of their own, so that what they load cannot harm this one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 120
_PACKAGES = """
import importlib.metadata, json, platform, sys
versions = {}
for name in sys.argv[1:]:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"python": platform.python_version(), "prefix": sys.prefix, "versions": versions}))
"""
_TORCH = """
import json, torch
cards, problem = [], ""
try:
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        name, (free, total) = torch.cuda.get_device_name(number), torch.cuda.mem_get_info(number)
        (torch.zeros(8, device=f"cuda:{number}") + 1).sum().item()
        cards.append(f"{name}, {free / 1e9:.0f} of {total / 1e9:.0f} GB free")
except Exception as error:
    problem = str(error).strip().splitlines()[0]
print(json.dumps({
    "cards": cards, "problem": problem, "cuda": torch.version.cuda or "",
    "mps": torch.backends.mps.is_available(), "threads": torch.get_num_threads(),
}))
"""

_ISOLATION = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("isolation", sys.argv[1])
isolation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(isolation)
print(json.dumps({"left": sys.platform == "linux" and isolation.leave_network()}))
"""


class NoAnswer(Exception):
    """The program could not be run or failed; its last words."""


@dataclass(frozen=True)
class Interpreter:
    """A Python interpreter by its path, and the environment variables to start it with (None: this process's)."""

    python: str
    environment: Mapping[str, str] | None = None

    def installed(self, packages: Sequence[str]) -> dict[str, Any]:
        """Its version ("python"), its folder ("prefix"), and the "versions" of those of the packages that it has."""
        return self._ask(_PACKAGES, *packages)

    def torch(self) -> dict[str, Any]:
        """What PyTorch can use: "cards", the first "problem" with them, "cuda" it was built for, "mps", CPU "threads"."""
        return self._ask(_TORCH)

    def leaves_network(self) -> bool:
        """Whether the system lets a process of it move to a network that has nobody in it, as a worker does."""
        return bool(self._ask(_ISOLATION, str(Path(__file__).parents[1] / "jobs" / "isolation.py"))["left"])

    def _ask(self, question: str, *arguments: str) -> dict[str, Any]:
        printed = answer_of([self.python, "-c", question, *arguments], self.environment)
        try:
            answer = json.loads(printed.strip().splitlines()[-1])
        except (ValueError, IndexError) as problem:
            raise NoAnswer("it printed something else") from problem
        return dict(answer)


def answer_of(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a command prints; raises NoAnswer if it cannot be run, fails, or takes too long."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=True,
            env=None if environment is None else dict(environment),
            creationflags=_without_window(),
        )
    except (OSError, subprocess.SubprocessError, ValueError) as problem:
        raise NoAnswer(_last_words(problem)) from problem
    return done.stdout


def _without_window() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def _last_words(problem: Exception) -> str:
    lines = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
    return lines[-1][:200] if lines else type(problem).__name__
