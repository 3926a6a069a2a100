"""Bundles that bring a network of their own, which does what it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .bundles import make_bundle

NETWORK = """
from monai.networks.nets import UNet


class Net(UNet):
    pass
"""
SETTINGS: dict[str, Any] = {
    "spatial_dims": 3,
    "in_channels": 1,
    "out_channels": 3,
    "channels": [8, 16],
    "strides": [2],
    "num_res_units": 1,
}


def make_own(folder: Path, body: str = NETWORK) -> Path:
    """Write a bundle whose network is ``scripts.net.Net``, defined by ``body``, and give its folder."""
    make_bundle(folder, changes={"network_def": {"_target_": "scripts.net.Net", **SETTINGS}})
    (folder / "scripts").mkdir()
    (folder / "scripts" / "__init__.py").touch()
    (folder / "scripts" / "net.py").write_text(body)
    return folder
