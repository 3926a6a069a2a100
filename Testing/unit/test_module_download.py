"""A public model is fetched by a click: with a real hub on this computer, while the application stays usable."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.bundles import make_bundle
from support.hub import contents_of, running_hub
from support.panels import wait
from support.sections import Bench, shown

NAME, VERSION = "spleen_ct_segmentation", "0.5.9"
WEIGHTS = f"/MONAI/{NAME}/resolve/{VERSION}/models/model.pt"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A bundle of the public model's name, made by the project."""
    return make_bundle(tmp_path_factory.mktemp("example") / NAME, labels=("spleen",))


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store; no proxy is set, and nobody is offline."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "MEDAI_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "models"


@pytest.fixture
def hub(store, monkeypatch, example):
    from medai.bundles.store import download

    monkeypatch.setattr(download, "_LONGEST_WAIT", 0.02)
    monkeypatch.setattr(download, "_PIECE", 1000)  # the example is small
    with running_hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        running.publish(f"MONAI/{NAME}", VERSION, contents_of(example), ("models/model.pt",))
        yield running


@pytest.fixture
def bench(module, hub):
    """The section "Model" with the public model chosen."""
    import slicer

    from MedAIModuleLib.sections.models import Models

    slicer.app.userSettings().clear()
    bench = Bench()
    bench.models = bench.hold(Models)
    bench.parameterNode.model = NAME
    yield bench
    bench.close()
    slicer.app.userSettings().clear()


@pytest.fixture
def errors(monkeypatch):
    import slicer

    errors: list[str] = []
    monkeypatch.setattr(slicer.util, "errorDisplay", errors.append)
    return errors


def installed(store) -> list[str]:
    return sorted(path.name for path in store.iterdir() if not path.name.startswith(".")) if store.is_dir() else []


def ended(bench) -> bool:
    return not shown(bench.ui.downloadBar)


def test_a_click_brings_the_model_which_is_then_chosen(app, bench, store, example, errors):
    assert shown(bench.ui.downloadButton)
    assert bench.ui.downloadButton.text.startswith("Download (")
    assert "License: " in bench.ui.downloadButton.toolTip
    assert "License: " in bench.ui.modelSummaryLabel.text
    bench.ui.downloadButton.click()
    assert bench.ui.downloadButton.text == "Cancel"
    assert not bench.ui.addModelButton.enabled
    wait(app, lambda: ended(bench))
    assert errors == []
    assert contents_of(store / NAME) == contents_of(example)
    assert bench.parameterNode.model == NAME
    assert bench.models.card.state == "installed"
    assert not shown(bench.ui.downloadButton)
    assert bench.ui.addModelButton.enabled
    assert bench.ui.removeModelButton.enabled
    assert bench.changes >= 1


def test_progress_is_shown_and_cancel_leaves_no_model(app, bench, hub, store, errors):
    hub.faults[WEIGHTS] = ["slow"]
    bench.ui.downloadButton.click()
    wait(app, lambda: bench.ui.downloadBar.maximum > 0 and bench.ui.downloadBar.value > 0)
    bench.ui.downloadButton.click()
    wait(app, lambda: ended(bench))
    assert errors == []
    assert installed(store) == []
    assert bench.ui.downloadButton.text.startswith("Download (")
    assert bench.ui.downloadButton.enabled
    bench.ui.downloadButton.click()
    wait(app, lambda: ended(bench))
    assert installed(store) == [NAME]


def test_who_chose_another_model_meanwhile_keeps_it(app, bench, hub, store, errors):
    hub.faults[WEIGHTS] = ["slow"]
    bench.ui.downloadButton.click()
    bench.parameterNode.model = "brain-mr"
    assert bench.ui.downloadButton.text == "Cancel"
    wait(app, lambda: ended(bench))
    assert installed(store) == [NAME]
    assert bench.parameterNode.model == "brain-mr"
    assert not shown(bench.ui.downloadButton)


def test_a_download_that_fails_is_one_sentence_and_can_be_tried_again(app, bench, hub, store, errors):
    hub.faults[WEIGHTS] = ["404"]
    bench.ui.downloadButton.click()
    wait(app, lambda: ended(bench))
    assert len(errors) == 1
    assert "model.pt" in errors[0]
    assert errors[0].endswith(".")
    assert installed(store) == []
    assert bench.ui.downloadButton.enabled


def test_the_panel_may_be_closed_meanwhile_and_nothing_half_written_is_listed(app, module, hub, store, errors, monkeypatch):
    import threading

    from MedAIModuleLib.sections.models import Models

    bench = Bench()
    bench.hold(Models)
    bench.parameterNode.model = NAME
    hub.faults[WEIGHTS] = ["slow"]
    before = threading.active_count()
    bench.ui.downloadButton.click()
    wait(app, lambda: bench.ui.downloadBar.maximum > 0)
    bench.close()
    wait(app, lambda: not any(thread.name == "medai-task" for thread in threading.enumerate()))
    assert before >= 1
    assert installed(store) == []
    assert errors == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_model_for_non_commercial_use_is_fetched_only_after_a_question_that_names_the_license(
    app, module, monkeypatch, confirmed
):
    import slicer

    from MedAIModuleLib.sections.download import _agrees
    from support.sections import card

    asked: list[str] = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or confirmed)
    assert _agrees(card(commercial_use=True))
    assert _agrees(card(commercial_use=None))
    assert asked == []
    assert _agrees(card(commercial_use=False, license="CC BY-NC 4.0")) is confirmed
    assert asked == ["Some model may not be used commercially (license: CC BY-NC 4.0). Download it for other use?"]


def test_offline_the_button_says_why_it_does_nothing(app, bench, hub):
    from MedAIModuleLib import settings

    settings.write("Offline", True)
    settings.useNetwork()
    bench.models.reload()
    assert os.environ["MEDAI_OFFLINE"] == "1"
    assert not bench.ui.downloadButton.enabled
    assert bench.ui.downloadButton.toolTip == "Work offline is checked under Advanced"
    settings.write("Offline", False)
    settings.useNetwork()
    bench.models.reload()
    assert "MEDAI_OFFLINE" not in os.environ
    assert bench.ui.downloadButton.enabled
    assert hub.requests == []


def test_what_was_forbidden_before_the_application_started_stays_so(app, bench, monkeypatch):
    from MedAIModuleLib import settings

    monkeypatch.setenv("MEDAI_OFFLINE", "1")
    for offline in (True, False):
        settings.write("Offline", offline)
        settings.useNetwork()
    assert os.environ["MEDAI_OFFLINE"] == "1"
    bench.models.reload()
    assert not bench.ui.downloadButton.enabled
    assert "allow no network connection" in bench.ui.downloadButton.toolTip
