"""Stands for the application's base classes in plain Python, so that the logic can be imported there."""

import unittest


class ScriptedLoadableModule:
    """Only the application makes modules."""


class ScriptedLoadableModuleWidget:
    """Only the application makes widgets."""


class ScriptedLoadableModuleLogic:
    """The base of a logic that has no application."""


class ScriptedLoadableModuleTest(unittest.TestCase):
    """The base of a self-test that has no application."""


def _(text: str) -> str:
    return text


def translate(_context: str, text: str) -> str:
    """The text itself: there are no translations without the application."""
    return text
