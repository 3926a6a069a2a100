"""Fixtures of the tests with MRML and Qt."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from libraries import advice

# The same examples every time where a red run would stop somebody else's work; new ones at every run on a desk.
settings.register_profile("steady", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("steady")

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True, scope="session")
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The tests neither see nor change the models and measurements of whoever runs them."""
    os.environ["MEDAI_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True, scope="session")
def _interrupts_arrive() -> None:
    """A shell that starts the tests in the background has interrupts ignored, and every process of theirs would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def no_hidden_errors() -> Iterator[list[str]]:
    """Fails the test for every exception and VTK message that did not reach it; a test that expects some clears the list."""
    pytest.importorskip("slicer", exc_type=ImportError, reason="MRML is not installed; run: pip install 'medai[scene]'")
    from host.errors import hidden_errors

    with hidden_errors() as found:
        yield found
    assert not found, "\n".join(found)


@pytest.fixture
def scene(no_hidden_errors: list[str], tmp_path: Path) -> Any:
    """An empty MRML scene with subject hierarchy, without the application."""
    from host.scene import new_scene

    return new_scene(tmp_path)


@pytest.fixture(scope="session")
def _started() -> Any:
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as problem:
        pytest.skip(advice() or f"Qt cannot be loaded ({problem}); run: pip install PySide6-Essentials")
    import host

    return host.start()


@pytest.fixture
def app(no_hidden_errors: list[str], _started: Any) -> Iterator[Any]:
    """``slicer.app`` of the stand-in application, with an empty ``slicer.mrmlScene``."""
    import slicer

    always_there = set(slicer.mrmlScene.GetNodes())
    yield _started
    slicer.mrmlScene.Clear()
    for node in set(slicer.mrmlScene.GetNodes()) - always_there:  # singletons, as the views that a test adds
        slicer.mrmlScene.RemoveNode(node)


@pytest.fixture
def module(app: Any) -> Iterator[Any]:
    """MedAIModule as the application has loaded it."""
    from host.app import ScriptedModule

    loaded = ScriptedModule(REPOSITORY / "MedAIModule" / "MedAIModule.py")
    yield loaded
    loaded.unload()


@pytest.fixture
def leaves_nothing(tmp_path: Path) -> Iterator[None]:
    """Fails a test that leaves temporary files or child processes behind."""
    from support.workers import nothing_left

    with nothing_left(tmp_path / "temporary"):
        yield


@pytest.fixture
def client() -> Iterator[Any]:
    """A client whose worker does what the scan's name says."""
    from support.workers import fault_client

    with fault_client() as client:
        yield client


@pytest.fixture
def panel(module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module's panel, shown, with the model "some-model" and a worker that does what the scan's name says."""
    from support.panels import opened
    from support.workers import fault_client

    with fault_client() as client:
        yield opened(module, client, tmp_path / "home", monkeypatch)
