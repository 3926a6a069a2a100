"""Every example of docs/console.md runs, in its order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "console.md"
BEHAVIORS = {
    "lung_nodule_ct_detection": "find boxes",
    "some-landmarks": "find points",
    "some-classifier": "find classes",
    "brings-code": "ask for trust",
}


def examples(*kinds: str) -> list[str]:
    """The code of the examples that are of one of these kinds; "" is that of those that say nothing."""
    blocks = re.findall(r"^```python *(\w*)\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [code for kind, code in blocks if kind in kinds]


def run(codes: list[str], names: dict) -> None:
    for number, code in enumerate(codes):
        exec(compile(code, f"docs/console.md, example {number + 1}", "exec"), names)


def test_every_example_runs_and_leaves_segmentations_of_the_scan(module, capsys):
    import slicer

    from MedAIModuleLib.selftest import headVolume

    names = {"slicer": slicer, "volumeNode": headVolume(), "__name__": "__main__"}
    run(examples("", "wait"), names)
    printed = capsys.readouterr().out
    assert "Head segmentation" in printed
    assert re.search(r"Left lateral ventricle: \d+\.\d ml", printed)
    assert "brain-mr built-in 15 Apache-2.0" in printed
    assert "There is no model or bundle folder 'no-such-model'" in printed
    assert names["problems"] == []
    made = names["ventricles"].GetSegmentation()
    assert {made.GetSegment(identifier).GetName() for identifier in made.GetSegmentIDs()} <= {
        "Left lateral ventricle",
        "Right lateral ventricle",
    }


@pytest.fixture
def logic(module, tmp_path, monkeypatch):
    """The module's logic, whose ``process`` has the worker do what each model of the examples would."""
    pytest.importorskip("slicer", exc_type=ImportError)
    from support.workers import empty_bundle, fault_client

    for model in BEHAVIORS:
        empty_bundle(tmp_path / "home" / "models" / model)
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path / "home"))
    logic = module.python().MedAIModuleLogic()
    process = logic.process

    def behaving(volumeNode, model):
        volumeNode.SetName(BEHAVIORS[model])
        return process(volumeNode, model=model)

    from MedAIModuleLib.runs import worker

    with fault_client() as client:
        monkeypatch.setattr(worker, "_client", client)
        monkeypatch.setattr(logic, "process", behaving)
        yield logic


def test_the_examples_of_boxes_points_classes_and_consent_run(logic, capsys):
    import slicer

    from support.panels import add_scan

    run(examples("found", "trust"), {"slicer": slicer, "volumeNode": add_scan("work"), "logic": logic})
    printed = capsys.readouterr().out
    assert "1 nodule 1 (0.99) " in printed
    assert "20 boxes are shown" in printed
    assert "right valve [-4.   5.   6.5]" in printed
    assert "normal 0.75" in printed
    assert "brings-code waits for consent: " in printed


def test_the_examples_of_lesions_run(logic, capsys, tmp_path, monkeypatch):
    import tempfile

    import slicer

    from support.lumps import add_lumps, put_lumps

    volume = add_lumps()
    names = {"slicer": slicer, "volumeNode": volume, "segmentationNode": put_lumps(volume).segmentation, "logic": logic}
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run(examples("lesions"), names)
    printed = capsys.readouterr().out
    assert "Lesion 2: 0.43 ml, 8.8 mm, at (32.25, 11.0, 12.0)" in printed
    assert "2 lesions are shown" in printed
    assert "a vessel" in names["files"]["report"].read_text()


def test_every_example_is_run_or_says_that_it_is_not():
    kinds = re.findall(r"^```python *(\w*)$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(kinds) <= {"", "wait", "found", "lesions", "trust", "skip"}
