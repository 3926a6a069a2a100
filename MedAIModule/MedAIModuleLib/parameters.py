"""What the panel remembers, kept in the scene and saved with it."""

from enum import Enum

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper


class Device(Enum):
    """Where the model runs. Scenes keep the names, so they must not change."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"

    def label(self) -> str:
        """What the user sees."""
        return {
            Device.AUTO: _("Automatic"),
            Device.CPU: _("Processor (CPU)"),
            Device.CUDA: _("NVIDIA graphics card (CUDA)"),
            Device.MPS: _("Apple graphics (MPS)"),
        }[self]


@parameterNodeWrapper
class MedAIModuleParameterNode:
    """Attributes:
    inputVolume: the scan.
    model: name of the model.
    segmentation: where the result goes; None makes a new node.
    device: where the model runs.
    """

    inputVolume: vtkMRMLScalarVolumeNode
    model: str = "brain-mr"
    segmentation: vtkMRMLSegmentationNode
    device: Device = Device.AUTO
