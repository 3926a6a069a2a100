"""Scans from files and results into files: NIfTI, NRRD, MetaImage, DICOM, PNG and JPEG. No torch, no MRML."""

from .prediction import refuse_overwriting, write_prediction
from .reading import read_image
from .whole import check_writable
from .writing import write_image

__all__ = ["check_writable", "read_image", "refuse_overwriting", "write_image", "write_prediction"]
