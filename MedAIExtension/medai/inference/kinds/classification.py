"""Classification: what a model gives for each of its classes, read as the bundle's own postprocessing reads it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from monai.transforms import Activationsd, AsDiscreted
from torch import Tensor

from ...errors import InputError
from ...finding import ClassScore
from ..explain import explained_class
from ..extent import network_cost
from ..found import Found
from ..maps import to_scan
from ..planning import PRECISIONS, RESTORING, SEGMENTING
from ..prepare import network_input
from ..watched import Watched, watching
from .naming import names_of
from .stage import Stage

Step = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """What postprocessing makes of a network's scores; each (class,).

    Attributes:
        probabilities: 0 to 1; None where the bundle has neither softmax nor sigmoid.
        chosen: the classes that the scan is of, by the bundle's own rule.
    """

    probabilities: Tensor | None
    chosen: Tensor


def classified(stage: Stage) -> Found:
    """The classes of the whole scan, in the bundle's order. They are one answer: no option leaves some of them out."""
    scores, shown = stage.timed(SEGMENTING, lambda: _scores_and_saliency(stage))
    reading = stage.timed(RESTORING, lambda: read_scores(scores, stage.pipeline.postprocessing))
    saliency = None if shown is None else to_scan(shown, stage.prepared, stage.pipeline, stage.images[0])
    said = (
        () if shown is None or saliency else (f"There is no saliency map: {stage.bundle.title} loses the way back to the scan.",)
    )
    names = names_of(stage.bundle, len(scores))
    probabilities = [None] * len(scores) if reading.probabilities is None else reading.probabilities.tolist()
    rows = zip(names, probabilities, scores.tolist(), reading.chosen.tolist(), strict=True)
    return Found(classes=tuple(ClassScore(*row) for row in rows), saliency=saliency, warnings=said)


def _scores_and_saliency(stage: Stage) -> tuple[Tensor, Tensor | None]:
    """Scores, and a map (1, i, j[, k]) on the network's grid of what that of the chosen class rests on; None unless asked for."""
    before = 1 / (1 + stage.explaining)
    scores = _scores(stage, lambda done: stage.tracker.at(SEGMENTING, before * done))
    if not stage.explaining:
        return scores, None
    number = explained_number(scores, read_scores(scores, stage.pipeline.postprocessing).chosen)
    stage.windows += stage.explaining
    inputs = network_input(stage.prepared, stage.pipeline)
    return scores, explained_class(
        inputs, number, stage.bundle, stage.pipeline, lambda done: stage.tracker.at(SEGMENTING, before + (1 - before) * done)
    )


def explained_number(scores: Tensor, chosen: Tensor) -> int:
    """The class to be explained: of those that are chosen, else of all, the one with the largest score."""
    return int(torch.where(chosen, scores, -torch.inf).argmax()) if bool(chosen.any()) else int(scores.argmax())


def _scores(stage: Stage, at: Callable[[float], None]) -> Tensor:
    """The network's own numbers, (class,) float32 on the CPU."""
    pipeline = stage.pipeline
    inputs = network_input(stage.prepared, pipeline)
    cost = network_cost(pipeline, stage.bundle, tuple(inputs.shape[1:]), 1)
    watched = Watched(
        pipeline.network,
        PRECISIONS[stage.plan.precision],
        pipeline.device,
        cost,
        1,
        at,
    )
    with watching(watched):
        output = pipeline.inferer(inputs[None].to(pipeline.device), watched)
        while isinstance(output, (tuple, list)) and output:  # networks with auxiliary outputs give the main one first
            output = output[0]
    if not isinstance(output, Tensor) or output.numel() != output.shape[-1] * max(1, output.shape[0]) or output.shape[0] != 1:
        raise InputError("The bundle's network does not give one number per class, which MedAI needs of a classification model.")
    return output.flatten().clone().cpu()


def read_scores(scores: Tensor, steps: Sequence[Step]) -> Reading:
    """What a bundle's postprocessing steps make of a network's scores (class,).

    Softmax and sigmoid give probabilities. An argmax, a one-hot coding or a threshold chooses; without one the largest does.
    Other entries of the batch, such as the reference ``label`` that templates touch, are not there and not needed.

    Raises:
        InputError: if a step fails on the scores, or leaves something that chooses no class.
    """
    key = _key_of(steps)
    data: dict[str, Any] = {key: scores}
    probabilities, decides = None, False
    for step in steps:
        try:
            data = _lenient(step)(data)
        except (RuntimeError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
            raise InputError("The bundle's postprocessing fails on the scores of its classes; use another model.") from problem
        if _activates(step, key) and data[key].numel() == scores.numel():
            probabilities = data[key].flatten()
        decides = decides or (isinstance(step, AsDiscreted) and key in step.keys)
    return Reading(probabilities, _chosen(torch.as_tensor(data[key]).flatten(), scores, decides))


def _chosen(value: Tensor, scores: Tensor, decided: bool) -> Tensor:
    """Which classes (class,) a last value says: an index, ones for what was chosen, or scores of which the largest counts."""
    count = scores.numel()
    if decided and value.numel() == count:
        return value > 0.5
    if decided and value.numel() == 1 and 0 <= int(value) < count:
        return torch.arange(count) == int(value)
    if value.numel() != count:
        raise InputError("The bundle's postprocessing gives another number of classes than its network; get the bundle again.")
    if count == 1:
        return value > (0.5 if not torch.equal(value, scores) else 0.0)
    return torch.arange(count) == int(value.argmax())


def _key_of(steps: Sequence[Any]) -> str:
    keys = [str(key) for step in steps for key in getattr(step, "keys", ())]
    return "pred" if "pred" in keys or not keys else keys[0]


def _activates(step: Any, key: str) -> bool:
    if not isinstance(step, Activationsd) or key not in step.keys:
        return False
    index = list(step.keys).index(key)
    return bool(step.softmax[index] or step.sigmoid[index])


def _lenient(step: Step) -> Step:
    """The step, content with the entries that are there."""
    if not hasattr(step, "allow_missing_keys"):
        return step
    step = copy.copy(step)
    step.allow_missing_keys = True
    return step
