"""Contours of radiotherapy (RTSTRUCT) read as label maps, such as references that a result is compared with."""

from .reading import read_contours

__all__ = ["read_contours"]
