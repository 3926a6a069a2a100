"""The worker that panel and console share: where it and the models are found."""

from __future__ import annotations

import os
import shutil

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.panels import add_scan
from support.workers import empty_bundle


@pytest.fixture
def chosen(module, tmp_path, monkeypatch):
    """A folder that the user has chosen for models in an earlier session."""
    import slicer

    monkeypatch.setenv("MEDAI_HOME", os.environ["MEDAI_HOME"])
    settings = slicer.app.userSettings()
    settings.setValue("MedAI/Folder", str(tmp_path))
    yield tmp_path
    settings.remove("MedAI/Folder")


def test_the_console_finds_models_in_the_chosen_folder_before_the_panel_was_opened(chosen):
    from MedAIModuleLib.runs.order import Order

    empty_bundle(chosen / "models" / "kept-here")
    assert Order(add_scan("scan"), "kept-here").bundle.root == chosen / "models" / "kept-here"


def test_the_worker_is_told_of_the_chosen_folder_which_the_startup_environment_lacks(chosen, monkeypatch):
    import slicer

    from MedAIModuleLib import settings
    from MedAIModuleLib.runs.worker import interpreter

    monkeypatch.setattr(slicer.util, "startupEnvironment", lambda: {"PATH": "/usr/bin"})
    monkeypatch.setattr(shutil, "which", lambda name: f"/slicer/bin/{name}")
    settings.useStoreFolder()
    python, environment = interpreter()
    assert python == "/slicer/bin/PythonSlicer"
    assert environment == {"PATH": "/usr/bin", "MEDAI_HOME": str(chosen)}


def test_outside_the_application_this_interpreter_runs_models(module, monkeypatch):
    from MedAIModuleLib.runs.worker import interpreter

    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert interpreter() == (None, None)
