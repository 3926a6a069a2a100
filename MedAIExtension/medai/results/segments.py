"""Labels as 3D Slicer names them, in plain text: segment IDs, terminology entries, and where a result comes from."""

from __future__ import annotations

from .. import __version__
from .labels import Code, Label
from .prediction import Prediction
from .terminology import ANATOMY, TISSUE

_TYPES_CONTEXT = "Segmentation category and type - DICOM master list"
_REGIONS_CONTEXT = "Anatomic codes - DICOM master list"


def segment_id(prediction: Prediction, label: Label) -> str:
    """The same for the same label of the same model in every run, such as "brain-mr_10"."""
    return segment_id_of(_model(prediction).get("name", "label"), label.value)


def segment_id_of(model: str, value: int) -> str:
    """The ID of the segment that a model of this name makes of a value of its label map."""
    return f"{model}_{value}"


def is_by_hand(prediction: Prediction) -> bool:
    """Whether no model is known to have made the labels: a person has drawn them, or another program."""
    return not _model(prediction)


def segment_tags(prediction: Prediction) -> dict[str, str]:
    """Tags of every segment of a prediction: its provenance, and what Slicer's DICOM segmentation export asks for."""
    if is_by_hand(prediction):
        return {"DICOM.SegmentAlgorithmType": "MANUAL"} | provenance(prediction)
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


def label_from_entry(entry: str, value: int, name: str, color: tuple[int, int, int], layer: int = 0) -> Label:
    """The label of a segment from its entry in Slicer's terminology; a tissue of unknown kind where there is none."""
    codes = [_code(part) for part in entry.split("~")] + [None] * 6
    category, kind, modifier, region = codes[1], codes[2], codes[3], codes[5]
    return Label(value, name, color, category or ANATOMY, kind or TISSUE, modifier, region, layer)


def _code(triplet: str) -> Code | None:
    scheme, value, meaning = [*triplet.split("^"), "", ""][:3]
    return Code(scheme, value, meaning) if value else None


def _model(prediction: Prediction) -> dict[str, str]:
    return dict(prediction.run.get("model", {}))


def _triplet(code: Code | None) -> str:
    return "^".join((code.scheme, code.value, code.meaning)) if code is not None else "^^"
