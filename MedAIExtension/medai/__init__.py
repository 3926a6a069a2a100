"""MedAI's engine: MONAI bundles run on scans, without Qt, with or without 3D Slicer."""

from .errors import MedAIError
from .image import Image

__version__ = "0.1.0"
__all__ = ["Image", "MedAIError", "__version__"]
