"""A stand-in for the Slicer application, for tests: real MRML (slicer-core) and real Qt (PySide6), as strict as can be.

With ``SLICER_PYTHON`` set to ``Base/Python/slicer`` of Slicer's sources, its own base classes, translation and parameter node
wrapper are used instead of the ones here.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import types
from pathlib import Path

_MENTIONED_BY_SLICER = (  # in its parameter node wrapper, for widgets that MedAI does not use
    "ctkCheckBox ctkCheckablePushButton ctkColorPickerButton ctkComboBox ctkDirectoryButton ctkDoubleRangeSlider "
    "ctkDoubleSlider ctkDoubleSpinBox ctkPathLineEdit ctkRangeWidget ctkSliderWidget qMRMLRangeWidget qMRMLSliderWidget "
    "qMRMLSpinBox"
)


def start():
    """Make ``qt``, ``ctk`` and all of ``slicer`` that MedAI uses importable; gives ``slicer.app``. Once per process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _spare_references()
    import slicer

    from . import pythonqt

    qt = pythonqt.build()
    from . import app, scene, widgets

    ctk = sys.modules["ctk"] = types.ModuleType("ctk")
    for widget in widgets.STAND_INS:
        setattr(ctk if widget.__name__.startswith("ctk") else slicer, widget.__name__, widget)
        qt.QUiLoader.stand_ins[widget.__name__] = widget
    slicer.app = app.Application()
    segmentations = types.SimpleNamespace(logic=lambda: slicer.vtkSlicerSegmentationsModuleLogic)  # its static methods
    slicer.modules = types.SimpleNamespace(segmentations=segmentations)
    slicer.mrmlScene = scene.new_scene(Path(tempfile.mkdtemp(dir=slicer.app.temporaryPath)))
    if "SLICER_PYTHON" in os.environ:
        slicer.__path__.append(os.environ["SLICER_PYTHON"])
        for name in _MENTIONED_BY_SLICER.split():
            setattr(ctk if name.startswith("ctk") else slicer, name, type(name, (), {}))
    else:
        from . import bases, wrapper

        sys.modules["slicer.ScriptedLoadableModule"] = sys.modules["slicer.i18n"] = bases
        sys.modules["slicer.parameterNodeWrapper"] = wrapper
    return slicer.app


def _spare_references() -> None:
    """Before Python 3.12, True is counted; PySide6 gives one reference too many back with every .ui file that it loads.

    Python would abort when the last one is gone, which is when the tests have all passed.
    """
    if sys.version_info < (3, 12):
        for _ in range(10_000):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(True))
