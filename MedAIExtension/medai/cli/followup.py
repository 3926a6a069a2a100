"""``medai followup``: what became of the lesions of one patient from one time point to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .console import command, print_fields, print_json, print_table, say, stdout_kept_clean
from .inputs import split_names
from .parameters import Debug, Json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..followup import Comparison, Response
    from ..results import Lesion, Prediction

_SOURCE = "Folder that `medai run` wrote, or a label map (.seg.nrrd, NIfTI, NRRD, MHA)"


@command
def followup(
    *,
    baseline: Annotated[Path, typer.Argument(help=f"{_SOURCE} of the earlier scan.")],
    followup: Annotated[Path, typer.Argument(help=f"{_SOURCE} of the later scan.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for followup.json and followup.csv.")
    ] = None,
    transform: Annotated[
        Path | None, typer.Option(help="Linear transform (.tfm, .h5) that brings the baseline onto the follow-up.")
    ] = None,
    register: Annotated[bool, typer.Option("--register", help="Find a rigid transform; needs both scans.")] = False,
    baseline_image: Annotated[Path | None, typer.Option(metavar="IMAGE", help="The earlier scan, for --register.")] = None,
    followup_image: Annotated[Path | None, typer.Option(metavar="IMAGE", help="The later scan, for --register.")] = None,
    labels: Annotated[
        str, typer.Option(metavar="A,B", help="Follow these labels (names or values) instead of findings.", show_default=False)
    ] = "",
    targets: Annotated[
        str, typer.Option(metavar="1,2", help="Target lesions, by the baseline's numbers; by default the largest.")
    ] = "",
    days: Annotated[float | None, typer.Option(help="Days between the scans, for doubling times.")] = None,
    nadir: Annotated[float | None, typer.Option(metavar="MM", help="Least sum of diameters of the scans in between.")] = None,
    new_from: Annotated[float, typer.Option(metavar="MM", help="Shorter new lesions are no progression.")] = 0.0,
    tolerance: Annotated[float, typer.Option(metavar="MM", help="How far lesions that share no voxel may have moved.")] = 5.0,
    with_rejected: Annotated[bool, typer.Option("--with-rejected", help="Follow lesions too that a reader rejected.")] = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Match the lesions of two time points: growth of each, new and vanished ones, the response by RECIST 1.1. For research."""
    _check(transform, register, (baseline_image, followup_image), days)
    chosen = numbers_in(targets, "--targets")
    with stdout_kept_clean():
        from ..files import check_writable, write_followup
        from ..followup import choose_targets, compare, comparison_values, respond, time_point

        if output is not None:
            check_writable(output)
        names, results = split_names(labels), (_opened(baseline), _opened(followup))
        first, second = (time_point(each, names, with_rejected=with_rejected) for each in results)
        matrix = _matrix(transform, baseline_image, followup_image)
        found = compare(
            (*first.lesions, *first.rejected),
            second.lesions,
            matrix,
            baseline_map=first.labelmap,
            followup_map=second.labelmap,
            tolerance_mm=tolerance,
        )
        comparison = found.without(first.rejected)
        target = _chosen(first.lesions, chosen) if chosen else choose_targets(first.lesions, slice_mm=first.slice_mm)
        response = respond(comparison, target, nadir_mm=nadir, new_from_mm=new_from)
        files = write_followup(output, comparison, response, days=days) if output is not None else {}
    again = sum(len(change.followup) for change in found.changes) - sum(len(change.followup) for change in comparison.changes)
    if again:
        say(f"medai: {again} of the follow-up's lesions left out: a reader rejected at the baseline what lay there.")
    if matrix is None and _hardly_matches(comparison):
        say("medai: warning: few lesions lie where they were; if the scans are not in one place, add --register or --transform.")
    if as_json:
        print_json({"files": files, **comparison_values(comparison, response, days)})
    else:
        _print(comparison, response, days)
        print_fields(files.items())


def numbers_in(text: str, option: str) -> list[int]:
    """The numbers in a list with commas; raises InputError that names the option if it is none."""
    try:
        return [int(number) for number in split_names(text)]
    except ValueError:
        raise InputError(f"{option} {text} is no list of numbers; write it as 1,2,3.") from None


def _check(transform: Path | None, register: bool, images: Sequence[Path | None], days: float | None) -> None:
    if transform is not None and register:
        raise InputError("--transform and --register were both given; choose one.")
    if register and not all(images):
        raise InputError("--register needs both scans; give them with --baseline-image and --followup-image.")
    if any(images) and not register:
        raise InputError("--baseline-image and --followup-image are for --register; add it or leave them out.")
    if days is not None and not 0 < days < 1e6:
        raise InputError(f"--days {days:g} is no time between two scans; give the number of days from the first to the second.")


def _opened(path: Path) -> Prediction:
    """What is predicted in a result's folder, or the lesions of a label map."""
    from ..files import read_labelmap, read_result

    return read_result(path).prediction if path.is_dir() else _with_all_lesions(read_labelmap(path))


def _with_all_lesions(prediction: Prediction) -> Prediction:
    """A label map alone does not say which labels are findings: all are, unless names say that some are."""
    from dataclasses import replace

    from ..results import find_lesions, is_finding

    values = [label.value for label in prediction.labels if is_finding(label)] or [label.value for label in prediction.labels]
    return replace(prediction, lesions=find_lesions(prediction, None, values=values))


def _matrix(transform: Path | None, before: Path | None, after: Path | None) -> NDArray[np.float64] | None:
    from ..files import read_image, read_transform
    from ..followup import register

    if transform is not None:
        return read_transform(transform)
    return register(read_image(before), read_image(after)) if before is not None and after is not None else None


def _hardly_matches(comparison: Comparison) -> bool:
    """True where both time points have lesions, and most of each have no partner."""
    apart = len(comparison.vanished), len(comparison.new)
    return min(apart) > len(comparison.changes) - sum(apart)


def _chosen(lesions: Sequence[Lesion], numbers: Sequence[int]) -> list[Lesion]:
    known = {lesion.id: lesion for lesion in lesions}
    for number in numbers:
        if number not in known:
            raise InputError(f"--targets {number} is no lesion of the baseline that is followed; see `medai review` for them.")
    return [known[number] for number in numbers]


def _print(comparison: Comparison, response: Response, days: float | None) -> None:
    from ..followup import comparison_table
    from ..followup.response import NAMES
    from ..followup.tables import DISCLAIMER

    columns = {
        "change": "change",
        "label": "label",
        "baseline": "baseline",
        "followup": "follow-up",
        "baseline_ml": "before (ml)",
        "followup_ml": "after (ml)",
        "volume_percent": "volume (%)",
        "baseline_mm": "before (mm)",
        "followup_mm": "after (mm)",
        "diameter_percent": "diameter (%)",
        **({} if days is None else {"doubling_days": "doubling (days)"}),
    }
    print_table(list(columns.values()), ([row[key] for key in columns] for row in comparison_table(comparison, days)))
    total = f"{comparison.baseline_ml:.3f} ml -> {comparison.followup_ml:.3f} ml"
    share = comparison.volume_percent
    print_fields((("volume", total if share is None else f"{total}: {share:+.1f} %"),))
    typer.echo(f"RECIST 1.1:    {response.category} ({NAMES[response.category]})")
    for sentence in response.sentences:
        typer.echo(f"  {sentence}")
    typer.echo(DISCLAIMER)
