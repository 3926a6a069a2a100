"""Driving the module's panel as a user does, with a worker whose model does what the scan's name says."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .workers import empty_bundle


def opened(module: Any, client: Any, home: Path, monkeypatch: Any) -> Any:
    """The module's panel, shown, with the model "some-model" and this client of a worker.

    Args:
        home: folder of MedAI's data.
    """
    import MedAIModuleLib.panel
    from MedAIModuleLib.runs import worker

    empty_bundle(home / "models" / "some-model")
    monkeypatch.setenv("MEDAI_HOME", str(home))
    monkeypatch.setattr(MedAIModuleLib.panel, "_DOUBLE_CLICK_SECONDS", 0.0)  # tests press Cancel sooner than people do
    monkeypatch.setattr(worker, "_client", client)
    widget = module.widgetRepresentation()
    widget.self().logic.getParameterNode().model = "some-model"
    widget.enter()
    widget.show()
    return widget.self().panel


def add_scan(behavior: str, shape: tuple[int, int, int] = (6, 5, 4)) -> Any:
    """A scan (k, j, i) whose positive half is the label."""
    import slicer

    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", behavior)
    voxels = np.arange(np.prod(shape), dtype=np.int32) - np.prod(shape) // 2
    slicer.util.updateVolumeFromArray(volume, voxels.clip(-3000, 3000).astype(np.int16).reshape(shape))
    volume.SetSpacing(1.5, 2, 3)
    return volume


def sequence_of(name: str, count: int) -> Any:
    """A scan that is played as a sequence."""
    import slicer

    scene = slicer.mrmlScene
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", name)
    sequence.SetIndexName("time")
    for number in range(count):
        frame = slicer.vtkMRMLScalarVolumeNode()
        slicer.util.updateVolumeFromArray(frame, np.full((4, 4, 4), number, np.int16))
        sequence.SetDataNodeAtValue(frame, str(number))
    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", f"{name} browser")
    browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
    return browser.GetProxyNode(sequence)


def wait(app: Any, condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Let the application work until the condition holds; fail when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        app.processEvents()
        time.sleep(0.005)
        assert time.monotonic() < end, "what was waited for did not happen"


def apply(app: Any, panel: Any) -> None:
    """Press Apply and wait for the end of the run."""
    panel.ui.applyButton.click()
    wait(app, lambda: not panel.runs)


def segmentations() -> list[Any]:
    """All segmentation nodes in the scene."""
    import slicer

    return list(slicer.util.getNodesByClass("vtkMRMLSegmentationNode"))


def model_row(panel: Any, title: str) -> int:
    """Where the model list shows the model of this title; -1: nowhere."""
    rows = range(panel.ui.modelList.count)
    return next((row for row in rows if panel.ui.modelList.item(row).text().startswith(title)), -1)


def status(panel: Any) -> str:
    """What the panel says about the runs."""
    return str(panel.ui.statusLabel.text)
