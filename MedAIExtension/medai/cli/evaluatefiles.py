"""The files of an evaluation: tables, everything as JSON, plots; all of them or none."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError

if TYPE_CHECKING:
    from ..evaluation import Case, Summary

_NAMES = {
    "evaluation": "evaluation.json",
    "cases": "cases.csv",
    "summary": "summary.csv",
    "lesions": "lesions.csv",
    "froc": "froc.csv",
    "bland_altman": "bland-altman.png",
    "curve": "froc.png",
}


def check_places(output: Path | None, plot: Path | None) -> None:
    """Refuse, before the work starts, places that cannot be written; raises InputError."""
    from ..files import check_writable

    if output is not None:
        check_writable(output)
    if plot is not None:
        if plot.suffix.lower() != ".png":
            raise InputError(f"--plot {plot} is not the name of a picture; end it with .png.")
        check_writable(plot.parent)


def write_evaluation(folder: Path, cases: Sequence[Case], summary: Summary, document: Mapping[str, Any]) -> dict[str, Path]:
    """Write an evaluation into a folder, replacing an earlier one; the files by kind. Raises MedAIError if that fails."""
    from .. import evaluation
    from ..files.whole import written_whole

    with written_whole(folder, _NAMES.values()) as temporary:
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=str)
        (temporary / _NAMES["evaluation"]).write_text(text + "\n", encoding="utf-8")
        for name, table in evaluation.tables(cases, summary).items():
            with (temporary / _NAMES[name]).open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(table.columns)
                rows.writerows(table.rows)
        if summary.labels:
            evaluation.write_bland_altman(temporary / _NAMES["bland_altman"], cases, summary)
        if summary.froc:
            evaluation.write_froc(temporary / _NAMES["curve"], summary)
        written = {path.name for path in temporary.iterdir()}
    return {key: folder / name for key, name in _NAMES.items() if name in written}


def write_plot(path: Path, cases: Sequence[Case], summary: Summary) -> None:
    """Write the Bland-Altman plot alone, or, without label maps, the detector's curve. Raises MedAIError if that fails."""
    from .. import evaluation
    from ..files.whole import written_whole

    with written_whole(path.parent) as temporary:
        if summary.froc and not summary.labels:
            evaluation.write_froc(temporary / path.name, summary)
        else:
            evaluation.write_bland_altman(temporary / path.name, cases, summary)
