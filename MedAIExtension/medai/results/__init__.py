"""What came out of a run: labels with names, colors and standard codes, boxes, points, classes, measurements, findings."""

from ..finding import ClassScore, Detection, Landmark
from .detections import at_least
from .findings import CSV_COLUMNS, csv_tables, findings
from .labels import Code, Label
from .layers import flattened
from .lesions import Bounds, Diameter, Intensity, Lesion, Nearest
from .measurements import Measurement, count_voxels, measure
from .prediction import Prediction
from .review import Review
from .statistics import Statistics
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
    "findings",
    "flattened",
    "measure",
]
