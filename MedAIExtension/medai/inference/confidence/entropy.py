"""From scores to how sure they are: one minus the entropy, as a share of the most that there can be."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .meaning import Meaning, slabs

_EXCLUSIVE = (Meaning.SOFTMAX, Meaning.EXCLUSIVE)


def probabilities(slab: Tensor, meaning: Meaning) -> Tensor:
    """Probabilities, 0 to 1, of scores of any shape whose first axis are the classes or maps."""
    if meaning is Meaning.SOFTMAX:
        return slab.softmax(dim=0)
    if meaning is Meaning.SIGMOID:
        return slab.sigmoid()
    return slab.clamp(0, 1)


def sureness(scores: Tensor, meaning: Meaning) -> Tensor:
    """How sure a model is of each voxel, 0 (all classes are alike) to 1 (there is no other).

    Classes of which a voxel has one: 1 - H / ln C, where H is the entropy of the C probabilities (the predictive entropy of
    Mehrtash et al. 2020, IEEE TMI 39:3868, "Confidence calibration and predictive uncertainty estimation for deep medical image
    segmentation"). Maps that may overlap: 1 - H / ln 2 of each map by itself, as QU-BraTS measures them (Mehta et al. 2022,
    MELBA 1:026), and of those the least, since with a hundred maps a mean would hide that one of them is in doubt.

    Args:
        scores: (channel, i, j[, k]) float32.
        meaning: of the scores.

    Returns:
        (1, i, j[, k]) float32. What is not a number counts as 0.
    """
    sure = torch.cat([_of_slab(slab, meaning) for slab in slabs(scores)], dim=1)
    return sure.nan_to_num_(nan=0.0).clamp_(0, 1)


def _of_slab(slab: Tensor, meaning: Meaning) -> Tensor:
    shares = probabilities(slab, meaning)
    if meaning in _EXCLUSIVE:
        return 1 - torch.special.entr(shares).sum(dim=0, keepdim=True) / math.log(len(slab))
    doubt = torch.special.entr(shares) + torch.special.entr(1 - shares)
    return 1 - doubt.amax(dim=0, keepdim=True) / math.log(2)
