"""The command line: one file per family of commands; everything large is imported when a command needs it."""

from .app import main

__all__ = ["main"]
