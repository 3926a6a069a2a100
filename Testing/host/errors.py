"""Errors that nobody raises: exceptions in Qt slots, timers and VTK observers, and what VTK prints."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import vtk


@contextmanager
def hidden_errors() -> Iterator[list[str]]:
    """Collects, meanwhile, what the application would only write to its log."""
    found: list[str] = []
    window = vtk.vtkOutputWindow.GetInstance()

    @vtk.calldata_type(vtk.VTK_STRING)
    def vtk_said(window, event: str, text: str) -> None:
        found.append(text.strip())

    def uncaught(kind, error, trace) -> None:
        found.append("".join(traceback.format_exception(kind, error, trace)))

    tags = [window.AddObserver(event, vtk_said) for event in ("ErrorEvent", "WarningEvent")]
    before, sys.excepthook = sys.excepthook, uncaught
    try:
        yield found
    finally:
        sys.excepthook = before
        for tag in tags:
            window.RemoveObserver(tag)
