"""The mean of several runs' probabilities, in the memory of one."""

from __future__ import annotations

from torch import Tensor

from .entropy import probabilities, sureness
from .meaning import Meaning, slabs

_AS_PROBABILITIES = {Meaning.SOFTMAX: Meaning.EXCLUSIVE, Meaning.SIGMOID: Meaning.SEPARATE}


class Average:
    """Probabilities of mirrored runs, summed up.

    Args:
        meaning: of the scores of each run.
    """

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._total: Tensor | None = None
        self._runs = 0

    def add(self, scores: Tensor) -> None:
        """Scores (channel, i, j[, k]) of one run, which are overwritten."""
        self._runs += 1
        for slab in slabs(scores):
            slab.copy_(probabilities(slab, self._meaning))
        self._total = scores if self._total is None else self._total.add_(scores)

    def sureness_with(self, scores: Tensor) -> Tensor:
        """How sure the mean of all runs and of one more is, (1, i, j[, k]); those scores stay, and nothing is added after."""
        if self._total is None:
            return sureness(scores, self._meaning)
        for total, slab in zip(slabs(self._total), slabs(scores), strict=True):
            total.add_(probabilities(slab, self._meaning)).div_(self._runs + 1)
        return sureness(self._total, _AS_PROBABILITIES.get(self._meaning, self._meaning))
