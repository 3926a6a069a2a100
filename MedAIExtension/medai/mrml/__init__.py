"""Between the MRML scene and the engine: volume nodes become images, predictions become nodes or a scene file.

Needs ``slicer``: the application's, or the one of the slicer-core wheel. No Qt.
"""

from ..errors import MedAIError

try:
    import slicer as _slicer  # noqa: F401
except ModuleNotFoundError as problem:
    raise MedAIError("Scenes need Slicer's MRML library, which is not installed; run: pip install 'medai[scene]'") from problem

from .boxes import boxes_of, show_boxes_at_least, shown_at_least
from .centers import center_of_segment, show_slices_at
from .drawn import prediction_from_segmentation, prediction_from_segmentation_steps
from .findings import SHOWN_AT_LEAST, FindingNodes, add_findings, add_findings_steps
from .frames import Frames, frames_of, image_of_frame
from .hints import frame_of_reference, scan_hint
from .lesions import LesionNodes, add_lesions, add_lesions_steps, lesions_of
from .maps import add_map, add_map_steps, hide_overlay, remove_map, show_overlay
from .origin import Origin
from .predictions import PredictionNodes, add_prediction, add_prediction_steps, refuse_unusable
from .rois import box_from_roi, fit_roi_to_volume
from .scene import new_scene, write_scene
from .segmentstatistics import segment_statistics
from .sequences import add_sequence_prediction_steps, add_sequence_predictions
from .sizes import segment_volume_steps, segment_volumes
from .split import SplitNodes, split_segment, split_segment_steps
from .undo import UndoRecord
from .volumes import image_from_volume, is_warped

__all__ = [
    "SHOWN_AT_LEAST",
    "FindingNodes",
    "Frames",
    "LesionNodes",
    "Origin",
    "PredictionNodes",
    "SplitNodes",
    "UndoRecord",
    "add_findings",
    "add_findings_steps",
    "add_lesions",
    "add_lesions_steps",
    "add_map",
    "add_map_steps",
    "add_prediction",
    "add_prediction_steps",
    "add_sequence_prediction_steps",
    "add_sequence_predictions",
    "box_from_roi",
    "boxes_of",
    "center_of_segment",
    "fit_roi_to_volume",
    "frame_of_reference",
    "frames_of",
    "hide_overlay",
    "image_from_volume",
    "image_of_frame",
    "is_warped",
    "lesions_of",
    "new_scene",
    "prediction_from_segmentation",
    "prediction_from_segmentation_steps",
    "refuse_unusable",
    "remove_map",
    "scan_hint",
    "segment_statistics",
    "segment_volume_steps",
    "segment_volumes",
    "show_boxes_at_least",
    "show_overlay",
    "show_slices_at",
    "shown_at_least",
    "split_segment",
    "split_segment_steps",
    "write_scene",
]
