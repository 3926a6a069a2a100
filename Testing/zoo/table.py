"""The table of public bundles in docs/bundles.md, from what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .cases import DIFFERENT, OUT_OF_SCOPE

_HEAD = """# Public bundles

Every bundle of the public MONAI model zoo (snapshot of October 2024) that MedAI is meant for, as it is: nothing was edited on
disk. Both sides got the same random, seeded weights and the same oblique, flipped, anisotropic scan or picture; agreement with
`monai.bundle` is the share of equal voxels, the largest difference of a probability, or of a box in mm. This page is written by
`python -m zoo` in `Testing/`. The lung nodules were looked for in an upright scan, since MONAI's boxes have wrong extents in
oblique ones; the two DiNTS networks have an architecture made up here, whose published code is not in the zoo's repository.

| bundle | kind | verdict | labels | agreement with MONAI's runner | found | repairs |
|---|---|---|---|---|---|---|
"""


def render(rows: Sequence[Mapping[str, Any]]) -> str:
    """The whole page."""
    safe = sum(row["verdict"] == "safe" and not row["error"] for row in rows)
    asked = sum(row["verdict"] == "needs trust" and not row["error"] for row in rows)
    lines = [_line(row) for row in sorted(rows, key=lambda row: (row["verdict"] != "safe", row["name"].lower()))]
    remarks = [text for row in rows for text in _remarks(row)]
    return "\n".join(
        [
            _HEAD + "\n".join(lines),
            "",
            f"{safe} run with no question asked, {asked} after one consent.",
            "",
            "## Remarks",
            "",
            *remarks,
            "",
            "## Different on purpose",
            "",
            *(f"- `{name}`: {what}" for name, what in sorted(DIFFERENT.items())),
            "",
            "## Out of scope",
            "",
            *(f"- `{name}`: {why}." for name, why in sorted(OUT_OF_SCOPE.items())),
            "",
        ]
    )


def _line(row: Mapping[str, Any]) -> str:
    cells = (
        f"`{row['name']}` {row['version']}",
        row["kind"],
        row["verdict"],
        _labels(row["labels"]),
        _agreement(row),
        str(row["found"] or ""),
        str(len(row["repairs"]) or ""),
    )
    return "| " + " | ".join(cells) + " |"


def _labels(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _agreement(row: Mapping[str, Any]) -> str:
    if row["error"]:
        return "does not run"
    if row["agreement"] is None:
        return "nothing to compare with"
    if row["measure"] == "voxels":
        return "identical" if row["agreement"] == 1 else f"{row['agreement']:.7f}"
    return f"{row['measure']}: within {row['agreement']:.1g}" if row["agreement"] else f"{row['measure']}: identical"


def _remarks(row: Mapping[str, Any]) -> list[str]:
    texts = [f"MONAI's runner: {row['monai']}." if row["monai"] else "", row["error"], *row["repairs"], *row["warnings"]]
    texts += row["reasons"] if row["verdict"] != "safe" else []
    return [f"- `{row['name']}`: {' '.join(text for text in texts if text)}"] if any(texts) else []
