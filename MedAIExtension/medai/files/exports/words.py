"""DICOM's words for what MedAI knows: codes, names of the device and the algorithm, and texts that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...results import Code, Prediction

if TYPE_CHECKING:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.sr import CodedConcept

MANUFACTURER = "MedAI"
_LONG_STRING = 64  # characters of DICOM's LO


@dataclass(frozen=True)
class Model:
    """What a result was made with, as DICOM's texts: name, version, and the hash of its content where the run has it."""

    name: str
    version: str
    content: str

    @property
    def algorithm(self) -> str:
        """As segments name it, also those that 3D Slicer writes."""
        return fitting(f"{MANUFACTURER} {self.name} {self.version}".rstrip())


def model_of(prediction: Prediction) -> Model:
    """The model of a prediction's run; "measurement" where no model has made it."""
    model = dict(prediction.run.get("model", {}))
    return Model(
        name=fitting(str(model.get("name") or "measurement")),
        version=fitting(str(model.get("version") or __version__)),
        content=fitting(str(model.get("content_hash") or "unknown")),
    )


def fitting(text: str) -> str:
    """A text as DICOM's LO: one line of at most 64 characters, without backslashes."""
    return " ".join(text.replace("\\", "/").split())[:_LONG_STRING].rstrip()


def concept(code: Code) -> CodedConcept:
    """A code as highdicom takes it."""
    from highdicom.sr import CodedConcept

    return CodedConcept(value=code.value, scheme_designator=code.scheme, meaning=fitting(code.meaning))


def algorithm_sequence(prediction: Prediction) -> AlgorithmIdentificationSequence:
    """The algorithm of segments (DICOM PS3.3, 10.16)."""
    from highdicom import AlgorithmIdentificationSequence
    from pydicom.sr.codedict import codes

    model = model_of(prediction)
    return AlgorithmIdentificationSequence(
        name=model.algorithm, family=codes.DCM.ArtificialIntelligence, version=model.version, source=MANUFACTURER
    )


def device(prediction: Prediction) -> dict[str, Any]:
    """Attributes of the equipment (DICOM PS3.3, C.7.5.2), as highdicom's objects take them."""
    model = model_of(prediction)
    return {
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": model.name,
        "software_versions": [f"{MANUFACTURER} {__version__}", fitting(f"{model.name} {model.version}")],
        "device_serial_number": model.content,
    }
