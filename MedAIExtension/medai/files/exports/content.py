"""What a report says (TID 1500): who observed, which kind of examination, and the measurement groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from ... import __version__
from ...errors import InputError
from ...results import Prediction
from .groups import Groups
from .source import Source
from .words import MANUFACTURER, model_of

if TYPE_CHECKING:
    from highdicom.sr import MeasurementReport, ObservationContext

_PROCEDURES = {
    "CT": codes.cid100.CTUnspecifiedBodyRegion,
    "MR": codes.cid100.MRIUnspecifiedBodyRegion,
    "PT": codes.cid100.PETUnspecifiedBodyRegion,
    "NM": codes.cid100.NMUnspecifiedBodyRegion,
    **dict.fromkeys(("CR", "DX", "MG"), codes.cid100.XRUnspecifiedBodyRegion),
}
_PROCEDURE = Code("363679005", "SCT", "Imaging procedure")


def report_content(prediction: Prediction, scan: Source, segmentation: Dataset | None) -> MeasurementReport:
    """The measurement report of a prediction.

    Raises:
        InputError: if there is nothing to report.
    """
    from highdicom.sr import MeasurementReport

    groups = Groups(prediction, scan, segmentation).all()
    if not groups:
        raise InputError("The result has no labels, lesions or boxes, so there is nothing to report in DICOM; leave it out.")
    return MeasurementReport(
        observation_context=_observer(prediction),
        procedure_reported=_PROCEDURES.get(str(scan.first.get("Modality")), _PROCEDURE),
        imaging_measurements=groups,
    )


def _observer(prediction: Prediction) -> ObservationContext:
    from highdicom.sr import DeviceObserverIdentifyingAttributes, ObservationContext, ObserverContext

    model = model_of(prediction)
    observer = DeviceObserverIdentifyingAttributes(
        uid=generate_uid(entropy_srcs=[MANUFACTURER, __version__, model.name, model.version, model.content]),
        name=MANUFACTURER,
        manufacturer_name=MANUFACTURER,
        model_name=model.name,
        serial_number=model.content,
    )
    return ObservationContext(observer_device_context=ObserverContext(codes.DCM.Device, observer))
