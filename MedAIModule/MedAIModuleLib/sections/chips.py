"""The kinds of scans that models are made for, as buttons above the list; pressed ones narrow it."""

from collections.abc import Callable, Sequence

import qt
from slicer.i18n import tr as _

_IN_A_ROW = 4  # more would make the panel wider than Slicer shows it


class Chips:
    """Buttons in the section "Model".

    :param ui: the widgets by name.
    :param onChanged: called when the user presses one.
    """

    def __init__(self, ui, onChanged: Callable[[], None]):
        self._ui = ui
        self._onChanged = onChanged
        self._buttons: dict[str, qt.QPushButton] = {}

    def setModalities(self, modalities: Sequence[str]) -> None:
        """Have a button for each of these modalities (DICOM's words); those that stay keep their state."""
        for modality in [known for known in self._buttons if known not in modalities]:
            button = self._buttons.pop(modality)
            self._ui.chipsLayout.removeWidget(button)
            button.deleteLater()
        for place, modality in enumerate(modalities):
            if modality not in self._buttons:
                self._buttons[modality] = self._made(modality)
            self._ui.chipsLayout.removeWidget(self._buttons[modality])
            self._ui.chipsLayout.addWidget(self._buttons[modality], place // _IN_A_ROW, place % _IN_A_ROW)
        self._ui.chipsWidget.setVisible(len(modalities) > 1)

    @property
    def pressed(self) -> tuple[str, ...]:
        """The modalities whose buttons are pressed."""
        return tuple(modality for modality, button in self._buttons.items() if button.checked)

    def _made(self, modality: str):
        button = qt.QPushButton(modalityText(modality))
        button.checkable = True
        button.objectName = f"{modality}Chip"
        button.toolTip = _("Show only models for {modality}").format(modality=modalityText(modality))
        button.accessibleName = button.toolTip
        button.connect("clicked(bool)", self._onClicked)
        return button

    def _onClicked(self, *_args) -> None:
        self._onChanged()


def modalityText(modality: str) -> str:
    """DICOM's word for a kind of scan as people read it."""
    texts = {
        "PT": _("PET"),
        "US": _("Ultrasound"),
        "CR": _("X-ray"),
        "DX": _("X-ray"),
        "MG": _("Mammography"),
        "OT": _("Other"),
        "SM": _("Microscopy"),
        "ES": _("Endoscopy"),
    }
    return texts.get(modality, modality)
