"""``medai evaluate``: how well results agree with references, one case or many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, MedAIError
from .console import command, print_fields, print_json, say, stdout_kept_clean
from .evaluatecases import Criteria, compare_case
from .evaluatefiles import check_places, write_evaluation, write_plot
from .evaluateshown import show_case, show_froc, show_summary
from .inputs import split_names
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..evaluation import Case, Pairs, Summary

_MAP_HELP = 'JSON file such as {"2": 1, "41": 2}: new value of each value before the comparison; others become background.'
_WHAT = "a label map, a folder that `medai run` wrote, or a folder of either"


@command
def evaluate(
    *,
    prediction: Annotated[Path, typer.Argument(help=f"What is judged: {_WHAT}.")],
    reference: Annotated[Path, typer.Argument(help="What is taken as right: the same, an RTSTRUCT, or boxes as JSON.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for tables and plots.", show_default=False)
    ] = None,
    labels: Annotated[str, typer.Option(metavar="1,2", help="Only these values.", show_default=False)] = "",
    tolerance: Annotated[float, typer.Option(help="Distance in mm that counts as agreement of surfaces.")] = 1.0,
    lesion_iou: Annotated[
        float, typer.Option(help="Overlap (IoU, 0 to 1) that makes a lesion found; 0: one voxel, or the center of a box.")
    ] = 0.0,
    resample: Annotated[bool, typer.Option("--resample", help="Bring the prediction to the reference's grid.")] = False,
    prediction_map: Annotated[Path | None, typer.Option(help=_MAP_HELP, show_default=False)] = None,
    reference_map: Annotated[Path | None, typer.Option(help="The same for the reference.", show_default=False)] = None,
    images: Annotated[bool, typer.Option("--images", help="Compare the values of images, not labels.")] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out cases that have no partner or cannot be compared.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Bland-Altman plot.", show_default=False)] = None,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Compare results with references: Dice, distances of surfaces, volumes, lesions, boxes with scores; or images."""
    maps = _read_map(prediction_map), _read_map(reference_map)
    criteria = Criteria(_wanted(labels), tolerance, resample, *maps, lesion_iou, images)
    with stdout_kept_clean():
        from .. import evaluation

        evaluation.check_criteria(tolerance, lesion_iou)
        if images and plot:
            raise InputError("--plot draws volumes of labels, which --images does not compare; leave one of them out.")
        check_places(output, plot)
        pairs = evaluation.find_pairs(prediction, reference)
        cases, left_out = _compare(pairs, criteria, allow_missing)
        summary = evaluation.summarize(cases)
        document = _document(prediction, reference, pairs, cases, left_out, summary) | {"settings": criteria.as_dict()}
        files = write_evaluation(output, cases, summary, document) if output else {}
        if plot:
            write_plot(plot, cases, summary)
            files["plot"] = plot
    if as_json:
        print_json(document | ({"files": files} if files else {}))
        return
    _show(cases, summary, pairs.folders)
    print_fields(files.items())


def _compare(pairs: Pairs, criteria: Criteria, allow_missing: bool) -> tuple[list[Case], dict[str, str]]:
    """All cases one after another, and those that are left out, each with the reason."""
    if pairs.without_partner and not allow_missing:
        raise InputError(f"Not all cases are on both sides: {pairs.without_partner}; add them, or add --allow-missing.")
    left_out = dict.fromkeys(pairs.only_prediction, "it has no reference")
    left_out |= dict.fromkeys(pairs.only_reference, "it has no prediction")
    if left_out:
        say(f"medai: note: left out: {pairs.without_partner}.")
    cases = []
    for number, pair in enumerate(pairs.pairs, 1):
        if pairs.folders:
            say(f"{number}/{len(pairs.pairs)} {pair.case}")
        try:
            cases.append(compare_case(pair, criteria))
        except InputError as problem:
            if not pairs.folders:
                raise
            reason = str(problem).rstrip(".")
            if not allow_missing:
                advice = "repair it, or leave it out with --allow-missing"
                raise InputError(f"The case {pair.case} cannot be compared ({reason}); {advice}.") from problem
            left_out[pair.case] = reason
            say(f"medai: note: {pair.case} is left out ({reason}).")
    if not cases:
        raise MedAIError("No case could be compared; see the notes above for the reasons.")
    return cases, left_out


def _document(
    prediction: Path, reference: Path, pairs: Pairs, cases: Sequence[Case], left_out: dict[str, str], summary: Summary
) -> dict[str, Any]:
    """Everything as plain values: of a single case its own, of a folder all cases and their summary."""
    places = {"prediction": prediction, "reference": reference}
    if not pairs.folders:
        shown = cases[0].as_dict() | places
        return shown | ({"froc": summary.as_dict()["froc"]} if summary.froc else {})
    return {
        **places,
        **({"mean_dice": summary.as_dict()["mean_dice"]["mean"]} if summary.labels else {}),
        "cases": [{"name": case.name, **case.as_dict()} for case in cases],
        "left_out": [{"name": name, "reason": reason} for name, reason in left_out.items()],
        "summary": summary.as_dict(),
    }


def _show(cases: Sequence[Case], summary: Summary, folders: bool) -> None:
    if folders:
        show_summary(cases, summary)
    else:
        show_case(cases[0])
    show_froc(summary)


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
