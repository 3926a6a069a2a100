"""What a network's scores are: numbers before a softmax or a sigmoid, or probabilities already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

from monai.apps.vista3d.transforms import VistaPostTransformd
from monai.transforms import Activationsd, AsDiscreted, CastToTyped, EnsureTyped, Identityd, Invertd, ToDeviced, ToTensord
from torch import Tensor

from ..exported.network import ExportedNetwork
from ..grid import Part
from ..nnunet.restoring import Restore
from ..pipeline import Pipeline

# Of a sum of probabilities that were computed in bfloat16, which has three digits.
_ROUNDING = 0.02
# As many scores are looked at at once.
SLAB = 16_000_000
_AS_THEY_ARE = (CastToTyped, EnsureTyped, Identityd, Invertd, ToDeviced, ToTensord)


class Meaning(Enum):
    """Scores (channel, i, j[, k]) of classes of which a voxel has one, or of maps that may overlap."""

    SOFTMAX = "one of several classes, before the softmax"
    EXCLUSIVE = "one of several classes, as probabilities"
    SIGMOID = "maps that may overlap, before the sigmoid"
    SEPARATE = "maps that may overlap, as probabilities"


def meaning_of(scores: Tensor, pipeline: Pipeline, part: Part | None = None) -> Meaning | None:
    """What scores mean; None where neither the bundle nor the scores themselves tell.

    The bundle's postprocessing says whether classes exclude each other: a softmax or an argmax, a sigmoid or a threshold.
    Scores that are at least 0 and add up to 1 at every voxel are probabilities, whatever is done with them afterwards: some
    networks end with a softmax, and their bundle softmaxes once more, which changes no label.

    Args:
        scores: (channel, i, j[, k]) as the inferer fused them.
        pipeline: for its postprocessing and network.
        part: of the grid, where scores were computed; None: everywhere.
    """
    if isinstance(pipeline.network, ExportedNetwork) and pipeline.network.gives == "labels":
        return None
    said = _said(pipeline.postprocessing)
    inside = scores if part is None else scores[(slice(None), *part)]
    if said in (Meaning.SOFTMAX, None) and len(scores) > 1 and _are_shares(inside):
        return Meaning.EXCLUSIVE
    if said is Meaning.SEPARATE and not _are_probabilities(inside):
        return None
    return None if said is Meaning.SOFTMAX and len(scores) == 1 else said


def unknown(title: str) -> str:
    """The sentence for a model whose scores mean nothing that is known."""
    return f"There is no confidence map: {title} does not tell what its scores mean, or gives labels without any."


def slabs(scores: Tensor) -> Iterator[Tensor]:
    """Views (channel, n, j[, k]) of scores (channel, i, j[, k]), a few planes each."""
    yield from scores.split(max(1, SLAB // max(1, scores[:, 0].numel())), dim=1)


def _said(steps: Sequence[Any]) -> Meaning | None:
    """What the first step says that does more than move scores about."""
    for step in steps:
        if isinstance(step, Restore):
            return Meaning.SIGMOID if step.regions else Meaning.SOFTMAX
        if isinstance(step, VistaPostTransformd):
            return Meaning.SIGMOID
        if isinstance(step, Activationsd) and not step.other[0]:
            return Meaning.SOFTMAX if step.softmax[0] else Meaning.SIGMOID if step.sigmoid[0] else None
        if isinstance(step, AsDiscreted):
            return _decided_by(step)
        if not isinstance(step, _AS_THEY_ARE):
            return None
    return None


def _decided_by(step: Any) -> Meaning | None:
    if step.argmax[0]:
        return Meaning.SOFTMAX
    # Half of a probability is zero of what a sigmoid makes it of.
    threshold = step.threshold[0]
    return {0.5: Meaning.SEPARATE, 0.0: Meaning.SIGMOID}.get(threshold) if isinstance(threshold, (int, float)) else None


def _are_probabilities(scores: Tensor) -> bool:
    return all(float(slab.min()) >= -_ROUNDING and float(slab.max()) <= 1 + _ROUNDING for slab in slabs(scores))


def _are_shares(scores: Tensor) -> bool:
    return all(
        float(slab.min()) >= -_ROUNDING and float((slab.sum(dim=0) - 1).abs().max()) <= _ROUNDING for slab in slabs(scores)
    )
