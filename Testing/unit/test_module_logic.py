"""The module's logic with a real model, in the stand-in application and in plain Python; its own self-test."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from support.bundles import make_bundle

MODULE = Path(__file__).parents[2] / "MedAIModule"
IN_THE_APPLICATION = {"numpy", "scipy", "simpleitk", "pydicom", "pillow", "requests", "torch"}  # the last by its extension


def test_the_modules_self_test_passes(module):
    suite = unittest.TestLoader().loadTestsFromTestCase(module.python().MedAIModuleTest)
    result = unittest.TestResult()
    suite.run(result)
    assert not result.errors + result.failures + result.skipped
    assert result.testsRun == 2


def test_the_self_tests_for_the_applications_ctest_pass_here_too(module, monkeypatch):
    monkeypatch.syspath_prepend(MODULE.parent / "Testing" / "Python")
    import MedAIInstallationTest

    suite = unittest.TestLoader().loadTestsFromModule(MedAIInstallationTest)
    result = unittest.TestResult()
    suite.run(result)
    assert not result.errors + result.failures
    assert result.testsRun == 4


def test_process_gives_a_segmentation_with_progress_and_a_label_map_if_asked(module, tmp_path):
    import slicer

    from MedAIModuleLib.selftest import headVolume

    volume, heard = headVolume(), []
    logic = module.python().MedAIModuleLogic()
    segmentation = logic.process(volume, model=str(make_bundle(tmp_path / "tiny")), labelmap=True, onProgress=heard.append)
    content = segmentation.GetSegmentation()
    names = {content.GetSegment(identifier).GetName().lower() for identifier in content.GetSegmentIDs()}
    assert names
    assert names <= {"left thing", "right thing"}
    assert [progress.fraction for progress in heard] == sorted(progress.fraction for progress in heard)
    (labelmap,) = slicer.util.getNodesByClass("vtkMRMLLabelMapVolumeNode")
    assert labelmap.GetTransformNodeID() == segmentation.GetTransformNodeID() == volume.GetTransformNodeID()


def names_in(requirements):
    return {re.split(r"[^\w-]", line)[0].lower() for line in requirements if re.match(r"\w", line)}


def test_the_same_call_works_in_plain_python_without_qt_and_with_no_other_packages_than_the_application_has(tmp_path):
    """``sitecustomize`` hides the packages that the engine's other ways of use need, also from the worker."""
    needed = names_in(line for line in importlib.metadata.requires("medai") if "extra ==" not in line)
    listed = names_in((MODULE / "Resources" / "requirements.txt").read_text().splitlines())
    hidden = {name.replace("-", "_") for name in needed - listed - IN_THE_APPLICATION}
    assert {"typer", "rich"} <= hidden
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules.update(dict.fromkeys({hidden!r}))\n")
    make_bundle(tmp_path / "tiny")
    code = f"""
        import sys
        sys.path[:0] = [{str(MODULE)!r}, {str(MODULE.parent / "Testing")!r}]
        import slicer
        from MedAIModule import MedAIModuleLogic
        from medai.mrml import new_scene
        from support.mrml import volume_of
        from support.scans import blobs
        scene = new_scene()
        volume = volume_of(scene, blobs())
        segmentation = MedAIModuleLogic().process(volume, model={str(tmp_path / "tiny")!r})
        assert "PySide6" not in sys.modules and "torch" not in sys.modules and sys.modules["typer"] is None
        print(segmentation.GetName(), segmentation.GetSegmentation().GetNumberOfSegments() > 0)
    """
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (0, "blobs segmentation True\n"), done.stderr
