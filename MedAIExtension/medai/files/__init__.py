"""Scans from files and results into files: NIfTI, NRRD, MetaImage, DICOM, PNG and JPEG. No torch, no MRML."""

from .contours import read_contours
from .exports import check_dicom_source, write_dicom_seg, write_dicom_sr
from .followup import write_followup
from .handover import EXPORTS, check_exports, check_source, exports_in, write_exports_into
from .labelmaps import read_labelmap, read_labels
from .prediction import refuse_overwriting, write_prediction
from .reading import read_image
from .report import card_of_run, report_card, write_report
from .results import Result, read_result, write_reviews
from .transforms import read_transform
from .whole import check_writable
from .writing import write_image

__all__ = [
    "EXPORTS",
    "Result",
    "card_of_run",
    "check_dicom_source",
    "check_exports",
    "check_source",
    "check_writable",
    "exports_in",
    "read_contours",
    "read_image",
    "read_labelmap",
    "read_labels",
    "read_result",
    "read_transform",
    "refuse_overwriting",
    "report_card",
    "write_dicom_seg",
    "write_dicom_sr",
    "write_exports_into",
    "write_followup",
    "write_image",
    "write_prediction",
    "write_report",
    "write_reviews",
]
