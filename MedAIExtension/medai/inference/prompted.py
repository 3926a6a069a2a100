"""VISTA3D without a user's clicks: the network is asked for a fixed list of classes, and gives a map of scores for each.

MONAI's own runner hands the classes through the inferer at every window. Here the network knows them itself, so that windows,
costs and progress are those of any other network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from monai.apps.vista3d.transforms import VistaPostTransformd
from monai.data import MetaTensor
from monai.networks.nets import VISTA3D
from monai.transforms import reset_ops_id
from torch import Tensor, nn

from ..errors import InputError
from .channelwise import Done

# As many scores are decided on at once.
_SLAB = 16_000_000


class Prompted(nn.Module):
    """A VISTA3D network that is asked for these classes; weights are loaded into it before.

    Args:
        network: takes (n, 1, i, j, k) and ``class_vector`` (class, 1).
        classes: their numbers, in the order of the maps that come out.

    Attributes:
        classes: likewise.
    """

    def __init__(self, network: nn.Module, classes: Sequence[int]) -> None:
        super().__init__()
        self.network = network
        self.classes = tuple(classes)
        self.register_buffer("class_vector", torch.tensor(self.classes)[:, None], persistent=False)

    def forward(self, windows: Tensor) -> Any:
        """Scores (n, class, i, j, k) of windows (n, 1, i, j, k); above 0 where the class is."""
        return self.network(windows, class_vector=self.class_vector, transpose=True)

    def asked_for(self, values: Sequence[int]) -> Prompted:
        """The same network, asked for some of its classes only: what takes less memory is also how VISTA3D is meant to be used.

        Args:
            values: labels, which are the numbers of the classes.

        Raises:
            InputError: if one is not among the classes.
        """
        for value in values:
            if value not in self.classes:
                raise InputError(f"The model does not look for its label {value} by itself; ask for other labels.")
        fewer = Prompted(self.network, [number for number in self.classes if number in values])
        return fewer.to(self.get_buffer("class_vector").device).train(self.training)


def prompted(network: nn.Module, classes: Any) -> nn.Module:
    """A VISTA3D network asked for classes; any other network as it is.

    Args:
        network: with its weights.
        classes: what the configuration says, which may be anything.

    Raises:
        InputError: if the classes are no list of numbers that the network knows, each once.
    """
    if not isinstance(network, VISTA3D):
        return network
    last = int(getattr(network.point_head, "last_supported", 0))
    numbers = list(classes) if isinstance(classes, (list, tuple, set, range)) else []
    plain = all(isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= last for number in numbers)
    if not numbers or not plain or len(set(numbers)) != len(numbers):
        raise InputError(f"The bundle's class_prompts are no list of different classes from 1 to {last}; get the bundle again.")
    return Prompted(network, numbers)


def with_prompts(data: dict[str, Any], network: nn.Module) -> dict[str, Any]:
    """What the postprocessing of VISTA3D is given by the evaluator that belongs to it; of other networks the data as they are.

    It finds the classes that were asked for beside the scores, to number them, and may go back through a copy of the
    preprocessing, which is told from the original by a number that MONAI leaves out at "none".
    """
    if not isinstance(network, Prompted):
        return data
    return {**reset_ops_id(data), "label_prompt": torch.tensor(network.classes)}


def numbered_in_slabs(steps: Sequence[Any], data: dict[str, Any], key: str) -> Done | None:
    """From scores to the numbers of classes, a few planes at a time; None where the steps begin otherwise.

    MONAI's step sees each voxel for itself unless there are points, and changes the scores that it is given.
    """
    first = steps[0] if steps else None
    if not isinstance(first, VistaPostTransformd) or tuple(first.keys) != (key,) or data.get("points") is not None:
        return None
    scores = data[key]
    plain = scores.as_tensor()
    slabs = plain.split(max(1, _SLAB // max(1, plain[:, 0].numel())), dim=1)
    labels = torch.cat([first({**data, key: slab.clone()})[key] for slab in slabs], dim=1)
    return Done(1, MetaTensor(labels, meta=scores.meta, applied_operations=scores.applied_operations))
