"""``python -m zoo CHECKOUT --work FOLDER [--output FILE] [BUNDLE ...]``: see the package."""

from __future__ import annotations

import argparse
import json
import os
import traceback
from pathlib import Path

from .cases import CASES
from .comparison import Row, compare
from .table import render


def main() -> None:
    """Run the bundles that are asked for, or all that have not been run, one after another; then write the table."""
    arguments = _arguments()
    os.environ.setdefault("MEDAI_HOME", str(arguments.work / "home"))
    results = arguments.work / "results"
    results.mkdir(parents=True, exist_ok=True)
    for name in arguments.bundles or [name for name in CASES if not (results / f"{name}.json").is_file()]:
        print(name, flush=True)
        try:
            row = compare(arguments.checkout / "models" / name, arguments.work / name, CASES[name])
        except Exception as problem:
            traceback.print_exc()
            row = Row(name, "", error=f"{type(problem).__name__}: {problem}")
        (results / f"{name}.json").write_text(json.dumps(row.as_dict(), indent=1))
        print(" ", row.verdict, row.agreement, row.error or row.monai, flush=True)
    rows = [json.loads(path.read_text()) for path in sorted(results.glob("*.json"))]
    if arguments.output:
        arguments.output.write_text(render(rows), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="zoo", description=__doc__)
    parser.add_argument("checkout", type=Path, help="copy of the public model zoo")
    parser.add_argument("bundles", nargs="*", help="names; by default all that have not been run")
    parser.add_argument("--work", type=Path, required=True, help="folder for copies, scans and results")
    parser.add_argument("--output", type=Path, help="the page to write, docs/bundles.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
