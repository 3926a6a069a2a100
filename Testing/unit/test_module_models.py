"""The panel's section "Model": found, chosen, explained, added and removed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from support.panels import add_scan, wait
from support.sections import Bench, card, shown


def write_bundle(folder: Path, **metadata) -> Path:
    """A bundle with a title, one channel and two labels unless told otherwise; it can be installed, not run."""
    formats = {
        "inputs": {"image": {"modality": "MR", "channel_def": {"0": "image"}}},
        "outputs": {"pred": {"channel_def": {"0": "background", "1": "Left thing", "2": "Right thing"}}},
    }
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "models" / "model.pt").write_bytes(b"weights")
    (folder / "configs" / "inference.json").write_text("{}")
    known = {"name": folder.name, "version": "1.2", "license": "MIT", "network_data_format": formats}
    (folder / "configs" / "metadata.json").write_text(json.dumps(known | metadata))
    return folder


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


def titles(bench) -> list[str]:
    return [bench.ui.modelList.item(row).text().splitlines()[0] for row in range(bench.ui.modelList.count)]


def choose(bench, title: str) -> None:
    bench.ui.modelList.currentRow = titles(bench).index(title)


def details(bench) -> str:
    return str(bench.ui.modelSummaryLabel.text + bench.ui.modelDetailsLabel.text)


def test_models_are_listed_with_what_decides_between_them(bench, models):
    row = titles(bench).index("Alpha gland")
    second = bench.ui.modelList.item(row).text().splitlines()[1]
    assert second == "installed, MR, 2 segments, commercial use allowed"
    first = bench.ui.modelList.item(0).text().splitlines()[1]
    assert first.startswith("built-in, MR, 15 segments")


def test_the_model_of_the_scene_is_chosen_and_explained(bench, models):
    assert models.card.name == "brain-mr"
    assert models.missing() == ""
    assert titles(bench)[bench.ui.modelList.currentRow] == models.card.title
    for fact in ("Brain MRI, any contrast", "Scans: MR", "Segments: ", "Brainstem", "License: ", "On disk: "):
        assert fact in details(bench)


def test_choosing_a_model_is_remembered_in_the_scene(bench, models):
    choose(bench, "Beta bone")
    assert bench.parameterNode.model == "beta"
    assert models.card.name == "beta"
    assert "Beta bone" in details(bench)
    bench.parameterNode.model = "alpha"
    assert titles(bench)[bench.ui.modelList.currentRow] == "Alpha gland"


def test_models_that_came_by_another_way_are_there_when_the_module_is_entered_again(bench, home, models):
    write_bundle(home / "gamma", name="Gamma spot")
    bench.enter()
    assert "Gamma spot" in titles(bench)
    assert models.card.name == "brain-mr"


def test_the_search_narrows_the_list_while_typing_and_keeps_the_chosen_model(bench, models):
    choose(bench, "Beta bone")
    bench.ui.modelSearchEdit.text = "alph"
    assert titles(bench) == ["Alpha gland"]
    assert models.card.name == "beta"
    assert not bench.ui.modelList.selectedItems()
    bench.ui.modelSearchEdit.text = ""
    assert titles(bench)[bench.ui.modelList.currentRow] == "Beta bone"


def test_a_search_without_result_says_so_and_offers_nothing(bench, models):
    bench.ui.modelSearchEdit.text = "zzz"
    assert titles(bench) == ["No model fits; search for something else"]
    bench.ui.modelList.selectAll()
    assert bench.parameterNode.model == "brain-mr"


def test_return_leads_from_the_search_to_the_first_result(bench, models):
    bench.ui.modelSearchEdit.text = "gland"
    bench.ui.modelSearchEdit.returnPressed.emit()
    assert bench.parameterNode.model == "alpha"


def test_entering_the_list_by_keyboard_chooses_nothing(app, bench, models):
    bench.widget.activateWindow()
    bench.ui.modelSearchEdit.text = "gland"
    app.processEvents()
    bench.ui.modelList.setFocus()
    app.processEvents()
    assert bench.ui.modelList.currentRow == 0  # Qt's own doing, for the arrow keys
    assert bench.parameterNode.model == "brain-mr"


def chips(bench) -> dict[str, object]:
    import qt

    return {str(chip.text): chip for chip in bench.ui.chipsWidget.findChildren(qt.QPushButton)}


def test_chips_narrow_the_list_to_modalities(bench, home, models):
    formats = {"inputs": {"image": {"modality": "PET"}}, "outputs": {"pred": {"channel_def": {"1": "Lesion"}}}}
    write_bundle(home / "gamma", name="Gamma spot", network_data_format=formats)
    models.reload()
    assert shown(bench.ui.chipsWidget)
    chips(bench)["PET"].click()
    assert titles(bench) == ["Gamma spot"]
    assert bench.ui.modelList.item(0).text().splitlines()[1] == "installed, PET, 1 segment, commercial use allowed"
    chips(bench)["MR"].click()
    assert {"Gamma spot", "Alpha gland"} < set(titles(bench))
    shutil.rmtree(home / "gamma")
    models.reload()
    assert "Gamma spot" not in titles(bench)
    assert "Alpha gland" in titles(bench)


def test_a_model_that_is_not_there_is_said_and_not_replaced(bench, models):
    bench.parameterNode.model = "gone<b>"
    assert models.card is None
    assert models.missing() == "There is no model gone<b> on this computer; choose another one, or add it"
    assert "gone&lt;b&gt;" in details(bench)
    assert not bench.ui.modelList.selectedItems()
    bench.parameterNode.model = ""
    assert models.missing() == "Choose a model"


def test_a_bundle_in_any_folder_can_be_named_and_is_listed(bench, models, tmp_path):
    folder = write_bundle(tmp_path / "elsewhere", name="Elsewhere")
    bench.parameterNode.model = str(folder)
    assert models.card.state == "folder"
    assert models.missing() == ""
    models.reload()
    assert titles(bench)[bench.ui.modelList.currentRow] == "Elsewhere"
    choose(bench, "Alpha gland")
    choose(bench, "Elsewhere")
    assert bench.parameterNode.model == str(folder)


def test_what_a_bundle_says_of_itself_is_no_html(bench, home, models):
    write_bundle(home / "evil", name="<b>Evil</b>", description='<img src="x"> & more', version="<i>1</i>")
    models.reload()
    bench.parameterNode.model = "evil"
    assert "<img" not in details(bench)
    assert "<i>" not in details(bench)
    assert "&lt;b&gt;Evil&lt;/b&gt;" in details(bench)


def test_an_available_model_says_where_to_get_it(module):
    from MedAIModuleLib.sections.cardtext import detailsHtml, listText, missingText, summaryHtml

    public = card(state="available", root=None, url='https://example.org/a"b', commercial_use=None, license="unknown")
    assert listText(public).endswith("available, MR, 3 segments, license unknown")
    link = '<a href="https://example.org/a&quot;b">Download (19 MB)</a>'
    assert f"Not on this computer yet: {link}, then Add... > From a file." in summaryHtml(public)
    unsized = summaryHtml(card(state="available", root=None, url="https://example.org/a", size_bytes=0))
    assert ">Download</a>" in unsized
    assert "Size: 19 MB" in detailsHtml(public)
    assert missingText(public, "some-model") == "Some model is not on this computer yet; download it and add the file"
    unsafe = summaryHtml(card(state="available", root=None, url="javascript:alert(1)"))
    assert "<a " not in unsafe


def test_every_channel_of_a_model_of_several_is_named(module):
    from MedAIModuleLib.sections.cardtext import detailsHtml, summaryHtml

    several = card(channels=("T1c", "T1 & T2"), commercial_use=False)
    text = detailsHtml(several)
    assert "Scans: MR, T1c, T1 &amp; T2" in text
    assert "License: MIT (commercial use not allowed)" in text
    assert summaryHtml(several, "About 12 s").endswith("<p>About 12 s</p>")


def test_a_hint_is_given_where_the_scan_is_of_another_modality(bench, models):
    import slicer

    volume = add_scan("scan")
    models.setScans([volume])
    assert not shown(bench.ui.modelHintLabel)
    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName()
    volume.SetAttribute(attribute, "CT")
    models.setScans([volume])
    assert shown(bench.ui.modelHintLabel)
    hint = "Check this: scan is a CT scan, but Brain MRI, any contrast was made for MR; do not rely on the result."
    assert bench.ui.modelHintLabel.text == hint
    models.setScans([None])
    assert not shown(bench.ui.modelHintLabel)


def test_no_hint_costs_the_resampling_of_a_warped_scan(bench, models, monkeypatch):
    import slicer

    from MedAIModuleLib.sections import hints
    from support.mrml import corners_of, warp

    volume = add_scan("scan")
    image = hints.image_from_volume(volume)
    volume.SetAndObserveTransformNodeID(warp(slicer.mrmlScene, corners_of(image), (0, 1, 0)).GetID())
    monkeypatch.setattr(hints, "image_from_volume", lambda _: pytest.fail("the scan was resampled"))
    models.setScans([volume])
    assert not shown(bench.ui.modelHintLabel)


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


def test_lists_are_joined_as_the_language_does(module, monkeypatch):
    from MedAIModuleLib.sections import cardtext

    monkeypatch.setattr(cardtext, "_", lambda text: "\uff0c" if text == ", " else text)
    assert "\uff0cMR\uff0c3 segments\uff0c" in cardtext.listText(card())


def test_small_sizes_are_told_in_kilobytes(module):
    from MedAIModuleLib.units import sizeText

    assert [sizeText(size) for size in (10, 33_000, 19e6, 4e9)] == ["1 KB", "33 KB", "19 MB", "4.0 GB"]
