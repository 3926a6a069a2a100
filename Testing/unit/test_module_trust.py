"""Models that bring code of their own, in the panel with a real worker: asked about once, remembered, asked again, revoked."""

from __future__ import annotations

import hashlib
import json

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.bundles import make_bundle
from support.owncode import NETWORK, make_own
from support.panels import add_scan, apply, segmentations, status, wait


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The store, with a model that brings code and one that is refused."""
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    store = tmp_path / "home" / "models"
    make_own(store / "own")
    make_bundle(store / "evil", changes={"network_def": {"_target_": "os.system", "command": "true"}})
    return store


@pytest.fixture
def dialogs(module, monkeypatch):
    """Answers the dialog as ``dialogs.answer`` says, by a click on its button; what each of them showed is kept."""
    import qt

    from MedAIModuleLib.sections import permission
    from MedAIModuleLib.sections.trustquestion import TrustDialog

    class Dialogs(list):
        answer = True

        def ask(self, bundle, audit) -> bool:
            dialog = TrustDialog(bundle, audit)
            button = dialog.trustButton if self.answer else dialog.cancelButton
            qt.QTimer.singleShot(0, button.click)
            answer = dialog.ask()
            self.append(str(dialog.filesText.plainText))
            dialog.close()
            return answer

    dialogs = Dialogs()
    monkeypatch.setattr(permission, "mayTrust", dialogs.ask)
    return dialogs


@pytest.fixture
def trusting(module, home, dialogs, monkeypatch):
    """The panel with the model "own" chosen, and the worker that users have."""
    from medai.jobs import WorkerClient
    from MedAIModuleLib.runs import worker

    with WorkerClient(idle_seconds=60) as client:
        monkeypatch.setattr(worker, "_client", client)
        widget = module.widgetRepresentation()
        widget.self().logic.getParameterNode().model = "own"
        widget.enter()
        widget.show()
        yield widget.self().panel


def known(app, panel) -> str:
    """What the model's card says, once it is known what may run."""
    wait(app, lambda: panel.models.finding is not None)
    return str(panel.ui.modelSummaryLabel.text)


def files_in(text: str) -> dict[str, str]:
    """SHA-256 of each file that a dialog lists."""
    lines = text.partition("\n\n")[0].splitlines()
    return {
        name.partition(" (")[0]: hash.strip().removeprefix("SHA-256 ") for name, hash in zip(lines[::2], lines[1::2], strict=True)
    }


def trusted_rows(panel) -> list[str]:
    return [panel.ui.trustedList.item(row).text() for row in range(panel.ui.trustedList.count)]


def test_consent_is_asked_for_once_for_the_same_contents_and_can_be_revoked(app, trusting, home, dialogs, monkeypatch):
    import slicer

    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda _text: True)  # earlier segments may be replaced
    panel, code = trusting, home / "own" / "scripts" / "net.py"
    add_scan("scan", (24, 24, 24))
    assert "Brings code of its own: asks before the first run" in known(app, panel)
    assert not panel.ui.trustedList.isVisibleTo(panel.ui.trustedList.parentWidget())
    apply(app, panel)
    assert len(segmentations()) == 1, status(panel)
    assert files_in(dialogs[0])["scripts/net.py"] == hashlib.sha256(code.read_bytes()).hexdigest()
    assert "Brings code of its own, which you trust" in known(app, panel)
    apply(app, panel)
    assert len(dialogs) == 1
    assert "segment" in status(panel)

    code.write_text(f"{NETWORK}\n# changed\n")
    panel.ui.applyButton.click()  # the panel does not know of the change; the worker does
    wait(app, lambda: len(dialogs) == 2)
    wait(app, lambda: not panel.runs)
    assert files_in(dialogs[1])["scripts/net.py"] == hashlib.sha256(code.read_bytes()).hexdigest()
    assert "segment" in status(panel)

    assert len(trusted_rows(panel)) == 2
    for _ in range(2):
        panel.ui.trustedList.setCurrentRow(0)
        panel.ui.revokeButton.click()
    assert trusted_rows(panel) == []
    assert "asks before the first run" in known(app, panel)
    dialogs.answer = False
    apply(app, panel)
    assert len(dialogs) == 3
    assert status(panel) == "Nothing was run: Test bundle own brings code of its own, which you did not trust."


