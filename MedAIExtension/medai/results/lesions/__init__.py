"""Lesions: the parts of a finding that hang together, measured, filtered, and numbered by size."""

from .lesion import Bounds, Diameter, Intensity, Lesion, Nearest

__all__ = ["Bounds", "Diameter", "Intensity", "Lesion", "Nearest"]
