"""A bundle's detector: the RetinaNet with its anchors, its selection of boxes and its windows, as the bundle sets them."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from monai.apps.detection.networks.retinanet_detector import RetinaNetDetector
from monai.apps.detection.transforms.array import ClipBoxToImage
from monai.inferers import SimpleInferer, SlidingWindowInferer
from torch import Tensor, nn

from ...bundles.config import ConfigGraph
from ...errors import InputError

_WORDS_FOR_YES = ("true", "1")


@dataclass(frozen=True, eq=False)
class Detector:
    """What finds boxes.

    Attributes:
        retinanet: MONAI's, in evaluation mode, with its ``detector_ops`` applied.
        always_windows: sliding windows also where the scan is no larger than one.
    """

    retinanet: RetinaNetDetector
    always_windows: bool

    def padded(self, grid: Sequence[int]) -> tuple[int, ...]:
        """Size of a grid (i, j, k) as the network sees it: MONAI fills it up to what the network can divide."""
        return tuple(math.ceil(n / d) * d for n, d in zip(grid, self.retinanet.size_divisible, strict=True))

    def inferer_for(self, grid: Sequence[int]) -> SlidingWindowInferer | SimpleInferer:
        """Windows, or the whole grid (i, j, k) at once where it has fewer voxels than a window, as the zoo's RetinaNetInferer."""
        windows = self.retinanet.inferer
        if windows is None:
            return SimpleInferer()
        # A side of 0 or less is the grid's own, and no grid has fewer voxels than the product of those.
        smaller = math.prod(grid) < math.prod(windows.roi_size)
        return windows if self.always_windows or not smaller else SimpleInferer()

    def boxes(self, inputs: Tensor, network: nn.Module) -> tuple[Tensor, Tensor, Tensor]:
        """Boxes of an input (channel, i, j, k), clipped to it; the best first.

        Args:
            inputs: on the network's device.
            network: called in place of the detector's own.

        Returns:
            Corners (n, 6) in voxels of the input (low i, j, k, high i, j, k), classes (n,) and scores (n,), on the CPU.
        """
        retinanet = copy.copy(self.retinanet)  # shares all parts but the network
        retinanet._modules = {**self.retinanet._modules, "network": network}
        whole = isinstance(self.inferer_for(inputs.shape[1:]), SimpleInferer)
        (found,) = retinanet([inputs], use_inferer=not whole)
        keys = (retinanet.target_label_key, retinanet.pred_score_key)
        boxes, of_boxes = found[retinanet.target_box_key].float().cpu(), [found[key].cpu() for key in keys]
        boxes, (labels, scores) = ClipBoxToImage(remove_empty=True)(boxes, of_boxes, inputs.shape[1:])
        order = torch.argsort(scores.float(), descending=True, stable=True)
        return boxes[order], labels[order], scores[order].float()


def build_detector(graph: ConfigGraph, network: nn.Module, device: torch.device) -> Detector:
    """The bundle's ``detector`` with its ``detector_ops`` (names of outputs, selection of boxes, windows) applied.

    Args:
        graph: has built, or builds, the detector's parts.
        network: the bundle's, with its weights, on ``device``.
        device: where the detector works.

    Raises:
        InputError: if the bundle's detector is no RetinaNet for volumes, or cannot be built from its settings.
    """
    detector = graph.built("detector")
    if not isinstance(detector, RetinaNetDetector) or detector.spatial_dims != 3:
        raise InputError("The bundle's detector is no RetinaNet for volumes, which is all that MedAI can run; choose another.")
    if "detector_ops" in graph:
        graph.built("detector_ops")
    detector.network = network
    return Detector(detector.to(device).eval(), _always_windows(graph))


def _always_windows(graph: ConfigGraph) -> bool:
    """What the bundle's own inferer is told; of the inferer itself nothing is built, MedAI has the same."""
    inferer: Any = graph.described("inferer") if "inferer" in graph else None
    wanted = inferer.get("force_sliding_window", False) if isinstance(inferer, dict) else False
    return str(graph.build(wanted)).lower() in _WORDS_FOR_YES
