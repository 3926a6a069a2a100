"""The section "Advanced": choices are kept for this user, the folder of models can be changed, this computer checked."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from support.panels import wait
from support.sections import UI


@pytest.fixture
def make(module, monkeypatch, tmp_path):
    """Makes the section with a fresh copy of its widgets, as after a restart; a home with one model of 2 MB is its own."""
    import slicer

    from MedAIModuleLib.sections.advanced import Advanced

    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    model = tmp_path / "home" / "models" / "some-model"
    model.mkdir(parents=True)
    (model / "model.pt").write_bytes(bytes(2_000_000))
    slicer.app.userSettings().clear()
    made = []

    def make():
        widget = slicer.util.loadUI(str(UI))
        ui = slicer.util.childWidgetVariables(widget)
        ui.changes = []
        section = Advanced(ui, lambda: ui.changes.append(True))
        section.ui = ui
        made.append((section, widget))
        return section

    yield make
    for section, widget in made:
        section.close()
        widget.deleteLater()
    slicer.app.userSettings().clear()


@pytest.fixture
def told(monkeypatch):
    """The messages that are shown."""
    import slicer

    told: list[str] = []
    monkeypatch.setattr(slicer.util, "errorDisplay", told.append)
    return told


def choose(selector, value):
    selector.currentIndex = selector.findData(value)


def test_at_first_the_defaults_are_shown(make):
    ui = make().ui
    assert (ui.deviceSelector.currentText, ui.modeSelector.currentText) == ("Automatic", "Exact")
    assert ui.keepWarmCheckBox.checked
    assert ui.confidenceSelector.currentText == "Not measured"
    assert not (ui.offlineCheckBox.checked or ui.explainCheckBox.checked)
    assert ui.changes == []


def test_choices_are_kept_and_shown_after_a_restart(make):
    from MedAIModuleLib import settings

    ui = make().ui
    choose(ui.deviceSelector, "cpu")
    choose(ui.modeSelector, "fast")
    ui.keepWarmCheckBox.checked = False
    ui.offlineCheckBox.checked = True
    choose(ui.confidenceSelector, "flips")
    ui.explainCheckBox.checked = True
    assert ui.changes == [True] * 6
    assert settings.ofRuns() == {"device": "cpu", "mode": "fast", "confidence": "flips", "explain": True}
    assert (settings.keepWarm(), settings.offline()) == (False, True)
    again = make().ui
    assert (again.deviceSelector.currentText, again.modeSelector.currentText) == ("Processor (CPU)", "Fast")
    assert again.confidenceSelector.currentText == "Also with the scan mirrored"
    assert again.explainCheckBox.checked
    assert (again.keepWarmCheckBox.checked, again.offlineCheckBox.checked) == (False, True)


def test_every_device_and_mode_can_be_chosen(make):
    from MedAIModuleLib import settings

    ui = make().ui
    for value in settings.DEVICES:
        choose(ui.deviceSelector, value)
        assert settings.device() == value
    assert {ui.modeSelector.itemData(index) for index in range(ui.modeSelector.count)} == set(settings.MODES)
    chosen = {ui.confidenceSelector.itemData(index) for index in range(ui.confidenceSelector.count)}
    assert chosen == set(settings.CONFIDENCES)


def test_the_folder_is_shown_with_the_space_that_models_take(app, make, tmp_path):
    section = make()
    folder = tmp_path / "home" / "models"
    section.showFolder()
    assert section.ui.storageFolderLabel.text == f"{folder} (...)"
    wait(app, lambda: section.ui.storageFolderLabel.text == f"{folder} (2 MB)")


def test_another_folder_is_used_from_then_on_and_models_are_said_to_stay(app, make, monkeypatch, tmp_path):
    from medai.bundles import store_folder
    from MedAIModuleLib.sections import advanced

    section = make()
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(advanced, "chooseFolder", lambda _start: str(other))
    section.ui.changeStorageButton.click()
    assert store_folder() == other / "models"
    text = f"{other / 'models'} (empty)\nModels in {tmp_path / 'home' / 'models'} were not moved."
    wait(app, lambda: section.ui.storageFolderLabel.text == text)
    assert section.ui.changes == [True]
    assert (tmp_path / "home" / "models" / "some-model" / "model.pt").is_file()
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    assert str(other) in make().ui.storageFolderLabel.text


@pytest.mark.parametrize("kind", ["models", "bundles in models", "home"])
def test_the_folder_of_models_itself_can_be_chosen_too(make, monkeypatch, tmp_path, told, kind):
    from medai.bundles import store_folder
    from MedAIModuleLib.sections import advanced

    section, folder = make(), tmp_path / "disk" / "models"
    bundle = folder / "tiny" / "configs"
    (folder if kind == "models" else bundle).mkdir(parents=True)
    if kind != "models":
        (bundle / "metadata.json").write_text("{}")
    chosen = folder.parent if kind == "home" else folder
    monkeypatch.setattr(advanced, "chooseFolder", lambda _start: str(chosen))
    section.ui.changeStorageButton.click()
    assert told == []
    assert store_folder() == folder
    section.ui.changeStorageButton.click()
    assert section.ui.changes == [True], "the same folder is no change"


@pytest.mark.parametrize("inside", ["tiny/configs", "configs"])
def test_a_folder_with_models_of_another_name_is_explained(make, monkeypatch, tmp_path, told, inside):
    from medai.bundles import store_folder
    from MedAIModuleLib.sections import advanced

    section, folder = make(), tmp_path / "mine"
    (folder / inside).mkdir(parents=True)
    (folder / inside / "metadata.json").write_text("{}")
    monkeypatch.setattr(advanced, "chooseFolder", lambda _start: str(folder))
    section.ui.changeStorageButton.click()
    assert told == [f'{folder} holds models itself; call it "models" and choose it again.']
    assert store_folder() == tmp_path / "home" / "models"
    assert section.ui.changes == []


def test_who_chooses_no_folder_keeps_the_present_one(make, monkeypatch):
    from MedAIModuleLib.sections import advanced

    section = make()
    monkeypatch.setattr(advanced, "chooseFolder", lambda _start: "")
    before = section.ui.storageFolderLabel.text
    section.ui.changeStorageButton.click()
    assert section.ui.storageFolderLabel.text == before
    assert section.ui.changes == []


@pytest.mark.parametrize("kind", ["missing", "file", "read-only"])
def test_a_folder_that_cannot_be_written_is_refused(make, monkeypatch, tmp_path, told, kind):
    from medai.bundles import store_folder
    from MedAIModuleLib.sections import advanced

    section, bad = make(), tmp_path / "bad"
    if kind == "file":
        bad.write_text("")
    if kind == "read-only":
        bad.mkdir(mode=0o555)
        if os.access(bad, os.W_OK):
            pytest.skip("This user may write everywhere.")
    monkeypatch.setattr(advanced, "chooseFolder", lambda _start: str(bad))
    section.ui.changeStorageButton.click()
    assert len(told) == 1
    assert str(bad) in told[0]
    assert "choose another folder" in told[0]
    assert store_folder() == tmp_path / "home" / "models"
    assert section.ui.changes == []


def test_the_folder_is_made_and_opened(make, monkeypatch, tmp_path, told):
    from MedAIModuleLib.sections import advanced

    section, opened = make(), []
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "new"))
    monkeypatch.setattr(advanced, "openFolder", opened.append)
    section.ui.openStorageButton.click()
    assert opened == [str(tmp_path / "new" / "models")]
    assert Path(opened[0]).is_dir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "file"))
    section.ui.openStorageButton.click()
    assert len(opened) == 1
    assert len(told) == 1


def check(name, ok=True, needed=True):
    from medai.doctor import Check

    return Check(name, ok, "found", "" if ok else "do this", needed)


@pytest.fixture
def checks(monkeypatch):
    """In place of the real checks, which take long: each waits for a turn."""
    from MedAIModuleLib.sections import checkup

    class Checks:
        def __init__(self):
            self.turns, self.made, self.asked = threading.Semaphore(0), [], None
            self.outcomes = [check("python"), check("monai", ok=False), check("memory", ok=False, needed=False)]

        def __call__(self, python, environment, install):
            self.asked = python, environment, install
            for outcome in self.outcomes:
                self.turns.acquire(timeout=60)
                if isinstance(outcome, Exception):
                    raise outcome
                self.made.append(outcome)
                yield outcome

    checks = Checks()
    monkeypatch.setattr(checkup, "run_checks", checks)
    yield checks
    checks.turns.release(10)


def test_what_is_found_appears_line_by_line_in_words(app, make, checks):
    from MedAIModuleLib.runs.worker import interpreter

    ui = make().ui
    assert not ui.doctorText.isVisibleTo(ui.doctorText.parent())
    ui.doctorButton.click()
    assert not ui.doctorButton.enabled
    expected = ["ok - python: found", "missing - monai: found; do this", "to do - memory: found; do this"]
    for number in (1, 2, 3):
        checks.turns.release()
        wait(app, lambda number=number: ui.doctorText.plainText.splitlines() == expected[:number])
    wait(app, lambda: ui.doctorButton.enabled)
    assert ui.doctorText.isVisibleTo(ui.doctorText.parent())
    assert checks.asked == (*interpreter(), "press Apply, which installs {package}")


def test_a_second_check_begins_with_an_empty_page(app, make, checks):
    ui = make().ui
    checks.turns.release(10)
    for _ in range(2):
        ui.doctorButton.click()
        wait(app, lambda: ui.doctorButton.enabled)
    assert len(ui.doctorText.plainText.splitlines()) == 3


def test_a_check_that_ends_unexpectedly_is_told(app, make, checks):
    ui = make().ui
    checks.outcomes = [check("python"), OSError("no disk")]
    checks.turns.release(10)
    ui.doctorButton.click()
    wait(app, lambda: ui.doctorButton.enabled)
    assert ui.doctorText.plainText.splitlines() == [
        "ok - python: found",
        "The check ended unexpectedly (OSError: no disk).",
    ]


def test_a_module_that_is_closed_meanwhile_hears_of_nothing_and_the_check_ends(app, make, checks):
    section = make()
    before = threading.active_count()
    section.ui.doctorButton.click()
    section.close()
    checks.turns.release(10)
    wait(app, lambda: threading.active_count() == before)
    app.processEvents()
    assert section.ui.doctorText.plainText == ""
    assert len(checks.made) <= 1


def test_the_real_check_speaks_of_this_python(app, make):
    ui = make().ui
    ui.doctorButton.click()
    version = ".".join(map(str, sys.version_info[:3]))
    wait(app, lambda: version in ui.doctorText.plainText, seconds=120)
