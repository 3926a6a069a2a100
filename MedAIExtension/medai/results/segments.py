"""Labels as 3D Slicer names them, in plain text: segment IDs, terminology entries, and where a result comes from."""

from __future__ import annotations

from .. import __version__
from .labels import Code, Label
from .prediction import Prediction

_TYPES_CONTEXT = "Segmentation category and type - DICOM master list"
_REGIONS_CONTEXT = "Anatomic codes - DICOM master list"


def segment_id(prediction: Prediction, label: Label) -> str:
    """The same for the same label of the same model in every run, such as "brain-mr_10"."""
    return segment_id_of(_model(prediction).get("name", "label"), label.value)


def segment_id_of(model: str, value: int) -> str:
    """The ID of the segment that a model of this name makes of a value of its label map."""
    return f"{model}_{value}"


def segment_tags(prediction: Prediction) -> dict[str, str]:
    """Tags of every segment of a prediction: its provenance, and what Slicer's DICOM segmentation export asks for."""
    model = _model(prediction)
    name = " ".join(filter(None, ("MedAI", model.get("name"), model.get("version"))))
    algorithm = {"DICOM.SegmentAlgorithmType": "AUTOMATIC", "DICOM.SegmentAlgorithmName": name}
    return algorithm | provenance(prediction)


def provenance(prediction: Prediction) -> dict[str, str]:
    """Where a result comes from, as attributes of nodes and tags of segments; empty ones are left out."""
    model = _model(prediction)
    entries = {
        "MedAI.Version": __version__,
        "MedAI.Model": model.get("name"),
        "MedAI.ModelVersion": model.get("version"),
        "MedAI.ModelHash": model.get("content_hash"),
        "MedAI.Date": prediction.run.get("date"),
    }
    return {name: str(value) for name, value in entries.items() if value}


def terminology_entry(label: Label) -> str:
    """The label's codes as Slicer serializes them: context~category~type~modifier~region context~region~modifier."""
    triplets = (_triplet(code) for code in (label.category, label.type, label.modifier))
    return "~".join((_TYPES_CONTEXT, *triplets, _REGIONS_CONTEXT, _triplet(label.region), _triplet(None)))


def _model(prediction: Prediction) -> dict[str, str]:
    return dict(prediction.run.get("model", {}))


def _triplet(code: Code | None) -> str:
    return "^".join((code.scheme, code.value, code.meaning)) if code is not None else "^^"
