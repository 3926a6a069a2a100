"""DICOM written: segmentations (SEG) and measurement reports (SR, TID 1500), which refer to the scan that they were made from."""

from .report import write_dicom_sr
from .segmentation import write_dicom_seg
from .source import check_dicom_source

__all__ = ["check_dicom_source", "write_dicom_seg", "write_dicom_sr"]
