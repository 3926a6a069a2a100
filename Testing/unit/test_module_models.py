"""The panel's section "Model": found, chosen, and explained."""

from __future__ import annotations

import shutil

import pytest

from support.panels import add_scan
from support.sections import Bench, card, choose, shown, titles, write_bundle


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


def test_many_kinds_of_scans_do_not_make_the_panel_wider(bench, models):
    from MedAIModuleLib.sections.chips import Chips

    few = bench.ui.chipsWidget.sizeHint().width()
    Chips(bench.ui, lambda: None).setModalities(["CT", "ES", "MG", "MR", "OT", "PT", "SM", "US", "XA"])
    assert bench.ui.chipsLayout.rowCount() >= 3
    assert bench.ui.chipsWidget.sizeHint().width() <= max(few, 450)


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


def test_an_available_model_says_its_size_and_license_before_it_is_fetched(module):
    from MedAIModuleLib.sections.cardtext import detailsHtml, listText, missingText, summaryHtml
    from MedAIModuleLib.sections.download import downloadText

    public = card(state="available", root=None, url="https://example.org/a", commercial_use=None, license="<b>X</b>")
    assert listText(public).endswith("available, MR, 3 segments, commercial use unclear")
    assert "Not on this computer yet. License: &lt;b&gt;X&lt;/b&gt; (commercial use unclear)" in summaryHtml(public)
    assert downloadText(public) == "Download (19 MB)"
    assert downloadText(card(size_bytes=0)) == "Download"
    assert "Size: 19 MB" in detailsHtml(public)
    assert missingText(public, "some-model") == "Some model is not on this computer yet; download it"


def test_what_may_run_of_a_model_is_no_html(module):
    from MedAIModuleLib.sections.cardtext import summaryHtml

    assert "<p>Refused: &lt;img&gt;</p>" in summaryHtml(card(), verdict="Refused: <img>")


@pytest.mark.parametrize(
    ("kind", "listed", "named"),
    [
        ("detection", "finds boxes", "Finds: "),
        ("landmarks", "finds points", "Points: "),
        ("classification", "tells classes apart", "Classes: "),
    ],
)
def test_models_that_make_no_segments_say_what_they_make(module, kind, listed, named):
    from MedAIModuleLib.sections.cardtext import detailsHtml, listText

    assert listText(card(kind=kind)).endswith(f"installed, MR, {listed}, commercial use allowed")
    assert f"{named}Left thing" in detailsHtml(card(kind=kind))


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


def test_lists_are_joined_as_the_language_does(module, monkeypatch):
    from MedAIModuleLib.sections import cardtext

    monkeypatch.setattr(cardtext, "_", lambda text: "\uff0c" if text == ", " else text)
    assert "\uff0cMR\uff0c3 segments\uff0c" in cardtext.listText(card())


def test_small_sizes_are_told_in_kilobytes(module):
    from MedAIModuleLib.units import sizeText

    assert [sizeText(size) for size in (10, 33_000, 19e6, 4e9)] == ["1 KB", "33 KB", "19 MB", "4.0 GB"]
