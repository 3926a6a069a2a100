"""What goes into a run: a scan for each channel of the model, which frames, and the box."""

from collections.abc import Callable
from contextlib import suppress

import qt
import slicer
import vtk
from slicer.i18n import tr as _
from slicer.util import VTKObservationMixin

from medai import MedAIError
from medai.bundles import ModelCard
from medai.mrml import fit_roi_to_volume, frame_of_reference, frames_of

from ..loop.timer import Timer
from ..parameters import Frames, channelVolume, setChannelVolume
from .channels import ChannelRows, labelText
from .guess import guessScans, scansIn

GUESS_MILLISECONDS = 200  # scans come in groups, and get their names after they were added


class Inputs(VTKObservationMixin):
    """The section "Inputs".

    :param ui: the widgets by name.
    :param onChanged: called when other scans were chosen or guessed.
    """

    def __init__(self, ui, onChanged: Callable[[], None]):
        VTKObservationMixin.__init__(self)
        self._ui = ui
        self._onChanged = onChanged
        self._parameterNode = None
        self._card: ModelCard | None = None
        self._guessed: dict[str, str] = {}  # ID of the scan that was guessed for a channel; "": for the first
        self._last = None  # the first channel's scan
        self._hintKey: tuple = ()
        self._ownTexts = ui.inputSelectorLabel.text, ui.inputSelector.toolTip, ui.inputSelector.accessibleName
        self._rows = ChannelRows(ui, self._onChannelChosen)
        self._delay = Timer(self._onScansAdded, GUESS_MILLISECONDS, once=True)
        ui.inputHintLabel.textFormat = qt.Qt.PlainText
        ui.inputSelectorLabel.textFormat = qt.Qt.PlainText
        ui.roiSelector.connect("nodeAddedByUser(vtkMRMLNode*)", self._onBoxAdded)
        self.update()

    def setParameterNode(self, parameterNode) -> None:
        """Show and change this parameter node from now on; None: none."""
        self.removeObservers()
        self._delay.stop()
        self._parameterNode = parameterNode
        self._guessed.clear()
        self._last = None
        if parameterNode is not None:
            self._last = parameterNode.inputVolume
            self.addObserver(slicer.mrmlScene, slicer.mrmlScene.NodeAddedEvent, self._onNodeAdded)
            self._guess()
        self.update()

    def setModel(self, card: ModelCard | None) -> None:
        """Ask for the scans that this model takes."""
        if card == self._card:
            return
        self._card = card
        self._rows.setChannels(self._channels[1:])
        self._showFirstChannel()
        self._guess(again=True)
        self.update()

    def update(self) -> None:
        """Show what the parameter node says."""
        self._noteFirstScan()
        self._fitEmptyBox()
        volumes = self.volumes
        self._rows.show(volumes[1:])
        self._showFrames()
        self._showHint(volumes)

    @property
    def volumes(self) -> list:
        """The scan for each channel of the model, in its order; None where none is chosen."""
        if self._parameterNode is None:
            return [None] * len(self._channels)
        further = [channelVolume(self._parameterNode, channel) for channel in self._channels[1:]]
        return [self._parameterNode.inputVolume, *further]

    @property
    def roi(self):
        """The vtkMRMLMarkupsROINode of the box; None: the whole scan."""
        return self._parameterNode.roi if self._parameterNode is not None else None

    @property
    def allFrames(self) -> bool:
        """Whether all frames of a sequence are to be segmented."""
        return self._parameterNode is not None and self._parameterNode.frames is Frames.ALL and self._frameCount() > 1

    @property
    def count(self) -> int:
        """How many frames are to be segmented."""
        return self._frameCount() if self.allFrames else 1

    def keep(self) -> None:
        """What was run on is chosen, and gives way to no better guess."""
        self._guessed.clear()

    def missing(self) -> str:
        """What must be chosen before a run; "" where nothing is."""
        chosen: dict[str, str] = {}
        for channel, volume in zip(self._channels, self.volumes, strict=True):
            if volume is None:
                several = len(self._channels) > 1
                return _("Choose a scan for {channel}").format(channel=channel) if several else _("Choose a scan")
            if volume.GetID() in chosen:
                return _("{one} and {other} are the same scan").format(one=chosen[volume.GetID()], other=channel)
            chosen[volume.GetID()] = channel
        return ""

    def close(self) -> None:
        """Let go of the scene."""
        self.setParameterNode(None)

    @property
    def _channels(self) -> tuple[str, ...]:
        """Names of the channels, each another one, since scenes know the chosen scans by them."""
        names = self._card.channels if self._card is not None and self._card.channels else ("",)
        return names if len(set(names)) == len(names) else tuple(f"{name} {number}" for number, name in enumerate(names, 1))

    def _showFirstChannel(self) -> None:
        channel = self._channels[0]
        several = len(self._channels) > 1
        ownTooltip = _("The scan that the model takes as {channel}; its voxels are those of the result").format(channel=channel)
        texts = (labelText(channel), ownTooltip, channel) if several else self._ownTexts
        self._ui.inputSelectorLabel.text, self._ui.inputSelector.toolTip, self._ui.inputSelector.accessibleName = texts
        self._ui.inputSelector.noneEnabled = several  # better none than a scan that is another channel

    def _showFrames(self) -> None:
        count = self._frameCount()
        self._ui.framesSelectorLabel.setVisible(count > 1)
        self._ui.framesSelector.setVisible(count > 1)
        if count > 1 and self._ui.framesSelector.count:
            self._ui.framesSelector.setItemText(list(Frames).index(Frames.ALL), _("All {count}").format(count=count))

    def _showHint(self, volumes: list) -> None:
        key = (self._channels, [volume and volume.GetID() for volume in volumes])
        if key != self._hintKey:  # frames of reference may have to be looked up in a database
            self._hintKey, hint = key, _hintAbout(self._channels, volumes)
            self._ui.inputHintLabel.text = hint
            self._ui.inputHintLabel.setVisible(bool(hint))

    def _frameCount(self) -> int:
        volume = self.volumes[0]
        frames = frames_of(volume) if volume is not None else None
        return frames.count if frames is not None else 1

    def _noteFirstScan(self) -> None:
        """The selector takes the first scan that comes into the scene by itself; nobody chose that one."""
        volume = self._parameterNode.inputVolume if self._parameterNode is not None else None
        if self._last is None and volume is not None and volume is next(iter(scansIn(slicer.mrmlScene)), None):
            self._guessed[""] = volume.GetID()
        self._last = volume

    def _guess(self, again: bool = False) -> None:
        """Choose scans for the channels that have none; with ``again`` also for those where the present one was guessed."""
        if self._parameterNode is None:
            return
        volumes = self.volumes
        kept = [None if again and self._isGuessed(place, volume) else volume for place, volume in enumerate(volumes)]
        if None not in kept:
            return
        scans = sorted(scansIn(slicer.mrmlScene), key=lambda scan: scan is not volumes[0])
        found = guessScans(self._channels, self._card.modality if self._card is not None else "", kept, scans)
        for place, volume in enumerate(found):
            if kept[place] is None and volume is not volumes[place]:
                self._choose(place, volume)

    def _isGuessed(self, place: int, volume) -> bool:
        return volume is not None and self._guessed.get(self._channels[place] if place else "") == volume.GetID()

    def _choose(self, place: int, volume) -> None:
        if volume is not None:
            self._guessed[self._channels[place] if place else ""] = volume.GetID()
        if place:
            setChannelVolume(self._parameterNode, self._channels[place], volume)
        else:
            self._last = volume
            self._parameterNode.inputVolume = volume

    def _onChannelChosen(self, channel: str, volume) -> None:
        if self._parameterNode is None or channelVolume(self._parameterNode, channel) is volume:
            return
        setChannelVolume(self._parameterNode, channel, volume)
        self._onChanged()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onNodeAdded(self, _scene, _event, node) -> None:
        if node.IsA("vtkMRMLScalarVolumeNode") or node.IsA("vtkMRMLSequenceBrowserNode"):
            self._delay.start()

    def _onScansAdded(self) -> None:
        self._guess(again=True)
        self._onChanged()

    def _onBoxAdded(self, *_args) -> None:
        box = self._ui.roiSelector.currentNode()
        if box is None:
            return
        box.CreateDefaultDisplayNodes()
        box.SetDisplayVisibility(True)
        box.GetDisplayNode().SetFillOpacity(0)  # the scan inside is to be seen
        self._fitEmptyBox()

    def _fitEmptyBox(self) -> None:
        """Half the scan in its middle; a box may have been made before a scan was chosen."""
        box, volume = self.roi, self.volumes[0]
        if box is None or volume is None or any(box.GetSize()):
            return
        with suppress(MedAIError):  # a scan without voxels has no middle
            fit_roi_to_volume(box, volume)
            box.SetSize(*(length / 2 for length in box.GetSize()))


def _hintAbout(channels: tuple[str, ...], volumes: list) -> str:
    """Scans of different frames of reference may be of different days or patients."""
    several = len(volumes) > 1
    frames = [frame_of_reference(volume) if several and volume is not None else "" for volume in volumes]
    first = next((place for place, frame in enumerate(frames) if frame), None)
    other = next((place for place, frame in enumerate(frames) if frame and frame != frames[first]), None)
    if other is None:
        return ""
    text = _("{one} and {other} have different DICOM frames of reference; check in the views that they fit each other.")
    return text.format(one=channels[first], other=channels[other])
