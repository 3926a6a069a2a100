"""The module's logic with a real model, in the stand-in application and in plain Python; its own self-test."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

import pytest

pytest.importorskip("slicer")
from support.bundles import make_bundle

MODULE = Path(__file__).parents[2] / "MedAIModule"


def test_the_modules_self_test_passes(module):
    suite = unittest.TestLoader().loadTestsFromTestCase(module.python().MedAIModuleTest)
    result = unittest.TestResult()
    suite.run(result)
    assert not result.errors + result.failures
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
    assert {"left thing", "right thing"} >= {
        segmentation.GetSegmentation().GetSegment(identifier).GetName().lower()
        for identifier in segmentation.GetSegmentation().GetSegmentIDs()
    }
    assert [progress.fraction for progress in heard] == sorted(progress.fraction for progress in heard)
    (labelmap,) = slicer.util.getNodesByClass("vtkMRMLLabelMapVolumeNode")
    assert labelmap.GetTransformNodeID() == segmentation.GetTransformNodeID() == volume.GetTransformNodeID()


def test_the_same_call_works_in_plain_python_without_qt(tmp_path):
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
        assert "PySide6" not in sys.modules and "torch" not in sys.modules
        print(segmentation.GetName(), segmentation.GetSegmentation().GetNumberOfSegments() > 0)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "blobs segmentation True\n"), done.stderr
