"""What a result rests on: a map of the places in the scan that speak for a class, or for a segment in a box."""

from __future__ import annotations

from .classes import explained_class
from .segments import explained_segment
from .way import Way, way_for

__all__ = ["Way", "explained_class", "explained_segment", "way_for"]
