"""What was found, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .console import print_fields, print_json, print_table

if TYPE_CHECKING:
    from ..results import Prediction

# As many are printed; detectors give hundreds with scores that nobody looks at.
_MOST_ROWS = 20


def show_findings(files: dict[str, Path], prediction: Prediction, as_json: bool) -> None:
    """Print what was found and where it was written, or both as JSON."""
    from ..results import findings

    found: dict[str, Any] = findings(prediction)
    if as_json:
        print_json({"files": files, "findings": found, "run": prediction.run})
        return
    _print_findings(found)
    print_fields(files.items())


def _print_findings(found: dict[str, Any]) -> None:
    """A table for each kind of finding that there is."""
    if found["labels"]:
        print_table(("label", "volume (ml)"), ((label["name"], label["volume_ml"]) for label in found["labels"]))
    if found["lesions"]:
        show_lesions(found["lesions"])
    if found["detections"]:
        best = found["detections"][:_MOST_ROWS]
        boxes = ((each["label"], each["score"], *each["center_ras"], *each["size_mm"]) for each in best)
        print_table(("label", "score", "R", "A", "S", "size 1 (mm)", "size 2 (mm)", "size 3 (mm)"), boxes)
        if len(found["detections"]) > _MOST_ROWS:
            typer.echo(f"{len(found['detections']) - _MOST_ROWS} more, with lower scores, are in findings.csv")
    if found["landmarks"]:
        points = ((each["name"], *each["position_ras"], each["frame"]) for each in found["landmarks"])
        print_table(("landmark", "R", "A", "S", "frame"), points)
    if found["classes"]:
        classes = ((each["name"], each["probability"], each["score"], each["chosen"]) for each in found["classes"])
        print_table(("class", "probability", "score", "chosen"), classes)
    if not any(found.values()):
        print_table(("finding",), (("nothing found",),))


def show_lesions(lesions: Sequence[Mapping[str, Any]]) -> None:
    """A table of lesions as findings.json has them, the largest."""
    columns = ("lesion", "label", "volume (ml)", "longest (mm)", "short (mm)", "R", "A", "S", "look")
    rows = (
        (
            each["id"],
            each["label"],
            each["volume_ml"],
            each["longest_diameter_mm"],
            each["short_axis_mm"],
            *each["center_ras"],
            "; ".join(each["flags"]),
        )
        for each in lesions[:_MOST_ROWS]
    )
    print_table(columns, rows)
    if len(lesions) > _MOST_ROWS:
        typer.echo(f"{len(lesions) - _MOST_ROWS} smaller ones are in findings.csv")