def test_who_declines_runs_nothing_and_is_asked_again(app, trusting, dialogs, home):
    dialogs.answer = False
    add_scan("scan", (24, 24, 24))
    known(app, trusting)
    for count in (1, 2):
        apply(app, trusting)
        assert len(dialogs) == count
    assert segmentations() == []
    assert not (home.parent / "trusted.json").exists()
    assert trusting.ui.applyButton.enabled


def test_who_is_faster_than_the_audit_is_asked_all_the_same(app, trusting, dialogs):
    dialogs.answer = False
    add_scan("scan", (24, 24, 24))
    trusting.models.lookAgain()
    assert trusting.models.finding is None
    trusting.ui.applyButton.click()
    assert trusting.runs
    wait(app, lambda: dialogs)
    assert segmentations() == []


def test_a_refused_model_cannot_be_run_and_the_reason_is_said(app, trusting, dialogs):
    add_scan("scan", (24, 24, 24))
    trusting.logic.getParameterNode().model = "evil"
    text = known(app, trusting)
    assert "Refused: " in text
    assert "os.system" in text
    assert not trusting.ui.applyButton.enabled
    assert "os.system" in status(trusting)
    assert status(trusting) == trusting.ui.applyButton.toolTip


def test_a_safe_model_says_so_and_is_not_asked_about(app, trusting, dialogs):
    trusting.logic.getParameterNode().model = "brain-mr"
    assert "Safe: nothing of its own runs" in known(app, trusting)


def test_the_closed_panel_asks_nobody(app, trusting, dialogs, module):
    add_scan("scan", (24, 24, 24))
    trusting.models.lookAgain()
    trusting.ui.applyButton.click()
    trusting.close()
    for _ in range(20):
        app.processEvents()
    assert not dialogs


def test_a_damaged_list_of_consents_is_told(app, module, home, trusting):
    (home.parent / "trusted.json").write_text(json.dumps({"trusted": 3}))
    trusting.advanced.trusted.update()
    assert "damaged" in trusted_rows(trusting)[0]
    assert not trusting.ui.revokeButton.enabled


@pytest.fixture
def dialog(module, home):
    from medai.bundles import Bundle
    from medai.bundles.audit import audit
    from MedAIModuleLib.sections.trustquestion import TrustDialog

    bundle = Bundle.open(home / "own")
    dialog = TrustDialog(bundle, audit(bundle))
    yield dialog
    dialog.close()


def test_the_dialog_can_be_read_and_copied_and_return_means_no(app, dialog):
    import qt

    assert dialog.filesText.readOnly
    assert dialog.cancelButton.default
    assert not dialog.trustButton.autoDefault
    dialog.filesText.selectAll()
    dialog.filesText.copy()
    assert "scripts/net.py" in app.clipboard().text()
    labels = [label.text for label in dialog.widget.findChildren(qt.QLabel)]
    assert labels[0].startswith("Test bundle own brings code of its own: ")
    qt.QTimer.singleShot(0, dialog.widget.reject)  # as Escape
    assert dialog.ask() is False


def test_the_files_are_shown_in_their_folder(app, dialog, home, monkeypatch):
    from MedAIModuleLib.sections import trustquestion

    opened: list[str] = []
    monkeypatch.setattr(trustquestion, "openFolder", opened.append)
    dialog.folderButton.click()
    assert opened == [str(home / "own")]


def test_in_the_applications_tests_nobody_is_waited_for_and_nothing_trusted(app, module, home):
    from medai.bundles import Bundle
    from medai.bundles.audit import audit
    from MedAIModuleLib.sections.trustquestion import mayTrust

    bundle = Bundle.open(home / "own")
    assert mayTrust(bundle, audit(bundle)) is False
