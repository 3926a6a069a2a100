"""One section of the module's panel alone: the real widgets, a parameter node, and nothing of the other sections."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from medai.bundles import ModelCard

UI = Path(__file__).parents[2] / "MedAIModule" / "Resources" / "UI" / "MedAIModule.ui"
CARD = ModelCard(
    name="some-model",
    title="Some model",
    description="Finds things.",
    state="installed",
    modality="MR",
    task="Segmentation",
    organs=("brain",),
    channels=("image",),
    labels=("Left thing", "Right thing", "Lesion"),
    license="MIT",
    commercial_use=True,
    size_bytes=19_000_000,
    thumbnail=None,
    root=Path(__file__).parent,
)


def card(**changes: Any) -> ModelCard:
    """An installed model with these differences."""
    return replace(CARD, **changes)


class Bench:
    """Holds a section as the panel does: ``update`` after every change of the parameter node.

    Attributes:
        ui: the panel's widgets by name.
        changes: how often the section called back.
    """

    def __init__(self) -> None:
        import slicer

        self.widget = slicer.util.loadUI(str(UI))
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.changes = 0
        self.section: Any = None
        self.parameterNode: Any = None
        self._tags: tuple = ()

    def hold(self, make: Callable[[Any, Callable[[], None]], Any]) -> Any:
        """Make the section, with a parameter node of the scene."""
        self.section = make(self.ui, self._onChanged)
        self.enter()
        self.widget.show()
        return self.section

    def enter(self) -> None:
        """As when the module is entered."""
        from MedAIModule import MedAIModuleLogic

        self.leave()
        self.parameterNode = MedAIModuleLogic().getParameterNode()
        observer = self.parameterNode.AddObserver("ModifiedEvent", lambda *_: self.section.update())
        self._tags = self.parameterNode.connectGui(self.ui), observer
        self.section.setParameterNode(self.parameterNode)

    def leave(self) -> None:
        """As when the module is left, or the scene is about to be closed."""
        if self.parameterNode is not None:
            self.parameterNode.disconnectGui(self._tags[0])
            self.parameterNode.RemoveObserver(self._tags[1])
            self.section.setParameterNode(None)
            self.parameterNode = None

    def close(self) -> None:
        """As when the application ends."""
        import shiboken6

        self.leave()
        if self.section is not None:
            self.section.close()
        shiboken6.delete(self.widget)

    def _onChanged(self) -> None:
        self.changes += 1
        self.section.update()


def shown(widget: Any) -> bool:
    """Whether the user would see a widget once its section is unfolded."""
    return bool(widget.isVisibleTo(widget.parentWidget()))


def write_bundle(folder: Path, **metadata: Any) -> Path:
    """A bundle with a title, one channel and two labels unless told otherwise; it can be installed, not run."""
    formats = {
        "inputs": {"image": {"modality": "MR", "channel_def": {"0": "image"}}},
        "outputs": {"pred": {"channel_def": {"0": "background", "1": "Left thing", "2": "Right thing"}}},
    }
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "models" / "model.pt").write_bytes(b"weights")
    (folder / "configs" / "inference.json").write_text('{"network_def": {"_target_": "UNet"}}')
    known = {"name": folder.name, "version": "1.2", "license": "MIT", "network_data_format": formats}
    (folder / "configs" / "metadata.json").write_text(json.dumps(known | metadata))
    return folder


def titles(bench: Any) -> list[str]:
    """Titles in the list of models."""
    return [bench.ui.modelList.item(row).text().splitlines()[0] for row in range(bench.ui.modelList.count)]


def choose(bench: Any, title: str) -> None:
    """Click the model of this title."""
    bench.ui.modelList.currentRow = titles(bench).index(title)
