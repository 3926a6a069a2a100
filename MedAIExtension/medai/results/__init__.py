"""What came out of a run: labels with names, colors and standard codes, boxes, points, classes, measurements, findings."""

from ..finding import ClassScore, Detection, Landmark
from .detections import at_least
from .findings import CSV_COLUMNS, csv_tables, findings
from .labels import Code, Label
from .layers import flattened
from .measurements import Measurement, count_voxels, measure
from .prediction import Prediction
from .terminology import describe_labels

__all__ = [
    "CSV_COLUMNS",
    "ClassScore",
    "Code",
    "Detection",
    "Label",
    "Landmark",
    "Measurement",
    "Prediction",
    "at_least",
    "count_voxels",
    "csv_tables",
    "describe_labels",
    "findings",
    "flattened",
    "measure",
]
