"""A stand-in for the Slicer application, for tests: real MRML (slicer-core) and real Qt (PySide6), as strict as can be.

With ``SLICER_PYTHON`` set to ``Base/Python/slicer`` of Slicer's sources, its own base classes, translation and parameter node
wrapper are used instead of the ones here.
"""

import ctypes
import os
import re
import sys
import tempfile
import types
from pathlib import Path


def start():
    """Make ``qt``, ``ctk`` and all of ``slicer`` that MedAI uses importable; gives ``slicer.app``. Once per process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _spare_references()
    import slicer

    from . import pythonqt

    qt = pythonqt.build()
    from . import app, contract, scene, widgets

    ctk = sys.modules["ctk"] = types.ModuleType("ctk")
    for name in contract.CONTRACTS.keys() & vars(widgets).keys():
        setattr(ctk if name.startswith("ctk") else slicer, name, getattr(widgets, name))
        qt.QUiLoader.stand_ins[name] = getattr(widgets, name)
    slicer.app = app.qSlicerApplication()
    slicer.mrmlScene = scene.new_scene(Path(tempfile.mkdtemp(dir=slicer.app.temporaryPath)))
    slicer.modules = types.SimpleNamespace()
    for name, logic in slicer.mrmlScene.logics.items():
        setattr(slicer.modules, name.removesuffix("Module").lower(), types.SimpleNamespace(logic=lambda logic=logic: logic))
    if "SLICER_PYTHON" in os.environ:
        slicer.__path__.append(os.environ["SLICER_PYTHON"])
        connectors = Path(os.environ["SLICER_PYTHON"], "parameterNodeWrapper", "guiConnectors.py").read_text(encoding="utf-8")
        for place, name in re.findall(r"\b(ctk|slicer)\.((?:ctk|qMRML)\w+)", connectors):  # MedAI does not use most of these
            vars({"ctk": ctk, "slicer": slicer}[place]).setdefault(name, type(name, (), {}))
    else:
        from . import bases, wrapper

        sys.modules["slicer.ScriptedLoadableModule"] = sys.modules["slicer.i18n"] = bases
        sys.modules["slicer.parameterNodeWrapper"] = wrapper
    return slicer.app


def _spare_references() -> None:
    """Before Python 3.12, None and True are counted; PySide6 gives back references that it never had, until Python aborts."""
    if sys.version_info < (3, 12):
        for constant in (None, True, False):
            ctypes.c_ssize_t.from_address(id(constant)).value += 10**9  # the count is the first thing in an object
