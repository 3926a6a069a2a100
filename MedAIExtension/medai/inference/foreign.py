"""MedAI's own parts of the configurations that ``bundles.formats`` makes in memory: how each of them is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..bundles.audit import consent
from ..bundles.formats import EXPORTED, NNUNET, code_files, form_of, open_folder
from ..bundles.formats.exported import ExportedModel
from ..bundles.formats.nnunet import TrainedFolder
from ..bundles.model import Bundle
from ..errors import TrustError


class OwnParts:
    """What the names with ``medai:`` in one model's configuration build. To a ``ConfigGraph`` it is what a bundle's own code is.

    Args:
        builders: what is called for each name.
    """

    def __init__(self, builders: Mapping[str, Callable[..., Any]]) -> None:
        self._builders = dict(builders)

    def has(self, name: str) -> bool:
        """Whether a name in the configuration is one of these."""
        return name in self._builders

    def load(self, name: str) -> Callable[..., Any]:
        """What builds the part of that name."""
        return self._builders[name]


def own_parts(bundle: Bundle) -> OwnParts | None:
    """The parts of a model that is no MONAI bundle, whose network comes with its weights; None for a MONAI bundle."""
    form = form_of(bundle.root)
    found = open_folder(bundle.root) if form else None
    if form == NNUNET and isinstance(found, TrainedFolder):
        return OwnParts(_nnunet(found))
    if form == EXPORTED and isinstance(found, ExportedModel):
        return OwnParts(_exported(found, bundle))
    return None


def _nnunet(folder: TrainedFolder) -> dict[str, Callable[..., Any]]:
    from .nnunet.inferer import Inferer
    from .nnunet.network import build_network
    from .nnunet.preprocessing import Preprocess
    from .nnunet.restoring import Restore

    return {
        "medai:nnunet.Network": partial(build_network, checkpoints=folder.checkpoints, configuration=folder.configuration_name),
        "medai:nnunet.Preprocess": Preprocess,
        "medai:nnunet.Inferer": partial(Inferer, folds=len(folder.checkpoints)),
        "medai:nnunet.Restore": Restore,
    }


def _exported(model: ExportedModel, bundle: Bundle) -> dict[str, Callable[..., Any]]:
    from .exported.onnx import OnnxNetwork
    from .exported.script import ScriptNetwork

    def onnx(**described: Any) -> OnnxNetwork:
        return OnnxNetwork(model.file, **_shape(described))

    def script(**described: Any) -> ScriptNetwork:
        # The audit has asked before; here it is asked once more, since what follows runs the file.
        if code_files(model.root) and not consent.is_trusted(bundle.content_hash):
            raise TrustError(
                f"{bundle.name} is a TorchScript program; look at it with `medai audit {bundle.name}` and allow it with --trust."
            )
        return ScriptNetwork(model.file, **_shape(described))

    return {"medai:exported.OnnxNetwork": onnx, "medai:exported.ScriptNetwork": script}


def _shape(described: Mapping[str, Any]) -> dict[str, Any]:
    """What a network is told of itself; the rest of its description is for those who read it."""
    return {name: described[name] for name in ("input_channels", "outputs", "gives")}
