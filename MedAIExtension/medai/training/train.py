"""Training a model from its recipe, from label maps to a bundle that runs; every checkpoint can be resumed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..bundles.config import ConfigGraph, read_config
from ..bundles.model import Bundle
from ..bundles.weights import find_checkpoint
from ..errors import CancelledError, InputError
from .labelmaps import class_weights, load_label_maps
from .random_source import RandomSource
from .recipe import Recipe
from .synthesis import Synthesizer
from .trainer import Trainer

_SEED_STRIDE = 1_000_003
_LOSS_EVERY = 20


@dataclass(frozen=True)
class TrainingProgress:
    """Where a training is: step of steps, the mean loss of the last steps, seconds left."""

    step: int
    steps: int
    loss: float
    seconds_left: float


def train(
    bundle: Bundle,
    recipe: Recipe,
    data: Path,
    output: Path,
    device: torch.device,
    report: Callable[[TrainingProgress], None],
) -> Path:
    """Train a bundle's network by its recipe and write a bundle with the new weights.

    A checkpoint in ``output`` is continued; the result is that of an unbroken run on the same kind of device.

    Args:
        bundle: gives the network and everything else but the weights.
        recipe: classes, synthesis and schedule.
        data: folder that the recipe's pattern of label maps starts from.
        output: folder for the checkpoint and the new bundle.
        device: where to train.
        report: called every few steps.

    Returns:
        The new bundle's folder, ``output``/<name of the bundle>.

    Raises:
        InputError: if label maps are missing or the network does not have the recipe's number of classes.
    """
    if len(recipe.classes) != len(bundle.label_names):
        raise InputError(f"The recipe has {len(recipe.classes)} classes, but {bundle.name} has {len(bundle.label_names)}.")
    paths = sorted(data.glob(recipe.label_maps))
    if not paths:
        raise InputError(f"There is no label map {recipe.label_maps} in {data}; give the folder that it starts from.")
    maps, table = load_label_maps(paths, [c.labels for c in recipe.classes])
    weights = class_weights(maps, table, len(recipe.classes) + 1)
    synthesizer = Synthesizer([m.to(device) for m in maps], table, recipe.synthesis)
    options = recipe.training
    torch.manual_seed(options.seed)
    graph = ConfigGraph(read_config(bundle.root), {"device": device, "bundle_root": str(bundle.root)})
    network, place = graph.built("network_def"), find_checkpoint(bundle, graph).relative_to(bundle.root)
    if place.suffix != ".pt":
        raise InputError(
            f"{bundle.name} keeps its weights in {place}, which cannot be trained anew; use a bundle with a .pt file."
        )

    def draw(number: int) -> tuple[Tensor, Tensor]:
        return synthesizer.draw(RandomSource(options.seed * _SEED_STRIDE + number, device))

    trainer = Trainer(network, draw, weights, options, device, identity=f"{bundle.name} {recipe}")
    output.mkdir(parents=True, exist_ok=True)
    checkpoint = output / "checkpoint.pt"
    if checkpoint.is_file():
        trainer.resume(checkpoint)
    try:
        _run(trainer, checkpoint, report)
    except KeyboardInterrupt:
        raise CancelledError("Training was stopped; the same command continues from its last checkpoint.") from None
    return _write_bundle(bundle, trainer, output, place)


def _run(trainer: Trainer, checkpoint: Path, report: Callable[[TrainingProgress], None]) -> None:
    began, first, losses = time.monotonic(), trainer.step, []
    for step, loss in trainer.run():
        losses.append(loss)
        if step % _LOSS_EVERY == 0 or step == trainer.options.steps:
            left = (time.monotonic() - began) / (step - first) * (trainer.options.steps - step)
            report(TrainingProgress(step, trainer.options.steps, float(torch.stack(losses).mean()), left))
            losses.clear()
        if step % trainer.options.checkpoint_every == 0 or step == trainer.options.steps:
            trainer.save(checkpoint)


def _write_bundle(bundle: Bundle, trainer: Trainer, output: Path, place: Path) -> Path:
    """The bundle with the averaged weights in half precision, without what was measured of the old ones."""
    target, partial, old = (output / name for name in (bundle.name, f".{bundle.name}.partial", f".{bundle.name}.old"))
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(bundle.root, partial, ignore=shutil.ignore_patterns(place.name, "docs", "__pycache__"))
    (partial / place).parent.mkdir(parents=True, exist_ok=True)
    weights = {
        name: value.half().cpu() if value.is_floating_point() else value for name, value in trainer.average.state_dict().items()
    }
    torch.save({"model": weights}, partial / place)
    metadata = {key: value for key, value in bundle.metadata.items() if key != "eval_metrics"}
    (partial / "configs" / "metadata.json").write_text(json.dumps(metadata, indent=2), encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target
