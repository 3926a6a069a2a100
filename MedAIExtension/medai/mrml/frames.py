"""Volumes that are played as a sequence: their frames as images, without changing which one is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..image import Image
from .volumes import image_under, modality_of, refuse_unreadable


@dataclass(frozen=True, eq=False)
class Frames:
    """The frames of a volume node that shows one of them at a time.

    Attributes:
        scene: the scene.
        volume: the node that shows them, the sequence's proxy.
        browser: vtkMRMLSequenceBrowserNode.
        sequence: vtkMRMLSequenceNode of volumes.
        index_name: what tells the frames apart, such as "time".
        index_unit: its unit, such as "s".
        index_values: its value for each frame, as text.
        current: number of the frame that is shown, from 0.
    """

    scene: Any
    volume: Any
    browser: Any
    sequence: Any
    index_name: str
    index_unit: str
    index_values: tuple[str, ...]
    current: int

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.index_values)


def frames_of(volume_node: Any) -> Frames | None:
    """The frames of a volume that is the proxy of a sequence in a sequence browser; None for any other volume."""
    scene = volume_node.GetScene()
    count = scene.GetNumberOfNodesByClass("vtkMRMLSequenceBrowserNode") if scene is not None else 0
    for browser in (scene.GetNthNodeByClass(number, "vtkMRMLSequenceBrowserNode") for number in range(count)):
        sequence = browser.GetSequenceNode(volume_node)
        if sequence is not None and sequence.GetNumberOfDataNodes():
            values = tuple(sequence.GetNthIndexValue(number) for number in range(sequence.GetNumberOfDataNodes()))
            index = sequence.GetIndexName(), sequence.GetIndexUnit()
            return Frames(scene, volume_node, browser, sequence, *index, values, frame_shown(browser, sequence))
    return None


def image_of_frame(frames: Frames, number: int) -> Image:
    """What the volume node would show at a frame, as ``image_from_volume`` gives it; another frame may be shown meanwhile.

    Raises:
        InputError: if the frame is no image, or has no voxels.
    """
    name = f"{frames.volume.GetName()} ({frames.index_name} {frames.index_values[number]} {frames.index_unit}".strip() + ")"
    data = frames.sequence.GetDataNodeAtValue(frames.index_values[number])
    if data is None:
        raise InputError(f"{name} was removed from its sequence; choose the sequence again.")
    refuse_unreadable(data)
    return image_under(data, frames.volume.GetParentTransformNode(), name, modality_of(frames.volume))


def frame_shown(browser: Any, sequence: Any) -> int:
    """Number, from 0, of the item of a sequence that its browser shows."""
    selected = browser.GetSelectedItemNumber()
    if not 0 <= selected < browser.GetNumberOfItems():
        return 0
    value = browser.GetMasterSequenceNode().GetNthIndexValue(selected)
    return max(0, int(sequence.GetItemNumberFromIndexValue(value, False)))
