"""``medai train``: a model's weights made again from its recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import command, print_fields, print_json
from .parameters import Debug, Device, Json

if TYPE_CHECKING:
    from ..training.train import TrainingProgress


@command
def train(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model that ships a recipe (recipe.yaml), such as brain-mr.")],
    *,
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="Folder that the recipe's label maps lie in.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for checkpoint and new bundle.")],
    recipe: Annotated[Path | None, typer.Option("--recipe", metavar="FILE", help="Another recipe than the model's own.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Number of updates, instead of the recipe's.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Scans per update, instead of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the recipe's.")] = None,
    device: Device = "auto",
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Train a model by its recipe; a checkpoint in the output folder is continued."""
    from ..bundles import find_model
    from ..files import check_writable
    from ..inference.planning import choose_device
    from ..training import read_recipe
    from ..training.train import train as train_bundle

    check_writable(output)
    bundle = find_model(model)
    plan = read_recipe(recipe or bundle.root / "recipe.yaml").with_training(steps=steps, batch=batch, seed=seed)
    written = train_bundle(bundle, plan, data, output, choose_device(device), _say)
    if as_json:
        print_json({"bundle": written, "steps": plan.training.steps})
    else:
        print_fields([("bundle", written)])


def _say(progress: TrainingProgress) -> None:
    minutes = progress.seconds_left / 60
    typer.echo(f"step {progress.step} of {progress.steps}, loss {progress.loss:.3f}, {minutes:.0f} min left", err=True)
