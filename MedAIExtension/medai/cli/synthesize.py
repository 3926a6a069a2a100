"""``medai synthesize``: a synthetic scan of any contrast from a label map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .console import command, print_fields
from .inputs import split_names
from .parameters import Debug

if TYPE_CHECKING:
    from ..training import Recipe


@command
def synthesize(
    label_map: Annotated[Path, typer.Argument(metavar="LABELMAP", help="Label numbers at 1 mm, such as FreeSurfer's.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The scan to write (.nii.gz, .nrrd, .mha).")],
    labels: Annotated[Path | None, typer.Option("--labels", metavar="FILE", help="Also write its labels.")] = None,
    model: Annotated[str, typer.Option("--model", "-m", help="The model whose recipe is followed.")] = "brain-mr",
    contrast: Annotated[str, typer.Option(help="random, t1, t2, flair or pd; empty draws one.")] = "",
    spacing: Annotated[float | None, typer.Option(min=0.3, help="Voxel size in mm.")] = None,
    size: Annotated[str, typer.Option(metavar="I,J,K", help="Size in voxels.")] = "",
    skull: Annotated[bool | None, typer.Option("--skull/--no-skull", help="Keep or strip the skull.")] = None,
    clean: Annotated[bool, typer.Option("--clean", help="A whole head in even voxels with little noise.")] = False,
    seed: Annotated[int, typer.Option(help="Decides everything that is drawn.")] = 1,
    _debug: Debug = False,
) -> None:
    """Paint a scan from a label map, as the training of a model does: deformed, of any contrast, noisy, unevenly lit."""
    from ..bundles import find_model
    from ..files import write_image
    from ..training import read_recipe
    from ..training.synthesize import synthesize as paint

    recipe = _adjusted(read_recipe(find_model(model).root / "recipe.yaml"), contrast, spacing, size, skull, clean)
    scan, target = paint(label_map, recipe, seed)
    write_image(output, scan)
    if labels is not None:
        write_image(labels, target)
    print_fields([("scan", output), ("labels", labels)])


def _adjusted(recipe: Recipe, contrast: str, spacing: float | None, size: str, skull: bool | None, clean: bool) -> Recipe:
    options = recipe.synthesis
    if contrast:
        if contrast not in options.contrast_weights:
            raise InputError(f"{contrast!r} is no contrast; choose one of {', '.join(options.contrast_weights)}.")
        options = replace(options, contrast_weights={contrast: 1.0})
    if spacing is not None:
        options = replace(options, spacing=spacing)
    if size:
        options = replace(options, size=_size(size))
    if skull is not None:
        options = replace(options, strip_chance=0.0 if skull else 1.0)
    if clean:
        options = replace(
            options, thick_slice_chance=0.0, coarse_chance=0.0, field_of_view_chance=0.0, noise=0.03, translation=8.0
        )
    return replace(recipe, synthesis=options)


def _size(text: str) -> tuple[int, int, int]:
    parts = split_names(text)
    if len(parts) != 3 or not all(part.isdigit() and 8 <= int(part) <= 512 for part in parts):
        raise InputError(f"{text!r} is no size; give three numbers of voxels from 8 to 512, such as 180,220,180.")
    i, j, k = map(int, parts)
    return i, j, k
