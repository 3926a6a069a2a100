"""The panel's section "Model": models are added from files and folders, and removed."""

from __future__ import annotations

import shutil

import pytest

from support.panels import wait
from support.sections import Bench, choose, titles, write_bundle


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of installed models, with two of them."""
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    store = tmp_path / "home" / "models"
    write_bundle(store / "alpha", name="Alpha gland", description="Finds the alpha gland.")
    write_bundle(store / "beta", name="Beta bone")
    return store


@pytest.fixture
def bench(module, home):
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def models(bench):
    from MedAIModuleLib.sections.models import Models

    return bench.hold(Models)


@pytest.fixture
def asked(monkeypatch):
    """Confirms what the panel asks, and gives the questions."""
    import slicer

    asked: list[str] = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or True)
    return asked


@pytest.fixture
def errors(monkeypatch):
    """The errors that are displayed."""
    import slicer

    errors: list[str] = []
    monkeypatch.setattr(slicer.util, "errorDisplay", errors.append)
    return errors


def test_a_model_is_added_from_a_folder_and_chosen(app, bench, models, home, tmp_path, monkeypatch, errors):
    from MedAIModuleLib.sections import modelstore

    folder = write_bundle(tmp_path / "delta", name="Delta muscle")
    monkeypatch.setattr(modelstore, "chooseFolder", lambda: str(folder))
    add(bench, "folder")
    assert not bench.ui.addModelButton.enabled
    wait(app, lambda: bench.ui.addModelButton.enabled)
    assert errors == []
    assert bench.parameterNode.model == "delta"
    assert models.card.state == "installed"
    assert titles(bench)[bench.ui.modelList.currentRow] == "Delta muscle"
    assert (home / "delta" / "models" / "model.pt").is_file()
    assert bench.changes >= 1


def add(bench, kind: str) -> None:
    action = next(action for action in bench.ui.addModelButton.menu().actions() if kind in action.text.replace("&", ""))
    action.trigger()


def test_a_model_is_added_from_a_zip(app, bench, models, tmp_path, monkeypatch, errors):
    from MedAIModuleLib.sections import modelstore

    write_bundle(tmp_path / "zipped" / "delta")
    archive = shutil.make_archive(str(tmp_path / "delta"), "zip", tmp_path / "zipped", "delta")
    monkeypatch.setattr(modelstore, "chooseFile", lambda: archive)
    add(bench, "file")
    wait(app, lambda: bench.ui.addModelButton.enabled)
    assert errors == []
    assert models.card.name == "delta"


def test_what_is_no_bundle_is_one_message_and_changes_nothing(app, bench, models, tmp_path, monkeypatch, errors):
    from MedAIModuleLib.sections import modelstore

    monkeypatch.setattr(modelstore, "chooseFolder", lambda: str(tmp_path))
    add(bench, "folder")
    wait(app, lambda: bench.ui.addModelButton.enabled)
    assert len(errors) == 1
    assert str(tmp_path) in errors[0]
    assert bench.parameterNode.model == "brain-mr"


def test_cancelling_the_file_dialog_does_nothing(bench, models, monkeypatch, errors):
    from MedAIModuleLib.sections import modelstore

    monkeypatch.setattr(modelstore, "chooseFile", lambda: "")
    add(bench, "file")
    assert bench.ui.addModelButton.enabled
    assert errors == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_model_of_the_same_name_is_replaced_only_after_a_question(
    app, bench, models, home, tmp_path, monkeypatch, errors, confirmed
):
    import slicer

    from MedAIModuleLib.sections import modelstore

    asked = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or confirmed)
    folder = write_bundle(tmp_path / "alpha", name="New alpha")
    monkeypatch.setattr(modelstore, "chooseFolder", lambda: str(folder))
    add(bench, "folder")
    wait(app, lambda: bench.ui.addModelButton.enabled)
    assert asked == ["A model alpha is installed already. Replace it?"]
    assert errors == []
    assert ("New alpha" in titles(bench)) == confirmed


def test_only_installed_models_can_be_removed_and_the_space_is_named(app, bench, models, home, asked):
    assert not bench.ui.removeModelButton.enabled
    choose(bench, "Alpha gland")
    assert bench.ui.removeModelButton.enabled
    bench.ui.removeModelButton.click()
    wait(app, lambda: bench.ui.addModelButton.enabled)
    assert asked == ["Delete Alpha gland from this computer? This frees 1 KB of disk space."]
    assert not (home / "alpha").exists()
    assert bench.parameterNode.model == ""
    assert "Alpha gland" not in titles(bench)
    assert models.missing() == "Choose a model"
    assert not bench.ui.removeModelButton.enabled


def test_a_model_that_a_run_needs_is_not_removed(bench, models):
    choose(bench, "Alpha gland")
    models.setInUse({"alpha"})
    assert not bench.ui.removeModelButton.enabled
    assert bench.ui.removeModelButton.toolTip == "A run needs this model; wait until it has ended"
    choose(bench, "Beta bone")
    assert bench.ui.removeModelButton.enabled
    choose(bench, "Alpha gland")
    models.setInUse(())
    assert bench.ui.removeModelButton.enabled


def test_nothing_is_removed_unconfirmed(bench, models, home, monkeypatch):
    import slicer

    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda _: False)
    choose(bench, "Alpha gland")
    bench.ui.removeModelButton.click()
    assert (home / "alpha").is_dir()
    assert bench.parameterNode.model == "alpha"


def test_the_panel_may_be_closed_while_a_model_is_being_added(app, module, home, tmp_path, monkeypatch, errors):
    from MedAIModuleLib.sections import modelstore
    from MedAIModuleLib.sections.models import Models

    bench = Bench()
    bench.hold(Models)
    folder = write_bundle(tmp_path / "delta")
    monkeypatch.setattr(modelstore, "chooseFolder", lambda: str(folder))
    add(bench, "folder")
    bench.close()
    wait(app, (home / "delta").is_dir)
    app.processEvents()
    assert errors == []


def test_a_model_that_was_deleted_by_other_means_leaves_the_list_when_it_shall_be_removed(
    app, bench, models, home, asked, errors
):
    choose(bench, "Alpha gland")
    shutil.rmtree(home / "alpha")
    bench.ui.removeModelButton.click()
    wait(app, lambda: "Alpha gland" not in titles(bench))
    assert (asked, errors, bench.parameterNode.model) == ([], [], "")


def test_a_model_that_is_deleted_during_the_question_leaves_the_list_too(app, bench, models, home, monkeypatch, errors):
    import slicer

    choose(bench, "Alpha gland")
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda _text: shutil.rmtree(home / "alpha") or True)
    bench.ui.removeModelButton.click()
    wait(app, lambda: "Alpha gland" not in titles(bench))
    assert errors == []
