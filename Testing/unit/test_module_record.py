"""What a run says besides its result: warnings, and segments that deserve a look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
from medai import Image
from medai.results import measure_labels
from support.mrml import prediction_of
from support.sections import UI
from support.segments import put_beside


@pytest.fixture
def results(module):
    """The section alone."""
    import slicer

    from MedAIModuleLib.sections.results import Results

    widget = slicer.util.loadUI(str(UI))
    ui = slicer.util.childWidgetVariables(widget)
    section = Results(ui, lambda: None)
    section.ui = ui
    yield section
    section.close()
    widget.deleteLater()


def test_warnings_of_the_run_and_segments_that_deserve_a_look_are_said(results):
    from MedAIModuleLib.runs.record import Record

    names = {value: f"Part {value}" for value in range(1, 7)}
    labels = np.zeros((12, 10, 8), np.uint8)
    for value in names:
        labels[2 * value - 2, value % 2 :, :] = value  # all at the edge
    image = Image(np.zeros((1, 12, 10, 8), np.float32), np.diag([1.5, 2.0, 2.5, 1.0]), "Scan")
    prediction = prediction_of(image, labels, names)
    prediction.run["warnings"] = ["This is not the model's kind of scan."]
    prediction = replace(prediction, statistics=measure_labels(prediction, image))
    results.show(put_beside(image, prediction), record=Record.of([prediction]))
    assert results.ui.resultLabel.text.splitlines() == [
        "Scan segmentation",
        "This is not the model's kind of scan.",
        "Part 1, Part 2, Part 3, Part 4 and 2 more: It touches the edge of the scan, where it may go on.",
    ]
    assert results.record.run["warnings"] == prediction.run["warnings"]
    frames = Record.of([prediction, prediction])
    assert (frames.sentences, frames.flags) == (prediction.run["warnings"], {})
    results.ui.undoButton.click()
    assert results.record == Record()
