"""The first run's set-up asks once, says all that a user must know to agree, and installs nothing without that."""

from __future__ import annotations

import pytest

from medai.errors import MedAIError


@pytest.fixture
def setup(module):
    from MedAIModuleLib.installation import setup

    return setup


@pytest.fixture
def lacking(setup, monkeypatch):
    """A machine that lacks PyTorch and MONAI; gives the list of what was installed."""
    from MedAIModuleLib.installation import dependencies
    from MedAIModuleLib.installation.dependencies import Package

    packages = [Package("PyTorch", "torch>=2.10", 3200, "pytorch.org"), Package("monai", "monai>=1.5.1", 2)]
    installed: list[str] = []
    monkeypatch.setattr(dependencies, "missing", lambda: [each for each in packages if each.name not in installed])
    monkeypatch.setattr(dependencies, "refuseImpossible", lambda _packages: None)
    monkeypatch.setattr(dependencies, "install", lambda packages: installed.extend(each.name for each in packages))
    return installed


@pytest.fixture
def answer(monkeypatch):
    """Answers the question; gives what was asked."""
    import slicer

    def answer(confirmed: bool) -> list[tuple]:
        asked: list[tuple] = []

        def ask(text, windowTitle, detailedText):
            asked.append((text, windowTitle, detailedText))
            return confirmed

        monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", ask)
        return asked

    return answer


def test_where_nothing_is_missing_nobody_is_asked(setup, answer):
    asked = answer(confirmed=False)
    assert setup.ensure()
    assert not asked


def test_one_question_says_what_from_where_how_big_where_to_and_that_nothing_is_sent(setup, lacking, answer):
    from MedAIModuleLib.installation import dependencies

    asked = answer(confirmed=True)
    assert setup.ensure()
    ((text, title, details),) = asked
    for part in ("PyTorch, monai", "3.2 GB", "pytorch.org, pypi.org", str(dependencies.folder()), "nothing is sent"):
        assert part in text
    assert title == "Set up MedAI"
    assert details.splitlines() == [
        "torch>=2.10: about 3.2 GB from pytorch.org",
        "monai>=1.5.1: about 2 MB from pypi.org",
    ]
    assert lacking == ["PyTorch", "monai"]
    assert setup.ensure()
    assert len(asked) == 1


def test_who_declines_gets_nothing_installed(setup, lacking, answer):
    answer(confirmed=False)
    assert not setup.ensure()
    assert lacking == []


def test_offline_nothing_is_asked_and_it_is_said_what_to_do(setup, lacking, answer):
    from MedAIModuleLib import settings

    asked = answer(confirmed=True)
    settings.write("Offline", True)
    try:
        with pytest.raises(MedAIError, match="Not installed: PyTorch, monai; uncheck Work offline"):
            setup.ensure()
    finally:
        settings.write("Offline", False)
    assert not asked
    assert lacking == []


def test_what_is_impossible_is_told_before_anybody_is_asked(setup, lacking, answer, monkeypatch):
    from MedAIModuleLib.installation import dependencies

    def refuse(packages):
        raise MedAIError("The extension PyTorch is missing.")

    asked = answer(confirmed=True)
    monkeypatch.setattr(dependencies, "refuseImpossible", refuse)
    with pytest.raises(MedAIError, match="extension PyTorch"):
        setup.ensure()
    assert not asked


def test_the_cursor_is_as_before_after_a_failure(app, setup, lacking, answer, monkeypatch):
    import qt

    from MedAIModuleLib.installation import dependencies

    def fail(packages):
        assert qt.QApplication.overrideCursor() is not None
        raise MedAIError("PyTorch could not be installed.")

    answer(confirmed=True)
    monkeypatch.setattr(dependencies, "install", fail)
    with pytest.raises(MedAIError):
        setup.ensure()
    assert qt.QApplication.overrideCursor() is None
