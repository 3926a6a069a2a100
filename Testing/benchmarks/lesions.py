"""How long lesions and labels take to be measured: few lesions in a large label map, a thousand, and a hundred organs.

Run from the repository: python Testing/benchmarks/lesions.py [--size I J K]
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Testing"), str(ROOT / "MedAIExtension")]

from medai import Image  # noqa: E402
from medai.results import Prediction, describe_labels, find_lesions, findings, measure_labels, select  # noqa: E402


def ball(voxels: np.ndarray, center: Sequence[int], radius: float, value: int) -> None:
    """Paint a ball, in voxels, where there is background or any other label."""
    reach = int(radius) + 1
    box = tuple(slice(max(0, at - reach), min(at + reach + 1, n)) for at, n in zip(center, voxels.shape, strict=True))
    index = np.ogrid[box]
    inside = sum((axis - at) ** 2 for axis, at in zip(index, center, strict=True)) <= radius**2
    voxels[box][np.broadcast_to(inside, voxels[box].shape)] = value


def label_map(size: Sequence[int], lesions: int, largest: float, organs: int = 0) -> np.ndarray:
    """(i, j, k) uint8 with balls that are lesions, value 1, over balls that are organs, values from 2; k is slowest in memory."""
    rng = np.random.default_rng(0)
    voxels = np.zeros(tuple(size[::-1]), np.uint8).transpose(2, 1, 0)
    for value in range(2, 2 + organs):
        ball(voxels, rng.integers(20, np.array(size) - 20).tolist(), rng.uniform(15, 60), value)
    for _ in range(lesions):
        ball(voxels, rng.integers(8, np.array(size) - 8).tolist(), rng.uniform(1, largest), 1)
    return voxels


def timed(title: str, function: Callable[..., Any], *arguments: object) -> Any:
    """Call, print the processor's time and what it took of memory beyond what was there, in a second call."""
    begin = time.process_time()
    result = function(*arguments)
    taken = time.process_time() - begin
    tracemalloc.start()
    function(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"  {title:<34} {taken * 1e3:10.1f} ms {peak / 2**20:10.0f} MiB")
    return result


def measure(title: str, voxels: np.ndarray, spacing: Sequence[float]) -> None:
    """Everything that follows a run."""
    values = np.random.default_rng(1).integers(-1000, 1000, voxels.shape[::-1], np.int16).transpose(2, 1, 0)
    image = Image(values[None], np.diag([*spacing, 1.0]))
    names = {1: "Tumor"} | {value: f"Organ {value}" for value in range(2, int(voxels.max()) + 1)}
    prediction = Prediction(image.with_voxels(voxels[None]), describe_labels(names))
    print(f"{title}: {' x '.join(map(str, image.shape))} voxels, {len(names)} labels")
    lesions = timed("find lesions", find_lesions, prediction, image)
    print(f"  {len(lesions)} lesions")
    timed("measure labels", measure_labels, prediction, image)
    done = Prediction(prediction.labelmap, prediction.labels, counts={}, lesions=lesions)
    timed("select", lambda: select(lesions, minimum_ml=0.1, minimum_mm=5))
    timed("findings", findings, done)


def main() -> None:
    """Print times and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=3, default=(512, 512, 400))
    size = parser.parse_args().size
    measure_labels(*_small())
    measure("A few lesions", label_map(size, 8, 25), (0.8, 0.8, 1.5))
    measure("A few lesions, one organ", label_map(size, 8, 25, 1), (0.8, 0.8, 1.5))
    measure("A thousand lesions", label_map((300, 300, 250), 1100, 5), (1, 1, 1))
    measure("A thousand lesions, thick slices", label_map((300, 300, 250), 1100, 5), (1, 1, 20))
    measure("A hundred organs", label_map(size, 40, 12, 100), (0.8, 0.8, 1.5))


def _small() -> tuple[Prediction, Image]:
    """For what is imported at the first call."""
    image = Image(np.ones((1, 3, 3, 3), np.uint8), np.eye(4))
    prediction = Prediction(image, describe_labels({1: "Tumor"}))
    find_lesions(prediction, image)
    return prediction, image


if __name__ == "__main__":
    main()
