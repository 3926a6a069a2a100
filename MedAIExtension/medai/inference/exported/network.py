"""What all exported networks share: they look like modules to the engine, whatever computes behind them."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from ...errors import InputError

# Of the weights of a convolutional network, about this share is used for every voxel of its input: most of them work on
# coarser grids.
_SHARE_PER_VOXEL = 8


class ExportedNetwork(nn.Module):
    """A network whose inside is not PyTorch's.

    Args:
        input_channels: that it takes.
        outputs: maps, or scores, that it gives.
        gives: "maps" as large as its input, one for each label; "labels", one map with their values; or "scores" of classes.
        size_bytes: of its weights, from which its operations are guessed.

    Attributes:
        gives: likewise.
    """

    def __init__(self, input_channels: int, outputs: int, gives: str, size_bytes: int) -> None:
        super().__init__()
        self._channels, self._outputs, self.gives, self._size = input_channels, outputs, gives, size_bytes

    def forward(self, x: Tensor) -> Tensor:
        """Scores (n, output, ...) for a batch (n, channel, ...).

        Raises:
            InputError: if the network fails on it, or gives something else than its description says.
        """
        space = () if self.gives == "scores" else tuple(x.shape[2:])
        if x.is_meta:
            return self._stand_in(x, (x.shape[0], self._outputs, *space))
        output = self.compute(x)
        output = output.flatten(1) if self.gives == "scores" else output
        wanted = (x.shape[0], 1 if self.gives == "labels" else self._outputs, *space)
        if tuple(output.shape) != wanted:
            raise InputError(
                f"The network gives {_sizes(output.shape)} values for an input of {_sizes(x.shape)}, where its description "
                f"promises {_sizes(wanted)}; correct labels, output or window in medai-model.json."
            )
        return self._as_maps(output) if self.gives == "labels" else output.float()

    def _as_maps(self, labels: Tensor) -> Tensor:
        """One map of 0 and 1 for each label: labels themselves cannot be averaged where windows overlap."""
        if labels.min() < 0 or labels.max() >= self._outputs or (labels != labels.round()).any():
            raise InputError(
                f"The network gives labels other than 0 to {self._outputs - 1}, which its description promises; "
                "correct labels or output in medai-model.json."
            )
        return torch.cat([(labels == value).float() for value in range(self._outputs)], 1)

    @abstractmethod
    def compute(self, x: Tensor) -> Tensor:
        """What the file computes, on the batch's device."""

    def _stand_in(self, x: Tensor, wanted: tuple[int, ...]) -> Tensor:
        """Shapes alone, where costs are counted: a product with about as many operations as the network has."""
        weights = max(1, self._size // 4 // _SHARE_PER_VOXEL)
        torch.empty((math.prod(x.shape[2:]) * x.shape[0], 1), device="meta") @ torch.empty((1, weights), device="meta")[:, :1]
        return x.new_empty(wanted)

    def __deepcopy__(self, memo: dict[int, Any]) -> ExportedNetwork:
        """Costs are counted on a copy; nothing in it computes."""
        return _Shadow(self._channels, self._outputs, self.gives, self._size)


class _Shadow(ExportedNetwork):
    def compute(self, _: Tensor) -> Tensor:
        raise InputError("A copy of an exported network computes nothing; load it from its file.")


def _sizes(shape: Any) -> str:
    return " x ".join(map(str, shape))
