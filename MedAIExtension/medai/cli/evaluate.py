"""``medai evaluate``: how well a segmentation agrees with a reference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .console import command, print_json, print_table, stdout_kept_clean
from .inputs import split_names
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..evaluation import LabelResult

_MAP_HELP = 'JSON file such as {"2": 1, "41": 2}: new value of each value before the comparison; others become background.'


@command
def evaluate(
    *,
    prediction: Annotated[Path, typer.Argument(help="Label map to judge.")],
    reference: Annotated[Path, typer.Argument(help="Label map that is taken as right.")],
    labels: Annotated[str, typer.Option(metavar="1,2", help="Only these values.", show_default=False)] = "",
    tolerance: Annotated[float, typer.Option(help="Distance in mm that counts as agreement of surfaces.")] = 1.0,
    resample: Annotated[bool, typer.Option("--resample", help="Bring the prediction to the reference's grid.")] = False,
    prediction_map: Annotated[Path | None, typer.Option(help=_MAP_HELP, show_default=False)] = None,
    reference_map: Annotated[Path | None, typer.Option(help="The same for the reference.", show_default=False)] = None,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Compare two label maps: Dice, Hausdorff distance, surface Dice, volumes, lesions found and falsely found."""
    wanted = _wanted(labels)
    maps = _read_map(prediction_map), _read_map(reference_map)
    with stdout_kept_clean():
        from .. import evaluation
        from ..files import read_image

        results = evaluation.evaluate(
            read_image(prediction),
            read_image(reference),
            wanted,
            tolerance,
            resample=resample,
            prediction_map=maps[0],
            reference_map=maps[1],
        )
    names = {} if prediction_map else _names_beside(prediction)
    if as_json:
        print_json(
            {
                "prediction": prediction,
                "reference": reference,
                "mean_dice": sum(result.dice for result in results) / len(results) if results else None,
                "labels": [{"name": names.get(result.value, ""), **result.as_dict()} for result in results],
            }
        )
    else:
        _print(results, names)


def _print(results: Sequence[LabelResult], names: dict[int, str]) -> None:
    columns = ("label", "name", "Dice", "HD95 (mm)", "surface Dice", "volume (ml)", "difference (%)", "lesions found", "false")
    print_table(
        columns,
        (
            (
                result.value,
                names.get(result.value, ""),
                result.dice,
                result.hd95_mm,
                result.surface_dice,
                result.prediction_ml,
                result.volume_difference_percent,
                f"{result.found_lesions}/{result.reference_lesions}",
                result.false_positives,
            )
            for result in results
        ),
    )


def _wanted(labels: str) -> list[int] | None:
    try:
        return [int(value) for value in split_names(labels)] or None
    except ValueError:
        raise InputError(f"--labels {labels} is not a list of label values; write it as 1,2,3.") from None


def _read_map(path: Path | None) -> dict[int, int] | None:
    if path is None:
        return None
    try:
        return {int(old): int(new) for old, new in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise InputError(f'{path} is not a map of label values ({problem}); write it as {{"2": 1, "41": 2}}.') from problem


def _names_beside(prediction: Path) -> dict[int, str]:
    """Names of the labels where the prediction lies in a folder that ``medai run`` wrote."""
    try:
        found = json.loads(prediction.with_name("findings.json").read_text(encoding="utf-8"))
        return {int(label["value"]): str(label["name"]) for label in found["labels"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
