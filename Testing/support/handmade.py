"""Bundles whose network is a few lines of the bundle's own code with weights made by hand, so that a test knows what it does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from medai.bundles import Bundle
from medai.bundles.audit import audit
from medai.bundles.audit.consent import trust

from .bundles import make_bundle
from .findings import make_classification_bundle

# Each voxel's scores are lines of its own value: what is mirrored, cut or padded changes nothing.
VOXELWISE = """
import torch


class Net(torch.nn.Module):
    def __init__(self, slopes, offsets, dims=3):
        super().__init__()
        conv = torch.nn.Conv3d if dims == 3 else torch.nn.Conv2d
        self.conv = conv(1, len(slopes), 1)
        with torch.no_grad():
            self.conv.weight.copy_(torch.tensor(slopes).reshape(self.conv.weight.shape))
            self.conv.bias.copy_(torch.tensor(offsets))

    def forward(self, x):
        return self.conv(x)
"""
# Class 0 for what is bright, class 1 for what is dark, pooled over the whole picture or volume.
BRIGHT_OR_DARK = """
import torch


class Net(torch.nn.Module):
    def __init__(self, dims=2):
        super().__init__()
        conv, self.dims = (torch.nn.Conv3d, 3) if dims == 3 else (torch.nn.Conv2d, 2)
        self.conv = conv(1, 2, 1)
        self.pool = torch.nn.MaxPool3d(2) if dims == 3 else torch.nn.MaxPool2d(2)
        self.act = torch.nn.ReLU(inplace=True)
        self.out = torch.nn.Linear(2, 2, bias=False)
        with torch.no_grad():
            self.conv.weight.copy_(torch.tensor([1.0, -1.0]).reshape(self.conv.weight.shape))
            self.conv.bias.copy_(torch.tensor([-0.6, 0.05]))
            self.out.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))

    def forward(self, x):
        return self.out(self.act(self.pool(self.conv(x))).flatten(2).mean(2))
"""
# Label 1 for what is bright, decided on a grid of half the size.
BRIGHT_LABEL = """
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.pool = torch.nn.Conv3d(1, 2, 1), torch.nn.MaxPool3d(2)
        self.act, self.up = torch.nn.ReLU(inplace=True), torch.nn.Upsample(scale_factor=2)
        self.out = torch.nn.Conv3d(2, 2, 1)
        with torch.no_grad():
            self.conv.weight.copy_(torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1, 1))
            self.conv.bias.copy_(torch.tensor([-2.0, -2.0]))
            self.out.weight.copy_(torch.tensor([[0.0, 0.0], [1.0, 0.0]]).reshape(2, 2, 1, 1, 1))
            self.out.bias.copy_(torch.tensor([0.0, -0.5]))

    def forward(self, x):
        return self.out(self.up(self.act(self.pool(self.conv(x)))))
"""
# Looks at one corner of a picture alone, and calls itself a network that attends, whose layers tell no places.
ONE_CORNER = """
import torch


class SelfAttention(torch.nn.Module):
    pass


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(1))
        self.attend = SelfAttention()

    def forward(self, x):
        n = x.shape[2] // 2
        return torch.stack([-x[:, 0, :n, n:].mean((1, 2)), self.scale * x[:, 0, :n, n:].mean((1, 2))], 1)
"""


def segmenter(folder: Path, code: str = VOXELWISE, changes: Mapping[str, Any] | None = None, **settings: Any) -> Bundle:
    """A bundle that segments with a network of its own; consent is given. ``changes`` are those of ``make_bundle``.

    Args:
        folder: made if it is missing.
        code: of a class Net; ``settings`` are what it is built with.
        changes: "labels", "order", "spacing", "window", "spatial_dims", "inferer".
    """
    given = dict(changes or {})
    inferer = given.pop("inferer", {"_target_": "SimpleInferer"})
    network = {"_target_": "scripts.net.Net", **settings}
    make_bundle(folder, **{"spacing": None, **given}, changes={"network_def": network, "inferer": inferer})
    return _with_code(folder, code, settings)


def classifier(folder: Path, code: str, post: Sequence[Mapping[str, Any]], *, dims: int = 2) -> Bundle:
    """A bundle that classifies pictures or volumes as "bright" or "dark" with a network of its own; consent is given."""
    settings = {"dims": dims} if dims == 3 else {}
    make_classification_bundle(folder, post=post, classes=("bright", "dark"), spatial_dims=dims)
    path = folder / "configs" / "inference.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "network_def": {"_target_": "scripts.net.Net", **settings}}))
    return _with_code(folder, code, settings)


def _with_code(folder: Path, code: str, settings: Mapping[str, Any]) -> Bundle:
    (folder / "scripts").mkdir(exist_ok=True)
    (folder / "scripts" / "__init__.py").write_text("")
    (folder / "scripts" / "net.py").write_text(code)
    names: dict[str, Any] = {}
    exec(code, names)
    torch.save({"model": names["Net"](**settings).state_dict()}, folder / "models" / "model.pt")
    bundle = Bundle.open(folder)
    trust(audit(bundle))
    return bundle
