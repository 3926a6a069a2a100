"""How long a scene with a thousand lesions keeps the application waiting: their coming, each filter, each review, their going.

Run from the repository: python Testing/benchmarks/lesion_nodes.py [--lesions N] [--size VOXELS] [--views]

Also splits a segment of as many lesions in a cubic label map of the given size, and prints the longest step of each.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Testing"), str(ROOT / "MedAIExtension")]

import scipy.ndimage  # noqa: E402  importing it is no step's work
import scipy.sparse.csgraph  # noqa: E402, F401
import slicer  # noqa: E402

from host.scene import new_scene  # noqa: E402
from medai import Image  # noqa: E402
from medai.mrml import Origin, add_lesions_steps, split_segment_steps  # noqa: E402
from support.lesionnodes import lesions_in, with_lesions  # noqa: E402
from support.mrml import draw, volume_of  # noqa: E402

REPEATS = 15


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lesions", type=int, default=1000)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--views", action="store_true", help="draw them in a slice view and in a 3D view")
    options = parser.parse_args()
    scene = new_scene(Path(tempfile.mkdtemp(prefix="medai-")))
    scan = Image(np.zeros((1, 64, 64, 64), np.int16), np.diag([2.0, 2.0, 2.0, 1.0]), "scan")
    volume = volume_of(scene, scan)
    prediction = with_lesions(scan, lesions_in(scan, options.lesions))
    draw_all = _views(scene, volume) if options.views else lambda: None
    nodes = _steps("adding", add_lesions_steps(prediction, scene, Origin.of(volume)))
    _often("drawing", lambda _number: draw_all())
    _often("filter", lambda number: nodes.select(minimum_mm=12 + (7 * number) % 20), draw_all)
    _often("review", lambda number: nodes.review(number % options.lesions + 1, "accepted"))
    _often("jump", lambda number: nodes.position(number % options.lesions + 1))
    _often("asking whether anything was edited", lambda _number: nodes.is_changed)
    _steps("undoing", nodes.undo_steps(even_if_changed=True))
    _steps(f"splitting in {options.size}^3 voxels", _split(scene, options.lesions, options.size))


def _split(scene: Any, count: int, size: int) -> Generator[None, None, Any]:
    random, voxels = np.random.default_rng(0), np.zeros((size, size, size), bool)
    for i, j, k in random.integers(2, size - 5, (count, 3)):
        voxels[i : i + 3, j : j + 3, k : k + 3] = True
    segmentation = scene.AddNode(slicer.vtkMRMLSegmentationNode())
    segmentation.SetName("scan segmentation")
    draw(segmentation, "Tumor", Image(np.zeros((1, size, size, size), np.int8), np.eye(4)), voxels)
    return split_segment_steps(segmentation, "Tumor")


def _steps(what: str, steps: Generator[None, None, Any]) -> Any:
    longest, count, begin = 0.0, 0, time.perf_counter()
    while True:
        started = time.perf_counter()
        try:
            next(steps)
        except StopIteration as end:
            longest, total = max(longest, time.perf_counter() - started), time.perf_counter() - begin
            print(f"{what}: {total * 1e3:.0f} ms in {count + 1} steps, the longest of {longest * 1e3:.1f} ms")
            return end.value
        longest, count = max(longest, time.perf_counter() - started), count + 1


def _often(what: str, call: Callable[[int], Any], after: Callable[[], None] | None = None) -> None:
    taken, drawn = [], []
    for number in range(REPEATS):
        started = time.perf_counter()
        call(number)
        taken.append(time.perf_counter() - started)
        if after is not None:
            after()
            drawn.append(time.perf_counter() - started)
    print(f"{what}: {statistics.median(taken) * 1e3:.2f} ms, at most {max(taken) * 1e3:.2f} ms")
    if drawn:
        print(f"{what} and drawing: {statistics.median(drawn) * 1e3:.1f} ms")


def _views(scene: Any, volume: Any) -> Callable[[], None]:
    """A slice view and a 3D view of the scene, as the application draws them; gives what draws both."""
    from pictures.views import SliceView, ThreeDView

    views = SliceView(scene, "Red", volume, np.zeros(3), (600, 600)), ThreeDView(scene, (600, 600))

    def draw_all() -> None:
        for view in views:
            view.window.Render()

    return draw_all


if __name__ == "__main__":
    main()
