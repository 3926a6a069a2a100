"""The models whose own code the user has allowed to run, and how that is taken back."""

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from medai import MedAIError
from medai.bundles.audit import Consent, revoke, trusted

from ..sentences import sentenceFor


class TrustedModels:
    """The list in the section "Advanced"; it is shown once there is something to take back.

    :param ui: the widgets by name.
    :param onRevoked: called when consent was taken back.
    """

    def __init__(self, ui, onRevoked: Callable[[], None]):
        self._ui = ui
        self._onRevoked = onRevoked
        self._consents: list[Consent] = []
        ui.trustedList.connect("itemSelectionChanged()", self._onSelected)
        ui.revokeButton.connect("clicked(bool)", self._onRevoke)
        self.update()

    def update(self) -> None:
        """Look again what is trusted."""
        problem = ""
        try:
            self._consents = trusted()
        except MedAIError as damaged:
            self._consents, problem = [], sentenceFor(damaged)
        self._ui.trustedList.clear()
        self._ui.trustedList.addItems([_lineFor(consent) for consent in self._consents] or [problem] * bool(problem))
        self._ui.trustedList.enabled = not problem
        for widget in (self._ui.trustedLabel, self._ui.trustedList, self._ui.revokeButton):
            widget.setVisible(bool(self._consents or problem))
        self._onSelected()

    def _onSelected(self) -> None:
        self._ui.revokeButton.enabled = bool(self._consents and self._ui.trustedList.selectedItems())

    def _onRevoke(self, *_args) -> None:
        consent = self._consents[self._ui.trustedList.currentRow]
        try:
            revoke(consent.content_hash)
        except MedAIError as problem:
            slicer.util.errorDisplay(sentenceFor(problem))
        self.update()
        self._onRevoked()


def _lineFor(consent: Consent) -> str:
    text = _("{model}, trusted on {date}, SHA-256 {hash}...")
    return text.format(model=consent.name, date=consent.date[:10], hash=consent.content_hash[:12])
