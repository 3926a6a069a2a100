"""Tables of what was found: boxes, classes, labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import slicer

from ..finding import ClassScore
from ..results import Prediction, findings

NUMBER, LABEL, SCORE, SHOWN = "Number", "Label", "Score", "Shown"
REVIEW, NOTE = "Review", "Note"
FLAGS_BETWEEN = "; "
_NOT_KNOWN = float("nan")


def detection_table(prediction: Prediction, threshold: float) -> Any:
    """A vtkMRMLTableNode, not yet in a scene, with a row for each box: the positions are in RAS mm as the run saw them."""
    detections = prediction.detections
    rows = list(enumerate(detections, 1))
    boxes = [detection.box for detection in detections]
    said = {review.id: review for review in prediction.reviews if review.kind == "detection"}
    columns: dict[str, tuple[str, Iterable[Any]]] = {
        NUMBER: ("Int", (number for number, _detection in rows)),
        LABEL: ("String", (detection.label for detection in detections)),
        SCORE: ("Double", (detection.score for detection in detections)),
        **{f"Center {axis} (mm)": ("Double", [box.center_ras[n] for box in boxes]) for n, axis in enumerate("RAS")},
        **{f"Size {axis} (mm)": ("Double", [box.size_mm[n] for box in boxes]) for n, axis in enumerate("ijk")},
        "Flags": ("String", _flags_of_boxes(prediction)),
        REVIEW: ("String", (said[number].state if number in said else "" for number, _detection in rows)),
        NOTE: ("String", (said[number].note if number in said else "" for number, _detection in rows)),
        SHOWN: ("Bit", (int(detection.score >= threshold) for detection in detections)),
    }
    return table_of(columns)


def class_table(classes: Sequence[ClassScore]) -> Any:
    """A vtkMRMLTableNode, not yet in a scene, with a row for each class; a probability that is not known is no number."""
    probabilities = (_NOT_KNOWN if each.probability is None else each.probability for each in classes)
    return table_of(
        {
            "Class": ("String", (each.name for each in classes)),
            "Probability": ("Double", probabilities),
            SCORE: ("Double", (each.score for each in classes)),
            "Chosen": ("Bit", (int(each.chosen) for each in classes)),
        }
    )


def label_table(prediction: Prediction) -> Any:
    """A vtkMRMLTableNode, not yet in a scene, with value, name and volume of every label, also of those not found."""
    rows = findings(prediction)["labels"]
    columns = {"Value": ("Int", "value"), "Label": ("String", "name"), "Volume (ml)": ("Double", "volume_ml")}
    columns["Voxels"] = ("LongLong", "voxels")
    return table_of({title: (kind, [row[key] for row in rows]) for title, (kind, key) in columns.items()})


def table_of(columns: Mapping[str, tuple[str, Iterable[Any]]]) -> Any:
    """A vtkMRMLTableNode, not yet in a scene, from the title of each column to its kind of VTK array and its values."""
    import vtk

    node = slicer.vtkMRMLTableNode()
    for title, (kind, values) in columns.items():
        column = getattr(vtk, f"vtk{kind}Array")()
        column.SetName(title)
        for value in values:
            column.InsertNextValue(cell(value) if kind == "String" else value)
        node.AddColumn(column)
    return node


def _flags_of_boxes(prediction: Prediction) -> list[str]:
    """What deserves a look at each box, from the lesion that it is listed as."""
    flags = {(each.label, each.center_ras): each.flags for each in prediction.lesions}
    return [FLAGS_BETWEEN.join(flags.get((each.label, each.box.center_ras), ())) for each in prediction.detections]


def cell(text: str) -> str:
    """A text as a cell holds it: quotes, tabs and line ends break the tables that Slicer writes."""
    return " ".join(text.replace('"', "'").split())
