"""A feature pyramid on a ResNet, as RetinaNet wants it: MONAI's own takes two small helpers from torchvision, which Slicer lacks.

The names of the parts are MONAI's, so that the weights of its bundles fit: ``body`` (the ResNet up to the last layer that is
used) and ``fpn``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from monai.networks.blocks.feature_pyramid_network import FeaturePyramidNetwork, LastLevelMaxPool
from torch import Tensor, nn

_PYRAMID_CHANNELS = 256
_LAST_LAYER = 4


class IntermediateLayers(nn.ModuleDict):
    """The layers of a network in their order, up to the last that is asked for.

    Args:
        network: its children are run one after another.
        outputs: for the names of some children, under which key their result is given.

    Raises:
        ValueError: if the network has no such children.
    """

    def __init__(self, network: nn.Module, outputs: dict[str, str]) -> None:
        children = dict(network.named_children())
        if not set(outputs) <= set(children):
            raise ValueError(f"the network has no layers {sorted(set(outputs) - set(children))}")
        last = max(list(children).index(name) for name in outputs)
        super().__init__(OrderedDict(list(children.items())[: last + 1]))
        self._outputs = dict(outputs)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Feature maps by key, in the order of the layers; x is (batch, channel, space...)."""
        found: dict[str, Tensor] = OrderedDict()
        for name, layer in self.items():
            x = layer(x)
            if name in self._outputs:
                found[self._outputs[name]] = x
        return found


class FeaturePyramid(nn.Module):
    """Feature maps of a network, joined from coarse to fine; the same as MONAI's ``BackboneWithFPN``.

    Attributes:
        out_channels: of each map; RetinaNet reads it.
    """

    def __init__(self, body: IntermediateLayers, channels: list[int], spatial_dims: int) -> None:
        super().__init__()
        self.body = body
        self.fpn = FeaturePyramidNetwork(spatial_dims, channels, _PYRAMID_CHANNELS, LastLevelMaxPool(spatial_dims))
        self.out_channels = _PYRAMID_CHANNELS

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Feature maps, the finest first; x is (batch, channel, space...)."""
        found: dict[str, Tensor] = self.fpn(self.body(x))
        return found


def resnet_fpn_feature_extractor(
    backbone: Any,
    spatial_dims: int,
    pretrained_backbone: bool = False,  # noqa: ARG001
    returned_layers: Sequence[int] = (1, 2, 3),
    trainable_backbone_layers: int | None = None,  # noqa: ARG001
) -> FeaturePyramid:
    """MONAI's function of this name, without torchvision; what it freezes for training is of no matter here.

    Args:
        backbone: MONAI's ResNet.
        spatial_dims: 2 or 3.
        pretrained_backbone: not used.
        returned_layers: which of the ResNet's layers give maps, 1 to 4.
        trainable_backbone_layers: not used.

    Raises:
        ValueError: if there are no such layers.
    """
    layers = list(returned_layers)
    if not layers or min(layers) < 1 or max(layers) > _LAST_LAYER:
        raise ValueError(f"each returned layer should be in the range [1, {_LAST_LAYER}], not {layers}")
    finest = backbone.in_planes // 8
    body = IntermediateLayers(backbone, {f"layer{layer}": str(number) for number, layer in enumerate(layers)})
    return FeaturePyramid(body, [finest * 2 ** (layer - 1) for layer in layers], spatial_dims)
