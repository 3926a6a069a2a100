"""The log: lines with their time, no more than can be read, and nothing in it that says who the patient is."""

from __future__ import annotations

import platform
import re

import numpy as np
import pytest

from support.sections import UI


@pytest.fixture
def ui(module):
    import slicer

    widget = slicer.util.loadUI(str(UI))
    yield slicer.util.childWidgetVariables(widget)
    widget.deleteLater()


@pytest.fixture
def log(ui):
    from MedAIModuleLib.sections.log import Log

    return Log(ui)


def lines(ui) -> list[str]:
    return ui.logText.plainText.splitlines()


def test_lines_have_the_time(ui, log):
    log.add("Loading the model")
    log.add("Segmenting")
    assert [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in lines(ui)] == ["Loading the model", "Segmenting"]
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines(ui))


def test_the_last_thousand_lines_are_kept(ui, log):
    for number in range(1010):
        log.add(f"line {number}")
    assert len(lines(ui)) == 1000
    assert lines(ui)[-1].endswith(" line 1009")


def test_what_is_copied_begins_with_the_versions(app, ui, log):
    import medai

    log.add("Segmenting")
    ui.copyLogButton.click()
    copied = app.clipboard().text()
    assert copied.startswith(f"MedAI {medai.__version__}, ")
    assert f"Python {platform.python_version()}" in copied
    assert copied.endswith(" Segmenting\n")


def test_names_of_scans_and_patients_are_left_out_also_after_they_were_removed(ui, log):
    import slicer

    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Doe^Jane CT")
    slicer.util.updateVolumeFromArray(volume, np.zeros((2, 2, 2)))
    hierarchy = slicer.mrmlScene.GetSubjectHierarchyNode()
    hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "Jane Doe")
    log.add("Asked for: Brain MRI")
    slicer.mrmlScene.Clear()
    log.add("Doe^Jane CT was removed. Jane Doe's liver, Janet: 3 segments.")
    text = ui.logText.plainText
    assert text.endswith("(name) was removed. (name)'s liver, Janet: 3 segments.")
    assert lines(ui)[0].endswith("Asked for: Brain MRI")
