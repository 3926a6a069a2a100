"""What the panel remembers about a scene, kept in the scene and saved with it."""

from enum import Enum

from slicer import vtkMRMLMarkupsROINode, vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper


class Frames(Enum):
    """Which frames of a sequence are segmented. Scenes keep the names, so they must not change."""

    CURRENT = "current"
    ALL = "all"

    def label(self) -> str:
        """What the user sees."""
        return {Frames.CURRENT: _("The one that is shown"), Frames.ALL: _("All")}[self]


@parameterNodeWrapper
class MedAIModuleParameterNode:
    """Attributes:
    inputVolume: the scan, the first channel of a model that takes several.
    roi: the box outside of which nothing is segmented; None: the whole scan.
    frames: which frames, if the scan is a sequence.
    model: name of the model, or a bundle's folder.
    segmentation: where the result goes; None makes a new node.
    show3D: whether surfaces are made of the result.
    labelmap: whether a label map volume is made too.
    someLabels: whether only the segments in ``labels`` are made.
    labels: names of segments, one a line.
    """

    inputVolume: vtkMRMLScalarVolumeNode
    roi: vtkMRMLMarkupsROINode
    frames: Frames = Frames.CURRENT
    model: str = "brain-mr"
    segmentation: vtkMRMLSegmentationNode
    show3D: bool = False
    labelmap: bool = False
    someLabels: bool = False
    labels: str = ""


def channelVolume(parameterNode: MedAIModuleParameterNode, channel: str):
    """The volume that was chosen for one of the further channels of a model; None where none was."""
    return parameterNode.parameterNode.GetNodeReference(_role(channel))


def setChannelVolume(parameterNode: MedAIModuleParameterNode, channel: str, volume) -> None:
    """Remember the volume for one of the further channels of a model; None forgets it."""
    parameterNode.parameterNode.SetNodeReferenceID(_role(channel), volume.GetID() if volume is not None else None)


def _role(channel: str) -> str:
    return f"channel {channel}"
