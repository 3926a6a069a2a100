"""Small bundles with the structure of those in MONAI's public zoo: written into a folder, with seeded random weights."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from monai.bundle import ConfigParser

Config = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """One shape of bundle.

    Attributes:
        name: of the bundle.
        imitates: the zoo bundle whose structure it has.
        config: its inference configuration.
        channels: how many images it needs; ``channel_def`` their names, and ``labels`` those of its output.
        form: ".json" or ".yaml".
        files: its own code, path: text.
        weights: where the checkpoint is.
        monai: what MONAI's runner needs to have overridden to run it at all, or to be right.
        spatial_shape: as in the metadata.
        keys: the names of the files that it reads; one name reads all images as a list.
    """

    name: str
    imitates: str
    config: Config
    channels: int = 1
    channel_def: Sequence[str] = ()
    labels: Sequence[str] = ("background", "left thing", "right thing")
    form: str = ".json"
    files: Mapping[str, str] = field(default_factory=dict)
    weights: str = "models/model.pt"
    monai: Mapping[str, Any] = field(default_factory=dict)
    spatial_shape: Sequence[int] = (32, 32, 32)
    keys: Sequence[str] = ("image",)

    def __str__(self) -> str:
        return self.name

    def write(self, folder: Path) -> Path:
        """Write the bundle into ``folder``/its name, with weights, and give its folder."""
        root = folder / self.name
        for path, text in {**self.files, f"configs/inference{self.form}": self._text()}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        (root / "configs" / "metadata.json").write_text(json.dumps(self._metadata(), indent=1))
        (root / "models").mkdir(exist_ok=True)
        if "arch_ckpt" in self.config:
            torch.save(_architecture(), root / "models" / "search_code.pt")
        torch.save(self._weights(root), root / self.weights)
        return root

    def _text(self) -> str:
        return yaml.safe_dump(self.config, sort_keys=False) if self.form == ".yaml" else json.dumps(self.config, indent=1)

    def _weights(self, root: Path) -> dict[str, torch.Tensor]:
        parser = ConfigParser({**self.config, "bundle_root": str(root)})
        for part, value in self.monai.items():
            parser[part] = value
        torch.manual_seed(7)
        with own_code_of(root):
            network = parser.get_parsed_content("network_def")
        # Larger than at first, so that a network with random weights draws borders through the whole scan.
        return {n: 3 * value if value.is_floating_point() else value for n, value in network.state_dict().items()}

    def _metadata(self) -> dict[str, Any]:
        image = {
            "modality": "MR",
            "num_channels": self.channels,
            "channel_def": {str(n): name for n, name in enumerate(self.channel_def)},
            "spatial_shape": list(self.spatial_shape),
        }
        pred = {"format": "segmentation", "channel_def": {str(n): name for n, name in enumerate(self.labels)}}
        return {"version": "0.1.0", "network_data_format": {"inputs": {"image": image}, "outputs": {"pred": pred}}}


class own_code_of:
    """Inside, imports find the code of one bundle as for MONAI's runner; MedAI's own way of finding it is switched off."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    def __enter__(self) -> None:
        self._finders = list(sys.meta_path)
        self._set_aside = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "scripts"}
        sys.meta_path[:] = [finder for finder in sys.meta_path if not type(finder).__module__.startswith("medai.")]
        sys.path.insert(0, self._root)

    def __exit__(self, *_: object) -> None:
        sys.path.remove(self._root)
        for name in [name for name in sys.modules if name.partition(".")[0] == "scripts"]:
            del sys.modules[name]
        sys.modules.update(self._set_aside)
        sys.meta_path[:] = self._finders


def _architecture() -> dict[str, Any]:
    """What a search for an architecture leaves, in NumPy: four resolutions, each going straight on or to its neighbor."""
    straight = np.zeros((3, 10), int)
    straight[:, [0, 1, 2, 3, 6, 9]] = 1
    return {"arch_code_a": straight, "arch_code_c": straight.copy(), "node_a": np.ones((4, 4), int)}
