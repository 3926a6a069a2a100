"""Draws the documentation's pictures: the panel in the stand-in host beside views of the scene. ``draw_application`` does it."""

from .application import draw_application
from .views import why_not

__all__ = ["draw_application", "why_not"]
