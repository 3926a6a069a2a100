"""Real scans for tests, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parents[2]


def real_data(*parts: str) -> Path:
    """Path of a file or folder of the test data; the test is skipped where it is absent."""
    root = Path(os.environ.get("MEDAI_TEST_DATA", _REPOSITORY.parent / "shared" / "data"))
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not here; set MEDAI_TEST_DATA to the folder of real scans.")
    return path
