"""How fast this machine is: measured once by a short test, then learned from every run, and kept in a small file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F

_FILE = "speed.json"


def cache_folder() -> Path:
    """Where MedAI keeps what it can measure or make again: ``MEDAI_HOME``/cache, by default in the user's cache folder."""
    home = os.environ.get("MEDAI_HOME")
    return Path(home) / "cache" if home else Path.home() / ".cache" / "medai"


class Speed:
    """Rates per second of this machine for one device and precision.

    Two kinds of work are known: "convolution" (counted in floating-point operations) and "resampling" (in voxels).
    """

    def __init__(self, device: torch.device, precision: torch.dtype) -> None:
        self._device, self._precision = device, precision
        self._key = f"{device.type} {precision} torch {torch.__version__} threads {torch.get_num_threads()}"
        self._path = cache_folder() / _FILE
        self._rates: dict[str, float] = self._read().get(self._key, {})

    def rate(self, kind: str, stage: str, model: str) -> float:
        """Units per second of a stage of this model where it has run before, else of this kind of work on this machine."""
        name = f"{model[:16]} {stage}"
        if name in self._rates:
            return self._rates[name]
        if kind not in self._rates:
            self._rates[kind] = self._measure_convolution() if kind == "convolution" else self._measure_resampling()
            self._write()
        return self._rates[kind]

    def learn(self, stage: str, model: str, units: float, seconds: float) -> None:
        """Remember what a stage of a model achieved; half the old value is kept, so that one slow run does not mislead."""
        name, rate = f"{model[:16]} {stage}", units / max(seconds, 1e-6)
        self._rates[name] = (self._rates.get(name, rate) + rate) / 2
        self._write()

    def _measure_convolution(self) -> float:
        image = torch.randn(1, 32, 48, 48, 48, device=self._device, dtype=self._precision)
        kernel = torch.randn(32, 32, 3, 3, 3, device=self._device, dtype=self._precision)
        operations = 2 * 32 * 32 * 27 * 48**3
        return operations / self._timed(lambda: F.conv3d(image, kernel, padding=1))

    def _measure_resampling(self) -> float:
        image = torch.randn(1, 1, 96, 96, 96, device=self._device)
        grid = torch.rand(1, 96, 96, 96, 3, device=self._device) * 2 - 1
        return 96**3 / self._timed(lambda: F.grid_sample(image, grid, align_corners=False))

    def _timed(self, work: Callable[[], object]) -> float:
        best = float("inf")
        for _ in range(3):
            began = time.perf_counter()
            work()
            if self._device.type == "cuda":
                torch.cuda.synchronize()
            best = min(best, time.perf_counter() - began)
        return best

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(content, dict):
            return {}
        return {key: _usable(rates) for key, rates in content.items() if isinstance(rates, dict)}

    def _write(self) -> None:
        # A machine where nothing can be kept still runs; it measures again next time.
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial = self._path.with_suffix(f".{os.getpid()}")
            partial.write_text(json.dumps({**self._read(), self._key: self._rates}, indent=1), encoding="utf-8")
            partial.replace(self._path)
        except OSError:
            pass


def _usable(rates: dict[str, object]) -> dict[str, float]:
    return {name: float(rate) for name, rate in rates.items() if isinstance(rate, (int, float)) and rate > 0}
