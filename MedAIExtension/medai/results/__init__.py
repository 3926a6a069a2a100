"""What came out of a run: labels with names, colors and standard codes, boxes, points, classes, measurements, findings."""

from ..finding import ClassScore, Detection, Landmark
from .detections import at_least
from .findings import CSV_COLUMNS, csv_tables, findings
from .flagging import flagged
from .labels import Code, Label
from .layers import flattened
from .lesions import Bounds, Diameter, Intensity, Lesion, Nearest, find_lesions, is_finding, select, target_lesions
from .measurements import Measurement, count_voxels, measure
from .prediction import Prediction
from .review import Review, review_of, reviewed, standing, standing_detections
from .statistics import Statistics, measure_labels
from .terminology import describe_labels

__all__ = [
    "CSV_COLUMNS",
    "Bounds",
    "ClassScore",
    "Code",
    "Detection",
    "Diameter",
    "Intensity",
    "Label",
    "Landmark",
    "Lesion",
    "Measurement",
    "Nearest",
    "Prediction",
    "Review",
    "Statistics",
    "at_least",
    "count_voxels",
    "csv_tables",
    "describe_labels",
    "find_lesions",
    "findings",
    "flagged",
    "flattened",
    "is_finding",
    "measure",
    "measure_labels",
    "review_of",
    "reviewed",
    "select",
    "standing",
    "standing_detections",
    "target_lesions",
]
