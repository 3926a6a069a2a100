"""Every example of docs/console.md runs, in its order."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "console.md"


def examples() -> list[str]:
    blocks = re.findall(r"^```python *(\w*)\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [code for kind, code in blocks if kind != "skip"]


def test_every_example_runs_and_leaves_segmentations_of_the_scan(module, capsys):
    import slicer

    from MedAIModuleLib.selftest import headVolume

    names = {"slicer": slicer, "volumeNode": headVolume(), "__name__": "__main__"}
    for number, code in enumerate(examples()):
        exec(compile(code, f"docs/console.md, example {number + 1}", "exec"), names)
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
