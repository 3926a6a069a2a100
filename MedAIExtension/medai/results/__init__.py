"""What came out of a run: labels with names, colors and standard codes, measurements, findings."""

from .findings import CSV_COLUMNS, csv_rows, findings
from .labels import Code, Label
from .measurements import Measurement, count_voxels, measure
from .prediction import Prediction
from .terminology import describe_labels

__all__ = [
    "CSV_COLUMNS",
    "Code",
    "Label",
    "Measurement",
    "Prediction",
    "count_voxels",
    "csv_rows",
    "describe_labels",
    "findings",
    "measure",
]
