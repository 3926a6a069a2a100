"""Slicer's own way of installing packages runs in the host, so that what MedAI asks of it is checked against the real thing."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("slicer", exc_type=ImportError)

REQUIREMENTS = Path(__file__).parents[2] / "MedAIModule" / "Resources" / "requirements.txt"


@pytest.fixture
def packaging(app):
    """The module ``slicer.packaging`` of Slicer's sources, imported for this test only."""
    if "SLICER_PYTHON" not in os.environ:
        pytest.skip("This needs Slicer's sources; docs/testing.md says how to name them with SLICER_PYTHON.")
    loaded = importlib.import_module("slicer.packaging")
    yield loaded
    del sys.modules["slicer.packaging"]


def test_slicer_reads_the_modules_requirements_and_finds_them_installed(packaging):
    requirements = packaging.load_requirements(REQUIREMENTS)
    assert "monai" in [requirement.name for requirement in requirements]
    assert all(packaging.pip_check(requirement) for requirement in requirements)


def test_slicer_installs_only_what_is_missing_and_keeps_to_the_constraints(packaging, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(packaging, "pip_install", lambda packages, **options: asked.append((packages, options)))
    options = {"constraints": tmp_path / "constraints.txt", "prompt_install": False, "requester": "MedAI"}
    packaging.pip_ensure(["numpy", "no-such-package>=2"], skip_in_testing=False, **options)
    ((packages, given),) = asked
    assert packages == ["no-such-package>=2"]
    assert (given["constraints"], given["requester"]) == (tmp_path / "constraints.txt", "MedAI")


def test_slicer_tells_a_declined_installation_by_a_runtime_error(packaging, monkeypatch):
    import slicer

    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_args, **_options: False)
    with pytest.raises(RuntimeError, match="declined"):
        packaging.pip_ensure(["no-such-package"], skip_in_testing=False)


def test_slicer_starts_processes_and_reads_what_they_say(app, capsys):
    import slicer

    process = slicer.util.launchConsoleProcess([sys.executable, "-c", "print('said')"])
    slicer.util.logProcessOutput(process)
    assert capsys.readouterr().out == "said\n"


def test_slicer_reads_a_process_in_the_background(app):
    import slicer

    said, ended = [], []
    command = [sys.executable, "-c", "print('said'); raise SystemExit(3)"]
    slicer.util.launchConsoleProcess(command, blocking=False, logCallback=said.append, completedCallback=ended.append)
    limit = time.monotonic() + 60
    while not ended and time.monotonic() < limit:
        app.processEvents()
        time.sleep(0.01)
    assert (said, ended) == (["said"], [3])
