"""DICOM scans: headers by pydicom, series and frames told apart, slices stacked by their position in the patient."""

from .series import is_dicom, read_dicom_file, read_dicom_folder, read_planes

__all__ = ["is_dicom", "read_dicom_file", "read_dicom_folder", "read_planes"]
