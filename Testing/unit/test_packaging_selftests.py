"""The self-tests that the application's ctest runs, in the stand-in application."""

from __future__ import annotations

import importlib
import unittest
from pathlib import Path

SELF_TESTS = Path(__file__).resolve().parents[1] / "Python"


def test_the_panel_passes_its_self_test(module, monkeypatch):
    monkeypatch.syspath_prepend(SELF_TESTS)
    suite = unittest.TestLoader().loadTestsFromModule(importlib.import_module("MedAIPanelTest"))
    result = unittest.TestResult()
    suite.run(result)
    assert not result.errors + result.failures
    assert [reason for _test, reason in result.skipped] == ["The module Sample Data is not loaded."]
    assert result.testsRun == 5
