"""Which scan is meant for which channel, as long as nobody has chosen."""

from collections.abc import Sequence

import slicer

from medai.inference import guess_channels
from medai.mrml import scan_hint


def scansIn(scene) -> list:
    """The scalar volumes that users can choose, in the scene's order."""
    kind = "vtkMRMLScalarVolumeNode"
    volumes = slicer.util.getNodesByClass(kind, scene)
    return [volume for volume in volumes if volume.GetClassName() == kind and not volume.GetHideFromEditors()]


def guessScans(channels: Sequence[str], modality: str, chosen: Sequence, scans: Sequence) -> list:
    """A scan for each channel: the chosen one where there is one, else one that no other channel has; None: none fits.

    :param modality: DICOM's word for the scans that the model was made for; "": unknown.
    :param chosen: a volume node or None for each channel.
    :param scans: the volume nodes to choose from.
    """
    free = [scan for scan in scans if scan not in chosen]
    hints = [scan_hint(scan) for scan in free]
    found = list(chosen)
    if len(channels) > 1:  # all of them, since what one channel is for says what another is not
        guessed = guess_channels(channels, hints, modality)
        found = [volume or (free[index] if index is not None else None) for volume, index in zip(chosen, guessed, strict=True)]
    elif found[0] is None:
        fitting = min(zip(free, hints, strict=True), key=lambda pair: _misfit(pair[1].modality, modality), default=(None, None))
        found[0] = fitting[0]
    return found


def _misfit(modality: str, wanted: str) -> int:
    """0: the scan's modality is the model's; 1: one of them is unknown; 2: they differ."""
    if not modality or not wanted:
        return 1
    return 0 if modality == wanted else 2
