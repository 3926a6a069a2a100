"""What a run would take, asked of a real worker process while it has nothing else to do."""

from __future__ import annotations

import pytest

from support.panels import add_scan, wait
from support.sections import card
from support.workers import empty_bundle, fault_client

TEXT = "About 1 s and 1 KB of memory on this computer (CPU)"


@pytest.fixture
def client(module, monkeypatch):
    """The worker's client, which also says what it was asked."""
    from MedAIModuleLib.runs import worker

    with fault_client() as client:
        client.asked = []
        submit = client.submit_plan
        monkeypatch.setattr(client, "submit_plan", lambda request: client.asked.append(request) or submit(request))
        monkeypatch.setattr(worker, "_client", client)
        yield client


@pytest.fixture
def told() -> list[str]:
    """What the estimate has told."""
    return []


@pytest.fixture
def estimate(client, told):
    from MedAIModuleLib.sections.estimate import Estimate

    estimate = Estimate(told.append)
    yield estimate
    estimate.close()


@pytest.fixture
def model(tmp_path):
    return card(root=empty_bundle(tmp_path / "some-model"))


def settled(app, client) -> None:
    """Wait longer than an estimate waits before it asks, and until there is nothing under way."""
    import qt

    pause = qt.QTimer()
    pause.setSingleShot(True)
    pause.start(600)
    wait(app, lambda: not pause.active and not client.busy)


def test_time_and_memory_are_told_after_a_moment_without_changes(app, client, estimate, told, model):
    first, second = add_scan("first"), add_scan("second", (7, 5, 4))
    estimate.ask(model, [first])
    estimate.ask(model, [second])
    estimate.ask(model, [second])
    wait(app, lambda: told[-1:] == [TEXT])
    assert [request.images[0].name for request in client.asked] == ["second"]


def test_going_back_and_forth_asks_once(app, client, estimate, told, model):
    first, second = add_scan("first"), add_scan("second", (7, 5, 4))
    for scan in (first, second):
        estimate.ask(model, [scan])
        wait(app, lambda: told[-1:] == [TEXT])
    told.clear()
    estimate.ask(model, [first])
    assert told == [TEXT]
    settled(app, client)
    assert len(client.asked) == 2


def test_another_size_model_or_device_is_asked_anew(app, client, estimate, told, model, tmp_path):
    import numpy as np
    import slicer

    from MedAIModuleLib import settings

    scan = add_scan("scan")
    other = card(name="other", root=empty_bundle(tmp_path / "other"))
    try:
        for change in (lambda: None, lambda: settings.write("Device", "cpu"), lambda: settings.write("Mode", "fast")):
            change()
            for chosen in (model, other):
                estimate.ask(chosen, [scan])
                wait(app, lambda: told[-1:] == [TEXT])
    finally:
        settings.write("Device", "auto")
        settings.write("Mode", "exact")
    assert len(client.asked) == 6
    assert {(request.options.device, request.options.mode) for request in client.asked} == {
        ("auto", "exact"),
        ("cpu", "exact"),
        ("cpu", "fast"),
    }
    estimate.ask(model, [scan])
    slicer.util.updateVolumeFromArray(scan, np.zeros((9, 9, 9), np.int16))
    estimate.ask(model, [scan])
    wait(app, lambda: told[-1:] == [TEXT] and len(client.asked) == 7)


def test_nothing_is_asked_while_a_scan_or_the_model_is_missing(app, client, estimate, told, model):
    import slicer

    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
    for chosen, scans in [(None, [add_scan("scan")]), (model, [None]), (model, [empty]), (card(root=None), [add_scan("scan")])]:
        estimate.ask(chosen, scans)
    settled(app, client)
    assert client.asked == []
    assert set(told) <= {""}


def test_a_run_that_starts_is_not_delayed_by_a_question(app, client, estimate, told, model):
    estimate.ask(model, [add_scan("scan")])
    estimate.cancel()
    settled(app, client)
    assert client.asked == []
    assert TEXT not in told


def test_a_busy_worker_is_left_alone_and_asked_later(app, client, estimate, told, model):
    from support.workers import asking

    job = client.submit(asking("wait", model.root.parent))
    scan = add_scan("scan")
    estimate.ask(model, [scan])
    settled_without_worker(app)
    assert client.asked == []
    job.cancel()
    wait(app, job.poll)
    estimate.ask(model, [scan])
    wait(app, lambda: told[-1:] == [TEXT])


def settled_without_worker(app) -> None:
    import qt

    pause = qt.QTimer()
    pause.setSingleShot(True)
    pause.start(600)
    wait(app, lambda: not pause.active)


def test_why_a_run_is_impossible_is_told_as_text_and_asked_again_later(app, client, estimate, told, model, tmp_path, caplog):
    (tmp_path / "broken").mkdir()
    broken, scan = card(root=tmp_path / "broken"), add_scan("scan")
    estimate.ask(broken, [scan])
    wait(app, lambda: "holds no model" in told[-1])
    estimate.ask(model, [scan])
    wait(app, lambda: told[-1:] == [TEXT])
    empty_bundle(tmp_path / "broken")
    estimate.ask(broken, [scan])
    assert told[-1] == ""
    wait(app, lambda: told[-1:] == [TEXT])
    assert not caplog.records


def test_an_answer_that_comes_too_late_is_kept_but_not_told(app, client, estimate, told, model):
    first, second = add_scan("first"), add_scan("second", (7, 5, 4))
    estimate.ask(model, [first])
    wait(app, lambda: client.asked)
    estimate.ask(model, [None])
    settled(app, client)
    assert set(told) == {""}
    told.clear()
    estimate.ask(model, [first])
    assert told == [TEXT]
    estimate.ask(model, [second])
    assert told[-1] == ""


def test_a_scan_that_is_deleted_meanwhile_is_not_asked_about(app, client, estimate, told, model):
    import slicer

    scan = add_scan("scan")
    estimate.ask(model, [scan])
    slicer.mrmlScene.RemoveNode(scan)
    settled(app, client)
    assert client.asked == []


@pytest.mark.parametrize(
    ("seconds", "size", "text"), [(12.4, 3.7e9, "About 12 s and 3.7 GB"), (200, 4e8, "About 3 min and 400 MB")]
)
def test_numbers_are_as_rough_as_what_is_known(module, seconds, size, text):
    from medai.inference import Plan
    from MedAIModuleLib.sections.estimate import planText

    plan = Plan("cuda", "float16", (4, 4, 4), (1.0, 1.0, 1.0), (4, 4, 4), 1, int(size), {"work": seconds})
    assert planText(plan) == f"{text} of memory on this computer (graphics card)"


def test_all_frames_take_their_time_one_after_the_other(app, client, estimate, told, model):
    scan = add_scan("scan")
    estimate.ask(model, [scan], frames=200)
    wait(app, lambda: told[-1:] == ["About 3 min and 1 KB of memory on this computer (CPU)"])
    estimate.ask(model, [scan])
    wait(app, lambda: told[-1:] == [TEXT])
