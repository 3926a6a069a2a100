"""nnU-Net's networks: one for each fold, built from plain settings, their weights read without running code."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...bundles.weights import fit, read_checkpoint
from ...bundles.weights.tables import table_in
from ...errors import InputError

_OPERATIONS = ("conv_op", "norm_op", "dropout_op", "nonlin")


class Network(nn.Module):
    """The folds' networks. Each window is seen mirrored too, along the axes that the training allowed.

    Args:
        folds: networks of the same architecture.
        mirror: spatial axes, from 0.
        trained_mirror: those that the training mirrored, if this network leaves them out; else the same.

    Attributes:
        mirror: likewise, and ``trained_mirror``.
    """

    def __init__(self, folds: Sequence[nn.Module], mirror: Sequence[int], trained_mirror: Sequence[int] = ()) -> None:
        super().__init__()
        self.folds = nn.ModuleList(folds)
        self.mirror, self.trained_mirror = tuple(mirror), tuple(mirror or trained_mirror)
        axes = [axis + 2 for axis in mirror]
        self._flips = [flip for count in range(len(axes)) for flip in itertools.combinations(axes, count + 1)]

    def forward(self, x: Tensor, fold: int = 0) -> Tensor:
        network = self.folds[fold]
        scores = network(x)
        if self._flips:
            for flip in self._flips:
                scores = scores + torch.flip(network(torch.flip(x, flip)), flip)
            scores = scores / (len(self._flips) + 1)
        return scores

    def unmirrored(self) -> Network:
        """The same folds, each window seen once: the mirror images of the fast mode would take 1, 3 or 7 times as long again."""
        return Network(list(self.folds), (), self.trained_mirror).train(self.training)

    def __deepcopy__(self, memo: dict[int, Any]) -> Network:
        """What a window takes is counted on a copy, for which one fold is enough."""
        copied = Network([copy.deepcopy(self.folds[0], memo)], ())
        copied._flips = list(self._flips)
        return copied


def build_network(
    architecture: Mapping[str, Any], input_channels: int, num_classes: int, checkpoints: Sequence[Path], configuration: str
) -> Network:
    """The network of each checkpoint, weights loaded.

    Args:
        architecture: as ``bundles.formats.architectures`` gives it.
        input_channels: of the scan.
        num_classes: maps that come out.
        checkpoints: nnU-Net's, one for each fold.
        configuration: the plans' name of what the checkpoints must have been trained with.

    Raises:
        InputError: if the package with the architectures is missing, or a checkpoint is damaged or does not fit.
        RefusedError: if reading a checkpoint would run code.
    """
    folds, mirror = [], None
    for path in checkpoints:
        content = read_checkpoint(path)
        trained = content.get("init_args") if isinstance(content, dict) else None
        if isinstance(trained, dict) and trained.get("configuration", configuration) != configuration:
            raise InputError(
                f"{path} was trained as {trained['configuration']}, not as {configuration}; give the folder its original name."
            )
        network = _built(architecture, input_channels, num_classes)
        fit(network, table_in(content, path, "network_weights"), path)
        folds.append(network)
        if mirror is None:
            mirror = _mirror_axes(content, path)
    return Network(folds, mirror or ())


def _built(architecture: Mapping[str, Any], input_channels: int, num_classes: int) -> nn.Module:
    try:
        from dynamic_network_architectures.architectures import unet
    except ImportError as problem:
        raise InputError(
            "nnU-Net's models need the package dynamic-network-architectures, which is not installed; "
            "run: pip install dynamic-network-architectures"
        ) from problem
    settings = {key: value for key, value in architecture.items() if key != "name"}
    settings.update({key: getattr(nn, settings[key]) for key in _OPERATIONS if settings.get(key)})
    settings["deep_supervision"] = False
    try:
        return getattr(unet, architecture["name"])(input_channels=input_channels, num_classes=num_classes, **settings)
    except (AssertionError, TypeError, ValueError, IndexError, RuntimeError) as problem:
        reason = str(problem).strip().partition("\n")[0]
        raise InputError(f"The network of the plans cannot be built from their settings ({reason}).") from problem


def _mirror_axes(content: Mapping[str, Any], path: Path) -> tuple[int, ...]:
    axes = content.get("inference_allowed_mirroring_axes") or ()
    if not isinstance(axes, (list, tuple)) or any(axis not in (0, 1, 2) for axis in axes):
        raise InputError(f"{path} allows mirroring along axes that do not exist ({axes}); get the model again.")
    return tuple(axes)
