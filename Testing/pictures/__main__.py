"""``python -m pictures FOLDER`` (with PYTHONPATH=Testing): the panel before, during and after a run on the sample head.

Writes opened.png, running.png and result.png. Only the synthetic head may be shown in the documentation.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import host

ROOT = Path(__file__).resolve().parents[2]
SCAN = ROOT / "Resources" / "SampleData" / "synthetic-head.nii.gz"
LIMIT_SECONDS = 600


def main(folder: Path) -> None:
    """Write the pictures into the folder."""
    with tempfile.TemporaryDirectory(prefix="medai-pictures-") as home:
        os.environ["MEDAI_HOME"] = home  # nobody's own models and settings are to be seen
        app = host.start()
        from host.app import ScriptedModule

        module = ScriptedModule(ROOT / "MedAIModule" / "MedAIModule.py")
        _draw_states(app, module, folder)
        module.unload()


def _draw_states(app, module, folder: Path) -> None:
    import slicer

    from medai.files import read_image
    from medai.mrml.scene import add_volume
    from pictures import draw_application

    volume = add_volume(slicer.mrmlScene, read_image(SCAN))
    widget = module.widgetRepresentation()
    widget.enter()
    widget.show()
    ui = widget.self().panel.ui

    def draw(name: str) -> None:
        (segmentation, *_) = [*slicer.util.getNodesByClass("vtkMRMLSegmentationNode"), None]
        draw_application(widget, slicer.mrmlScene, volume, segmentation, folder / f"{name}.png")

    draw("opened")
    ui.show3DCheckBox.checked = True
    ui.applyButton.click()
    _wait(app, lambda: ui.progressBar.maximum > 0 and ui.progressBar.value >= 30)
    draw("running")
    _wait(app, lambda: ui.applyButton.text == "Apply")
    _settle(app, 3)
    _hide("Cerebrospinal fluid")  # it would cover everything else in the 3D view
    draw("result")


def _hide(segment: str) -> None:
    import slicer

    (segmentation,) = slicer.util.getNodesByClass("vtkMRMLSegmentationNode")
    identifier = segmentation.GetSegmentation().GetSegmentIdBySegmentName(segment)
    segmentation.GetDisplayNode().SetSegmentVisibility(identifier, False)


def _wait(app, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while not condition():
        app.processEvents()
        time.sleep(0.01)
        if time.monotonic() > end:
            raise TimeoutError("The run did not get on.")


def _settle(app, seconds: float) -> None:
    """Volumes and surfaces are made in pieces after a run."""
    end = time.monotonic() + seconds
    _wait(app, lambda: time.monotonic() > end)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
