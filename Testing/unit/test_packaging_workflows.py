"""The workflows on GitHub may only read, use actions of a fixed version, and run every self-test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_only_reads_and_says_that_it_was_never_run(path):
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert "secrets" not in text
    assert text.startswith("# Never run so far")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_ends_in_time_and_uses_actions_of_a_fixed_version(path):
    for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 60
        assert job["runs-on"] == "ubuntu-24.04"
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert used
        assert [action for action in used if not re.fullmatch(r"actions/[\w-]+@v\d+\.\d+\.\d+", action)] == []


def test_the_application_runs_every_self_test():
    text = (REPOSITORY / ".github" / "workflows" / "slicer.yml").read_text(encoding="utf-8")
    (tests,) = re.findall(r"for test in (.+); do", text)
    scripts = [path.stem for path in (REPOSITORY / "Testing" / "Python").glob("*.py")]
    assert sorted(tests.split()) == sorted(["MedAIModule", *scripts])
