"""Lesions: the parts of a finding that hang together, measured, filtered, and numbered by size."""

from .choosing import select, target_lesions
from .lesion import Bounds, Diameter, Intensity, Lesion, Nearest
from .measuring import find_lesions, is_finding

__all__ = [
    "Bounds",
    "Diameter",
    "Intensity",
    "Lesion",
    "Nearest",
    "find_lesions",
    "is_finding",
    "select",
    "target_lesions",
]
