"""Between the MRML scene and the engine: volume nodes become images, predictions become nodes or a scene file.

Needs ``slicer``: the application's, or the one of the slicer-core wheel. No Qt.
"""

from ..errors import MedAIError

try:
    import slicer as _slicer  # noqa: F401
except ModuleNotFoundError as problem:
    raise MedAIError("Scenes need Slicer's MRML library, which is not installed; run: pip install 'medai[scene]'") from problem

from .predictions import PredictionNodes, add_prediction, refuse_unusable
from .scene import new_scene, write_scene
from .volumes import image_from_volume, is_warped

__all__ = ["PredictionNodes", "add_prediction", "image_from_volume", "is_warped", "new_scene", "refuse_unusable", "write_scene"]
