"""How fast the panel opens, and how long it ever keeps the application waiting.

Run from the repository: python Testing/benchmarks/panel.py

Prints, as medians of five fresh processes, the time from importing the module to a panel that is built and entered, and how
many milliseconds the main thread was blocked at most during a real run on the sample head and on a large synthetic scan.
"""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "MedAIModule" / "MedAIModule.py"
SCAN = ROOT / "Resources" / "SampleData" / "synthetic-head.nii.gz"
PROCESSES = 5
sys.path.insert(0, str(ROOT / "Testing"))


def main() -> None:
    """Measure and print."""
    opened = [_in_a_process("open") for _ in range(PROCESSES)]
    for what in opened[0]:
        print(f"{what}: {statistics.median(entry[what] for entry in opened):.0f} ms")
    for scan in ("sample head", "512 x 512 x 300"):
        for what, value in _in_a_process(scan).items():
            print(f"{scan}, {what}: {value:.1f}")


def _in_a_process(what: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, what], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(what: str) -> dict[str, float]:
    """One measurement, in this process."""
    import os

    os.environ["MEDAI_HOME"] = tempfile.mkdtemp()
    import host

    app = host.start()
    from host.app import ScriptedModule

    began = time.perf_counter()
    module = ScriptedModule(MODULE)
    imported = time.perf_counter()
    widget = module.widgetRepresentation()
    built = time.perf_counter()
    if what == "open":
        loaded = {"torch", "monai"} & set(sys.modules)
        assert not loaded, loaded
        return {"import of the module": 1000 * (imported - began), "building the panel": 1000 * (built - imported)}
    widget.enter()
    ui = widget.self().panel.ui
    ui.inputSelector.setCurrentNode(_scan(what))
    _watch(app, lambda: ui.applyButton.enabled)
    result = {}
    for run in ("cold", "warm"):
        ui.outputSelector.setCurrentNode(None)
        began = time.perf_counter()
        ui.applyButton.click()
        gap = _watch(app, lambda: ui.applyButton.text == "Apply")
        result |= {f"{run} run (s)": time.perf_counter() - began, f"{run} run, longest wait (ms)": gap}
    module.unload()
    return result


def _scan(what: str):
    import numpy as np
    import slicer

    from medai.files import read_image
    from medai.image import Image
    from medai.mrml.scene import add_volume

    image = read_image(SCAN)
    if what != "sample head":
        size = (512, 512, 300)
        steps = np.array(image.shape) / size
        places = np.ix_(*((np.arange(n) * step).astype(int) for n, step in zip(size, steps, strict=True)))
        image = Image(image.voxels[0][places][None].astype(np.int16), image.affine @ np.diag([*steps, 1]), "Large")
    return add_volume(slicer.mrmlScene, image)


def _watch(app, ended) -> float:
    """The longest time in ms between two ticks of a timer of 5 ms."""
    import qt

    ticks = [time.perf_counter()]
    timer = qt.QTimer()
    timer.setInterval(5)
    timer.connect("timeout()", lambda: ticks.append(time.perf_counter()))
    timer.start()
    while not ended():
        app.processEvents()
        time.sleep(0.001)
    timer.stop()
    return 1000 * max((later - earlier for earlier, later in itertools.pairwise(ticks)), default=0.0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
