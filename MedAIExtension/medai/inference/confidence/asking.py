"""A segmentation's run with the question how sure it is: mirrored runs first, then the plain one, whose labels count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from ..grid import Part
from ..pipeline import Pipeline
from .average import Average
from .entropy import sureness
from .meaning import Meaning, meaning_of
from .mirroring import Flip

# Given an input (channel, i, j[, k]), the part of its grid that is needed and how many runs were before, its scores.
Run = Callable[[Tensor, Part | None, int], Tensor]


@dataclass(frozen=True, eq=False)
class Answer:
    """Scores of the plain run (channel, i, j[, k]), and how sure it is (1, i, j[, k]); None where that cannot be told."""

    scores: Tensor
    sure: Tensor | None


def asked(inputs: Tensor, part: Part | None, flips: Sequence[Flip], pipeline: Pipeline, run: Run) -> Answer:
    """The scores of a plain run, and how sure the model is of them.

    Labels stay those of the plain run: they are what the bundle defines and what was validated; the mirrored runs say how
    much a model contradicts itself. They come first, so that beside the scores no more than one sum of them is ever kept.

    Args:
        inputs: (channel, i, j[, k]) on the network's grid.
        part: of the grid, where scores are needed; None: everywhere.
        flips: the mirrored runs; none for one plain run.
        pipeline: for what scores mean.
        run: called once for each run.
    """
    average: Average | None = None
    for number, flip in enumerate(flips):
        needed = _mirrored_part(part, flip.axes, inputs.shape[1:])
        scores = _turned_back(run(mirrored(inputs, flip.axes), needed, number), flip)
        meaning = meaning_of(scores, pipeline, part)
        if meaning is None:
            break  # what the mirrored runs would say means as little
        average = average or Average(meaning)
        average.add(scores)
    scores = run(inputs, part, len(flips))
    meaning = meaning_of(scores, pipeline, part)
    return Answer(scores, _sure(scores, meaning, average))


def mirrored(tensor: Tensor, flip: Sequence[int]) -> Tensor:
    """A tensor (channel, i, j[, k]) mirrored along spatial axes, counted from 0."""
    return tensor.flip([axis + 1 for axis in flip])


def _turned_back(scores: Tensor, flip: Flip) -> Tensor:
    turned = mirrored(scores, flip.axes)
    return turned if flip.channels is None else turned[list(flip.channels)]


def _sure(scores: Tensor, meaning: Meaning | None, average: Average | None) -> Tensor | None:
    if meaning is None:
        return None
    return average.sureness_with(scores) if average else sureness(scores, meaning)


def _mirrored_part(part: Part | None, flip: Sequence[int], shape: Sequence[int]) -> Part | None:
    if part is None:
        return None
    return tuple(
        slice(n - limits.stop, n - limits.start) if axis in flip else limits
        for axis, (limits, n) in enumerate(zip(part, shape, strict=True))
    )
