"""Measures how long ``medai.evaluation`` takes, and how much memory, on large label maps and images that it makes itself.

    python Testing/benchmarks/evaluation.py

Prints one line for each: 100 labels in 512 x 512 x 300 voxels, one label that fills the scan, and two images of 256^3.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np

from medai.evaluation import compare_images, evaluate
from medai.image import Image

SHAPE = (512, 512, 300)
AFFINE = np.diag([0.8, 0.8, 1.5, 1.0])


def organs(count: int = 100) -> np.ndarray:
    """Ellipsoids with radii of 8 to 60 voxels at random places, later ones over earlier ones."""
    generator = np.random.default_rng(0)
    voxels = np.zeros(SHAPE, np.uint8)
    for value in range(1, count + 1):
        center, radii = np.array([generator.integers(40, size - 40) for size in SHAPE]), generator.uniform(8, 60, 3)
        low = np.maximum(0, (center - radii).astype(int))
        box = tuple(slice(a, b) for a, b in zip(low, np.minimum(SHAPE, (center + radii).astype(int) + 1), strict=True))
        away = (((place - middle) / radius) ** 2 for place, middle, radius in zip(np.ogrid[box], center, radii, strict=True))
        voxels[box][sum(away) <= 1] = value
    return voxels


def body() -> np.ndarray:
    """One cylinder through the whole scan."""
    i, j, _ = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    disk = ((i - 256) / 240) ** 2 + ((j - 256) / 200) ** 2 <= 1
    return np.broadcast_to(disk, SHAPE).astype(np.uint8)


def measure(name: str, work: Callable[[], object]) -> None:
    """Print seconds of the clock and of the processor, and the peak memory of the process so far."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{name}: {seconds:.1f} s, {busy:.1f} s of processor, peak {peak:.1f} GiB")


def main() -> None:
    """Measure the three."""
    measure("first use of the libraries", lambda: evaluate(*[Image(np.ones((1, 3, 3, 3), np.uint8), AFFINE)] * 2))
    for name, voxels in (("100 labels", organs()), ("one label that fills the scan", body())):
        moved = np.roll(voxels, (2, 1, 1), (0, 1, 2))
        measure(name, lambda voxels=voxels, moved=moved: evaluate(Image(moved[None], AFFINE), Image(voxels[None], AFFINE)))  # type: ignore[misc]
    scan = np.random.default_rng(0).normal(0, 100, (1, 256, 256, 256)).astype(np.int16)
    measure("two images of 256^3", lambda: compare_images(Image(scan + 1, AFFINE), Image(scan, AFFINE)))


if __name__ == "__main__":
    main()
