"""``medai review``: a reader's word on the findings of a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .console import command, print_json, print_table, say, stdout_kept_clean
from .followup import numbers_in
from .parameters import Debug, Json

if TYPE_CHECKING:
    from ..results import Prediction, Review


@command
def review(
    *,
    folder: Annotated[Path, typer.Argument(help="Folder that `medai run` wrote.")],
    accept: Annotated[str, typer.Option(metavar="1,2", help="Findings that are right.", show_default=False)] = "",
    reject: Annotated[str, typer.Option(metavar="3", help="Findings that are none.", show_default=False)] = "",
    edit: Annotated[str, typer.Option(metavar="4", help="Findings that were changed by hand.", show_default=False)] = "",
    note: Annotated[str, typer.Option(help="Why; kept with each of them.", show_default=False)] = "",
    kind: Annotated[str, typer.Option(help="lesion or detection.")] = "lesion",
    _list: Annotated[bool, typer.Option("--list", help="Only say what was found and reviewed, which is the default.")] = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Accept, reject or mark findings of a result as edited; kept in findings.json and findings.csv. Without, list them."""
    with stdout_kept_clean():
        from ..files import read_result, write_reviews

        said = _reviews(
            {"accepted": (accept, "--accept"), "rejected": (reject, "--reject"), "edited": (edit, "--edit")}, kind, note
        )
        if _list and said:
            raise InputError("--list only looks; leave it out to review findings.")
        before = read_result(folder).prediction
        prediction = write_reviews(folder, said).prediction if said else before
    if prediction.reviews != before.reviews:
        _say_stale(folder)
    rows = list(_rows(prediction))
    if as_json:
        print_json({"findings": rows})
        return
    columns = ("kind", "id", "label", "volume (ml)", "longest (mm)", "score", "review", "note")
    print_table(columns, (tuple(row.values()) for row in rows))


def _reviews(given: dict[str, tuple[str, str]], kind: str, note: str) -> list[Review]:
    from ..results import Review

    numbers = [(number, state) for state, (text, option) in given.items() for number in numbers_in(text, option)]
    twice = _twice([number for number, _ in numbers])
    if twice is not None:
        raise InputError(f"{kind.capitalize()} {twice} was named twice; say once whether it is accepted, rejected or edited.")
    if note and not numbers:
        raise InputError("--note goes with --accept, --reject or --edit; say which findings it is about.")
    return [Review(kind, number, state, note) for number, state in numbers]


def _say_stale(folder: Path) -> None:
    """What was handed on before the review does not say what the reader has said."""
    from ..files import exports_in

    there = exports_in(folder)
    names = [name for each in there.values() for name in each]
    if names:
        old = f"{', '.join(names[:-1])} and {names[-1]} are" if len(names) > 1 else f"{names[0]} is"
        again = f"medai export {folder} IMAGE --export {','.join(there)}"
        say(f"medai: {old} from before this review; to write what it says, run `{again}` with the scan as IMAGE.")


def _twice(numbers: Sequence[int]) -> int | None:
    return next((number for place, number in enumerate(numbers) if number in numbers[:place]), None)


def _rows(prediction: Prediction) -> Iterator[dict[str, Any]]:
    from ..results import review_of

    for lesion in prediction.lesions:
        word = review_of(prediction, "lesion", lesion.id)
        yield {
            "kind": "lesion",
            "id": lesion.id,
            "label": lesion.label,
            "volume_ml": lesion.volume_ml,
            "longest_mm": lesion.longest.length_mm if lesion.longest else None,
            "score": lesion.score,
            "review": word.state if word else None,
            "note": word.note if word else None,
        }
    for place, box in enumerate(prediction.detections, 1):
        word = review_of(prediction, "detection", place)
        yield {
            "kind": "detection",
            "id": place,
            "label": box.label,
            "volume_ml": None,
            "longest_mm": None,
            "score": box.score,
            "review": word.state if word else None,
            "note": word.note if word else None,
        }
