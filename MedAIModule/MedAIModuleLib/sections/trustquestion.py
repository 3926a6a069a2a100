"""The question before code that a model brings is run for the first time."""

import logging

import qt
import slicer
from slicer.i18n import tr as _

from medai.bundles import Bundle
from medai.bundles.audit import Audit

from ..sentences import translated
from ..units import sizeText
from .advanced import openFolder

_SIZE = 640, 420


def mayTrust(bundle: Bundle, audit: Audit) -> bool:
    """Show the user what would run; True if they allow it."""
    if slicer.app.testingEnabled():  # as all of Slicer's own questions, it waits for nobody in tests
        logging.info("Testing mode: the code of %s is not trusted", audit.name)
        return False
    dialog = TrustDialog(bundle, audit)
    try:
        return dialog.ask()
    finally:
        dialog.close()


class TrustDialog:
    """The dialog; Cancel is what Return and Escape mean.

    :ivar widget: the qt.QDialog.
    :ivar trustButton: "Trust and run".
    :ivar cancelButton: "Cancel".
    :ivar folderButton: shows the files in the file manager.
    :ivar filesText: the files, to be read and copied.
    """

    def __init__(self, bundle: Bundle, audit: Audit):
        self._root, self._isTrusted = bundle.root, False
        self.widget = qt.QDialog(slicer.util.mainWindow())
        self.widget.setWindowTitle(_("Code of the model"))
        self.widget.resize(*_SIZE)
        self.filesText = qt.QPlainTextEdit()
        self.filesText.setReadOnly(True)
        self.filesText.setLineWrapMode(qt.QPlainTextEdit.NoWrap)
        self.filesText.setPlainText(filesText(audit))
        self.filesText.accessibleName = _("Files of the model that would run")
        self.folderButton = self._button(_("Show the files"), self._onFolder)
        self.trustButton = self._button(_("Trust and run"), self._onTrust)
        self.cancelButton = self._button(_("Cancel"), self._onCancel)
        self.cancelButton.setDefault(True)
        layout = qt.QVBoxLayout(self.widget)
        layout.addWidget(_label(questionText(bundle, audit)))
        layout.addWidget(self.filesText)
        layout.addWidget(_label(meaningText()))
        buttons = qt.QHBoxLayout()
        layout.addLayout(buttons)
        buttons.addWidget(self.folderButton)
        buttons.addStretch(1)
        buttons.addWidget(self.trustButton)
        buttons.addWidget(self.cancelButton)
        self.cancelButton.setFocus()

    def ask(self) -> bool:
        """Wait for the user; True if they trust the model."""
        self.widget.exec_()
        return self._isTrusted

    def close(self) -> None:
        """Let the widgets go."""
        self.widget.deleteLater()

    def _button(self, text: str, slot):
        button = qt.QPushButton(text)
        button.setAutoDefault(False)
        button.connect("clicked(bool)", slot)
        return button

    def _onTrust(self, *_args) -> None:
        self._isTrusted = True
        self.widget.accept()

    def _onCancel(self, *_args) -> None:
        self.widget.reject()

    def _onFolder(self, *_args) -> None:
        openFolder(str(self._root))


def questionText(bundle: Bundle, audit: Audit) -> str:
    """What is asked."""
    if len(audit.files) == 1:
        return _("{model} brings code of its own: this file would run on your computer.").format(model=translated(bundle.title))
    text = _("{model} brings code of its own: these {count} files would run on your computer.")
    return text.format(model=translated(bundle.title), count=len(audit.files))


def meaningText() -> str:
    """What a yes means."""
    return _(
        "Trusting means that this code can read, change and delete whatever you can, so trust it only if you know who made it "
        "or have looked at the files. You are asked once; if anything in the model changes, you are asked again."
    )


def filesText(audit: Audit) -> str:
    """The folder's and each file's SHA-256, as people compare them."""
    line = _("{path} ({size})\n    SHA-256 {hash}")
    files = [line.format(path=file.path, size=sizeText(file.size), hash=file.sha256) for file in audit.files]
    return "\n".join([*files, "", _("The model as a whole\n    SHA-256 {hash}").format(hash=audit.content_hash)])


def _label(text: str):
    label = qt.QLabel(text)
    label.setTextFormat(qt.Qt.PlainText)
    label.setWordWrap(True)
    return label
