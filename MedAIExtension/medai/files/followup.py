"""The files of a comparison of two time points: followup.json and followup.csv."""

from __future__ import annotations

import csv
from pathlib import Path

from ..followup import CHANGE_COLUMNS, Comparison, Response, comparison_table, comparison_values
from .prediction import write_json
from .whole import written_whole

_NAMES = {"comparison": "followup.json", "table": "followup.csv"}


def write_followup(
    folder: Path, comparison: Comparison, response: Response | None = None, *, days: float | None = None
) -> dict[str, Path]:
    """Write a comparison into a folder, which is made if it is missing: both files or, where one fails, none.

    What they hold: ``medai.followup.comparison_values`` and ``medai.followup.comparison_table``. No path of a file, and so no
    name of a patient, gets into them.

    Returns:
        Paths by "comparison" and "table".

    Raises:
        InputError: if the folder cannot be written.
        MedAIError: if writing fails, such as on a full disk.
    """
    with written_whole(folder) as temporary:
        write_json(temporary / _NAMES["comparison"], comparison_values(comparison, response, days))
        with (temporary / _NAMES["table"]).open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, CHANGE_COLUMNS)
            table.writeheader()
            table.writerows(comparison_table(comparison, days))
    return {key: folder / name for key, name in _NAMES.items()}
